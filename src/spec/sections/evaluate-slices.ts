import * as v from 'valibot';
import { nonEmpty, parameter } from '../words.js';

/** A number, or a day or time in ISO 8601, in UTC where it names no zone. */
export type RangeLimit = number | string;

/** A limit as the engine hands its column on: times in seconds since 1970. NaN for a text that is no time. */
export function limitValue(limit: RangeLimit): number {
  if (typeof limit === 'number') return limit;
  const isZoned = /T.*(Z|[+-]\d{2}:?\d{2})$/i.test(limit);
  return Date.parse(/T/i.test(limit) && !isZoned ? `${limit}Z` : limit) / 1000;
}

const time = v.pipe(
  v.string(),
  v.regex(
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:?\d{2})?)?$/i,
    'must be a number, or a day or time such as 2026-01-31 or 2026-01-31T12:00:00Z',
  ),
  v.check((text) => !Number.isNaN(limitValue(text)), 'must be a day that the calendar has'),
);

const rising = (limits: RangeLimit[]): boolean =>
  limits.every((x, i) => i === 0 || limitValue(x) > limitValue(limits[i - 1]!));

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
  /** Limits between ranges of numbers or times: [0, 500] makes "below 0", "0 to 500", "500 or more". */
  ranges: v.optional(
    v.pipe(
      v.array(v.union([v.number(), time])),
      v.minLength(1, 'must hold a limit'),
      v.maxLength(50, 'must not hold more than 50 limits'),
      v.check(
        (limits) => new Set(limits.map((limit) => typeof limit)).size === 1,
        'limits must be all numbers, or all times',
      ),
      v.check(rising, 'limits must rise'),
    ),
  ),
  /** So many ranges of numbers that hold about equally many rows. */
  quantiles: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(20))),
};

export interface Cut {
  readonly values?: readonly unknown[] | undefined;
  readonly ranges?: readonly RangeLimit[] | undefined;
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
  v.maxLength(4, 'must be at most four columns: a cross of more has no rows left in its slices'),
  v.check((parts) => new Set(parts.map(nameOf)).size === parts.length, 'a cross must name each column once'),
  v.check(
    (parts) => parts.reduce((product, part) => product * namedBy(part), 1) <= 200,
    'a cross may name at most 200 slices',
  ),
);

export const sliceSchema = v.union([nonEmpty, cutSchema, crossSchema]);

export type SlicePart = v.InferOutput<typeof slicePartSchema>;
export type SliceDefinition = v.InferOutput<typeof sliceSchema>;
