import * as v from 'valibot';
import { countSchema as count, estimateSchema, verdictSchema as verdict } from './decision-estimate.js';

/* How the model answered changed rows, and what it leans on; parts of the decision record. */

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** A row that shows what a test found. */
export const witnessSchema = v.strictObject({
  /** File and line, such as `data/2001-04.csv:17`; of a Parquet file, the row. */
  place: v.string(),
  changes: v.array(
    v.strictObject({
      column: v.string(),
      before: v.nullable(v.string()),
      after: v.nullable(v.string()),
    }),
  ),
  /** What the model answered, such as `late (0.62)`. Of a case, `before` is what was expected. */
  before: v.string(),
  after: v.string(),
});

export const behaviourTestSchema = v.strictObject({
  name: v.string(),
  kind: v.picklist(['invariance', 'direction', 'minimum-functionality', 'robustness']),
  columns: v.array(v.string()),
  /** What was done, as a clause: `origin: another of ORD, JFK`. */
  change: v.string(),
  /** Rows that were tested: those that the change made different. */
  rows: count,
  /** Share of them that answered as they should not; of cases, that did. Null where a metric decides. */
  share: v.nullable(v.strictObject({ value: share, lower: share, upper: share })),
  /** The metric on the changed rows and on the same rows unchanged; null where a share decides. */
  metric: v.nullable(
    v.strictObject({
      name: v.string(),
      title: v.string(),
      before: v.number(),
      after: v.number(),
      difference: estimateSchema,
    }),
  ),
  rule: v.picklist(['max-share', 'min-share', 'max-drop', 'max-increase']),
  limit: v.number(),
  verdict,
  reason: v.string(),
  /** Rows that would about settle an inconclusive test. */
  rowsNeeded: v.nullable(count),
  /** Of the changes; null where nothing is random. */
  seed: v.nullable(v.number()),
  /** The worst first, five at most. */
  witnesses: v.array(witnessSchema),
});

/** Rows whose answers were asked for again, unchanged. */
const repeatedSchema = v.strictObject({ rows: count, changed: count });

export const behaviourSchema = v.strictObject({
  verdict,
  /** Hold-out rows that were sampled. */
  rows: count,
  /** Of each bound by itself; above that of the decision where the same rows have decided before. */
  confidence: v.number(),
  seed: v.number(),
  /** Whether the model gives the same rows the same answers again; if not, part of what the tests see is chance. */
  repeated: repeatedSchema,
  tests: v.array(behaviourTestSchema),
});

export const importanceSchema = v.strictObject({
  /** Null where no column has a limit. */
  verdict: v.nullable(verdict),
  metric: v.string(),
  title: v.string(),
  /** The metric on the sampled rows as they are. */
  value: v.number(),
  rows: count,
  repeats: count,
  /** Of each bound by itself; above that of the decision where the same rows have decided before. */
  confidence: v.number(),
  seed: v.number(),
  repeated: repeatedSchema,
  /** The most important first. */
  columns: v.array(
    v.strictObject({
      /** A column, or the name of several in `together`. */
      name: v.string(),
      columns: v.array(v.string()),
      /** How much the metric gets worse when the column is shuffled, in its unit: below 0 it got better; null where it has no value then. */
      importance: v.nullable(estimateSchema),
      limit: v.nullable(v.number()),
      /** Null without a limit. */
      verdict: v.nullable(verdict),
      reason: v.nullable(v.string()),
    }),
  ),
});

export type Witness = v.InferOutput<typeof witnessSchema>;
export type BehaviourTest = v.InferOutput<typeof behaviourTestSchema>;
export type BehaviourRecord = v.InferOutput<typeof behaviourSchema>;
export type ImportanceRecord = v.InferOutput<typeof importanceSchema>;
