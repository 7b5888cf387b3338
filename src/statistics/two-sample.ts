import { kolmogorovTail } from './kolmogorov.js';

/** A sample as its distinct values, ascending, and how often each occurs (whole numbers above 0). */
export interface ValueCounts {
  readonly values: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

export interface KolmogorovSmirnov {
  /** Largest distance of the two empirical distribution functions, 0..1. */
  readonly statistic: number;
  readonly p: number;
  readonly method: 'exact' | 'asymptotic';
}

/** As scipy: above this size of the larger sample the asymptotic p value. */
const exactUpTo = 10_000;

/**
 * Two-sample Kolmogorov–Smirnov test, two-sided. With ties its p value is an upper bound.
 * @throws RangeError when a sample is empty
 */
export function kolmogorovSmirnov(a: ValueCounts, b: ValueCounts): KolmogorovSmirnov {
  const [n, m] = [sizeOf(a), sizeOf(b)];
  const largest = largestGap(a, b, n, m);
  const statistic = largest / (n * m);
  const effective = (n * m) / (n + m);
  const asymptotic = (): number => kolmogorovTail(Math.max(1, roundHalfEven(effective)), statistic);
  // Beyond a p value of about 1e-25 the exact one costs time and adds nothing.
  if (Math.max(n, m) > exactUpTo || 2 * effective * statistic ** 2 > 58) {
    return { statistic, p: asymptotic(), method: 'asymptotic' };
  }
  return { statistic, p: exactTail(n, m, largest), method: 'exact' };
}

/**
 * Largest distance of the two empirical distribution functions, 0..1.
 * @throws RangeError when a sample is empty
 */
export function kolmogorovDistance(a: ValueCounts, b: ValueCounts): number {
  const [n, m] = [sizeOf(a), sizeOf(b)];
  return largestGap(a, b, n, m) / (n * m);
}

/** Largest |n·m·(Fa − Fb)|: whole numbers as long as they can be, so that equal functions give exactly 0. */
function largestGap(a: ValueCounts, b: ValueCounts, n: number, m: number): number {
  if (n === 0 || m === 0) throw new RangeError('a sample is empty');
  let largest = 0;
  walk(a, b, (belowA, belowB) => {
    largest = Math.max(largest, Math.abs(belowA * m - belowB * n));
  });
  return largest;
}

/**
 * P(some point of a random lattice path from (0,0) to (n,m) has |i·m − j·n| ≥ bound), by the recursion over
 * the path's last step: only probabilities are added, so that small ones keep their digits.
 */
function exactTail(n: number, m: number, bound: number): number {
  if (bound === 0) return 1;
  const outside = new Float64Array(m + 1).fill(1);
  for (let i = 0; i <= n; i++) {
    const from = Math.max(0, Math.floor((i * m - bound) / n) + 1);
    const to = Math.min(m, Math.ceil((i * m + bound) / n) - 1);
    // Left of the window every path is outside; right of it the array still says 1 from the start.
    if (from > 0) outside[from - 1] = 1;
    for (let j = from; j <= to; j++) {
      if (i === 0 && j === 0) outside[0] = 0;
      else {
        const steps = i + j;
        const fromLeft = i === 0 ? 0 : (i / steps) * outside[j]!;
        outside[j] = fromLeft + (j === 0 ? 0 : (j / steps) * outside[j - 1]!);
      }
    }
  }
  return Math.min(1, outside[m]!);
}

/**
 * Wasserstein-1 distance: the area between the two empirical distribution functions, in the values' unit.
 * @throws RangeError when a sample is empty
 */
export function wasserstein1(a: ValueCounts, b: ValueCounts): number {
  const [n, m] = [sizeOf(a), sizeOf(b)];
  if (n === 0 || m === 0) throw new RangeError('a sample is empty');
  let area = 0;
  walk(a, b, (belowA, belowB, width) => {
    area += Math.abs(belowA / n - belowB / m) * width;
  });
  return area;
}

/** Share of the rows at either end that tells of outliers, not of the column. */
export const trim = 0.005;

/**
 * Wasserstein-1 between the `trim` and 1−`trim` quantiles, over 1−2·`trim`: the mean distance of equal quantiles,
 * so that a shift counts in full and a few wild values do not.
 * @throws RangeError when a sample is empty
 */
export function trimmedWasserstein1(a: ValueCounts, b: ValueCounts): number {
  const [n, m] = [sizeOf(a), sizeOf(b)];
  if (n === 0 || m === 0) throw new RangeError('a sample is empty');
  let [i, j, belowA, belowB, last, area] = [0, 0, a.counts[0]!, b.counts[0]!, trim, 0];
  while (last < 1 - trim && i < a.values.length && j < b.values.length) {
    const level = Math.min(belowA / n, belowB / m, 1 - trim);
    if (level > last) {
      area += Math.abs(a.values[i]! - b.values[j]!) * (level - last);
      last = level;
    }
    const order = belowA * m - belowB * n;
    if (order <= 0) belowA += a.counts[++i] ?? 0;
    if (order >= 0) belowB += b.counts[++j] ?? 0;
  }
  return area / (1 - 2 * trim);
}

/**
 * What trimmedWasserstein1 of two samples of one distribution is on average:
 * √(2/π)·∫√(F(1−F))·√(1/n+1/m), with F taken from both samples together (normal limit of the empirical process).
 */
export function trimmedWasserstein1UnderNull(a: ValueCounts, b: ValueCounts): number {
  const [n, m] = [sizeOf(a), sizeOf(b)];
  let integral = 0;
  walk(a, b, (belowA, belowB, width) => {
    const f = (belowA + belowB) / (n + m);
    if (f > trim && f < 1 - trim) integral += Math.sqrt(f * (1 - f)) * width;
  });
  return (Math.sqrt(2 / Math.PI) * integral * Math.sqrt(1 / n + 1 / m)) / (1 - 2 * trim);
}

/**
 * Standard deviation (ddof 0) with the outermost `trim` at either end set to the quantiles there: one wild value
 * must not become the unit that everything is measured in. The whole standard deviation where that leaves nothing.
 */
export function winsorisedDeviation(sample: ValueCounts): number {
  const [low, high] = [quantileOf(sample, trim), quantileOf(sample, 1 - trim)];
  const values = Array.from(sample.values, (value) => Math.min(high, Math.max(low, value)));
  const { deviation } = momentsOf({ values, counts: sample.counts });
  return deviation > 0 ? deviation : momentsOf(sample).deviation;
}

export function sizeOf({ counts }: ValueCounts): number {
  let n = 0;
  for (let i = 0; i < counts.length; i++) n += counts[i]!;
  return n;
}

/** Mean and standard deviation (ddof 0), two passes. NaN of an empty sample. */
export function momentsOf({ values, counts }: ValueCounts): { mean: number; deviation: number } {
  const n = sizeOf({ values, counts });
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += (values[i]! * counts[i]!) / n;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2 * counts[i]!;
  return { mean: n === 0 ? NaN : mean, deviation: Math.sqrt(squares / n) };
}

/** Smallest value with at least a share `q` of the sample at or below it. */
export function quantileOf({ values, counts }: ValueCounts, q: number): number {
  const wanted = q * sizeOf({ values, counts });
  let seen = 0;
  for (let i = 0; i < values.length; i++) {
    seen += counts[i]!;
    if (seen >= wanted) return values[i]!;
  }
  return NaN;
}

/** Every distinct value of both: how many of each sample are at or below it, and how far off the next one is. */
export function walk(
  a: ValueCounts,
  b: ValueCounts,
  visit: (belowA: number, belowB: number, width: number) => void,
): void {
  let [i, j, belowA, belowB] = [0, 0, 0, 0];
  const next = (): number =>
    Math.min(i < a.values.length ? a.values[i]! : Infinity, j < b.values.length ? b.values[j]! : Infinity);
  for (let value = next(); value !== Infinity;) {
    if (i < a.values.length && a.values[i] === value) belowA += a.counts[i++]!;
    if (j < b.values.length && b.values[j] === value) belowB += b.counts[j++]!;
    const following = next();
    visit(belowA, belowB, following === Infinity ? 0 : following - value);
    value = following;
  }
}

/** As NumPy rounds the effective sample size. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
