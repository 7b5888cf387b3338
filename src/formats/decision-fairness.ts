import * as v from 'valibot';
import { record } from '../common/record-schema.js';
import { countSchema as count, estimateSchema, verdictSchema } from './decision-estimate.js';
import { sliceValueSchema } from './decision-slices.js';

export const fairnessGroupSchema = v.strictObject({
  /** What each column is. */
  parts: v.array(sliceValueSchema),
  rows: count,
  /** `small`: fewer rows than `min-rows`; `absent`: named, and without a row; `no-value`: a metric is not defined there. */
  state: v.picklist(['judged', 'small', 'absent', 'no-value']),
  /** Of a group that is judged: its metrics, by name. */
  metrics: record(v.string(), estimateSchema),
  champion: v.optional(record(v.string(), estimateSchema)),
  note: v.optional(v.string()),
});

export const fairnessDecisionSchema = v.strictObject({
  /** As in model.yml: `demographic_parity_difference max 0.1 by sex`. */
  rule: v.string(),
  metric: v.string(),
  title: v.string(),
  /** Of a cross: `sex × age_band`. */
  column: v.string(),
  kind: v.picklist(['max', 'min', 'max-increase', 'max-drop']),
  limit: v.number(),
  versus: v.nullable(v.string()),
  minRows: count,
  groups: v.array(fairnessGroupSchema),
  /** Groups beyond those that were judged. */
  leftOut: v.optional(v.strictObject({ groups: count, rows: count })),
  /** Null where fewer than two groups can be judged. */
  challenger: v.nullable(estimateSchema),
  champion: v.nullable(estimateSchema),
  /** Challenger less champion. */
  difference: v.nullable(estimateSchema),
  /** Of a difference or ratio: what it would be on average if all groups were alike, by chance alone. */
  byChance: v.nullable(v.number()),
  /** The groups that are furthest apart, or the one that counts; places in `groups`. */
  between: v.array(count),
  /** Rows that would about settle an inconclusive rule. */
  rowsNeeded: v.nullable(count),
  verdict: v.union([verdictSchema, v.literal('not-applicable')]),
  reason: v.string(),
});

export type FairnessDecision = v.InferOutput<typeof fairnessDecisionSchema>;
