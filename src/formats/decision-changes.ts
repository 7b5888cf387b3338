import * as v from 'valibot';
import { countSchema as count } from './decision-estimate.js';
import { sliceValueSchema } from './decision-slices.js';

/* What changed against the champion, row by row; it describes, and decides nothing. */

export const changesSchema = v.strictObject({
  /** What is counted: rows, or the queries of a ranking. */
  unit: v.picklist(['row', 'query']),
  /**
   * When a row is better: `right` where its class became right (all its classes, where there are several),
   * `absolute-error` where that fell, `ndcg@10` or `mean-of COLUMN` where that rose (or fell, where lower is better).
   */
  measure: v.string(),
  units: count,
  better: count,
  worse: count,
  /** Of classes: those that both models have right, and wrong. */
  bothRight: v.optional(count),
  bothWrong: v.optional(count),
  /** Slices in which most changed on balance, the worst first. */
  slices: v.array(
    v.strictObject({
      column: v.string(),
      value: v.nullable(v.string()),
      parts: v.optional(v.array(sliceValueSchema)),
      rows: count,
      better: count,
      worse: count,
    }),
  ),
  /** The rows that got most worse, five at most. */
  rows: v.array(
    v.strictObject({
      /** File and line, such as `data/2001-04.csv:17`; of a Parquet file, the row. */
      place: v.string(),
      truth: v.string(),
      champion: v.string(),
      challenger: v.string(),
    }),
  ),
});

export type ChangesRecord = v.InferOutput<typeof changesSchema>;
