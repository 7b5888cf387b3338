import * as v from 'valibot';
import { record } from '../common/record-schema.js';
import { behaviourSchema, importanceSchema } from './decision-behaviour.js';
import { servingSchema } from './decision-serving.js';
import { changesSchema } from './decision-changes.js';
import { foldsSchema, holdoutUseSchema, repeatsSchema, waiversSchema } from './decision-policy.js';
import { fairnessDecisionSchema } from './decision-fairness.js';
import { searchDecisionSchema } from './decision-search.js';
import { sliceDecisionSchema, slicesLeftOutSchema } from './decision-slices.js';
import { countSchema as count, estimateSchema, verdictSchema as verdict } from './decision-estimate.js';

/* No time stands in a decision record: the same data, models and rules give the same bytes. */

export const ruleDecisionSchema = v.strictObject({
  metric: v.string(),
  title: v.string(),
  /** `zero`: neither way is better by itself. */
  better: v.optional(v.picklist(['higher', 'lower', 'zero'])),
  kind: v.picklist(['min', 'max', 'max-drop', 'max-increase', 'max-relative-drop', 'max-relative-increase']),
  /** The limit, or the margin that is tolerated: in the metric's unit, of a relative rule as a share of the other's value. */
  limit: v.number(),
  /** Of a comparison: `champion`, a version, or the path of a baseline file. */
  versus: v.nullable(v.string()),
  /** Of each bound by itself, where the gate has a confidence of its own. */
  confidence: v.optional(v.number()),
  /** As in model.yml: `roc_auc min 0.62`. */
  rule: v.string(),
  /** Null where the metric has no value. */
  challenger: v.nullable(estimateSchema),
  champion: v.nullable(estimateSchema),
  /**
   * Of a limit that cross-validation judges: the models of the folds on the training rows, and the challenger on the
   * hold-out rows; `challenger` is all of them. Null where the rows give no value.
   */
  folds: v.optional(
    v.strictObject({ training: v.nullable(estimateSchema), holdout: v.nullable(estimateSchema) }),
  ),
  /** Challenger less champion. */
  difference: v.nullable(estimateSchema),
  /** Of a relative rule: (challenger − champion)/champion. */
  relative: v.optional(estimateSchema),
  /** `not-applicable`: there is nothing to compare with. */
  verdict: v.union([verdict, v.literal('not-applicable')]),
  reason: v.string(),
  /** A waiver covers it: it does not pass, and does not count. */
  waived: v.optional(v.literal(true)),
  /** Rows that would about settle an inconclusive rule. */
  rowsNeeded: v.nullable(count),
  /** Where groups of rows are counted, or queries: groups like these that would about settle it. */
  groupsNeeded: v.optional(count),
  /** Of a comparison: the smallest loss that these rows would tell from chance, four times in five; in the limit's unit. */
  detectable: v.nullable(v.number()),
});

/** Where none is given: the one that makes a metric largest on all rows. Each row was judged at one that others chose. */
const thresholdSchema = v.strictObject({ maximises: v.string(), value: v.number() });

export const decisionSchema = v.strictObject({
  kind: v.literal('decision'),
  schemaVersion: v.literal(1),
  model: v.string(),
  task: v.picklist([
    'binary-classification',
    'multiclass-classification',
    'multilabel-classification',
    'regression',
    'ranking',
    'example-scores',
  ]),
  verdict,
  /** Sentences; the most important first. */
  reasons: v.array(v.string()),
  /** Content digest of the folder that was judged; null where predictions were judged and no folder was there. */
  challenger: v.strictObject({
    digest: v.nullable(v.string()),
    predictions: v.string(),
    threshold: v.optional(thresholdSchema),
  }),
  champion: v.nullable(
    v.strictObject({
      version: v.nullable(v.string()),
      manifestDigest: v.nullable(v.string()),
      predictions: v.string(),
      threshold: v.optional(thresholdSchema),
      /** As `metrics` below. */
      metrics: v.optional(record(v.string(), v.number())),
    }),
  ),
  /** Files that rules compare with. */
  baselines: v.optional(v.array(v.strictObject({ path: v.string(), sha256: v.string() }))),
  data: v.strictObject({
    rows: count,
    files: v.array(v.strictObject({ path: v.string(), sha256: v.string() })),
    /** Column of the rows' weights. */
    sampleWeight: v.optional(v.string()),
    /** Column of what belongs together, and how many such groups there are. */
    group: v.optional(v.strictObject({ column: v.string(), count })),
  }),
  /** Of each bound by itself. */
  confidence: v.number(),
  /** Of the resampling. */
  seed: v.number(),
  rules: v.array(ruleDecisionSchema),
  /** What the gate decided on together; absent where nothing is repeated. */
  repeats: v.optional(repeatsSchema),
  /** The training rows on which limits were judged as well; absent without cross-validation. */
  folds: v.optional(foldsSchema),
  /** Absent where the spec does not ask for it. */
  holdoutUse: v.optional(holdoutUseSchema),
  /** Absent where the spec waives nothing. */
  waivers: v.optional(waiversSchema),
  /** Every metric of the task that these rows define, without an interval. */
  metrics: record(v.string(), v.number()),
  slices: v.array(sliceDecisionSchema),
  /** Slices of a column that are beyond those that were judged. */
  slicesLeftOut: v.optional(v.array(slicesLeftOutSchema)),
  /** What is asked of groups, rule by rule. */
  fairness: v.optional(v.array(fairnessDecisionSchema)),
  /** Slices that nobody named. */
  search: v.optional(searchDecisionSchema),
  /** What changed against the champion, row by row; absent where there is none. */
  changes: v.optional(changesSchema),
  /** How the model answers changed rows. */
  behaviour: v.optional(behaviourSchema),
  /** What the model leans on. */
  importance: v.optional(importanceSchema),
  /** The model in its real server; measured, and so not bit for bit the same again. */
  serving: v.optional(servingSchema),
});

export { estimateSchema, type EstimateRecord } from './decision-estimate.js';
export { sliceDecisionSchema, type SliceDecision } from './decision-slices.js';

export type RuleDecision = v.InferOutput<typeof ruleDecisionSchema>;
export type Decision = v.InferOutput<typeof decisionSchema>;
