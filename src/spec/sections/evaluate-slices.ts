import * as v from 'valibot';
import { nonEmpty, parameter } from '../words.js';

const rising = (limits: number[]): boolean => limits.every((x, i) => i === 0 || x > limits[i - 1]!);

/** How a column is cut into slices, beside its name. */
export const cutEntries = {
  /** Only these values, each of which must occur. */
  values: v.optional(
    v.pipe(
      v.array(parameter),
      v.minLength(1, 'must name a value'),
      v.maxLength(100, 'must not name more than 100 values'),
      v.check((values) => new Set(values.map(String)).size === values.length, 'must name each value once'),
      v.check(
        (values) => !values.includes(''),
        'must not name an empty value: rows without one are a slice of the column alone',
      ),
    ),
  ),
  /** Limits between ranges of numbers: [0, 500] makes "below 0", "0 to 500", "500 or more". */
  ranges: v.optional(
    v.pipe(
      v.array(v.number()),
      v.minLength(1, 'must hold a limit'),
      v.maxLength(50, 'must not hold more than 50 limits'),
      v.check(rising, 'limits must rise'),
    ),
  ),
  /** So many ranges of numbers that hold about equally many rows. */
  quantiles: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(20))),
};

export interface Cut {
  readonly values?: readonly unknown[] | undefined;
  readonly ranges?: readonly number[] | undefined;
  readonly quantiles?: number | undefined;
}

/** At most one way to cut. */
export function oneCut({ values, ranges, quantiles }: Cut): boolean {
  return [values, ranges, quantiles].filter((way) => way !== undefined).length <= 1;
}
export const oneCutMessage = 'a column is cut by one of values, ranges, quantiles';

const cutSchema = v.pipe(
  v.strictObject({ column: nonEmpty, ...cutEntries }),
  v.check((cut) => oneCut(cut), oneCutMessage),
);

/** A column by its name, or with how it is cut. */
export const slicePartSchema = v.union([nonEmpty, cutSchema]);

const nameOf = (part: SlicePart): string => (typeof part === 'string' ? part : part.column);
const namedBy = (part: SlicePart): number =>
  typeof part === 'string' ? 1 : Math.max(1, part.values?.length ?? (part.ranges?.length ?? 1) - 1);

/** Columns whose values are taken together. */
export const crossSchema = v.pipe(
  v.array(slicePartSchema),
  v.minLength(2, 'a cross needs two columns or more'),
  v.maxLength(4, 'a cross of more than four columns has no rows left in its slices'),
  v.check((parts) => new Set(parts.map(nameOf)).size === parts.length, 'a cross names each column once'),
  v.check(
    (parts) => parts.reduce((product, part) => product * namedBy(part), 1) <= 200,
    'a cross may name at most 200 slices',
  ),
);

export const sliceSchema = v.union([nonEmpty, cutSchema, crossSchema]);

export type SlicePart = v.InferOutput<typeof slicePartSchema>;
export type SliceDefinition = v.InferOutput<typeof sliceSchema>;
