import type { TwoByK } from './categorical.js';
import { lnGamma } from './special.js';

/**
 * Exact two-sided p value for a category with x of the m rows of one sample and s rows in both: twice the smaller
 * tail of the hypergeometric distribution, at most 1.
 * @param n rows of the other sample
 */
export function categoryTail(x: number, s: number, n: number, m: number): number {
  const mean = (s * m) / (n + m);
  if (x === mean) return 1;
  let term = Math.exp(lnChoose(m, x) + lnChoose(n, s - x) - lnChoose(n + m, s));
  let tail = 0;
  const up = x > mean;
  for (let k = x; term > tail * 1e-17; k += up ? 1 : -1) {
    tail += term;
    term *= up
      ? ((s - k) * (m - k)) / ((k + 1) * (n - s + k + 1))
      : (k * (n - s + k)) / ((s - k + 1) * (m - k + 1));
  }
  return Math.min(1, 2 * tail);
}

export interface OneCategory {
  /** Of the most certain category, times the number of categories that could have been as certain as `level`. */
  readonly p: number;
  /** Index of that category; -1 when no category has rows enough. */
  readonly category: number;
  /** By how many standard deviations its count is off. */
  readonly z: number;
}

/**
 * Did a single category change: a new one, one that is gone, one that grew? A sum over all categories hardly sees it.
 * Bonferroni over those that have rows enough to be certain at all, which their sums tell (Tarone 1990).
 */
export function mostChangedCategory({ a, b }: TwoByK, level: number): OneCategory {
  const [n, m] = [total(a), total(b)];
  const all = n + m;
  let [able, least, category, strongest] = [0, 1, -1, 0];
  for (let k = 0; k < a.length; k++) {
    const s = a[k]! + b[k]!;
    if (s === 0 || s === all) continue;
    if (2 * leastTail(s, n, m) > level) continue;
    able++;
    const spread = Math.sqrt((((s * n) / all) * (m / all) * (all - s)) / Math.max(1, all - 1));
    const z = (b[k]! - (s * m) / all) / spread;
    // What is this near to its mean is never the most certain one that counts.
    const p = Math.abs(z) < 2 ? 1 : categoryTail(b[k]!, s, n, m);
    if (category < 0 || p < least || (p === least && Math.abs(z) > Math.abs(strongest))) {
      [least, category, strongest] = [p, k, z];
    }
  }
  return { p: able === 0 ? 1 : Math.min(1, least * able), category, z: strongest };
}

/** The smaller probability of the two ends: as many of the s rows as can be in the one sample, or in the other. */
function leastTail(s: number, n: number, m: number): number {
  const [all, few] = [n + m, Math.min(n, m)];
  const [small, large] = [Math.min(s, few), Math.max(s, few)];
  const share = (of: number): number =>
    of < small ? 1 : Math.exp(lnChoose(of, small) - lnChoose(all, small));
  return Math.min(share(large), share(all - large));
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

const lnChoose = (n: number, k: number): number => lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
