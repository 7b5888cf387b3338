import * as v from 'valibot';

/**
 * A mergeable summary of a data set: that of two sets together follows from theirs alone (`mergeProfiles`), in any
 * order. Every part has its law:
 * - `rows`, `count`, `nulls` and all counts add;
 * - `moments` by Chan's formula (to the last bits of a double), `min` and `max` by the smaller and the larger;
 * - `registers` by the larger of each; `distinct` follows from `values` and `registers`;
 * - `values` become the coarser of both: exact counts add up to exact counts, equally rounded ones to such; two
 *   profiles give the same lists as one of all the data would. Only the lists of `top` and `words` are cut, and say
 *   by how much what they lack can differ.
 *
 * All that drift and reports show (quantiles, histograms, top values) is derived from `values`.
 */
export const columnTypes = ['integer', 'number', 'string', 'boolean', 'date', 'timestamp'] as const;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Numeric for integer, number, date and timestamp (seconds since 1970, UTC), text for string and boolean. */
const valueCounts = v.array(v.tuple([v.union([v.number(), v.string()]), count]));

export const columnValuesSchema = v.variant('kind', [
  /** Every value with its count: quantiles are exact. */
  v.strictObject({ kind: v.literal('exact'), counts: valueCounts }),
  /**
   * Numbers rounded to the nearest of `bits` significant bits: every quantile is within a relative `error`, which
   * is 2^-bits, or more once a `grid` was merged into it.
   */
  v.strictObject({
    kind: v.literal('rounded'),
    bits: v.pipe(v.number(), v.integer()),
    error: v.optional(v.pipe(v.number(), v.minValue(0))),
    counts: valueCounts,
  }),
  /**
   * Numbers and times (in seconds) rounded down to a multiple of `step`, a power of two: a value x stands for
   * x ≤ value < x + step, and so for every quantile. Coarser grids are made of whole cells of finer ones. Times
   * always; numbers where they lie close together and far from 0.
   */
  v.strictObject({
    kind: v.literal('grid'),
    step: v.pipe(v.number(), v.gtValue(0)),
    counts: valueCounts,
  }),
  /** The most frequent texts; `others` rows have values that are not listed, each at most `error` times. */
  v.strictObject({ kind: v.literal('top'), counts: valueCounts, others: count, error: count }),
]);

/**
 * The vocabulary of free text. A word is a run of letters and digits, in lower case; of a text its first 1,000
 * characters are looked at.
 */
export const wordsSchema = v.strictObject({
  /** Texts that were looked at: how sure the shares are. */
  texts: count,
  /** Estimated number of texts, among all that there are, that have the word: the most frequent first. */
  counts: v.array(v.tuple([v.string(), count])),
  /** A word that is not listed is in about so many texts at most. */
  error: count,
});

export const columnProfileSchema = v.strictObject({
  name: v.string(),
  type: v.picklist(columnTypes),
  /** Rows with a value. */
  count,
  nulls: count,
  /**
   * Different values. Exact where each was counted; else estimated from `registers` with a relative standard
   * error of `error`, or, without registers, at least so many.
   */
  distinct: v.strictObject({ value: count, exact: v.boolean(), error: v.optional(v.number()) }),
  /**
   * HyperLogLog registers (Flajolet et al. 2007) over the engine's 64-bit hash of every finite value: the first 14
   * bits name one of 16,384 registers, which holds the largest rank (1 + leading zeros of the other 50 bits, 51 at
   * most). In base64: a byte for each register; or, when that is shorter, 3 bytes (index × 64 + rank, the highest
   * byte first) for each one that is not 0, by index.
   */
  registers: v.optional(v.string()),
  /**
   * Of the numeric types: mean, sum of squared deviations, smallest and largest of the finite values. Infinities are
   * `nonFinite`; NaN is a missing value. Absent where no value is finite.
   */
  moments: v.optional(
    v.strictObject({
      mean: v.number(),
      /** Null where it is above the largest double. */
      m2: v.nullable(v.number()),
      min: v.number(),
      max: v.number(),
      nonFinite: count,
    }),
  ),
  /**
   * Of texts: length in characters (code points). `counts`: rows by length, ascending; lengths above 4,096 rounded
   * to 12 significant bits.
   */
  lengths: v.optional(
    v.strictObject({
      min: count,
      max: count,
      mean: v.number(),
      counts: v.optional(v.array(v.tuple([count, count]))),
    }),
  ),
  /** Of texts with many values that are made of words. */
  words: v.optional(wordsSchema),
  values: columnValuesSchema,
});

export const profileSchema = v.strictObject({
  kind: v.literal('profile'),
  schemaVersion: v.literal(1),
  /** Engine and version; profiles of different engines are not merged, since their hashes may differ. */
  engine: v.string(),
  rows: count,
  columns: v.array(columnProfileSchema),
});

export type ColumnType = (typeof columnTypes)[number];
export type ColumnValues = v.InferOutput<typeof columnValuesSchema>;
export type ColumnWords = v.InferOutput<typeof wordsSchema>;
export type ColumnProfile = v.InferOutput<typeof columnProfileSchema>;
export type Profile = v.InferOutput<typeof profileSchema>;
