import { resolve } from 'node:path';
import { displayPath } from '../../common/files.js';
import { worst } from '../../common/verdict.js';
import { sha256OfFile } from '../../engine/file.js';
import { type GateDecision, decideGate } from '../../evaluation/gate.js';
import { rowCount } from '../../evaluation/rows.js';
import type { Slicing } from '../../evaluation/slices/define.js';
import type { Decision } from '../../formats/decision.js';
import { loadSpec } from '../../spec/load.js';
import type { Outcome } from '../definition.js';
import type { Dependencies } from '../dependencies.js';
import { commentOn } from './comment.js';
import { type GateContext, openContext } from './context.js';
import type { definition } from './inputs.js';
import { type GateInputs, digestOfModel } from './models.js';
import { gateReport } from './report.js';
import { type PartKey, type PartOutcome, parts } from './sections.js';

/** Judges the challenger on the hold-out rows, and tells the pull request. */
export async function main(
  inputs: GateInputs,
  dependencies: Dependencies,
): Promise<Outcome<keyof typeof definition.outputs>> {
  const { run, logger } = dependencies;
  const spec = await loadSpec(resolve(run.workspace, inputs.model));
  const { evaluate } = spec.value;
  const asked = parts.flatMap((part) => {
    const columns = part.columns(evaluate);
    return columns === undefined ? [] : [{ part, columns }];
  });
  const columns = asked.some((one) => one.columns === 'all')
    ? 'all'
    : asked.flatMap((one) => one.columns as readonly string[]);
  const context = await openContext(inputs, spec, columns, dependencies);
  try {
    const gate = decideGate({
      rules: context.rules,
      sliceRules: context.sliceRules,
      challenger: context.challenger.rows,
      baselineOf: context.baselineOf,
      slices: context.labels.slices,
      minSliceRows: evaluate['min-slice-rows'],
      confidence: evaluate.confidence,
      seed: inputs.seed,
      withoutChampion: evaluate['without-champion'],
    });
    const outcomes = new Map<PartKey, PartOutcome<PartKey>>();
    for (const { part } of asked) outcomes.set(part.key, await part.decide(context));

    const decision = await compose(context, gate, outcomes);
    const report = gateReport(decision, {
      championName: context.champion?.name,
      challenger: context.challenger.rows,
      champion: context.champion?.rows,
      minSliceRows: evaluate['min-slice-rows'],
    });
    if (inputs.comment) await commentOn(decision, report, inputs.token, dependencies);
    const failure = failureOf(decision, evaluate['when-inconclusive']);
    if (failure === undefined && decision.verdict === 'inconclusive') {
      logger.warning(`The gate is inconclusive, and a person must decide: ${decision.reasons[0]}`);
    }
    return {
      outputs: {
        verdict: decision.verdict,
        reasons: decision.reasons.join('\n'),
        'champion-version': context.champion?.version ?? '',
      },
      result: decision,
      report,
      ...(failure !== undefined && { failure }),
    };
  } finally {
    await context.engine.close();
  }
}

/** The decision record. */
async function compose(
  { spec, inputs, challenger, champion, holdout, baselines, labels }: GateContext,
  gate: GateDecision,
  outcomes: ReadonlyMap<PartKey, PartOutcome<PartKey>>,
): Promise<Decision> {
  const { name: model, task, evaluate } = spec.value;
  const sha256 = async (file: string): Promise<string> => `sha256:${await sha256OfFile(file)}`;
  const decided = [...outcomes.values()];
  const reasonsOf = (wanted: readonly (string | null)[]): string[] =>
    decided.filter(({ verdict }) => wanted.includes(verdict)).flatMap(({ reasons }) => reasons);
  const verdicts = decided.flatMap(({ verdict }) => (verdict === null ? [] : [verdict]));
  return {
    kind: 'decision',
    schemaVersion: 1,
    model,
    task,
    verdict: worst([gate.verdict, ...verdicts]),
    reasons: [
      ...gate.reasons.fail,
      ...reasonsOf(['fail']),
      ...gate.reasons.inconclusive,
      ...reasonsOf(['inconclusive']),
      ...gate.reasons.others,
      ...reasonsOf(['pass', null]),
    ],
    challenger: {
      digest: challenger.folder === undefined ? null : await digestOfModel(spec, challenger.folder),
      predictions: await sha256(challenger.predictions),
    },
    champion:
      champion === undefined
        ? null
        : {
            version: champion.version,
            manifestDigest: champion.manifestDigest,
            predictions: await sha256(champion.predictions),
          },
    ...(baselines.length > 0 && {
      baselines: await Promise.all(
        baselines.map(async ({ path, file }) => ({ path, sha256: await sha256(file) })),
      ),
    }),
    data: {
      rows: rowCount(challenger.rows),
      files: await Promise.all(
        holdout.map(async (file) => ({ path: displayPath(file, spec.folder), sha256: await sha256(file) })),
      ),
      ...(evaluate['sample-weight'] !== undefined && { sampleWeight: evaluate['sample-weight'] }),
      ...(evaluate.group !== undefined && {
        group: { column: evaluate.group, count: new Set(challenger.rows.clusters).size },
      }),
    },
    confidence: evaluate.confidence,
    seed: inputs.seed,
    rules: [...gate.rules],
    metrics: { ...gate.metrics },
    slices: [...gate.slices],
    ...slicesLeftOut(labels.slices),
    ...Object.fromEntries([...outcomes].map(([key, { record }]) => [key, record])),
  };
}

/** What was not judged is said. */
function slicesLeftOut(slicings: readonly Slicing[]): Pick<Decision, 'slicesLeftOut'> {
  const left = slicings.flatMap(({ column, leftOut }) =>
    leftOut.slices > 0 ? [{ column, ...leftOut }] : [],
  );
  return left.length > 0 ? { slicesLeftOut: left } : {};
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
