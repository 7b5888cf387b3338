import { join, resolve } from 'node:path';
import { displayPath } from '../../common/files.js';
import { type Engine, openEngine } from '../../engine/engine.js';
import { sha256OfFile } from '../../engine/file.js';
import { decideGate } from '../../evaluation/gate.js';
import type { Baseline } from '../../evaluation/judge.js';
import { readLabels } from '../../evaluation/labels.js';
import { predict } from '../../evaluation/predict.js';
import { readPredictions } from '../../evaluation/predictions.js';
import { readRules } from '../../evaluation/rules.js';
import { type EvaluationRows, rowCount } from '../../evaluation/rows.js';
import type { Decision } from '../../formats/decision.js';
import { prepareData } from '../../spec/data.js';
import { type LoadedSpec, loadSpec } from '../../spec/load.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import { commentOn } from './comment.js';
import type { definition } from './inputs.js';
import {
  type ComparedModel,
  type GateInputs,
  challengerFolder,
  digestOfModel,
  findCompared,
} from './models.js';
import { gateReport } from './report.js';

/** Judges the challenger on the hold-out rows, and tells the pull request. */
export async function main(
  inputs: GateInputs,
  dependencies: Dependencies,
): Promise<Outcome<keyof typeof definition.outputs>> {
  const { run, logger } = dependencies;
  const spec = await loadSpec(resolve(run.workspace, inputs.model));
  const { name: model, task, evaluate } = spec.value;
  const rules = readRules(evaluate.gates, task, (path) => spec.at(['evaluate', 'gates', ...path]));
  const given = inputs.predictions && resolve(run.workspace, inputs.predictions);
  const folder = given === undefined ? await challengerFolder(inputs, spec, run.workspace) : undefined;
  const { holdout = [] } = await prepareData({
    spec,
    purposes: ['holdout'],
    workspace: run.workspace,
    ...dependencies,
  });
  const compared = await findCompared(rules, inputs, spec, dependencies);

  const files = predictionFiles(spec, holdout, dependencies);
  const challengerFile = given ?? (await files('challenger', 'the challenger', folder!));
  const comparedFiles = new Map<string, string>();
  for (const [versus, found] of compared) {
    if ('none' in found) continue;
    comparedFiles.set(versus, found.predictions ?? (await files(versus, found.name, found.folder!)));
  }
  const read = await readAll(spec, holdout, challengerFile, comparedFiles, dependencies);
  const baselineOf = (versus: string): Baseline => {
    const found = compared.get(versus)!;
    return 'none' in found ? found : { rows: read.compared.get(versus)!, name: found.name };
  };
  const gate = decideGate({
    rules,
    challenger: read.challenger,
    baselineOf,
    slices: read.slices,
    minSliceRows: evaluate['min-slice-rows'],
    confidence: evaluate.confidence,
    seed: inputs.seed,
    withoutChampion: evaluate['without-champion'],
  });

  const champion = [...compared.values()].find((found): found is ComparedModel => 'name' in found);
  const versus = [...compared].find(([, found]) => found === champion)?.[0];
  const sha256 = async (file: string): Promise<string> => `sha256:${await sha256OfFile(file)}`;
  const decision: Decision = {
    kind: 'decision',
    schemaVersion: 1,
    model,
    task,
    verdict: gate.verdict,
    reasons: [...gate.reasons],
    challenger: {
      digest: folder === undefined ? null : await digestOfModel(spec, folder),
      predictions: await sha256(challengerFile),
    },
    champion:
      champion === undefined
        ? null
        : {
            version: champion.version,
            manifestDigest: champion.manifestDigest,
            predictions: await sha256(comparedFiles.get(versus!)!),
          },
    data: {
      rows: rowCount(read.challenger),
      files: await Promise.all(
        holdout.map(async (file) => ({ path: displayPath(file, spec.folder), sha256: await sha256(file) })),
      ),
      ...(evaluate['sample-weight'] !== undefined && { sampleWeight: evaluate['sample-weight'] }),
      ...(evaluate.group !== undefined && {
        group: { column: evaluate.group, count: new Set(read.challenger.clusters).size },
      }),
    },
    confidence: evaluate.confidence,
    seed: inputs.seed,
    rules: [...gate.rules],
    metrics: { ...gate.metrics },
    slices: [...gate.slices],
  };
  const report = gateReport(decision, {
    championName: champion?.name,
    challenger: read.challenger,
    champion: versus === undefined ? undefined : read.compared.get(versus),
    minSliceRows: evaluate['min-slice-rows'],
  });
  if (inputs.comment) await commentOn(report, inputs.token, dependencies);
  const failure = failureOf(decision, evaluate['when-inconclusive']);
  if (failure === undefined && decision.verdict === 'inconclusive') {
    logger.warning(`The gate is inconclusive, and a person must decide: ${decision.reasons[0]}`);
  }
  return {
    outputs: {
      verdict: decision.verdict,
      reasons: decision.reasons.join('\n'),
      'champion-version': champion?.version ?? '',
    },
    result: decision,
    report,
    ...(failure !== undefined && { failure }),
  };
}

function failureOf(
  { verdict, reasons }: Decision,
  whenInconclusive: 'fail' | 'needs-review',
): string | undefined {
  if (verdict === 'fail') return `The model does not pass: ${reasons[0]}`;
  if (verdict === 'inconclusive' && whenInconclusive === 'fail') {
    return `The gate is inconclusive, and when-inconclusive is fail: ${reasons[0]}`;
  }
  return undefined;
}

/** Has a model predict the hold-out rows; answers the file. */
function predictionFiles(
  spec: LoadedSpec,
  holdout: readonly string[],
  dependencies: Dependencies,
): (file: string, name: string, model: string) => Promise<string> {
  const { evaluate, name } = spec.value;
  const timeLimit = evaluate['time-limit'];
  return async (file, title, model) => {
    const predictions = join(dependencies.run.temp, 'evaluate-gate', name, `${file}.csv`);
    await predict({
      ...dependencies,
      environment: { ...dependencies.environment, MLOPS_MODEL: name },
      command: evaluate.run,
      where: spec.at(['evaluate', 'run']),
      name: title,
      cwd: spec.folder,
      model,
      data: holdout,
      predictions,
      ...(timeLimit !== undefined && { timeLimit }),
    });
    return predictions;
  };
}

/** Labels once, then the predictions of every model beside them. */
async function readAll(
  spec: LoadedSpec,
  holdout: readonly string[],
  challengerFile: string,
  comparedFiles: ReadonlyMap<string, string>,
  { run, duckdb }: Dependencies,
): Promise<{
  challenger: EvaluationRows;
  compared: ReadonlyMap<string, EvaluationRows>;
  slices: Awaited<ReturnType<typeof readLabels>>['slices'];
}> {
  const { task, evaluate } = spec.value;
  const at = (path: readonly string[]): ReturnType<LoadedSpec['at']> => spec.at(['evaluate', ...path]);
  const folders = [run.workspace, spec.folder, run.temp];
  const parents = [...holdout, challengerFile, ...comparedFiles.values()].map((file) => join(file, '..'));
  const engine: Engine = await openEngine({
    library: await duckdb(),
    temp: join(run.temp, 'evaluate-gate'),
    allowedFolders: [...new Set([...folders, ...parents])],
  });
  try {
    const labels = await readLabels(engine, holdout, task, evaluate, at);
    const rowsOf = (file: string): Promise<EvaluationRows> =>
      readPredictions(engine, file, labels, task, evaluate, at);
    const challenger = await rowsOf(challengerFile);
    const compared = new Map<string, EvaluationRows>();
    for (const [versus, file] of comparedFiles) compared.set(versus, await rowsOf(file));
    return { challenger, compared, slices: labels.slices };
  } finally {
    await engine.close();
  }
}
