import { numberBits } from '../../engine/counting.js';
import type { ColumnType, ColumnValues } from '../../formats/profile.js';
import { floorTo, gridStep, isCloseTogether, roundBits } from '../../statistics/rounding.js';

type Counts = [number | string, number][];

/** Columns with more different values than this are summarised. */
export const exactLimit = 10_000;

export const isTime = (type: ColumnType): boolean => type === 'date' || type === 'timestamp';

/** Times, and numbers that lie close together, are told apart by a grid. */
export function isGridded(type: ColumnType, min: number, max: number): boolean {
  return isTime(type) || isCloseTogether(min, max);
}

/**
 * Values as a profile lists them: all of them, or summed up by what does not depend on how they came in.
 * @param counts ascending
 */
export function summarise(type: ColumnType, counts: Counts, min: number, max: number): ColumnValues {
  if (counts.length <= exactLimit) return { kind: 'exact', counts };
  if (!isGridded(type, min, max)) {
    return { kind: 'rounded', bits: numberBits, counts: add(counts, (x) => roundBits(x, numberBits)) };
  }
  const step = gridStep(min, max);
  return { kind: 'grid', step, counts: add(counts, (x) => floorTo(x, step)) };
}

/** Sums of the counts of numbers that become equal, ascending. */
export function add(counts: Counts, change: (x: number) => number = (x) => x): Counts {
  const sums = new Map<number, number>();
  for (const [value, n] of counts as [number, number][]) {
    const x = change(value);
    sums.set(x, (sums.get(x) ?? 0) + n);
  }
  return [...sums].sort(([a], [b]) => a - b);
}
