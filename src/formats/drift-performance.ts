import * as v from 'valibot';
import { columnDriftSchema } from './drift-column.js';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const verdict = v.picklist(['pass', 'fail', 'inconclusive']);
/** JSON has no infinity: null is an end that the rows say nothing about. */
const end = v.nullable(v.number());

export const metricEstimateSchema = v.strictObject({
  value: v.number(),
  lower: end,
  upper: end,
  rows: count,
  /** How the interval was made. */
  method: v.string(),
});

/** A metric held against a rule of the spec. */
export const performanceRuleResultSchema = v.strictObject({
  metric: v.string(),
  /** As people write it. */
  title: v.string(),
  better: v.picklist(['higher', 'lower', 'zero']),
  /** What the spec asks, e.g. `at least 0.62`. */
  rule: v.string(),
  verdict,
  reason: v.string(),
  /** Now; null where the rows give none. */
  current: v.nullable(metricEstimateSchema),
  reference: v.nullable(metricEstimateSchema),
  /** What is held against the limit: `current`, or what it is worse than the reference by. */
  judged: v.nullable(v.strictObject({ value: v.number(), lower: end, upper: end })),
  limit: v.number(),
});

/** Which predictions were judged. */
export const maturitySchema = v.strictObject({
  predictions: count,
  /** Predictions made until then are mature, ISO 8601; null when all are. */
  until: v.nullable(v.string()),
  /** Predictions that are mature, and within `over`. */
  mature: count,
  labelled: count,
  coverage: share,
  minCoverage: share,
  /** p of "rows with a label have the scores of those without"; null where one of both is missing. */
  labelledAlike: v.nullable(share),
  /** Mean score of the mature rows with and without a label, where there are scores. */
  meanScore: v.nullable(v.strictObject({ labelled: v.number(), unlabelled: v.number() })),
  /** Labels whose id is in no prediction. */
  unknownLabels: count,
});

export const realisedSchema = v.strictObject({
  verdict,
  reasons: v.array(v.string()),
  maturity: maturitySchema,
  rules: v.array(performanceRuleResultSchema),
});

export const estimatedSchema = v.strictObject({
  verdict,
  reasons: v.array(v.string()),
  /** What must hold for the estimate to be right: a sentence each. */
  assumptions: v.array(v.string()),
  rows: count,
  /** Whether scores of the reference came true as often as they say. */
  calibration: v.strictObject({
    rows: count,
    /** Expected calibration error, ten bins of equal size, and what chance alone shows. */
    error: v.number(),
    errorByChance: v.number(),
    p: share,
    /** `as-is`: the scores are probabilities; `isotonic`: corrected by the reference's labels. */
    used: v.picklist(['as-is', 'isotonic']),
    /** Of the corrected scores, on the half of the reference that they were not fitted on. */
    errorAfter: v.optional(v.number()),
  }),
  rules: v.array(performanceRuleResultSchema),
  /** The same estimate where the labels are known: what it says, and what came. */
  heldAgainst: v.array(
    v.strictObject({
      metric: v.string(),
      estimated: metricEstimateSchema,
      realised: metricEstimateSchema,
      agrees: v.boolean(),
    }),
  ),
});

export const detectorSchema = v.strictObject({
  method: v.picklist(['page-hinkley', 'adwin', 'ddm']),
  /** Alarms in this run's outcomes. */
  alarms: count,
  /** Time of the newest one, ISO 8601. */
  last: v.nullable(v.string()),
  /** Mean of what the detector holds to be the present, where it has one. */
  estimate: v.nullable(v.number()),
});

/** Whether the model errs more than it may, from the stream of its outcomes. */
export const conceptSchema = v.strictObject({
  verdict,
  reasons: v.array(v.string()),
  /** `error`: 1 where prediction and label differ; `absolute-error`: as a share of the largest that counts. */
  loss: v.picklist(['error', 'absolute-error']),
  largestError: v.optional(v.number()),
  accepted: v.number(),
  margin: v.number(),
  alpha: share,
  /** Outcomes that this run added, and all so far. */
  added: count,
  outcomes: count,
  mean: v.nullable(v.number()),
  /** Outcomes after which a mean loss of a second margin above would be seen in four of five tries. */
  needed: count,
  /**
   * ln of the evidence against "the mean loss is within the margin", or, after an alarm, against "it is beyond";
   * enough from ln(1/alpha) on, whenever and however often one looks.
   */
  logEvidence: v.number(),
  threshold: v.number(),
  alarmAt: v.nullable(v.string()),
  /** Times of what began and ended among the new outcomes. */
  alarms: v.array(v.string()),
  recoveries: v.array(v.string()),
  /** Shown, never decided by: how often they alarm without a change depends on their settings. */
  detectors: v.array(detectorSchema),
  /** About 60 points along the new outcomes, and those at which the evidence was enough. */
  path: v.array(v.strictObject({ at: v.string(), n: count, mean: v.number(), logEvidence: v.number() })),
});

export const predictionDriftSchema = v.strictObject({
  verdict,
  reasons: v.array(v.string()),
  rows: v.strictObject({ reference: count, current: count }),
  columns: v.array(columnDriftSchema),
});

/** Predictions, labels and performance of a model in use. Each part is null when it was not asked for. */
export const driftPerformanceSchema = v.strictObject({
  kind: v.literal('drift-performance'),
  schemaVersion: v.literal(1),
  verdict,
  reasons: v.array(v.string()),
  predictions: v.nullable(predictionDriftSchema),
  realised: v.nullable(realisedSchema),
  estimated: v.nullable(estimatedSchema),
  concept: v.nullable(conceptSchema),
});

export type MetricEstimate = v.InferOutput<typeof metricEstimateSchema>;
export type PerformanceRuleResult = v.InferOutput<typeof performanceRuleResultSchema>;
export type Maturity = v.InferOutput<typeof maturitySchema>;
export type Realised = v.InferOutput<typeof realisedSchema>;
export type Estimated = v.InferOutput<typeof estimatedSchema>;
export type Concept = v.InferOutput<typeof conceptSchema>;
export type PredictionDrift = v.InferOutput<typeof predictionDriftSchema>;
export type Performance = v.InferOutput<typeof driftPerformanceSchema>;
