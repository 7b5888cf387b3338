import * as v from 'valibot';
import { record } from '../../common/record-schema.js';
import { waiverSchema } from './evaluate-policy.js';
import { duration, nonEmpty, parameter, versus } from '../words.js';
import { fairnessSchema } from './evaluate-fairness.js';
import { searchSchema } from './evaluate-search.js';
import { sliceSchema } from './evaluate-slices.js';
import { behaviourSchema, importanceSchema } from './evaluate-behaviour.js';
import { servingSchema } from './evaluate-serving.js';

/** What a gate can ask for. */
export const ruleKinds = [
  'min',
  'max',
  'max-drop',
  'max-increase',
  'max-relative-drop',
  'max-relative-increase',
] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** Kinds of rules that compare with another model. */
export function compares(kind: RuleKind): boolean {
  return kind !== 'min' && kind !== 'max';
}

const confidence = v.pipe(v.number(), v.gtValue(0.5), v.ltValue(1));
const margin = v.optional(v.pipe(v.number(), v.minValue(0)));
/** A margin, or `2%` of the other model's value. */
const marginOrShare = v.optional(
  v.union([
    v.pipe(v.number(), v.minValue(0)),
    v.pipe(
      v.string(),
      v.regex(
        /^\d+(\.\d+)?\s*%$/,
        'must be a number of at least 0, or a share of the other model such as 2%',
      ),
    ),
  ]),
);

/** `max-drop: 2%` is `max-relative-drop: 0.02`. */
function relativeKinds(gate: {
  readonly 'max-drop'?: number | string | undefined;
  readonly 'max-increase'?: number | string | undefined;
}): Partial<Record<RuleKind, number>> {
  const kinds: Partial<Record<RuleKind, number>> = {};
  for (const way of ['drop', 'increase'] as const) {
    const limit = gate[`max-${way}`];
    if (typeof limit === 'number') kinds[`max-${way}`] = limit;
    if (typeof limit === 'string') kinds[`max-relative-${way}`] = Number.parseFloat(limit) / 100;
  }
  return kinds;
}

export const gateSchema = v.pipe(
  v.strictObject({
    metric: v.optional(nonEmpty),
    /** Column of the predictions file whose mean is judged, instead of a metric. */
    'mean-of': v.optional(nonEmpty),
    min: v.optional(v.number()),
    max: v.optional(v.number()),
    /** Loss against `versus` that is tolerated: the margin of the non-inferiority test, in the metric's unit. */
    'max-drop': marginOrShare,
    'max-increase': marginOrShare,
    /** The same as a share of the other model's value: 0.02 tolerates 2 % of it. */
    'max-relative-drop': margin,
    'max-relative-increase': margin,
    versus: v.optional(versus),
    /**
     * Instead of versus, a file relative to model.yml: another model's predictions of the hold-out rows, or what an
     * earlier decision record or a JSON file of metrics says of it.
     */
    baseline: v.optional(nonEmpty),
    /** Of each bound of this gate, instead of evaluate.confidence. */
    confidence: v.optional(confidence),
  }),
  v.check(
    (gate) => ruleKinds.some((kind) => gate[kind] !== undefined),
    `a gate needs one of ${ruleKinds.join(', ')}`,
  ),
  v.check(
    (gate) => (gate.metric === undefined) !== (gate['mean-of'] === undefined),
    'a gate needs a metric, or mean-of: the column whose mean it judges',
  ),
  v.check(
    (gate) => gate.versus === undefined || gate.baseline === undefined,
    'a gate compares with versus or with a baseline file, not with both',
  ),
  v.check(
    (gate) =>
      (['drop', 'increase'] as const).every(
        (way) => typeof gate[`max-${way}`] !== 'string' || gate[`max-relative-${way}`] === undefined,
      ),
    'a gate states a relative loss once: write max-drop: 2% or max-relative-drop: 0.02',
  ),
  v.transform(({ metric, 'mean-of': column, 'max-drop': drop, 'max-increase': increase, ...gate }) => ({
    ...gate,
    ...relativeKinds({ 'max-drop': drop, 'max-increase': increase }),
    metric: metric ?? `mean-of ${column}`,
  })),
);

export const evaluateSchema = v.strictObject({
  run: nonEmpty,
  /** Column of the labels in the hold-out data; of the relevance, for a ranking. */
  label: v.optional(nonEmpty),
  /** Of multilabel classification: class → column of the hold-out data that holds 1 or 0. */
  labels: v.optional(v.pipe(record(v.string(), nonEmpty), v.minEntries(2, 'must name two classes or more'))),
  /** Of a ranking: column of the hold-out data that says to which query a row belongs. */
  query: v.optional(nonEmpty),
  /** Column of the hold-out data that says how much a row counts, above 0. */
  'sample-weight': v.optional(nonEmpty),
  /** Column of the hold-out data that says which rows belong together, such as customer_id: they are no independent evidence. */
  group: v.optional(nonEmpty),
  /** Column that identifies a row in both labels and predictions; without it, rows match by position. */
  id: v.optional(nonEmpty),
  /** Column of the predictions file: probability of the positive class, or a record of class → column. */
  score: v.optional(v.union([nonEmpty, record(v.string(), nonEmpty)])),
  /** Column of the predictions file: the predicted class or value. */
  prediction: v.optional(nonEmpty),
  positive: v.optional(parameter),
  /** Score from which on a row counts as positive; or the metric that it shall make largest, chosen on other rows than are judged. */
  threshold: v.optional(
    v.union([v.pipe(v.number(), v.minValue(0), v.maxValue(1)), v.strictObject({ maximise: nonEmpty })]),
    0.5,
  ),
  confidence: v.optional(confidence, 0.95),
  gates: v.pipe(v.array(gateSchema), v.minLength(1, 'without a gate there is nothing to decide: add one')),
  /**
   * The gate decides on so many repeats, by their mean and by how they differ: models that were trained with other
   * seeds (the input `repeats`), or else evaluations of the one model, each with an MLOPS_SEED of its own.
   */
  repeats: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(100))),
  /**
   * Cross-validation: the gate trains so many models, each without one fold of the training rows, and judges limits on
   * the rows of all folds together with the hold-out rows.
   */
  folds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(20))),
  /** Columns, crosses of columns, ranges of numbers, and named values, whose rows are judged by themselves. */
  slices: v.optional(v.array(sliceSchema), []),
  /** Rules that hold in every slice, instead of the comparisons among gates. */
  'slice-gates': v.optional(v.array(gateSchema)),
  'min-slice-rows': v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 200),
  /** How far apart groups of rows may be. */
  fairness: v.optional(v.array(fairnessSchema)),
  /** Look for slices of one or two columns where the model is worse, though nobody named them. */
  search: v.optional(searchSchema),
  /** What happens when no champion is live. */
  'without-champion': v.optional(v.picklist(['absolute-only', 'manual']), 'absolute-only'),
  /** Gates that need not pass for some time, with who answers for it. */
  waivers: v.optional(v.array(waiverSchema)),
  /**
   * Counts how many models these hold-out rows have decided on, and what follows for the bounds: `count` only says it,
   * `spend` makes them stricter, so that all uses together err as often as one may, `adaptive` much stricter, so that
   * this also holds where models were tuned to the number that a rule showed. Needs `contents: write`.
   */
  'holdout-use': v.optional(v.picklist(['count', 'spend', 'adaptive'])),
  /** What an inconclusive verdict does to the job. */
  'when-inconclusive': v.optional(v.picklist(['fail', 'needs-review']), 'fail'),
  /** How the model must answer changed rows. */
  behaviour: v.optional(behaviourSchema),
  /** Columns are shuffled to see what the model leans on. */
  importance: v.optional(importanceSchema),
  /** The model is started in its real server, and asked. */
  serving: v.optional(servingSchema),
  'time-limit': v.optional(duration),
});

export type Gate = v.InferOutput<typeof gateSchema>;
