import { type Estimate, clopperPearson, twoSidedNormal } from './intervals.js';
import { unpairedDifference } from './mover.js';
import { gammaIncInverse, normalQuantile } from './special.js';

/** How many values occur `before` times in the reference and `now` times in the current sample. */
export interface SpectrumCell {
  readonly before: number;
  readonly now: number;
  readonly values: number;
}

/** The values of two samples by how often they occur: all that a test of new values needs, whatever their names. */
export type Spectrum = readonly SpectrumCell[];

/** What a spectrum says about values that the reference does not have. */
export interface UnseenCounts {
  /** Rows of the reference, n, and of the current sample, m. */
  readonly reference: number;
  readonly current: number;
  /** Current rows whose value the reference does not have. */
  readonly unseen: number;
  /** Values that the reference has once, and twice (f1 and f2). */
  readonly once: number;
  readonly twice: number;
}

/** The spectrum of two lists of counts over the same values. */
export function spectrumOf(before: readonly number[], now: readonly number[]): SpectrumCell[] {
  const cells = new Map<string, SpectrumCell>();
  before.forEach((a, k) => {
    const b = now[k]!;
    if (a + b === 0) return;
    const key = `${a}/${b}`;
    cells.set(key, { before: a, now: b, values: (cells.get(key)?.values ?? 0) + 1 });
  });
  return [...cells.values()];
}

/** Rows on both sides, rows with a new value, and the reference's singletons and pairs. */
export function countUnseen(spectrum: Spectrum): UnseenCounts {
  const counts = { reference: 0, current: 0, unseen: 0, once: 0, twice: 0 };
  for (const { before, now, values } of spectrum) {
    counts.reference += before * values;
    counts.current += now * values;
    if (before === 0) counts.unseen += now * values;
    if (before === 1) counts.once += values;
    if (before === 2) counts.twice += values;
  }
  return counts;
}

/**
 * Probability that the next row has a value that a sample of n rows does not have: f1/n (Good 1953, "The population
 * frequencies of species"). It holds for each of m new rows, so that their expected share is the same for any m. The
 * interval has Esty's variance, (f1·(1 − f1/n) + 2·f2)/n² (Esty 1983, "A normal limit law for a nonparametric estimator
 * of the coverage of a random sample"); its upper end is at least that of a Poisson count f1, which also holds for f1 = 0.
 * @param confidence two-sided, 0..1
 * @returns shares, 0..1
 */
export function goodTuring(
  { reference: n, once, twice }: Pick<UnseenCounts, 'reference' | 'once' | 'twice'>,
  confidence: number,
): Estimate {
  if (n === 0) return { value: 1, lower: 0, upper: 1 };
  const value = Math.min(1, once / n);
  const standardError = Math.sqrt(once * (1 - value) + 2 * twice) / n;
  const half = twoSidedNormal(confidence) * standardError;
  const poisson = gammaIncInverse((1 + confidence) / 2, once + 1) / n;
  return {
    value,
    lower: Math.max(0, value - half),
    upper: once === n ? 1 : Math.min(1, Math.max(value + half, poisson)),
    standardError,
  };
}

/**
 * Excess share of unseen rows, −1..1: the observed share less the share that Good and Turing's estimate leads one to
 * expect. Given the reference each current row is unseen with one probability, so that the observed share has an exact
 * binomial interval (Clopper–Pearson); both intervals are joined by MOVER (Zou & Donner 2008).
 * @param confidence two-sided, 0..1
 */
export function excessUnseen(counts: UnseenCounts, confidence = 0.95): Estimate {
  const expected = goodTuring(counts, confidence);
  if (counts.current === 0) return { value: 0, lower: -1, upper: 1 };
  return unpairedDifference(clopperPearson(counts.unseen, counts.current, confidence), expected);
}

/** Share of tries in which a change of the detectable size is found. */
const power = 0.8;

/**
 * Smallest excess share that m current rows show at level `alpha` in four of five tries, from the normal limit; at least
 * as many rows as make a single new value certain, ln α / ln(m/(n+m)). Infinity where nothing could be shown.
 */
export function detectableUnseen(
  { reference: n, current: m, once, twice }: Omit<UnseenCounts, 'unseen'>,
  alpha: number,
): number {
  if (n === 0 || m === 0) return Infinity;
  const expected = Math.min(1, (once + 1) / n);
  const { standardError = 0 } = goodTuring({ reference: n, once, twice }, 0.95);
  const spread = Math.sqrt((expected * (1 - expected)) / m + standardError ** 2);
  const shift = (normalQuantile(power) - normalQuantile(alpha)) * spread;
  const single = Math.log(alpha) / Math.log(m / (n + m)) / m;
  const least = Math.max(shift, single);
  return least > 1 - expected ? Infinity : least;
}

/** Current rows with which an excess share of `excess` can be shown (see detectableUnseen); Infinity when none suffice. */
export function rowsToDetectUnseen(
  excess: number,
  counts: Omit<UnseenCounts, 'unseen' | 'current'>,
  alpha: number,
): number {
  const can = (rows: number): boolean => detectableUnseen({ ...counts, current: rows }, alpha) <= excess;
  let [low, high] = [1, 2];
  while (!can(high)) {
    if (high > 1e9) return Infinity;
    [low, high] = [high, high * 2];
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (can(middle)) high = middle;
    else low = middle;
  }
  return high;
}
