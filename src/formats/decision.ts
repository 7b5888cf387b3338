import * as v from 'valibot';

/* No time stands in a decision record: the same data, models and rules give the same bytes. */

const verdict = v.picklist(['pass', 'fail', 'inconclusive']);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A bound that the data leave open is null. */
const bound = v.nullable(v.number());

export const estimateSchema = v.strictObject({
  value: v.number(),
  /** Each bound holds with `confidence` by itself. */
  lower: bound,
  upper: bound,
  /**
   * `wilson`, `student-t`, `delong`, `bootstrap-bca`, `group-jackknife`; with `paired-` of a difference, and with
   * `-clusters` or `cluster-` of weighted rows or rows in groups.
   */
  method: v.string(),
});

export const ruleDecisionSchema = v.strictObject({
  metric: v.string(),
  title: v.string(),
  kind: v.picklist(['min', 'max', 'max-drop', 'max-increase']),
  /** The limit, or the margin that is tolerated, in the metric's unit. */
  limit: v.number(),
  /** Of a comparison: `champion`, or a version. */
  versus: v.nullable(v.string()),
  /** As in model.yml: `roc_auc min 0.62`. */
  rule: v.string(),
  /** Null where the metric has no value. */
  challenger: v.nullable(estimateSchema),
  champion: v.nullable(estimateSchema),
  /** Challenger less champion. */
  difference: v.nullable(estimateSchema),
  /** `not-applicable`: there is nothing to compare with. */
  verdict: v.union([verdict, v.literal('not-applicable')]),
  reason: v.string(),
  /** Rows that would about settle an inconclusive rule. */
  rowsNeeded: v.nullable(count),
  /** Of a comparison: the smallest loss that these rows would tell from chance, four times in five. */
  detectable: v.nullable(v.number()),
});

export const sliceDecisionSchema = v.strictObject({
  column: v.string(),
  value: v.nullable(v.string()),
  rows: count,
  /** `insufficient`: fewer rows than `min-slice-rows`. */
  verdict: v.union([verdict, v.literal('insufficient'), v.literal('described')]),
  results: v.array(
    v.strictObject({
      metric: v.string(),
      /** The comparison rule that is applied to the slice; null where the slice is only described. */
      rule: v.nullable(v.string()),
      challenger: v.nullable(estimateSchema),
      difference: v.nullable(estimateSchema),
      /** That the slice is worse than the rule tolerates; adjusted over all slices (Benjamini–Hochberg). */
      p: v.nullable(v.number()),
      adjustedP: v.nullable(v.number()),
      note: v.optional(v.string()),
    }),
  ),
});

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
  challenger: v.strictObject({ digest: v.nullable(v.string()), predictions: v.string() }),
  champion: v.nullable(
    v.strictObject({
      version: v.nullable(v.string()),
      manifestDigest: v.nullable(v.string()),
      predictions: v.string(),
    }),
  ),
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
  /** Every metric of the task that these rows define, without an interval. */
  metrics: v.record(v.string(), v.number()),
  slices: v.array(sliceDecisionSchema),
});

export type EstimateRecord = v.InferOutput<typeof estimateSchema>;
export type RuleDecision = v.InferOutput<typeof ruleDecisionSchema>;
export type SliceDecision = v.InferOutput<typeof sliceDecisionSchema>;
export type Decision = v.InferOutput<typeof decisionSchema>;
