import { shareOfSplits, splitsOf } from './random-splits.js';
import { chiSquareSf, lnGamma } from './special.js';

/** Counts of the same K categories in two samples. */
export interface TwoByK {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

export interface Homogeneity {
  /** Pearson's chi-square, or Fisher's probability of the table itself. */
  readonly statistic: number;
  /** Degrees of freedom: categories that occur, less one. */
  readonly df: number;
  readonly p: number;
  readonly method: 'chi-square' | 'fisher' | 'permutation';
  /** √(χ² / N): with two samples the larger side is K, so the divisor is one. 0..1. */
  readonly cramersV: number;
}

/** Pearson's chi-square and the likelihood ratio G of homogeneity, both with K−1 degrees of freedom. */
export function chiSquareOf({ a, b }: TwoByK): { chiSquare: number; g: number; df: number } {
  const [n, m] = [total(a), total(b)];
  let [chiSquare, g, categories] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    const sum = a[k]! + b[k]!;
    if (sum === 0) continue;
    categories++;
    const [expectedA, expectedB] = [(sum * n) / (n + m), (sum * m) / (n + m)];
    if (expectedA > 0) chiSquare += (a[k]! - expectedA) ** 2 / expectedA;
    if (expectedB > 0) chiSquare += (b[k]! - expectedB) ** 2 / expectedB;
    if (a[k]! > 0) g += 2 * a[k]! * Math.log(a[k]! / expectedA);
    if (b[k]! > 0) g += 2 * b[k]! * Math.log(b[k]! / expectedB);
  }
  return { chiSquare, g, df: Math.max(0, categories - 1) };
}

/** √(χ² / N) of two samples. */
export function cramersV(table: TwoByK): number {
  const n = total(table.a) + total(table.b);
  return n === 0 ? NaN : Math.sqrt(chiSquareOf(table).chiSquare / n);
}

/**
 * Were both samples drawn from one distribution? Chi-square where every expected count is at least 5 (Cochran);
 * else Fisher's exact test for two categories, and a permutation test for more.
 * @param random uniform on [0, 1): seed it, so that a verdict can be repeated
 * @throws RangeError when a sample is empty
 */
export function homogeneity(table: TwoByK, random: () => number, replicates = 9999): Homogeneity {
  const [n, m] = [total(table.a), total(table.b)];
  if (n === 0 || m === 0) throw new RangeError('a sample is empty');
  const used = table.a.map((count, k) => [count, table.b[k]!] as const).filter(([x, y]) => x + y > 0);
  const reduced = { a: used.map(([x]) => x), b: used.map(([, y]) => y) };
  const { chiSquare, df } = chiSquareOf(reduced);
  const v = Math.sqrt(chiSquare / (n + m));
  const made = { df, cramersV: v };
  if (df === 0) return { ...made, statistic: 0, p: 1, method: 'chi-square' };
  if (smallestExpected(reduced) >= 5) {
    return { ...made, statistic: chiSquare, p: chiSquareSf(chiSquare, df), method: 'chi-square' };
  }
  if (df === 1) {
    const p = fisherExact(reduced.a[0]!, reduced.a[1]!, reduced.b[0]!, reduced.b[1]!);
    return { ...made, statistic: chiSquare, p, method: 'fisher' };
  }
  const p = permutationTail(reduced, chiSquare, random, replicates);
  return { ...made, statistic: chiSquare, p, method: 'permutation' };
}

/** Fisher's exact test of [[a, b], [c, d]], two-sided: tables at most as probable as this one. */
export function fisherExact(a: number, b: number, c: number, d: number): number {
  const [row, column, n] = [a + b, a + c, a + b + c + d];
  const lnProbability = (x: number): number =>
    lnChoose(row, x) + lnChoose(n - row, column - x) - lnChoose(n, column);
  const own = lnProbability(a);
  let p = 0;
  for (let x = Math.max(0, column - (n - row)); x <= Math.min(row, column); x++) {
    const other = lnProbability(x);
    // Equal probabilities differ in their last digits; scipy allows the same relative 1e-7.
    if (other <= own + 1e-7) p += Math.exp(other);
  }
  return Math.min(1, p);
}

/**
 * Joins categories that are too rare to be tested into one, the last. Which ones is decided by both samples
 * together, never by one of them: otherwise "unseen in the reference" would alarm by construction.
 */
export function poolRare({ a, b }: TwoByK, minimumExpected = 5): { table: TwoByK; pooled: number } {
  const [n, m] = [total(a), total(b)];
  const share = Math.min(n, m) / (n + m);
  const kept: number[] = [];
  let [restA, restB, pooled] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    const sum = a[k]! + b[k]!;
    if (sum * share >= minimumExpected) kept.push(k);
    else if (sum > 0) {
      restA += a[k]!;
      restB += b[k]!;
      pooled++;
    }
  }
  const table = { a: kept.map((k) => a[k]!), b: kept.map((k) => b[k]!) };
  if (pooled > 0) {
    table.a.push(restA);
    table.b.push(restB);
  }
  return { table, pooled };
}

/** The smallest count that homogeneity leads one to expect in any cell of a category that occurs. */
export function smallestExpected({ a, b }: TwoByK): number {
  const [n, m] = [total(a), total(b)];
  const share = Math.min(n, m) / (n + m);
  const sums = a.map((count, k) => count + b[k]!).filter((sum) => sum > 0);
  return sums.reduce((least, sum) => Math.min(least, sum * share), Infinity);
}

/** Share of random splits with a chi-square at least as large. */
function permutationTail(table: TwoByK, observed: number, random: () => number, replicates: number): number {
  if (observed === 0) return 1;
  const sums = table.a.map((count, k) => count + table.b[k]!);
  const [n, m] = [total(table.a), total(table.b)];
  // With fixed margins chi-square is (N²/(n·m))·Σ x²/sum − constant, so that Σ x²/sum orders the tables.
  const score = (own: ArrayLike<number>): number => sums.reduce((sum, all, k) => sum + own[k]! ** 2 / all, 0);
  const limit = score(n <= m ? table.a : table.b) * (1 - 1e-12);
  const draw = splitsOf(sums, Math.min(n, m), random);
  const drawn = new Float64Array(sums.length);
  return shareOfSplits(() => {
    draw(drawn);
    return score(drawn) >= limit;
  }, replicates);
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

const lnChoose = (n: number, k: number): number => lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
