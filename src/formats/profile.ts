import * as v from 'valibot';

/**
 * A mergeable summary of a data set. Every part adds: counts by adding, moments by Chan's formula,
 * registers by the minimum. All that drift and reports show (quantiles, histograms, top values, distinct
 * counts) is derived from `values`.
 */
export const columnTypes = ['integer', 'number', 'string', 'boolean', 'date', 'timestamp'] as const;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Numeric for integer, number, date and timestamp (seconds since 1970, UTC), text for string and boolean. */
const valueCounts = v.array(v.tuple([v.union([v.number(), v.string()]), count]));

export const columnValuesSchema = v.variant('kind', [
  /** Every value with its count. */
  v.strictObject({ kind: v.literal('exact'), counts: valueCounts }),
  /** Numbers rounded to `bits` significant bits: every quantile is within a relative 2^-bits. */
  v.strictObject({ kind: v.literal('rounded'), bits: v.pipe(v.number(), v.integer()), counts: valueCounts }),
  /** The most frequent texts; `others` rows have values that are not listed, each at most `error` times. */
  v.strictObject({ kind: v.literal('top'), counts: valueCounts, others: count, error: count }),
]);

export const columnProfileSchema = v.strictObject({
  name: v.string(),
  type: v.picklist(columnTypes),
  /** Rows with a value. */
  count,
  nulls: count,
  distinct: v.strictObject({ value: count, exact: v.boolean() }),
  /** Of the numeric types: mean, sum of squared deviations, smallest and largest value. NaN and infinities are `nonFinite`. */
  moments: v.optional(
    v.strictObject({ mean: v.number(), m2: v.number(), min: v.number(), max: v.number(), nonFinite: count }),
  ),
  /** Of texts: length in characters. */
  lengths: v.optional(v.strictObject({ min: count, max: count, mean: v.number() })),
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
export type ColumnProfile = v.InferOutput<typeof columnProfileSchema>;
export type Profile = v.InferOutput<typeof profileSchema>;
