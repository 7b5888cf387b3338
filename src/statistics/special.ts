import { betaInc, betaIncInverse, gammaInc, gammaIncInverse } from './incomplete.js';

export { lnBeta, lnGamma } from './gamma.js';
export { betaInc, betaIncInverse, gammaInc, gammaIncInverse, lnBetaInc } from './incomplete.js';

/** P(Z ≤ z) of the standard normal. */
export function normalCdf(z: number): number {
  return normalSf(-z);
}

/** P(Z > z) of the standard normal, exact far into the tail. */
export function normalSf(z: number): number {
  const half = gammaInc(0.5, (z * z) / 2, true) / 2;
  return z >= 0 ? half : 1 - half;
}

/** z with P(Z ≤ z) = p; ∓∞ at 0 and 1, NaN outside. */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  const z = Math.sqrt(2 * gammaIncInverse(2 * Math.min(p, 1 - p), 0.5, true));
  return p < 0.5 ? -z : z;
}

/** P(T ≤ t) of Student's t with `df` > 0 degrees of freedom (not necessarily whole). */
export function tCdf(t: number, df: number): number {
  return tSf(-t, df);
}

/** P(T > t). */
export function tSf(t: number, df: number): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? NaN : t > 0 ? 0 : 1;
  // Two forms, since df/(df+t²) is next to 1 for small t and loses t there.
  const square = t * t;
  const tail =
    square < df
      ? betaInc(square / (df + square), 0.5, df / 2, true) / 2
      : betaInc(df / (df + square), df / 2, 0.5) / 2;
  return t >= 0 ? tail : 1 - tail;
}

/** t with P(T ≤ t) = p; ∓∞ at 0 and 1. */
export function tQuantile(p: number, df: number): number {
  if (p === 0.5) return 0;
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  const tail = 2 * Math.min(p, 1 - p);
  const sign = p < 0.5 ? -1 : 1;
  const x = betaIncInverse(tail, df / 2, 0.5);
  // Near the median 1 − x is what carries the digits.
  const rest = x > 0.5 ? betaIncInverse(tail, 0.5, df / 2, true) : 1 - x;
  return sign * Math.sqrt((df * rest) / x);
}

/** P(X > x) of chi-square with `df` > 0 degrees of freedom. */
export function chiSquareSf(x: number, df: number): number {
  return x <= 0 ? 1 : gammaInc(df / 2, x / 2, true);
}

/** x with P(X ≤ x) = p. */
export function chiSquareQuantile(p: number, df: number): number {
  return 2 * gammaIncInverse(p, df / 2);
}

/** The x with P(X > x) = p: exact also where 1 − p would be rounded to 1. */
export function chiSquareIsf(p: number, df: number): number {
  return 2 * gammaIncInverse(p, df / 2, true);
}

/** P(X ≤ k) of the binomial(n, p); k may be any number, counted down to its floor. */
export function binomialCdf(k: number, n: number, p: number): number {
  const whole = Math.floor(k);
  if (whole < 0) return 0;
  if (whole >= n) return 1;
  return betaInc(p, whole + 1, n - whole, true);
}
