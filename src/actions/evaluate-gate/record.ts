import { displayPath } from '../../common/files.js';
import { sha256OfFile } from '../../engine/file.js';
import { measureAll } from '../../evaluation/gate.js';
import { type EvaluationRows, rowCount } from '../../evaluation/rows.js';
import type { Slicing } from '../../evaluation/slices/define.js';
import type { Decision } from '../../formats/decision.js';
import type { GateContext } from './context.js';
import type { Decided } from './decide.js';
import { digestOfModel } from './models.js';
import { repeatsIn } from './repeats-record.js';

/** What the decision is about, by digest. */
export type Judged = Pick<Decision, 'challenger' | 'champion' | 'baselines' | 'repeats' | 'folds'> & {
  readonly files: Decision['data']['files'];
};

/** Digests of everything that was judged, or judged with. */
export async function judgedIn(context: GateContext): Promise<Judged> {
  const { spec, challenger, champion, holdout, baselines, folds } = context;
  const filesOf = (files: readonly string[]): Promise<{ path: string; sha256: string }[]> =>
    Promise.all(
      files.map(async (file) => ({ path: displayPath(file, spec.folder), sha256: await sha256(file) })),
    );
  const repeats = await repeatsIn(context);
  return {
    challenger: {
      digest: challenger.folder === undefined ? null : await digestOfModel(spec, challenger.folder),
      predictions: await sha256(challenger.predictions),
      ...chosenThreshold(challenger.rows),
    },
    champion:
      champion === undefined
        ? null
        : {
            version: champion.version,
            manifestDigest: champion.manifestDigest,
            predictions: await sha256(champion.predictions),
            ...chosenThreshold(champion.rows),
            metrics: measureAll(champion.rows),
          },
    ...(baselines.length > 0 && {
      baselines: await Promise.all(
        baselines.map(async ({ path, file }) => ({ path, sha256: await sha256(file) })),
      ),
    }),
    ...(repeats !== undefined && { repeats }),
    ...(folds && { folds: { count: folds.count, rows: folds.training, files: await filesOf(folds.files) } }),
    files: await filesOf(holdout),
  };
}

const chosenThreshold = (rows: EvaluationRows): Pick<Decision['challenger'], 'threshold'> =>
  rows.task === 'binary-classification' && rows.threshold !== undefined ? { threshold: rows.threshold } : {};

const sha256 = async (file: string): Promise<string> => `sha256:${await sha256OfFile(file)}`;

/** The decision record: what was decided, and on what. */
export function recordOf(
  { spec, inputs, challenger, labels }: GateContext,
  { files, ...judged }: Judged,
  { verdict, reasons, gate, outcomes, waivers, holdoutUse }: Decided,
): Decision {
  const { name: model, task, evaluate } = spec.value;
  return {
    kind: 'decision',
    schemaVersion: 1,
    model,
    task,
    verdict,
    reasons: [...reasons],
    ...judged,
    data: {
      rows: rowCount(challenger.rows),
      files,
      ...(evaluate['sample-weight'] !== undefined && { sampleWeight: evaluate['sample-weight'] }),
      ...(evaluate.group !== undefined && {
        group: { column: evaluate.group, count: new Set(challenger.rows.clusters).size },
      }),
    },
    confidence: evaluate.confidence,
    seed: inputs.seed,
    rules: [...gate.rules],
    ...(holdoutUse !== undefined && { holdoutUse }),
    ...(waivers.record !== undefined && { waivers: waivers.record }),
    metrics: { ...gate.metrics },
    slices: [...gate.slices],
    ...slicesLeftOut(labels.slices),
    ...Object.fromEntries([...outcomes].map(([key, { record }]) => [key, record])),
  };
}

/** The report lists what was not judged. */
function slicesLeftOut(slicings: readonly Slicing[]): Pick<Decision, 'slicesLeftOut'> {
  const left = slicings.flatMap(({ column, leftOut }) =>
    leftOut.slices > 0 ? [{ column, ...leftOut }] : [],
  );
  return left.length > 0 ? { slicesLeftOut: left } : {};
}
