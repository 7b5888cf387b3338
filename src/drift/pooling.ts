import { type TwoByK, poolRare, smallestExpected } from '../statistics/categorical.js';
import { detectableDistance } from '../statistics/effect.js';

/** Below this many rows of the smaller sample, rare categories are tested by permutation instead of pooled. */
const permuteUpTo = 500;
/** Categories that stay apart must have at least this share of the rows, or the rest would speak for them. */
const leastShare = 0.5;

export interface Testable {
  /** Only what is too rare for the test is joined. */
  readonly fine: TwoByK;
  /** The frequent categories, among which the rows can show a change that is sought, and the rest as one. */
  readonly coarse?: TwoByK;
  /** Values that are counted as one in the table that decides: `coarse`, otherwise `fine`. 0: all stay apart. */
  readonly together: number;
  /** Share of the rows with one of them. */
  readonly share: number;
}

/**
 * The table as it can be tested: categories that are too rare for the test are joined. Where the rows could not show
 * a distance of `sought` among so many categories, `coarse` joins the rarest until they can, as long as most rows keep
 * a category of their own. What is joined is decided by both samples together, which leaves the tests valid.
 */
export function testable(table: TwoByK, sought: number, level: number): Testable {
  const fine = pooled(table);
  const whole = { fine, ...pooledInto(fine, table) };
  const [n, m] = [total(table.a), total(table.b)];
  const can = (categories: number): boolean => detectableDistance(categories, n, m, level) <= sought;
  const categories = fine.a.length;
  if (categories <= 3 || can(categories) || !can(3)) return whole;
  let [enough, tooMany] = [3, categories];
  while (tooMany - enough > 1) {
    const middle = Math.floor((enough + tooMany) / 2);
    if (can(middle)) enough = middle;
    else tooMany = middle;
  }
  const { table: coarse, share } = keepLargest(fine, enough - 1);
  if (share > 1 - leastShare) return whole;
  return { fine, coarse, together: valuesOf(table) - coarse.a.length + 1, share };
}

/** How many values the last category of `fine` stands for, and their share of the rows; none when it is one value. */
function pooledInto(fine: TwoByK, table: TwoByK): { together: number; share: number } {
  const together = valuesOf(table) - fine.a.length + 1;
  const rows = (fine.a.at(-1) ?? 0) + (fine.b.at(-1) ?? 0);
  return together < 2
    ? { together: 0, share: 0 }
    : { together, share: rows / (total(table.a) + total(table.b)) };
}

const valuesOf = ({ a, b }: TwoByK): number => a.filter((count, k) => count + b[k]! > 0).length;

function pooled(table: TwoByK): TwoByK {
  if (Math.min(total(table.a), total(table.b)) <= permuteUpTo) return poolRare(table, 1).table;
  const { table: fine } = poolRare(table, 5);
  if (fine.a.length <= 2 || smallestExpected(fine) >= 5) return fine;
  // What is pooled can itself be too rare: it then joins the rarest category that is kept.
  return keepLargest(fine, fine.a.length - 2).table;
}

function keepLargest({ a, b }: TwoByK, keep: number): { table: TwoByK; share: number } {
  const order = a.map((_, k) => k).sort((x, y) => a[y]! + b[y]! - (a[x]! + b[x]!) || x - y);
  const [kept, rest] = [order.slice(0, keep), order.slice(keep)];
  const sum = (counts: readonly number[]): number => rest.reduce((all, k) => all + counts[k]!, 0);
  return {
    table: { a: [...kept.map((k) => a[k]!), sum(a)], b: [...kept.map((k) => b[k]!), sum(b)] },
    share: (sum(a) + sum(b)) / (total(a) + total(b)),
  };
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
