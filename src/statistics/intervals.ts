import { betaIncInverse, normalQuantile, tQuantile } from './special.js';

/** Both ends hold; an end may be ∓∞ where the data say nothing. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** A value from data, with its two-sided interval. `standardError` where the method has one. */
export interface Estimate extends Interval {
  readonly value: number;
  readonly standardError?: number;
}

/**
 * Score interval of a proportion (Wilson 1927); statsmodels' proportion_confint(method='wilson').
 * @param successes 0 … n
 * @param confidence two-sided, in (0, 1)
 */
export function wilson(successes: number, n: number, confidence: number): Estimate {
  if (n === 0) return { value: NaN, lower: 0, upper: 1 };
  const z = twoSidedNormal(confidence);
  const value = successes / n;
  const scale = 1 + (z * z) / n;
  const centre = (value + (z * z) / (2 * n)) / scale;
  const half = (z * Math.sqrt((value * (1 - value)) / n + (z * z) / (4 * n * n))) / scale;
  return {
    value,
    lower: successes === 0 ? 0 : centre - half,
    upper: successes === n ? 1 : centre + half,
    standardError: Math.sqrt((value * (1 - value)) / n),
  };
}

/** Exact interval of a proportion (Clopper & Pearson 1934); statsmodels' method='beta'. */
export function clopperPearson(successes: number, n: number, confidence: number): Estimate {
  if (n === 0) return { value: NaN, lower: 0, upper: 1 };
  const tail = (1 - confidence) / 2;
  return {
    value: successes / n,
    lower: successes === 0 ? 0 : betaIncInverse(tail, successes, n - successes + 1),
    upper: successes === n ? 1 : betaIncInverse(tail, successes + 1, n - successes, true),
  };
}

/** Interval of a mean from the contributions of the rows, by Student's t; scipy.stats.t.interval. */
export function meanInterval(values: Float64Array, confidence: number): Estimate {
  const { mean, variance } = momentsOf(values);
  if (values.length < 2) return { value: mean, lower: -Infinity, upper: Infinity };
  const standardError = Math.sqrt(variance / values.length);
  const half = tQuantile((1 + confidence) / 2, values.length - 1) * standardError;
  return { value: mean, lower: mean - half, upper: mean + half, standardError };
}

/** Mean and sample variance (ddof 1) in two passes. */
export function momentsOf(values: Float64Array): { mean: number; variance: number } {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  let squares = 0;
  let rest = 0;
  for (let i = 0; i < n; i++) {
    const deviation = values[i]! - mean;
    squares += deviation * deviation;
    rest += deviation;
  }
  // The second term takes out the rounding of the mean (Chan, Golub & LeVeque 1983).
  return { mean: mean + rest / n, variance: n < 2 ? NaN : (squares - (rest * rest) / n) / (n - 1) };
}

/** z with P(|Z| ≤ z) = confidence. */
export function twoSidedNormal(confidence: number): number {
  return normalQuantile((1 + confidence) / 2);
}
