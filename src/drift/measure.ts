import type { DriftTest } from '../formats/drift-column.js';
import { testAndersonDarling } from '../statistics/anderson-darling.js';
import { detectableShift, detectableShiftByKs, rowsToDetectShift } from '../statistics/effect.js';
import {
  type ValueCounts,
  kolmogorovSmirnov,
  sizeOf,
  trimmedWasserstein1,
  trimmedWasserstein1UnderNull,
  winsorisedDeviation,
} from '../statistics/two-sample.js';

/** A test whose p value still waits for its correction. Infinity: nothing can be found, no number of rows suffices. */
export type Measurement = Omit<DriftTest, 'adjusted' | 'detectable' | 'rowsNeeded'> & {
  readonly detectable: number;
  readonly rowsNeeded: number;
};

export interface Effect {
  /** A certain change of at least this is drift. */
  readonly threshold: number;
  /** Rows that could not show this cannot say that nothing changed. */
  readonly sought: number;
}

/** What a test is asked. */
export interface Question {
  readonly of: DriftTest['of'];
  /** What matters, in the unit of the measure. */
  readonly effect: Effect;
  /** The level that is left for one of all the tests of the run. */
  readonly level: number;
}

/** Below this many rows of the smaller sample the normal limit is too far away for the small levels of many columns. */
const fewRows = 50;
/** So many of them should not have the most frequent value, for the same reason. */
const fewOthers = 25;

/**
 * Numbers: Anderson–Darling over ranks and values for significance, for small samples the exact
 * Kolmogorov–Smirnov; for size the trimmed Wasserstein-1 in standard deviations of the reference, less chance's own
 * share, in squares, as independent parts add. The reference must vary.
 */
export function measureNumbers(
  reference: ValueCounts,
  current: ValueCounts,
  { of, effect, level }: Question,
  random: () => number,
): Measurement {
  const [n, m] = [sizeOf(reference), sizeOf(current)];
  const others = 1 - largestShare(reference, current);
  const small = Math.min(n, m) < fewRows || Math.min(n, m) * others < fewOthers;
  const found = small
    ? renamed(kolmogorovSmirnov(reference, current))
    : testAndersonDarling(reference, current, random);
  const distance = trimmedWasserstein1(reference, current);
  const chance = trimmedWasserstein1UnderNull(reference, current);
  const needed = rowsToDetectShift(effect.sought, n, level);
  return {
    of,
    ...found,
    p: clamp(found.p),
    measure: 'wasserstein',
    effect: Math.min(excess(distance, chance) / winsorisedDeviation(reference), Number.MAX_VALUE),
    ...effect,
    detectable: (small ? detectableShiftByKs : detectableShift)(n, m, level),
    rowsNeeded: Math.max(needed, fewRows, Math.ceil(fewOthers / others)),
  };
}

const renamed = ({ method, ...rest }: ReturnType<typeof kolmogorovSmirnov>) => ({
  ...rest,
  method: `kolmogorov-smirnov-${method}` as const,
});

/** Share of both samples together that the most frequent value has. */
function largestShare(a: ValueCounts, b: ValueCounts): number {
  const all = sizeOf(a) + sizeOf(b);
  let [i, j, largest] = [0, 0, 0];
  while (i < a.values.length || j < b.values.length) {
    const [x, y] = [a.values[i] ?? Infinity, b.values[j] ?? Infinity];
    largest = Math.max(largest, (x <= y ? a.counts[i++]! : 0) + (y <= x ? b.counts[j++]! : 0));
  }
  return largest / all;
}

/** √(distance² − chance²) without squaring, which overflows; distances beyond all numbers are the largest there is. */
function excess(distance: number, chance: number): number {
  if (!(distance > chance)) return 0;
  return Math.min(distance * Math.sqrt(1 - (chance / distance) ** 2), Number.MAX_VALUE);
}

/** Rounding can leave a sum of probabilities a last digit above 1. */
export const clamp = (p: number): number => Math.min(1, Math.max(0, p));
