import { formatNumber, formatPercent, plural } from '../../common/text.js';
import type { Verdict } from '../../common/verdict.js';
import { type Design, designShare, isComplex } from '../../statistics/design.js';
import { type Estimate, clopperPearson } from '../../statistics/intervals.js';
import { twoSided } from '../metrics/metric.js';

/** A share of rows held against the largest that is allowed. */
export interface JudgedShare {
  readonly share: Estimate;
  readonly verdict: Verdict;
  readonly rowsNeeded: number | null;
}

/**
 * Decides whether a share is at most `max`, on the bound of its interval: Clopper and Pearson's, which
 * holds its level also for small shares; of weighted and clustered rows that at their effective number.
 * @param hits 1 for a row that counts against the model, otherwise 0; at least one row
 * @param confidence of each bound by itself
 */
export function judgeShare(hits: Float64Array, design: Design, max: number, confidence: number): JudgedShare {
  const both = twoSided(confidence);
  const n = hits.length;
  const share = isComplex(design)
    ? designShare(hits, design, both)
    : clopperPearson(
        hits.reduce((sum, hit) => sum + hit, 0),
        n,
        both,
      );
  if (share.upper <= max) return { share, verdict: 'pass', rowsNeeded: null };
  if (share.lower > max) return { share, verdict: 'fail', rowsNeeded: null };
  return { share, verdict: 'inconclusive', rowsNeeded: rowsThatSettle(share, n, max, both) };
}

const mostRows = 1e9;

/** Rows at which the interval would just clear the limit, were the share right. */
function rowsThatSettle(
  { value, lower, upper }: Estimate,
  n: number,
  max: number,
  both: number,
): number | null {
  // What the design makes of n rows, told from the width that it gave.
  const plain = clopperPearson(value * n, n, both);
  const effect = Math.max(1, ((upper - lower) / (plain.upper - plain.lower)) ** 2);
  const clears = (rows: number): boolean => {
    const { lower: least, upper: most } = clopperPearson(value * rows, rows, both);
    return value <= max ? most <= max : least > max;
  };
  let [low, high] = [1, 1];
  while (!clears(high) && high < mostRows) [low, high] = [high, high * 2];
  if (!clears(high)) return null;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (clears(middle)) high = middle;
    else low = middle;
  }
  const needed = high * effect;
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(needed)) - 1);
  return Math.max(n + 1, Math.ceil(needed / unit) * unit);
}

/** "in 1.2 % of 2,000 rows, at most 1.7 % with 95 % confidence; 2 % is allowed". */
export function shareClause(
  { share, verdict, rowsNeeded }: JudgedShare,
  rows: number,
  max: number,
  confidence: number,
  noun = 'row',
): string {
  const of = `in ${percent(share.value)} of ${plural(rows, noun)}`;
  const sure = `with ${formatPercent(confidence)} confidence`;
  const allowed = `${percent(max)} is allowed`;
  if (verdict === 'pass') return `${of}, at most ${percent(share.upper)} ${sure}; ${allowed}`;
  if (verdict === 'fail') return `${of}, at least ${percent(share.lower)} ${sure}; ${allowed}`;
  const needed = rowsNeeded === null ? '' : `; about ${formatNumber(rowsNeeded)} would`;
  return `${of}, between ${percent(share.lower)} and ${percent(share.upper)} (each bound ${sure}); ${allowed}, which these ${noun}s cannot settle${needed}`;
}

const percent = (value: number): string => formatPercent(value, 2);
