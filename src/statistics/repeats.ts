import type { Estimate } from './intervals.js';
import { widened } from './mover.js';
import { tQuantile } from './special.js';

export interface RepeatedEstimate extends Estimate {
  /** Half the width of what repeats differ by: more rows do not take it away, more repeats do. */
  readonly between: number;
}

/**
 * Mean of one quantity over repeats (seeds) on the same rows, for repeats and rows that were not seen. The error of
 * the rows is taken as common to all repeats, which it is at most; that of the repeats is Student's t on their
 * values; the squares of both add up (Zou & Donner 2008).
 * @param estimates one for each repeat, two or more, each with its interval over the rows
 * @param confidence two-sided, of what repeats differ by; that of the estimates and of the result, as a rule
 */
export function meanOverRepeats(estimates: readonly Estimate[], confidence: number): RepeatedEstimate {
  const k = estimates.length;
  if (k < 2) throw new RangeError('one estimate does not tell how repeats differ');
  const mean = (of: (estimate: Estimate) => number): number =>
    estimates.reduce((sum, estimate) => sum + of(estimate), 0) / k;
  const value = mean((estimate) => estimate.value);
  const squares = estimates.reduce((sum, estimate) => sum + (estimate.value - value) ** 2, 0);
  const between = tQuantile((1 + confidence) / 2, k - 1) * Math.sqrt(squares / (k - 1) / k);
  const rows = { value, lower: mean(({ lower }) => lower), upper: mean(({ upper }) => upper) };
  return { value, ...widened(rows, between), between };
}
