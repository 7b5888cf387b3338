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

/** Different numbers, ascending, and how often each occurs. */
export interface Sorted {
  readonly values: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

/** Values as a profile lists them: all of them, or summed up by what does not depend on how they came in. */
export function summarise(type: ColumnType, sorted: Sorted, min: number, max: number): ColumnValues {
  if (sorted.values.length <= exactLimit) return { kind: 'exact', counts: joined(sorted) };
  if (!isGridded(type, min, max)) {
    const counts = joined(sorted, (x) => roundBits(x, numberBits));
    return { kind: 'rounded', bits: numberBits, counts };
  }
  const step = gridStep(min, max);
  return { kind: 'grid', step, counts: joined(sorted, (x) => floorTo(x, step)) };
}

/** Sums of the counts of neighbours that become equal by a change that keeps the order. */
export function joined(
  { values, counts }: Sorted,
  change: (x: number) => number = (x) => x,
): [number, number][] {
  const sums: [number, number][] = [];
  let last: [number, number] | undefined;
  for (let i = 0; i < values.length; i++) {
    const x = change(values[i]!);
    if (last?.[0] === x) last[1] += counts[i]!;
    else sums.push((last = [x, counts[i]!]));
  }
  return sums;
}

/** Counts of both, ascending. */
export function sorted(...lists: Counts[]): Sorted {
  const all = (lists.flat() as [number, number][]).sort(([a], [b]) => a - b);
  const sums = joined({ values: all.map(([x]) => x), counts: all.map(([, n]) => n) });
  return { values: sums.map(([x]) => x), counts: sums.map(([, n]) => n) };
}
