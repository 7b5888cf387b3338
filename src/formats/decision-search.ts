import * as v from 'valibot';
import { countSchema as count, estimateSchema } from './decision-estimate.js';
import { sliceValueSchema } from './decision-slices.js';

export const findingSchema = v.strictObject({
  /** What its one or two columns are; ranges hold their lower end. */
  parts: v.array(sliceValueSchema),
  /** Worse than on the rows outside of it, or than the champion on the same rows. */
  than: v.picklist(['rest', 'champion']),
  /** In all the data. */
  rows: count,
  /** Of these, the ones that it was not found on: the estimates are made from them. */
  confirmedOn: count,
  challenger: estimateSchema,
  /** On the rest of the rows, or of the champion. */
  other: estimateSchema,
  /** Challenger less other. */
  difference: estimateSchema,
  /** That it is worse by no more than the threshold; adjusted over all candidates (Benjamini–Hochberg). */
  p: v.number(),
  adjustedP: v.number(),
});

export const searchDecisionSchema = v.strictObject({
  metric: v.string(),
  title: v.string(),
  /** The mean over rows by which candidates were found, where the metric is none itself. */
  foundBy: v.optional(v.string()),
  better: v.picklist(['higher', 'lower']),
  /**
   * How much worse is worth a finding, in the metric's unit; null where there is no champion. What the champion does
   * better over all rows is in it: that is for the rules.
   */
  thresholds: v.strictObject({ rest: v.nullable(v.number()), champion: v.nullable(v.number()) }),
  /** Whether a finding fails the gate. */
  fail: v.boolean(),
  columns: v.array(v.string()),
  columnsLeftOut: v.array(v.strictObject({ column: v.string(), why: v.string() })),
  /** Slices of one and two columns with enough rows. */
  lookedAt: count,
  foundOn: count,
  confirmedOn: count,
  /** The ones that looked worst, and were tested on the other half of the rows. */
  candidates: count,
  findings: v.array(findingSchema),
  /** Why nothing was searched. */
  note: v.optional(v.string()),
});

export type SearchDecision = v.InferOutput<typeof searchDecisionSchema>;
export type SearchFinding = v.InferOutput<typeof findingSchema>;
