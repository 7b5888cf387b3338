import { type Estimate, momentsOf } from './intervals.js';
import { tQuantile } from './special.js';

/** What independent units (rows, or clusters of rows) add to a statistic's error. */
export interface Errors {
  readonly units: number;
  /** Of their sum. */
  readonly variance: number;
  /** Sums of third and fourth powers, about the mean. */
  readonly third: number;
  readonly fourth: number;
  /** Of the variance, if the errors were normal. */
  readonly freedom: number;
}

/**
 * Errors of units that are drawn alike, each its value times `scale` less the mean of all.
 * @returns infinite variance of fewer than two units
 */
export function errorsOf(values: Float64Array, scale: number): Errors {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  let [second, third, fourth] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const error = (values[i]! - mean) * scale;
    const square = error * error;
    second += square;
    third += square * error;
    fourth += square * square;
  }
  return { units: n, variance: n < 2 ? Infinity : (second * n) / (n - 1), third, fourth, freedom: n - 1 };
}

/**
 * Degrees of freedom of an estimated variance: 2·V²/Var(V), by Satterthwaite (1946) over the parts, and no more than
 * the fourth moments of the errors tell, which few large errors make few: Var(V) is about Σh⁴ − V²/n of errors h.
 */
export function effectiveFreedom(parts: readonly Errors[]): number {
  let [total, ifNormal, asSeen] = [0, 0, 0];
  for (const { units, variance, fourth, freedom } of parts) {
    total += variance;
    ifNormal += variance === 0 ? 0 : (variance * variance) / freedom;
    asSeen += Math.max(0, fourth - (variance * variance) / units);
  }
  const square = total * total;
  // Beyond what a number can hold, nothing is sure.
  if (!Number.isFinite(asSeen)) return 1;
  return Math.max(1, Math.min(square / ifNormal, asSeen > 0 ? (2 * square) / asSeen : Infinity));
}

/**
 * Interval of a statistic whose error is a sum over independent units: the wider, at each end, of Student's at the
 * effective degrees of freedom and of Hall's, which follows the skew of the errors (Hall 1992, the monotone cubic
 * transformation). Textbook intervals are too short where few rows decide, such as the positives among many rows:
 * docs/calibration-gate.md.
 * @param confidence two-sided
 */
export function cautiousInterval(value: number, parts: readonly Errors[], confidence: number): Estimate {
  let [variance, third] = [0, 0];
  for (const part of parts) {
    variance += part.variance;
    third += part.third;
  }
  if (!Number.isFinite(variance)) return { value, lower: -Infinity, upper: Infinity };
  if (variance === 0) return { value, lower: value, upper: value, standardError: 0 };
  const standardError = Math.sqrt(variance);
  const t = tQuantile((1 + confidence) / 2, effectiveFreedom(parts));
  const skew = third / variance ** 1.5;
  return {
    value,
    lower: value - standardError * Math.max(t, unskewed(t, skew)),
    upper: value + standardError * Math.max(t, -unskewed(-t, skew)),
    standardError,
  };
}

/** The inverse of T + skew·(T²/3 + 1/6) + skew²·T³/27, which takes the skew out of a studentised sum. */
function unskewed(t: number, skew: number): number {
  if (Math.abs(skew) < 1e-9) return t;
  return (3 / skew) * (Math.cbrt(1 + skew * (t - skew / 6)) - 1);
}

/** The wider at each end; the first's value and standard error. */
export function wider(one: Estimate, other: { readonly lower: number; readonly upper: number }): Estimate {
  return { ...one, lower: Math.min(one.lower, other.lower), upper: Math.max(one.upper, other.upper) };
}

/** Interval of the mean of rows: see cautiousInterval. */
export function cautiousMean(values: Float64Array, confidence: number): Estimate {
  return cautiousInterval(momentsOf(values).mean, [errorsOf(values, 1 / values.length)], confidence);
}
