import betainc from '@stdlib/math-base-special-betainc';
import betaincinv from '@stdlib/math-base-special-betaincinv';
import betaln from '@stdlib/math-base-special-betaln';
import erfc from '@stdlib/math-base-special-erfc';
import erfcinv from '@stdlib/math-base-special-erfcinv';
import gammainc from '@stdlib/math-base-special-gammainc';
import gammaincinv from '@stdlib/math-base-special-gammaincinv';
import gammaln from '@stdlib/math-base-special-gammaln';

/** ln Γ(x), x > 0. */
export function lnGamma(x: number): number {
  return gammaln(x);
}

/** ln B(a, b), a, b > 0. */
export function lnBeta(a: number, b: number): number {
  return betaln(a, b);
}

/** P(Z ≤ z) of the standard normal. */
export function normalCdf(z: number): number {
  return erfc(-z / Math.SQRT2) / 2;
}

/** P(Z > z) of the standard normal, exact far into the tail. */
export function normalSf(z: number): number {
  return erfc(z / Math.SQRT2) / 2;
}

/** z with P(Z ≤ z) = p; ∓∞ at 0 and 1, NaN outside. */
export function normalQuantile(p: number): number {
  return 0 - Math.SQRT2 * erfcinv(2 * p);
}

/** Regularised incomplete beta I_x(a, b), 0 ≤ x ≤ 1, a, b > 0; with `upper` its complement. */
export function betaInc(x: number, a: number, b: number, upper = false): number {
  return betainc(x, a, b, true, upper);
}

/** x with I_x(a, b) = p, or 1 − I_x(a, b) = p with `upper`. */
export function betaIncInverse(p: number, a: number, b: number, upper = false): number {
  return betaincinv(p, a, b, upper);
}

/** Regularised lower incomplete gamma P(a, x), a > 0, x ≥ 0; with `upper` Q(a, x). */
export function gammaInc(a: number, x: number, upper = false): number {
  return gammainc(x, a, true, upper);
}

/** x with P(a, x) = p, or Q(a, x) = p with `upper`. */
export function gammaIncInverse(p: number, a: number, upper = false): number {
  return gammaincinv(p, a, upper);
}

/** ln I_x(a, b), or ln(1 − I_x(a, b)) with `upper`, also where the probability itself underflows. */
export function lnBetaInc(x: number, a: number, b: number, upper = false): number {
  const direct = betaInc(x, a, b, upper);
  if (direct > 1e-290 || x <= 0 || x >= 1) return Math.log(direct);
  // So small a tail lies on the side where the continued fraction converges.
  return upper ? lnTail(1 - x, b, a) : lnTail(x, a, b);
}

/** ln I_x(a, b) for x < (a+1)/(a+b+2), by Lentz's method on DLMF 8.17.22. */
function lnTail(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny);
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    for (const numerator of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / (1 + numerator * d || tiny);
      c = 1 + numerator / c || tiny;
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return a * Math.log(x) + b * Math.log1p(-x) - lnBeta(a, b) - Math.log(a) + Math.log(fraction);
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
  if (p <= 0 || p >= 1) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
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

/** P(X ≤ k) of the binomial(n, p); k may be any number, counted down to its floor. */
export function binomialCdf(k: number, n: number, p: number): number {
  const whole = Math.floor(k);
  if (whole < 0) return 0;
  if (whole >= n) return 1;
  return betaInc(p, whole + 1, n - whole, true);
}
