import { type TwoByK, poolRare, smallestExpected } from '../statistics/categorical.js';
import { detectableDistance } from '../statistics/effect.js';

/** Below this many rows of the smaller sample, rare categories are tested by permutation instead of pooled. */
const permuteUpTo = 500;
/** Categories that stay apart must have at least this share of the rows, or the rest would speak for them. */
const leastShare = 0.5;

export interface Pooled {
  readonly table: TwoByK;
  /** Values that the table counts together although each could be tested. */
  readonly together: number;
  /** Share of the rows with one of them. */
  readonly share: number;
}

/**
 * The table as it can be tested: categories that are too rare for the test are joined. Where the rows could not show
 * an effect of `threshold` among so many categories, the rarest are joined until they can, as long as most rows keep
 * a category of their own. What is joined is decided by both samples together, which leaves the test valid.
 */
export function testable(table: TwoByK, threshold: number, level: number): Pooled {
  const fine = { table: pooled(table), together: 0, share: 0 };
  const [n, m] = [total(table.a), total(table.b)];
  const can = (categories: number): boolean => detectableDistance(categories, n, m, level) <= threshold;
  const categories = fine.table.a.length;
  if (categories <= 3 || can(categories) || !can(3)) return fine;
  let [enough, tooMany] = [3, categories];
  while (tooMany - enough > 1) {
    const middle = Math.floor((enough + tooMany) / 2);
    if (can(middle)) enough = middle;
    else tooMany = middle;
  }
  const coarse = keepLargest(fine.table, enough - 1);
  return coarse.share > 1 - leastShare ? fine : coarse;
}

function pooled(table: TwoByK): TwoByK {
  if (Math.min(total(table.a), total(table.b)) <= permuteUpTo) return poolRare(table, 1).table;
  const { table: fine } = poolRare(table, 5);
  if (fine.a.length <= 2 || smallestExpected(fine) >= 5) return fine;
  // What is pooled can itself be too rare: it then joins the rarest category that is kept.
  return keepLargest(fine, fine.a.length - 2).table;
}

function keepLargest({ a, b }: TwoByK, keep: number): Pooled {
  const order = a.map((_, k) => k).sort((x, y) => a[y]! + b[y]! - (a[x]! + b[x]!) || x - y);
  const [kept, rest] = [order.slice(0, keep), order.slice(keep)];
  const sum = (counts: readonly number[]): number => rest.reduce((all, k) => all + counts[k]!, 0);
  return {
    table: { a: [...kept.map((k) => a[k]!), sum(a)], b: [...kept.map((k) => b[k]!), sum(b)] },
    together: rest.length,
    share: (sum(a) + sum(b)) / (total(a) + total(b)),
  };
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
