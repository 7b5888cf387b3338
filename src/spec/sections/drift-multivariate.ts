import * as v from 'valibot';

const settings = v.strictObject({
  /** Rows that are drawn from each side, at most. */
  rows: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(50, 'must be at least 50: fewer rows are not informative'),
      v.maxValue(200_000, 'at most 200000 rows are looked at together: more take minutes and tell no more'),
    ),
    10_000,
  ),
  /** Smallest AUC that matters: how well the two sides can be told apart, from 0.5 (not at all) to 1. */
  auc: v.optional(v.pipe(v.number(), v.gtValue(0.5), v.ltValue(1)), 0.55),
  /** Share of the variance that the principal components must hold. */
  explained: v.optional(v.pipe(v.number(), v.gtValue(0), v.ltValue(1)), 0.65),
});

/** Columns looked at together; `false` turns it off. It needs rows of both sides, not a profile. */
export const multivariateSettings = v.optional(v.union([v.literal(false), settings]), {});
