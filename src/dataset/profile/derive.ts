import type { ColumnProfile } from '../../formats/profile.js';

/**
 * Quantile of a numeric column: the smallest value with at least a share `p` of the values at or below it
 * (inverse of the empirical distribution, type 1 of Hyndman & Fan 1996). Within the rounding of the profile.
 * @returns undefined where there is no number
 */
export function quantile({ values }: ColumnProfile, p: number): number | undefined {
  const { counts } = values;
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i]![1];
  // A tolerance for p·n that is a whole number but for its rounding.
  const wanted = p * total - 1e-9 * total;
  let seen = 0;
  let last: number | undefined;
  for (let i = 0; i < counts.length; i++) {
    const value = counts[i]![0];
    if (typeof value !== 'number') return undefined;
    seen += counts[i]![1];
    last = value;
    if (seen >= wanted) return value;
  }
  return last;
}

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Counts in `bins` parts of equal width between the smallest and the largest value; the last one holds its end. */
export function histogram({ values, moments }: ColumnProfile, bins: number): Bin[] {
  if (moments === undefined) return [];
  const { min, max } = moments;
  const width = (max - min) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const [value, n] of values.counts as [number, number][]) {
    const bin = width > 0 ? Math.floor((value - min) / width) : 0;
    // A rounded value may lie just outside.
    counts[Math.max(0, Math.min(bins - 1, bin))]! += n;
  }
  return counts.map((count, i) => ({
    from: min + i * width,
    to: i === bins - 1 ? max : min + (i + 1) * width,
    count,
  }));
}

/** The most frequent values with their counts. */
export function topValues({ values }: ColumnProfile, count: number): [number | string, number][] {
  return [...values.counts].sort(([, n], [, m]) => m - n).slice(0, count);
}
