import { formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import type { Verdict } from '../../common/verdict.js';
import type { ColumnSkew } from '../../formats/drift-skew.js';
import type { ColumnType } from '../../formats/profile.js';
import { clopperPearson } from '../../statistics/intervals.js';
import type { ColumnCounts } from './join.js';
import { type ComparedColumn, familyOf } from './plan.js';

/** Rows that must share a pattern before it is named. */
const patternRows = 10;

/**
 * Judges the share of rows in which a column differs. `fail` when it is certainly above the tolerance, with
 * Bonferroni's correction over the columns, since one of them would do; `pass` when it is certainly not above.
 * With a tolerance of 0 the rows are taken as they are.
 * @param rows joined
 * @param tests columns that are judged in this run
 */
export function judgeColumn(
  column: ComparedColumn,
  counts: ColumnCounts,
  rows: number,
  { tolerance, alpha, tests }: { readonly tolerance: number; readonly alpha: number; readonly tests: number },
): ColumnSkew {
  const { differing, distance } = counts;
  const { lower } = clopperPearson(differing, rows, 1 - (2 * alpha) / tests);
  const { upper } = clopperPearson(differing, rows, 1 - 2 * alpha);
  const verdict: Verdict =
    rows > 0 && lower > tolerance
      ? 'fail'
      : rows > 0 && (upper <= tolerance || (tolerance === 0 && differing === 0))
        ? 'pass'
        : 'inconclusive';
  const pattern = differing === 0 ? undefined : patternOf(counts, column.serving);
  return {
    name: column.name,
    verdict,
    reason: reasonOf(column, counts, rows, verdict, { tolerance, alpha, lower, upper, pattern }),
    rows,
    differing,
    onlyTraining: counts.onlyTraining,
    onlyServing: counts.onlyServing,
    share: rows === 0 ? 0 : differing / rows,
    lower,
    upper,
    ...(distance !== undefined && { distance: { mean: distance.mean, largest: distance.largest } }),
    ...(pattern !== undefined && { pattern }),
    examples: counts.examples.map((example) => ({ ...example, id: [...example.id] })),
  };
}

function reasonOf(
  { training, serving }: ComparedColumn,
  { differing }: ColumnCounts,
  rows: number,
  verdict: Verdict,
  found: { tolerance: number; alpha: number; lower: number; upper: number; pattern: string | undefined },
): string {
  if (rows === 0) return 'no row could be compared';
  const { tolerance, alpha, lower, upper, pattern } = found;
  const kinds =
    familyOf(training) === familyOf(serving) ? '' : `, ${training} in training and ${serving} now`;
  const how = pattern === undefined ? '' : `: ${pattern}`;
  const share = `${formatInteger(differing)} of ${plural(rows, 'row')} (${formatPercent(differing / rows)})`;
  const allowed = `${formatPercent(tolerance)} may`;
  if (verdict === 'fail') {
    return `other values in ${share}, at least ${formatPercent(lower)} where ${allowed}${kinds}${how}`;
  }
  if (verdict === 'pass') {
    return differing === 0
      ? `the same values in all of ${plural(rows, 'row')}${kinds}`
      : `other values in ${share}, at most ${formatPercent(upper)}: within the tolerance of ${formatPercent(tolerance)}${kinds}${how}`;
  }
  const needed = Math.ceil(Math.log(alpha) / Math.log1p(-tolerance));
  const enough = differing === 0 ? `; ${formatInteger(needed)} equal rows would be enough` : '';
  return `other values in ${share}: so few rows cannot tell it from the ${allowed.replace(' may', '')} that may differ${enough}${kinds}${how}`;
}

/** A fault of units, a default, a shift: what explains every differing row at once. */
function patternOf(
  { differing, onlyTraining, onlyServing, distance, ratio, always }: ColumnCounts,
  type: ColumnType,
): string | undefined {
  if (differing < patternRows) return undefined;
  if (always === null) return 'serving has no value in any of them';
  if (always !== undefined) {
    const value = familyOf(type) === 'number' ? formatNumber(Number(always)) : JSON.stringify(always);
    return `serving has ${value} in all of them`;
  }
  if (onlyServing === differing) return 'training has no value in any of them';
  const both = differing - onlyTraining - onlyServing;
  const isOne = (spread: number, size: number): boolean => spread <= 1e-3 * Math.abs(size);
  if (both < patternRows || both < 0.9 * differing) return undefined;
  if (ratio !== undefined && ratio.rows >= 0.9 * both && isOne(ratio.spread, ratio.mean)) {
    return `serving is ${formatNumber(ratio.mean)} times training`;
  }
  if (distance !== undefined && isOne(distance.spread, distance.mean)) {
    return `serving is training ${distance.mean > 0 ? 'plus' : 'less'} ${formatNumber(Math.abs(distance.mean))}`;
  }
  return undefined;
}
