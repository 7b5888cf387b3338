import * as v from 'valibot';
import { countSchema as count, estimateSchema, verdictSchema } from './decision-estimate.js';

/** What a column is in a slice; null where it is empty. */
export const sliceValueSchema = v.strictObject({ column: v.string(), value: v.nullable(v.string()) });

export const sliceDecisionSchema = v.strictObject({
  /** Of a cross: `origin × hour_band`. */
  column: v.string(),
  /** Of a cross, the values in the same order; `0 to 500` of a range, which holds its lower end. */
  value: v.nullable(v.string()),
  /** Of a cross: what each column is. */
  parts: v.optional(v.array(sliceValueSchema)),
  /** The spec names it: without a row it fails, and with too few the gate is inconclusive. */
  named: v.optional(v.literal(true)),
  rows: count,
  /** `insufficient`: fewer rows than `min-slice-rows`. */
  verdict: v.union([verdictSchema, v.literal('insufficient'), v.literal('described')]),
  results: v.array(
    v.strictObject({
      metric: v.string(),
      /** The rule that is applied to the slice; null where the slice is only described. */
      rule: v.nullable(v.string()),
      /** Of its rule, where that has one of its own. */
      confidence: v.optional(v.number()),
      challenger: v.nullable(estimateSchema),
      difference: v.nullable(estimateSchema),
      /** That the slice is worse than the rule allows; adjusted over all slices (Benjamini–Hochberg). */
      p: v.nullable(v.number()),
      adjustedP: v.nullable(v.number()),
      note: v.optional(v.string()),
    }),
  ),
});

export const slicesLeftOutSchema = v.strictObject({
  column: v.string(),
  slices: count,
  rows: count,
});

export type SliceDecision = v.InferOutput<typeof sliceDecisionSchema>;
