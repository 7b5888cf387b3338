import { type NumberGroups, numberBits } from '../../engine/counting.js';
import type { ColumnProfile, ColumnType, ColumnValues } from '../../formats/profile.js';
import { floorTo, gridStep, isCloseTogether, roundBits } from '../../statistics/rounding.js';
import { finite } from './moments.js';

type Moments = NonNullable<ColumnProfile['moments']>;
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
  if (!isGridded(type, min, max)) return roundedTo(counts, numberBits);
  const step = gridStep(min, max);
  return { kind: 'grid', step, counts: add(counts, (x) => floorTo(x, step)) };
}

export function roundedTo(counts: Counts, bits: number): ColumnValues {
  return { kind: 'rounded', bits, counts: add(counts, (x) => roundBits(x, bits)) };
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

/** Moments of numbers that were counted by their rounded values; as exact as those of the numbers themselves. */
export function momentsOfGroups(groups: NumberGroups): Moments | undefined {
  const { values, counts, rests, squares, min, max, nonFinite } = groups;
  if (values.length === 0) return undefined;
  let [n, sum] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    n += counts[i]!;
    sum += counts[i]! * values[i]! + rests[i]!;
  }
  const mean = sum / n;
  let m2 = 0;
  for (let i = 0; i < values.length; i++) {
    const away = values[i]! - mean;
    m2 += counts[i]! * away * away + 2 * away * rests[i]! + squares[i]!;
  }
  return { mean: finite(mean), m2: finite(Math.max(0, m2)), min, max, nonFinite };
}
