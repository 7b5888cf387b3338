import { type Estimate, momentsOf } from './intervals.js';
import { tQuantile } from './special.js';

/** What independent units (rows, or clusters of rows) add to a statistic's error. */
export interface Errors {
  /** Of their sum. */
  readonly variance: number;
  /** Of the variance, if the errors were normal. */
  readonly freedom: number;
  /** Skewness of their sum. */
  readonly skew: number;
  /** Kurtosis of the single errors; 3 if they are normal. */
  readonly tails: number;
}

/** Of one unit, which says nothing of how far it may be off. */
export const unknownErrors: Errors = { variance: Infinity, freedom: 1, skew: 0, tails: 3 };

/** Errors of units that are drawn alike: each its value times `scale`, less the mean of all. */
export function errorsOf(values: Float64Array, scale: number): Errors {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  let most = 0;
  for (let i = 0; i < n; i++) most = Math.max(most, Math.abs(values[i]! - mean));
  if (n < 2 || !Number.isFinite(most)) return unknownErrors;
  const moments = new Moments();
  // As shares of the largest, so that no power leaves the range of numbers.
  for (let i = 0; i < n; i++) moments.add(most === 0 ? 0 : (values[i]! - mean) / most, 1);
  const { skew, tails } = moments;
  const variance = (moments.second * (most * scale) ** 2 * n) / (n - 1);
  return { variance, freedom: n - 1, skew: skew / Math.sqrt(n), tails };
}

/** Powers of errors about 0, weighted. */
export class Moments {
  weight = 0;
  second = 0;
  third = 0;
  fourth = 0;

  add(error: number, weight: number): void {
    const square = error * error;
    this.weight += weight;
    this.second += weight * square;
    this.third += weight * square * error;
    this.fourth += weight * square * square;
  }

  get skew(): number {
    return this.second > 0 ? this.third / this.weight / (this.second / this.weight) ** 1.5 : 0;
  }

  get tails(): number {
    return this.second > 0 ? (this.fourth * this.weight) / this.second ** 2 : 3;
  }
}

/**
 * Degrees of freedom of an estimated variance V: 2·V²/Var(V), over the parts as Satterthwaite (1946), where the variance
 * of each is that of normal errors, or more as their kurtosis tells: few large errors make few degrees of freedom.
 */
export function effectiveFreedom(parts: readonly Errors[]): number {
  let [total, squares] = [0, 0];
  for (const { variance } of parts) total += variance;
  for (const { variance, freedom, tails } of parts) {
    const share = variance / total;
    if (share > 0) squares += (share * share * Math.max(1, (tails - 1) / 2)) / freedom;
  }
  return Math.max(1, 1 / squares);
}

/**
 * Interval of a statistic whose error is a sum over independent units: the wider, at each end, of Student's at the
 * effective degrees of freedom and of Hall's, which follows the skew of the errors (Hall 1992, the monotone cubic
 * transformation). Textbook intervals are too short where few rows decide, such as the positives among many rows:
 * docs/calibration-gate.md.
 * @param confidence two-sided
 */
export function cautiousInterval(value: number, parts: readonly Errors[], confidence: number): Estimate {
  let variance = 0;
  for (const part of parts) variance += part.variance;
  if (!Number.isFinite(variance)) return { value, lower: -Infinity, upper: Infinity };
  if (variance === 0) return { value, lower: value, upper: value, standardError: 0 };
  const standardError = Math.sqrt(variance);
  const t = tQuantile((1 + confidence) / 2, effectiveFreedom(parts));
  let skew = 0;
  for (const part of parts) skew += part.skew * (part.variance / variance) ** 1.5;
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
