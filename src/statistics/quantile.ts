import type { Estimate } from './intervals.js';
import { binomialCdf } from './special.js';

/**
 * Quantile of independent draws, the smallest value with at least that share at or below it, and its interval
 * by order statistics (Conover 1999, 3.2), free of any distribution; scipy.stats.quantile_test.
 * @param sorted rising, at least one
 * @param q in (0, 1)
 * @param confidence two-sided; an end that so few values cannot bound is ∓∞
 */
export function quantileInterval(sorted: Float64Array, q: number, confidence: number): Estimate {
  const n = sorted.length;
  const tail = (1 - confidence) / 2;
  const lower = binomialQuantile(tail, n, q) - 1;
  const upper = binomialQuantile(1 - tail, n, q);
  return {
    // Rounding must not lift 0.95·20 above 19.
    value: sorted[Math.min(n - 1, Math.max(0, Math.ceil(q * n - 1e-9) - 1))]!,
    lower: lower < 0 ? -Infinity : sorted[lower]!,
    upper: upper >= n ? Infinity : sorted[upper]!,
  };
}

/** The draws from which the upper end of a quantile's interval is finite. */
export function drawsToBound(q: number, confidence: number): number {
  return Math.ceil(Math.log((1 - confidence) / 2) / Math.log(q));
}

/** The smallest k with P(X ≤ k) ≥ p. */
function binomialQuantile(p: number, n: number, q: number): number {
  let [low, high] = [-1, n];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (binomialCdf(middle, n, q) >= p) high = middle;
    else low = middle;
  }
  return high;
}
