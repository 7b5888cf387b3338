import { UserError } from '../../common/errors.js';
import { sha256OfFile } from '../../engine/file.js';
import { allOf } from '../../evaluation/metrics/repeated.js';
import type { EvaluationRows } from '../../evaluation/rows.js';
import type { RepeatsRecord } from '../../formats/decision-policy.js';
import type { GateContext } from './context.js';
import { digestOfModel } from './models.js';

/**
 * Each repeat by itself; undefined where nothing is repeated.
 * @throws UserError where a model is named twice: it would pass for another seed's
 */
export async function repeatsIn({
  spec,
  inputs,
  challenger,
  repeated,
  rules,
}: GateContext): Promise<RepeatsRecord | undefined> {
  if (repeated.kind === 'none') return undefined;
  const rows = allOf(challenger.rows);
  const list: RepeatsRecord['list'] = [];
  for (const [i, repeat] of [challenger, ...challenger.repeats].entries()) {
    const evaluations = repeated.kind === 'evaluations';
    const folder = evaluations ? challenger.folder : repeat.folder;
    list.push({
      ...(evaluations && { seed: inputs.seed + i }),
      digest: folder === undefined ? null : await digestOfModel(spec, folder),
      predictions: `sha256:${await sha256OfFile(repeat.predictions)}`,
      metrics: metricsOf(rules, { ...rows[i]!, repeats: [] }),
    });
  }
  if (repeated.kind === 'models') refuseTwice(list);
  return { kind: repeated.kind, list };
}

function metricsOf(rules: GateContext['rules'], rows: EvaluationRows): Record<string, number> {
  const defined = rules.filter(({ metric }) => metric.missing(rows) === undefined);
  return Object.fromEntries(defined.map(({ metric }) => [metric.name, metric.value(rows)]));
}

function refuseTwice(list: RepeatsRecord['list']): void {
  const keys = list.map(({ digest, predictions }) => digest ?? predictions);
  const again = keys.findIndex((key, i) => keys.indexOf(key) !== i);
  if (again < 0) return;
  throw new UserError({
    message: `the models ${keys.indexOf(keys[again]!) + 1} and ${again + 1} of the repeats are the same: they do not show what another seed would have done`,
    remedy:
      'name each model once, and train each with a seed of its own (the input `seed` of train-on-gpu-runner)',
  });
}

/** Sentences of what the repeats do not show. */
export function repeatsWarnings(record: RepeatsRecord | undefined): string[] {
  if (record?.kind !== 'evaluations') return [];
  const { length } = record.list;
  return new Set(record.list.map(({ predictions }) => predictions)).size > 1
    ? []
    : [
        `All ${length} evaluations predicted the same: evaluate.run draws nothing from MLOPS_SEED, and once would do`,
      ];
}
