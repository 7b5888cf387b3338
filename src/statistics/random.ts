import { factorialRest } from './gamma.js';

// Names of their own: tests run in a context in which each look at Math costs more than the function.
const { cos, log, sqrt } = Math;

/** A stream of random numbers that its seed alone determines. */
export interface Random {
  /** A whole number in [0, 2³²). */
  next32(): number;
  /** A number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** A whole number in [0, n), n ≤ 2³²; the bias is below n/2³². */
  below(n: number): number;
}

/** xoshiro128++ (Blackman & Vigna 2021), its state spread out from a whole-number seed by splitmix32. */
export function seededRandom(seed: number): Random {
  let mixed = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
  const spread = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed ^ (mixed >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b, c, d] = [spread(), spread(), spread(), spread()];
  const next32 = (): number => {
    const sum = (a + d) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + a) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return {
    next32,
    uniform: () => ((next32() >>> 5) * 0x4000000 + (next32() >>> 6)) / 0x20000000000000,
    // Truncation by an operator: a call of Math.floor would be most of the cost of a resample.
    below: (n) => ((next32() / 0x100000000) * n) >>> 0,
  };
}

/**
 * Number of successes in n trials of probability p. Below a mean of 10 by counting geometric gaps (Devroye
 * 1986, X.4), above it by transformed rejection with squeeze (Hörmann 1993, BTRS).
 */
export function binomial(random: Random, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(random, n, 1 - p);
  return n * p < 10 ? byGaps(random, n, p) : byRejection(random, n, p);
}

/** A draw from the exponential distribution of mean 1, of 32 random bits. */
export function exponential(random: Random): number {
  return -log((random.next32() + 0.5) / 0x100000000);
}

/** A draw from the standard normal distribution (Box & Muller 1958). */
export function normal(random: Random): number {
  return sqrt(-2 * log(1 - random.uniform())) * cos(2 * Math.PI * random.uniform());
}

/** A draw from the gamma distribution of a shape above 0 and scale 1 (Marsaglia & Tsang 2000). */
export function gamma(random: Random, shape: number): number {
  // A small shape from the next larger one (their section 6).
  if (shape < 1) return gamma(random, shape + 1) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - random.uniform();
    if (log(u) < (x * x) / 2 + d - d * v + d * log(v)) return d * v;
  }
}

function byGaps(random: Random, n: number, p: number): number {
  const scale = 1 / Math.log1p(-p);
  let successes = 0;
  let position = Math.floor(Math.log1p(-random.uniform()) * scale) + 1;
  while (position <= n) {
    successes++;
    position += Math.floor(Math.log1p(-random.uniform()) * scale) + 1;
  }
  return successes;
}

function byRejection(random: Random, n: number, p: number): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const alpha = (2.83 + 5.1 / b) * spread;
  const odds = p / (1 - p);
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = random.uniform() - 0.5;
    let v = random.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= 0.92 - 4.2 / b) return k;
    if (k < 0 || k > n) continue;
    v = Math.log((v * alpha) / (a / (us * us) + b));
    const bound =
      (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) +
      (n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
      (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1)) +
      factorialRest(mode) +
      factorialRest(n - mode) -
      factorialRest(k) -
      factorialRest(n - k);
    if (v <= bound) return k;
  }
}
