import * as v from 'valibot';
import { record } from '../../common/record-schema.js';
import { duration, globs, nonEmpty, share } from '../words.js';

export const performanceRuleSchema = v.pipe(
  v.strictObject({
    metric: nonEmpty,
    min: v.optional(v.number()),
    max: v.optional(v.number()),
    /** Loss against the reference that is tolerated, in the metric's unit. */
    'max-drop': v.optional(v.pipe(v.number(), v.minValue(0))),
    'max-increase': v.optional(v.pipe(v.number(), v.minValue(0))),
  }),
  v.check(
    (rule) => [rule.min, rule.max, rule['max-drop'], rule['max-increase']].some((x) => x !== undefined),
    'a rule needs one of min, max, max-drop, max-increase',
  ),
);

/** How the model does on what it is asked now. Columns that are not named here are named as in `evaluate`. */
export const driftPerformanceSchema = v.optional(
  v.strictObject({
    /** The log of predictions: id, time, score or predicted class. */
    predictions: globs,
    /** Labels by id, as they arrive; without it, the log itself has the label column. */
    labels: v.optional(globs),
    /** Labelled predictions of the time when the model was in order, in the log's columns. */
    reference: v.optional(globs),
    id: v.optional(nonEmpty),
    /** Column of the log: when the prediction was made. */
    time: v.optional(nonEmpty),
    label: v.optional(nonEmpty),
    score: v.optional(v.union([nonEmpty, record(v.string(), nonEmpty)])),
    prediction: v.optional(nonEmpty),
    /** Score from which on the model that serves says yes, where the gate chose it or it is another one. */
    threshold: v.optional(share),
    /** Only predictions older than this are judged: of younger ones the early labels are no fair sample. */
    'mature-after': v.optional(duration, '0s'),
    /** Only the mature predictions of this last stretch of time; default: all of the log. */
    over: v.optional(duration),
    /** Share of the mature predictions that must have a label. */
    'min-coverage': v.optional(share, 0.9),
    rules: v.optional(v.array(performanceRuleSchema), []),
    confidence: v.optional(v.pipe(v.number(), v.gtValue(0.5), v.ltValue(1)), 0.95),
    /** Estimate the metrics of the rules from the scores alone, for predictions without labels. */
    estimate: v.optional(v.boolean(), true),
    /** The stream of errors in time order, tested at every run without a limit to the number of looks. */
    concept: v.optional(
      v.strictObject({
        /** Mean loss that is accepted; default: that of the reference. */
        accepted: v.optional(v.pipe(v.number(), v.minValue(0))),
        /** How far above it the mean loss may be. */
        margin: v.pipe(v.number(), v.gtValue(0)),
        /** Share of models in order for which this ever alarms, over all runs together. */
        alpha: v.optional(v.pipe(v.number(), v.gtValue(0), v.ltValue(0.5)), 0.05),
        /** Of a regression: the absolute error that counts as 1; larger ones are cut to it. */
        'largest-error': v.optional(v.pipe(v.number(), v.gtValue(0))),
      }),
    ),
  }),
);

export type PerformanceRule = v.InferOutput<typeof performanceRuleSchema>;
export type PerformanceSettings = NonNullable<v.InferOutput<typeof driftPerformanceSchema>>;
