import * as v from 'valibot';

const windows = v.pipe(
  v.string(),
  v.regex(/^\d+ of \d+$/, 'must be such as "2 of 3": in how many of the last windows'),
  v.transform((text) => {
    const [k, n] = text.split(' of ').map(Number);
    return { k: k!, n: n! };
  }),
  v.check(({ k, n }) => k >= 1 && k <= n, 'the first number must be from 1 to the second'),
  v.check(({ n }) => n <= 30, 'at most 30 windows are remembered'),
);
const response = v.optional(v.picklist(['warn', 'incident', 'retrain']));

/** What a finding does: `warn` says it, `incident` keeps an issue, `retrain` also asks for retraining. */
export const driftPolicySchema = v.strictObject({
  /** A finding raises an alarm when it is in so many of the last windows; one run is one window. */
  alarm: v.optional(windows, '1 of 1'),
  /** Changed inputs, a column alone or all together. Default: `incident`; `retrain` where nothing measures harm. */
  inputs: response,
  /**
   * A column whose change looks like a fault of the data: gone, renamed, of another type or unit, without values. Never
   * retraining, which would learn it. Default: `incident`, or `warn` where `inputs` is that.
   */
  faults: v.optional(v.picklist(['warn', 'incident'])),
  /** Other predictions than before. Default: `incident`. */
  predictions: response,
  /** Harm: the performance is worse, realised or estimated. Default: `retrain`. */
  performance: response,
  /** Serving computes other features than training, or training saw the future. Default: `incident`. */
  skew: response,
});
