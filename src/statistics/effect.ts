import { chiSquareIsf, gammaInc, lnGamma, normalQuantile } from './special.js';

/* How far apart two distributions over the same K categories are. p and q: shares that sum to 1. */

type Shares = readonly number[];

/** Counts as shares; NaN of an empty sample. */
export function sharesOf(counts: readonly number[]): number[] {
  const n = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / n);
}

/** Jensen–Shannon divergence in bits, 0..1; finite where a category is absent from one side. */
export function jensenShannonDivergence(p: Shares, q: Shares): number {
  let sum = 0;
  for (let k = 0; k < p.length; k++) {
    const middle = (p[k]! + q[k]!) / 2;
    if (p[k]! > 0) sum += (p[k]! / 2) * Math.log2(p[k]! / middle);
    if (q[k]! > 0) sum += (q[k]! / 2) * Math.log2(q[k]! / middle);
  }
  return Math.max(0, sum);
}

/** Jensen–Shannon distance, base 2: the square root of the divergence in bits, 0..1. */
export function jensenShannonDistance(p: Shares, q: Shares): number {
  return Math.sqrt(jensenShannonDivergence(p, q));
}

/**
 * The divergence that two samples of one distribution show on average, bits: (K−1)(1/n+1/m)/(8 ln 2),
 * since 8 ln 2 · JSD · nm/(n+m) is about χ² with K−1 degrees of freedom.
 */
export function jensenShannonUnderNull(categories: number, n: number, m: number): number {
  return ((categories - 1) * (1 / n + 1 / m)) / (8 * Math.LN2);
}

/** Jensen–Shannon distance (base 2) of two samples less what chance alone would show; 0 when that is more. */
export function correctedJensenShannonDistance(a: readonly number[], b: readonly number[]): number {
  const [n, m] = [a, b].map((counts) => counts.reduce((sum, count) => sum + count, 0)) as [number, number];
  const used = a.filter((count, k) => count + b[k]! > 0).length;
  const divergence = jensenShannonDivergence(sharesOf(a), sharesOf(b));
  return Math.sqrt(Math.max(0, divergence - jensenShannonUnderNull(used, n, m)));
}

/** Population stability index Σ(p−q)ln(p/q), nats; infinite where a category is absent from one side only. */
export function populationStability(p: Shares, q: Shares): number {
  let sum = 0;
  for (let k = 0; k < p.length; k++) {
    if (p[k] !== q[k]) sum += (p[k]! - q[k]!) * Math.log(p[k]! / q[k]!);
  }
  return sum;
}

/**
 * PSI less its mean under no change, (K−1)(1/n+1/m); below 0 when less moved than chance would.
 * Half a row is added to each category of both samples, so that an empty one leaves it finite.
 */
export function correctedPopulationStability(a: readonly number[], b: readonly number[]): number {
  const used = a.map((count, k) => [count, b[k]!] as const).filter(([x, y]) => x + y > 0);
  const [n, m] = [0, 1].map((side) => used.reduce((sum, pair) => sum + pair[side]!, 0)) as [number, number];
  const [p, q] = [0, 1].map((side) => sharesOf(used.map((pair) => pair[side]! + 0.5))) as [
    number[],
    number[],
  ];
  return populationStability(p, q) - (used.length - 1) * (1 / n + 1 / m);
}

/** Hellinger distance, 0..1. */
export function hellinger(p: Shares, q: Shares): number {
  return Math.sqrt(p.reduce((sum, share, k) => sum + (Math.sqrt(share) - Math.sqrt(q[k]!)) ** 2, 0) / 2);
}

/** Largest difference of any one share, 0..1. */
export function largestShareDifference(p: Shares, q: Shares): number {
  return p.reduce((largest, share, k) => Math.max(largest, Math.abs(share - q[k]!)), 0);
}

const power = 0.8;

/** How many of its rows mixedAndersonDarling makes as good use of as a z test would, for a shift of a normal column. */
const efficiency = 0.92;

/**
 * Smallest shift of a bell-shaped column, in standard deviations, that mixedAndersonDarling at level `alpha` finds
 * in four of five tries.
 */
export function detectableShift(n: number, m: number, alpha: number): number {
  return shiftPerSpread(alpha) * Math.sqrt(1 / n + 1 / m);
}

const shiftPerSpread = (alpha: number): number =>
  (normalQuantile(power) - normalQuantile(alpha / 2)) / Math.sqrt(efficiency);

/** As detectableShift, for the Kolmogorov–Smirnov test, which small samples get. Infinity when no shift can be found. */
export function detectableShiftByKs(n: number, m: number, alpha: number): number {
  // A shift of s moves the distribution function by 2Φ(s/2)−1 at most.
  const spread = Math.sqrt(1 / n + 1 / m);
  const critical = Math.sqrt(-Math.log(alpha / 2) / 2) * spread;
  const distance = critical + (normalQuantile(power) * spread) / 2;
  return distance >= 1 ? Infinity : 2 * normalQuantile((1 + distance) / 2);
}
/**
 * Smallest Jensen–Shannon distance (base 2) that the chi-square test at level `alpha` over K categories finds
 * in four of five tries, from the non-central chi-square distribution; at most 1.
 */
export function detectableDistance(categories: number, n: number, m: number, alpha: number): number {
  if (categories < 2) return 1;
  const lambda = neededNoncentrality(categories - 1, alpha);
  return Math.min(1, Math.sqrt((lambda * (1 / n + 1 / m)) / (8 * Math.LN2)));
}

/**
 * Noncentrality at which a chi-square test at level `alpha` finds the difference in four of five tries: by a false position
 * whose stale end is halved (Illinois method), which takes a quarter of the tails that halving the interval does.
 */
function neededNoncentrality(df: number, alpha: number): number {
  const critical = chiSquareIsf(alpha, df);
  const gap = (lambda: number): number => noncentralTail(critical, df, lambda) - power;
  let [low, below] = [0, alpha - power];
  let [high, above] = [8, gap(8)];
  while (above < 0) [low, below, high, above] = [high, above, high * 2, gap(high * 2)];
  for (let i = 0; i < 60 && high - low > 1e-9 * high; i++) {
    const middle = low + ((high - low) * below) / (below - above);
    const found = gap(middle);
    if (Math.abs(found) < 1e-11) return middle;
    if (found < 0) [low, below, above] = [middle, found, above / 2];
    else [high, above, below] = [middle, found, below / 2];
  }
  return high;
}

/** P(χ'² > x) with `df` degrees of freedom and noncentrality λ: a Poisson mixture of central ones. */
export function noncentralTail(x: number, df: number, lambda: number): number {
  const mean = lambda / 2;
  const reach = 8 * Math.sqrt(mean + 1) + 8;
  const from = Math.max(0, Math.floor(mean - reach));
  let lnWeight = -mean;
  for (let j = 1; j <= from; j++) lnWeight += Math.log(mean / j);
  let shape = df / 2 + from;
  let tail = gammaInc(shape, x / 2, true);
  // Q(a+1, y) = Q(a, y) + yᵃe⁻ʸ/Γ(a+1): only additions, so that one incomplete gamma function serves all terms.
  let lnStep = shape * Math.log(x / 2) - x / 2 - lnGamma(shape + 1);
  let sum = 0;
  for (let j = from; j <= mean + reach; j++) {
    if (j > from) lnWeight += Math.log(mean / j);
    sum += Math.exp(lnWeight) * tail;
    tail += Math.exp(lnStep);
    shape++;
    lnStep += Math.log(x / 2 / shape);
  }
  return Math.min(1, sum);
}

/** Rows that one sample needs so that a shift is found (see detectableShift), given the other's; Infinity when none suffice. */
export function rowsToDetectShift(shift: number, other: number, alpha: number): number {
  return rowsForSpread((shift / shiftPerSpread(alpha)) ** 2, other);
}

/** As rowsToDetectShift, for a Jensen–Shannon distance over K categories (see detectableDistance). */
export function rowsToDetectDistance(
  distance: number,
  categories: number,
  other: number,
  alpha: number,
): number {
  const lambda = neededNoncentrality(Math.max(2, categories) - 1, alpha);
  return rowsForSpread((8 * Math.LN2 * distance ** 2) / lambda, other);
}

/** n with 1/n + 1/other at most `spread`. */
function rowsForSpread(spread: number, other: number): number {
  const rest = spread - 1 / other;
  return rest <= 0 ? Infinity : Math.ceil(1 / rest);
}
