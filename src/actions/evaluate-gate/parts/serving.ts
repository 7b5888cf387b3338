import { stat } from 'node:fs/promises';
import { expandFolderGlobs } from '../../../common/folder.js';
import { plural } from '../../../common/text.js';
import type { Verdict } from '../../../common/verdict.js';
import type { ServingRecord } from '../../../formats/decision-serving.js';
import type { GateContext } from '../context.js';
import { milliseconds, servingReport } from '../report/serving.js';
import type { GatePart } from '../sections.js';
import { askingOf } from './asking.js';

/** The model in its real server. */
export const servingPart: GatePart<'serving'> = {
  key: 'serving',
  columns: ({ serving }) => (serving === undefined ? undefined : []),
  async decide(context) {
    const [{ checkServing }, { processUse }, { findSecrets, sanitizeLogLine }] = await Promise.all([
      import('../../../evaluation/serving/serving.js'),
      import('../../../training/process-use.js'),
      import('../../../common/secrets.js'),
    ]);
    const { spec, dependencies, challenger } = context;
    const { engine, labels, task, evaluate, rows, at, projectFolder, confidence, seed } = askingOf(
      context,
      'serving',
    );
    const secrets = findSecrets(dependencies.environment);
    const record = await checkServing(spec.value.evaluate.serving!, {
      engine,
      labels,
      task,
      evaluate,
      rows,
      at,
      projectFolder,
      confidence,
      seed,
      environment: {
        ...dependencies.environment,
        MLOPS_MODEL: spec.value.name,
        MLOPS_MODEL_DIR: challenger.folder!,
      },
      size: await sizeOf(context),
      logger: dependencies.logger,
      signal: dependencies.signal,
      memoryOf: async (pid) => (await processUse(pid)).memory,
      sanitize: (text) => sanitizeLogLine(text, secrets),
    });
    const of = (wanted: Verdict): string[] =>
      record.checks.filter(({ verdict }) => verdict === wanted).map(({ reason }) => reason);
    return {
      verdict: record.verdict,
      reasons: [...of('fail'), ...of('inconclusive'), ...passed(record)],
      claims: record.checks.map(({ check, verdict, reason }) => ({
        names: [`serving ${check}`],
        verdict,
        reason,
      })),
      record,
    };
  },
  report: servingReport,
};

/** Bytes of the files that register-model would release. */
async function sizeOf({ spec, challenger }: GateContext): Promise<number> {
  const files = await expandFolderGlobs(
    spec.value.release.files,
    challenger.folder!,
    spec.at(['release', 'files']),
  );
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function passed({ verdict, requests, latency }: ServingRecord): string[] {
  if (verdict !== 'pass' || latency === null) return [];
  return [
    `The server answered ${plural(requests.sent, 'request')} as the batch predictions say, half of them within ${milliseconds(latency.p50.value)}, measured in this run`,
  ];
}
