import { displayPath } from '../../common/files.js';
import { sha256OfFile } from '../../engine/file.js';
import { rowCount } from '../../evaluation/rows.js';
import type { Slicing } from '../../evaluation/slices/define.js';
import type { Decision } from '../../formats/decision.js';
import type { GateContext } from './context.js';
import type { Decided } from './decide.js';
import { digestOfModel } from './models.js';

/** The decision record: what was decided, and on what. */
export async function recordOf(
  { spec, inputs, challenger, champion, holdout, labels, baselines }: GateContext,
  { verdict, reasons, gate, outcomes, waivers }: Decided,
): Promise<Decision> {
  const { name: model, task, evaluate } = spec.value;
  const sha256 = async (file: string): Promise<string> => `sha256:${await sha256OfFile(file)}`;
  return {
    kind: 'decision',
    schemaVersion: 1,
    model,
    task,
    verdict,
    reasons: [...reasons],
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
    ...(waivers.record !== undefined && { waivers: waivers.record }),
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
