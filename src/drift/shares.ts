import { formatNumber } from '../common/text.js';
import type { ColumnDrift } from '../formats/drift.js';
import type { TwoByK } from '../statistics/categorical.js';
import { type ValueCounts, quantileOf } from '../statistics/two-sample.js';
import { type Side, categoriesOf } from './values.js';

type Shares = ColumnDrift['shares'];

/* Names of our own among the values of a column stand in brackets. */
export const missingLabel = '(missing)';
export const othersLabel = '(others)';

/** Reference and current counts, category by category. */
export interface LabelledTable extends TwoByK {
  readonly labels: readonly string[];
}

/**
 * Both sides' categories in one table; missing is one of them, and so is every value that only one side has.
 * A value that one side summed up as "others" joins the others on both, unless it must have been noticed.
 */
export function tableOf(reference: Side, current: Side, withMissing: boolean): LabelledTable {
  const [ref, cur] = [categoriesOf(reference), categoriesOf(current)];
  let [othersRef, othersCur] = [reference.others, current.others];
  const labels: string[] = [];
  const a: number[] = [];
  const b: number[] = [];
  for (const label of new Set([...ref.keys(), ...cur.keys()])) {
    const [x, y] = [ref.get(label), cur.get(label)];
    if (unlisted(y, x, current, reference) || unlisted(x, y, reference, current)) {
      othersRef += x ?? 0;
      othersCur += y ?? 0;
    } else {
      labels.push(label);
      a.push(x ?? 0);
      b.push(y ?? 0);
    }
  }
  const own: [string, number, number][] = [[othersLabel, othersRef, othersCur]];
  if (withMissing) own.push([missingLabel, reference.missing, current.missing]);
  for (const [label, x, y] of own) {
    if (x + y === 0) continue;
    labels.push(label);
    a.push(x);
    b.push(y);
  }
  return { labels, a, b };
}

/** Whether a value that one side does not list may be among its others: it is expected less often than could be overlooked. */
function unlisted(own: number | undefined, other: number | undefined, side: Side, otherSide: Side): boolean {
  if (own !== undefined || side.complete) return false;
  const expected = ((other ?? 0) / Math.max(1, otherSide.rows)) * side.rows;
  return expected < 10 * (side.error + 1);
}

/** Shares of all rows, the largest change first. */
export function categoryShares(table: LabelledTable, limit = 12): Shares {
  return sharesInOrder(table)
    .sort((x, y) => Math.abs(y.current - y.reference) - Math.abs(x.current - x.reference))
    .slice(0, limit);
}

/** Shares of all rows, in the order of the labels. */
export function sharesInOrder({ labels, a, b }: LabelledTable): Shares {
  const [n, m] = [sum(a), sum(b)];
  return labels.map((label, k) => ({ label, reference: a[k]! / n, current: b[k]! / m }));
}

/** Shares of the rows that have a number, in bins between the reference's deciles, open at both ends. */
export function binShares(reference: ValueCounts, current: ValueCounts): Shares {
  const { edges, a, b } = decileTable(reference, current);
  const [n, m] = [sum(a), sum(b)];
  const label = (i: number): string => {
    if (i === 0) return `≤ ${formatNumber(edges[0]!)}`;
    if (i === edges.length) return `> ${formatNumber(edges.at(-1)!)}`;
    return `${formatNumber(edges[i - 1]!)} to ${formatNumber(edges[i]!)}`;
  };
  return a.map((count, i) => ({ label: label(i), reference: count / n, current: b[i]! / m }));
}

/** Counts between the reference's deciles; bin i holds edges[i−1] < x ≤ edges[i]. */
export function decileTable(reference: ValueCounts, current: ValueCounts): TwoByK & { edges: number[] } {
  const deciles = Array.from({ length: 9 }, (_, i) => quantileOf(reference, (i + 1) / 10));
  const { values: known } = reference;
  // An edge at the largest value would leave the last bin empty in the reference.
  const below = [...new Set(deciles)].filter((edge) => edge < known[known.length - 1]!);
  const edges = below.length > 0 ? below : [known[Math.max(0, known.length - 2)]!];
  const count = ({ values, counts }: ValueCounts): number[] => {
    const bins = new Array<number>(edges.length + 1).fill(0);
    for (let i = 0, bin = 0; i < values.length; i++) {
      while (bin < edges.length && values[i]! > edges[bin]!) bin++;
      bins[bin]! += counts[i]!;
    }
    return bins;
  };
  return { edges, a: count(reference), b: count(current) };
}

const sum = (counts: readonly number[]): number => counts.reduce((x, y) => x + y, 0);
