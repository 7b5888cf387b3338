import * as v from 'valibot';
import { duration, globs, nonEmpty, share } from '../words.js';

const names = v.pipe(
  v.union([nonEmpty, v.pipe(v.array(nonEmpty), v.minLength(1, 'must name a column'))]),
  v.transform((value): readonly string[] => (typeof value === 'string' ? [value] : value)),
);
const notNegative = v.pipe(v.number(), v.minValue(0));

/** Features that serving logged, held against those of training, in rows of the same id. */
export const skewSettings = v.optional(
  v.strictObject({
    training: globs,
    serving: globs,
    /** Column, or columns together, that name a row on both sides. */
    id: names,
    /** Features that are compared; without it, every column that both sides have. */
    columns: v.optional(v.pipe(v.array(nonEmpty), v.minLength(1, 'must name a column'))),
    /** Share of rows that may differ in a column. */
    tolerance: v.optional(share, 0.01),
    /** Numbers are the same within `absolute`, or within `relative` of the larger one. */
    numbers: v.optional(
      v.strictObject({
        relative: v.optional(notNegative, 1e-6),
        absolute: v.optional(notNegative, 1e-9),
      }),
      {},
    ),
    /** Share of the logged rows that must be found in the training data, otherwise nothing is certain. */
    'min-coverage': v.optional(share, 0.5),
    /** Times of what a feature knows, and the time that they must not be after. */
    'point-in-time': v.optional(
      v.array(
        v.strictObject({
          column: nonEmpty,
          'not-after': nonEmpty,
          /** Clocks may differ by this much. */
          grace: v.optional(duration, '0s'),
        }),
      ),
      [],
    ),
  }),
);
