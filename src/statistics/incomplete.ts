import { lnBeta, lnGamma, log1pMinus, stirlingRest } from './gamma.js';

const tiny = 1e-300;
const precision = 1e-16;
const maxTerms = 200_000;

/** Regularised incomplete beta I_x(a, b), 0 ≤ x ≤ 1, a, b > 0; with `upper` its complement. */
export function betaInc(x: number, a: number, b: number, upper = false): number {
  if (!(x >= 0 && x <= 1 && a > 0 && b > 0)) return NaN;
  if (x === 0 || x === 1) return (x === 1) !== upper ? 1 : 0;
  const low = x < (a + 1) / (a + b + 2);
  const tail = Math.exp(low ? lnBetaTail(x, 1 - x, a, b) : lnBetaTail(1 - x, x, b, a));
  return low !== upper ? tail : 1 - tail;
}

/** ln I_x(a, b), or ln(1 − I_x(a, b)) with `upper`, also where the probability itself underflows. */
export function lnBetaInc(x: number, a: number, b: number, upper = false): number {
  if (!(x > 0 && x < 1)) return Math.log(betaInc(x, a, b, upper));
  const low = x < (a + 1) / (a + b + 2);
  const tail = low ? lnBetaTail(x, 1 - x, a, b) : lnBetaTail(1 - x, x, b, a);
  return low !== upper ? tail : Math.log1p(-Math.exp(tail));
}

/** ln I_x(a, b) for x < (a+1)/(a+b+2), by Lentz's method on the continued fraction DLMF 8.17.22. */
function lnBetaTail(x: number, rest: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny);
  let fraction = d;
  for (let m = 1; m < maxTerms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d || tiny);
    c = 1 + even / c || tiny;
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d || tiny);
    c = 1 + odd / c || tiny;
    fraction *= c * d;
    if (Math.abs(c * d - 1) <= precision) break;
  }
  return lnBetaPower(x, rest, a, b) + Math.log(fraction / a);
}

/** ln of xᵃ·(1 − x)ᵇ/B(a, b); large parameters by their distance from the mean, where terms would cancel. */
function lnBetaPower(x: number, rest: number, a: number, b: number): number {
  if (a < 10 || b < 10) {
    const ln = (value: number, other: number): number => (value > 0.5 ? Math.log1p(-other) : Math.log(value));
    return a * ln(x, rest) + b * ln(rest, x) - lnBeta(a, b);
  }
  const n = a + b;
  const away = (x * b - rest * a) / n;
  return (
    a * log1pMinus((away * n) / a) +
    b * log1pMinus((-away * n) / b) +
    0.5 * Math.log((a * b) / (2 * Math.PI * n)) -
    (stirlingRest(a) + stirlingRest(b) - stirlingRest(n))
  );
}

/** x with I_x(a, b) = p, or 1 − I_x(a, b) = p with `upper`. */
export function betaIncInverse(p: number, a: number, b: number, upper = false): number {
  if (!(p >= 0 && p <= 1 && a > 0 && b > 0)) return NaN;
  if (p === 0 || p === 1) return (p === 1) !== upper ? 1 : 0;
  const x = (u: number): number => 1 / (1 + Math.exp(-u));
  return x(
    solveTail(p, upper, Math.log(a / b), {
      tail: (u, high) => betaInc(x(u), a, b, high),
      // Along the logit, the density is the power term itself.
      density: (u) => Math.exp(lnBetaPower(x(u), 1 / (1 + Math.exp(u)), a, b)),
    }),
  );
}

/** Regularised lower incomplete gamma P(a, x), a > 0, x ≥ 0; with `upper` Q(a, x). */
export function gammaInc(a: number, x: number, upper = false): number {
  if (!(a > 0 && x >= 0)) return NaN;
  if (x === 0 || x === Infinity) return x > 0 !== upper ? 1 : 0;
  const power = gammaPower(a, x);
  const low = x < a + 1;
  const tail = low ? (power / a) * gammaSeries(a, x) : power * gammaFraction(a, x);
  return low !== upper ? tail : 1 - tail;
}

/** xᵃ·e⁻ˣ/Γ(a). */
function gammaPower(a: number, x: number): number {
  if (a < 10) return Math.exp(a * Math.log(x) - x - lnGamma(a));
  return Math.sqrt(a / (2 * Math.PI)) * Math.exp(a * log1pMinus((x - a) / a) - stirlingRest(a));
}

/** DLMF 8.11.4. */
function gammaSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < maxTerms && term > sum * precision; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** DLMF 8.9.2, by Lentz's method. */
function gammaFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < maxTerms; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b || tiny);
    c = b + numerator / c || tiny;
    fraction *= c * d;
    if (Math.abs(c * d - 1) <= precision) break;
  }
  return fraction;
}

/** x with P(a, x) = p, or Q(a, x) = p with `upper`. */
export function gammaIncInverse(p: number, a: number, upper = false): number {
  if (!(p >= 0 && p <= 1 && a > 0)) return NaN;
  if (p === 0 || p === 1) return (p === 1) !== upper ? Infinity : 0;
  return Math.exp(
    solveTail(p, upper, Math.log(a), {
      tail: (u, high) => gammaInc(a, Math.exp(u), high),
      density: (u) => gammaPower(a, Math.exp(u)),
    }),
  );
}

interface Distribution {
  /** P(U ≤ u), or P(U > u) with `high`. */
  tail(u: number, high: boolean): number;
  density(u: number): number;
}

/** u at which a tail holds p: Newton on the logarithm of the smaller tail, kept in a bracket by bisection. */
function solveTail(p: number, upper: boolean, start: number, { tail, density }: Distribution): number {
  const [target, high] = p <= 0.5 ? [p, upper] : [1 - p, !upper];
  let [below, above] = [-745, 745];
  let u = start;
  for (let i = 0; i < 400; i++) {
    const found = tail(u, high);
    if (found > target === high) below = u;
    else above = u;
    const step = (Math.log(found / target) * found) / density(u);
    // Rounding of the tail moves u by no more than this.
    if (Math.abs(step) <= 4e-16 * Math.max(1, Math.abs(u))) return u;
    const next = high ? u + step : u - step;
    const moved = next > below && next < above ? next : (below + above) / 2;
    if (moved === u) return u;
    u = moved;
  }
  return u;
}
