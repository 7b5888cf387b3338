import * as v from 'valibot';
import { record } from '../common/record-schema.js';
import { columnTypes } from './profile.js';

/** What a column turned out to be. Only `drift`, `missing`, `type-changed` and `mixed` raise an alarm. */
export const columnVerdicts = [
  'drift',
  'ok',
  'insufficient',
  'all-null',
  'constant',
  'mixed',
  'id',
  'missing',
  'new',
  'type-changed',
  'ignored',
] as const;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

export const driftTestSchema = v.strictObject({
  /**
   * The distribution of the values, or the share of rows without one. Of free text: its lengths in characters, its
   * words. Of times, which go on by themselves: the days of the week, the hours of the day. Of categories among which
   * there are rare ones: `unseen`, the share of the rows whose value the reference does not have.
   */
  of: v.picklist(['values', 'unseen', 'missing', 'lengths', 'words', 'weekdays', 'hours']),
  method: v.picklist([
    'anderson-darling',
    'anderson-darling-permutation',
    'kolmogorov-smirnov-exact',
    'kolmogorov-smirnov-asymptotic',
    'chi-square',
    'fisher',
    'permutation',
    'one-category',
    'random-splits',
    'chernoff',
    'good-turing',
  ]),
  statistic: v.number(),
  p: share,
  /** p after Benjamini and Hochberg's correction over all tests of the run. */
  adjusted: share,
  /**
   * `wasserstein`: Wasserstein-1 without the outermost half a per cent at either end, in standard deviations of the
   * reference; `jensen-shannon`: distance, base 2 (of words: of the share of texts with the word that changed most);
   * `unseen-share`: share of the rows with a new value, less the share that the reference leads one to expect (0 to 1).
   */
  measure: v.picklist(['wasserstein', 'jensen-shannon', 'unseen-share']),
  /** Less what chance alone shows on average. */
  effect: v.pipe(v.number(), v.minValue(0)),
  /** 95 % interval of the effect, where there is one: of `unseen-share`, which may be negative. */
  interval: v.optional(v.strictObject({ lower: v.number(), upper: v.number() })),
  /** Smallest effect that matters: with it, a certain change is drift. */
  threshold: v.number(),
  /** Without a certain change a column is `ok` when its rows would have shown an effect of this size; at least `threshold`. */
  sought: v.number(),
  /**
   * Smallest effect that these rows could show in four of five tries, at the level that is left for one of all the
   * tests of the run; null when none. For numbers: a shift of a bell-shaped column.
   */
  detectable: v.nullable(v.number()),
  /** Rows of current data with which `sought` could be shown; null when the reference is too small for any. */
  rowsNeeded: v.nullable(count),
});

export const columnSideSchema = v.strictObject({
  type: v.picklist(columnTypes),
  rows: count,
  /** Rows without a value; NaN and infinities count as none. */
  missing: count,
  numbers: v.optional(
    v.strictObject({
      mean: v.number(),
      deviation: v.number(),
      min: v.number(),
      p5: v.number(),
      median: v.number(),
      p95: v.number(),
      max: v.number(),
    }),
  ),
});

export const columnDriftSchema = v.strictObject({
  name: v.string(),
  kind: v.picklist(['numeric', 'categorical', 'text', 'time', 'none']),
  verdict: v.picklist(columnVerdicts),
  alarm: v.boolean(),
  /** One sentence. */
  reason: v.string(),
  /** Of an alarm that looks like a fault of the data and not like drift: why. Such data must be fixed, not learned from. */
  fault: v.optional(v.string()),
  reference: v.nullable(columnSideSchema),
  current: v.nullable(columnSideSchema),
  tests: v.array(driftTestSchema),
  /** Bins in order (of the rows with a number), or categories with the largest change first (of all rows). */
  shares: v.array(v.strictObject({ label: v.string(), reference: share, current: share })),
  /** Other measures of the same change, for those who know them. */
  measures: record(v.string(), v.number()),
});

export type ColumnVerdict = (typeof columnVerdicts)[number];
export type DriftTest = v.InferOutput<typeof driftTestSchema>;
export type ColumnSide = v.InferOutput<typeof columnSideSchema>;
export type ColumnDrift = v.InferOutput<typeof columnDriftSchema>;
