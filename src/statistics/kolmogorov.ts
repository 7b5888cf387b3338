import { lnGamma } from './special.js';

/**
 * P(D_n ≥ d) of Kolmogorov's two-sided statistic of n values against a known distribution.
 * Chooses between exact and asymptotic methods as Simard & L'Ecuyer (2011) do; absolute error below 1e-7.
 * @param n sample size, at least 1
 * @param d statistic in [0, 1]
 */
export function kolmogorovTail(n: number, d: number): number {
  if (!(n >= 1)) return NaN;
  if (d >= 1) return 0;
  const t = n * d;
  if (t <= 0.5) return 1;
  // Ruben & Gambino (1982): closed forms at both ends.
  if (t <= 1) return 1 - Math.exp(lnGamma(n + 1) - n * Math.log(n) + n * Math.log(2 * t - 1));
  if (t >= n - 1) return 2 * (1 - d) ** n;
  const nd2 = t * d;
  if (d >= 0.5) return 2 * smirnovTail(n, d);
  if (n <= 140) return nd2 <= 4 ? 1 - matrixCdf(n, d) : 2 * smirnovTail(n, d);
  if (nd2 >= 370) return 0;
  if (nd2 >= 2.2) return Math.min(1, 2 * smirnovTail(n, d));
  const cdf = n <= 100_000 && n * d ** 1.5 <= 1.4 ? matrixCdf(n, d) : pelzGoodCdf(n, d);
  return Math.min(1, Math.max(0, 1 - cdf));
}

/** P(D_n⁺ ≥ d), one-sided: the sum of Birnbaum & Tingey (1951); for large n that of Maag & Dicaire (1971). */
export function smirnovTail(n: number, d: number): number {
  if (n > 200_000) {
    const w = (6 * n * d + 1) ** 2 / (18 * n);
    return Math.exp(-w) * (1 - (2 * w * w - 4 * w - 1) / (18 * n));
  }
  const last = Math.floor(n * (1 - d));
  const lnFactorial = lnGamma(n + 1);
  let sum = 0;
  for (let j = 0; j <= last; j++) {
    const below = 1 - d - j / n;
    if (below <= 0) continue;
    const lnChoose = lnFactorial - lnGamma(j + 1) - lnGamma(n - j + 1);
    sum += Math.exp(lnChoose + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(below));
  }
  return d * sum;
}

/** P(D_n < d) by Durbin's matrix (Marsaglia, Tsang & Wang 2003): exact up to rounding. */
function matrixCdf(n: number, d: number): number {
  const k = Math.ceil(n * d);
  const h = k - n * d;
  const m = 2 * k - 1;
  const matrix = new Float64Array(m * m);
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) matrix[i * m + j] = i - j + 1 >= 0 ? 1 : 0;
  for (let i = 0; i < m; i++) {
    matrix[i * m]! -= h ** (i + 1);
    matrix[(m - 1) * m + i]! -= h ** (m - i);
  }
  matrix[(m - 1) * m]! += 2 * h - 1 > 0 ? (2 * h - 1) ** m : 0;
  for (let i = 0; i < m; i++) {
    let factorial = 1;
    for (let j = i; j >= 0; j--) {
      factorial *= i - j + 1;
      matrix[i * m + j]! /= factorial;
    }
  }
  const power = matrixPower({ values: matrix, exponent: 0 }, m, n);
  let value = power.values[(k - 1) * m + k - 1]!;
  let exponent = power.exponent;
  // Times n!/nⁿ, kept in range by a decimal exponent.
  for (let i = 1; i <= n; i++) {
    value *= i / n;
    if (value < 1e-140) {
      value *= 1e140;
      exponent -= 140;
    }
  }
  return value * 10 ** exponent;
}

interface Scaled {
  readonly values: Float64Array;
  /** Decimal: the matrix is values · 10^exponent. */
  readonly exponent: number;
}

function matrixPower(base: Scaled, m: number, n: number): Scaled {
  if (n === 1) return base;
  const half = matrixPower(base, m, Math.floor(n / 2));
  const square = multiply(half, half, m);
  return n % 2 === 0 ? square : multiply(base, square, m);
}

function multiply(a: Scaled, b: Scaled, m: number): Scaled {
  const values = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < m; l++) {
      const x = a.values[i * m + l]!;
      if (x === 0) continue;
      for (let j = 0; j < m; j++) values[i * m + j]! += x * b.values[l * m + j]!;
    }
  }
  let exponent = a.exponent + b.exponent;
  const centre = (m - 1) / 2;
  if (values[centre * m + centre]! > 1e140) {
    for (let i = 0; i < values.length; i++) values[i]! *= 1e-140;
    exponent += 140;
  }
  return { values, exponent };
}

/** P(D_n ≤ d) by the expansion of Pelz & Good (1976), with theta functions. */
function pelzGoodCdf(n: number, d: number): number {
  const z = Math.sqrt(n) * d;
  const [z2, z4, z6] = [z ** 2, z ** 4, z ** 6];
  const pi2 = Math.PI ** 2;
  const qLog = -pi2 / 8 / z2;
  if (qLog < -708) return 0;
  const q = Math.exp(qLog);
  const last = Math.ceil((16 * z) / Math.PI);
  const k = [0, 0, 0, 0];
  for (let i = last; i > 0; i--) {
    const m2 = (2 * i - 1) ** 2;
    const power = q ** (8 * i);
    const terms = [
      1,
      -z2 + (pi2 / 4) * m2,
      6 * z6 + 2 * z4 + (((2 * z4 - 5 * z2) * pi2) / 4) * m2 + ((pi2 ** 2 * (1 - 2 * z2)) / 16) * m2 ** 2,
      -30 * z6 -
        90 * z ** 8 +
        ((pi2 * (135 * z4 - 96 * z6)) / 4) * m2 +
        ((pi2 ** 2 * (-60 * z2 + 212 * z4)) / 16) * m2 ** 2 +
        ((pi2 ** 3 * (5 - 30 * z2)) / 64) * m2 ** 3,
    ];
    for (let c = 0; c < 4; c++) k[c] = k[c]! * power + terms[c]!;
  }
  const scale = q * Math.sqrt(2 * Math.PI);
  const divisors = [z, 6 * z4, 72 * z ** 7, 6480 * z ** 10];
  for (let c = 0; c < 4; c++) k[c]! *= scale / divisors[c]!;
  const q2 = Math.exp(-pi2 / 2 / z2);
  const common = pi2 * Math.sqrt(2 * Math.PI);
  for (let i = 1; i <= last; i++) {
    const term = i * i * q2 ** (i * i);
    k[2]! += (term * common) / (-36 * z ** 3);
    k[3]! += ((3 * z2 - pi2 * i * i) * term * common) / (216 * z6);
  }
  return k[0]! + k[1]! / Math.sqrt(n) + k[2]! / n + k[3]! / n ** 1.5;
}
