import type { DriftTest } from '../formats/drift.js';
import { type TwoByK, homogeneity, poolRare, smallestExpected } from '../statistics/categorical.js';
import {
  correctedJensenShannonDistance,
  detectableDistance,
  detectableShift,
  rowsToDetectDistance,
  rowsToDetectShift,
} from '../statistics/effect.js';
import {
  type ValueCounts,
  kolmogorovSmirnov,
  momentsOf,
  sizeOf,
  wasserstein1,
  wasserstein1UnderNull,
} from '../statistics/two-sample.js';

/** A test whose p value still waits for its correction, and which knows what it could have found. */
export interface Measurement {
  readonly of: DriftTest['of'];
  readonly method: DriftTest['method'];
  readonly statistic: number;
  readonly p: number;
  readonly measure: DriftTest['measure'];
  readonly effect: number;
  readonly threshold: number;
  /** Smallest effect found in four of five tries at a level; Infinity when none is. */
  detectable(alpha: number): number;
  /** Rows of current data that would show the threshold; Infinity when none would. */
  rowsNeeded(alpha: number): number;
}

/** Below this many rows of the smaller sample, rare categories are tested by permutation instead of pooled. */
const permuteUpTo = 500;

/**
 * Numbers: Kolmogorov–Smirnov for significance, Wasserstein-1 in standard deviations of the reference for size.
 * Chance's own share is taken off the size in squares, as it adds for independent parts.
 * The reference must vary.
 */
export function measureNumbers(reference: ValueCounts, current: ValueCounts, threshold: number): Measurement {
  const [n, m] = [sizeOf(reference), sizeOf(current)];
  const { statistic, p, method } = kolmogorovSmirnov(reference, current);
  const distance = wasserstein1(reference, current);
  const chance = wasserstein1UnderNull(reference, current);
  return {
    of: 'values',
    method: `kolmogorov-smirnov-${method}`,
    statistic,
    p: clamp(p),
    measure: 'wasserstein',
    effect: Math.min(excess(distance, chance) / momentsOf(reference).deviation, Number.MAX_VALUE),
    threshold,
    detectable: (alpha) => detectableShift(n, m, alpha),
    rowsNeeded: (alpha) => rowsToDetectShift(threshold, n, alpha),
  };
}

/** √(distance² − chance²) without squaring, which overflows; distances beyond all numbers are the largest there is. */
function excess(distance: number, chance: number): number {
  if (distance <= chance) return 0;
  return Math.min(distance * Math.sqrt(1 - (chance / distance) ** 2), Number.MAX_VALUE);
}

/** Categories: homogeneity of the two samples, and their Jensen–Shannon distance. */
export function measureCategories(
  table: TwoByK,
  threshold: number,
  random: () => number,
  of: DriftTest['of'] = 'values',
): Measurement {
  const tested = testable(table);
  const [n, m] = [total(tested.a), total(tested.b)];
  const categories = tested.a.length;
  const { statistic, p, method } = homogeneity(tested, random);
  return {
    of,
    method,
    statistic,
    p: clamp(p),
    measure: 'jensen-shannon',
    effect: correctedJensenShannonDistance(tested.a, tested.b),
    threshold,
    detectable: (alpha) => (categories < 2 ? Infinity : detectableDistance(categories, n, m, alpha)),
    rowsNeeded: (alpha) => rowsToDetectDistance(threshold, categories, n, alpha),
  };
}

/** The table with categories joined where they are too rare for the test that its size allows. */
function testable(table: TwoByK): TwoByK {
  if (Math.min(total(table.a), total(table.b)) <= permuteUpTo) return poolRare(table, 1).table;
  const { table: pooled } = poolRare(table, 5);
  if (pooled.a.length <= 2 || smallestExpected(pooled) >= 5) return pooled;
  // What is pooled can itself be too rare: it then joins the rarest category that is kept.
  const [restA, restB] = [pooled.a.at(-1)!, pooled.b.at(-1)!];
  const [a, b] = [pooled.a.slice(0, -1), pooled.b.slice(0, -1)];
  const sums = a.map((count, k) => count + b[k]!);
  const rarest = sums.indexOf(Math.min(...sums));
  a[rarest]! += restA;
  b[rarest]! += restB;
  return { a, b };
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Rounding can leave a sum of probabilities a last digit above 1. */
const clamp = (p: number): number => Math.min(1, Math.max(0, p));
