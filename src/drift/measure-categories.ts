import type { DriftTest } from '../formats/drift-column.js';
import { type TwoByK, homogeneity } from '../statistics/categorical.js';
import {
  correctedJensenShannonDistance,
  detectableDistance,
  rowsToDetectDistance,
} from '../statistics/effect.js';
import { mostChangedCategory } from '../statistics/one-category.js';
import { type Measurement, type Question, clamp } from './measure.js';
import { testable } from './pooling.js';

export interface CategoryMeasurement extends Measurement {
  /** How many values are pooled, because there are too few rows to compare them separately. */
  readonly together: number;
  /** Share of the rows with one of them. */
  readonly share: number;
}

interface Try {
  readonly method: DriftTest['method'];
  readonly statistic: number;
  readonly p: number;
  readonly effect: number;
}

/**
 * Categories: homogeneity of the two samples and their Jensen–Shannon distance; with more than two, also the one
 * category that changed most, and, where the rows are few, the frequent ones alone. The smallest p value pays for
 * the tries (Bonferroni).
 */
export function measureCategories(
  table: TwoByK,
  random: () => number,
  { of, effect, level }: Question,
): CategoryMeasurement {
  const each = level / 3;
  const { fine, coarse, together, share } = testable(table, effect.sought, each);
  const seen = coarse ?? fine;
  const [n, m] = [total(table.a), total(table.b)];
  const tries = [mixOf(fine, random)];
  if (coarse) tries.push(mixOf(coarse, random));
  const whole = tries.at(-1)!;
  if (fine.a.length > 2) tries.push(oneOf(table, fine, each));
  const best = tries.reduce((least, one) => (one.p < least.p ? one : least));
  const p = clamp(best.p * tries.length);
  const own = level / tries.length;
  const categories = seen.a.length;
  return {
    of,
    // Without a certain change, the size is that of all categories that can be told apart.
    ...(p <= fairlyCertain ? best : whole),
    p,
    measure: 'jensen-shannon',
    ...effect,
    detectable: categories < 2 ? Infinity : detectableDistance(categories, n, m, own),
    rowsNeeded:
      categories < 2 ? rowsToTellApart(table) : rowsToDetectDistance(effect.sought, categories, n, own),
    together,
    share,
  };
}

/**
 * Current rows with which the frequent values that together have half of the rows could be told apart: each needs
 * five expected rows on either side. Infinity when the reference has too few.
 */
function rowsToTellApart({ a, b }: TwoByK): number {
  const [n, m] = [total(a), total(b)];
  const sums = a.map((count, k) => count + b[k]!).sort((x, y) => y - x);
  let [covered, rarest] = [0, 0];
  for (const sum of sums) {
    if (covered >= (n + m) / 2) break;
    covered += sum;
    rarest = sum;
  }
  const rows = Math.ceil((5 * (n + m)) / rarest);
  return rows > n ? Infinity : rows;
}

/** The measurement alone, as a result has it. */
export function bare({ together: _, share: __, ...measurement }: CategoryMeasurement): Measurement {
  return measurement;
}

/** Above this a p value says that nothing was found, whatever its correction. */
const fairlyCertain = 0.1;

function mixOf(table: TwoByK, random: () => number): Try {
  const { statistic, p, method } = homogeneity(table, random);
  return { method, statistic, p, effect: correctedJensenShannonDistance(table.a, table.b) };
}

/** Its effect is that of the category against all others, when the whole mix shows less. */
function oneOf(table: TwoByK, fine: TwoByK, level: number): Try {
  const { p, category, z } = mostChangedCategory(table, level);
  const sides = [table.a, table.b].map((counts) => [
    counts[category] ?? 0,
    total(counts) - (counts[category] ?? 0),
  ]);
  const alone = category < 0 ? 0 : correctedJensenShannonDistance(sides[0]!, sides[1]!);
  const mix = correctedJensenShannonDistance(fine.a, fine.b);
  return { method: 'one-category', statistic: z, p, effect: Math.max(alone, mix) };
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
