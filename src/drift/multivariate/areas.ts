import { formatNumber } from '../../common/text.js';
import type { Verdict } from '../../common/verdict.js';
import { normalQuantile } from '../../statistics/special.js';

/** An AUC with its one-sided bounds, cut to [0, 1]. */
export interface Area {
  readonly auc: number;
  readonly lower: number;
  readonly upper: number;
}

export function areaOf(auc: number, standardError: number, z: number): Area {
  const half = z * standardError;
  return { auc, lower: Math.max(0, auc - half), upper: Math.min(1, auc + half) };
}

export interface Bar {
  /** AUC above 0.5 that matters. */
  readonly least: number;
  /** Normal quantile of the bounds. */
  readonly z: number;
  /** Standard error of the AUC of these rows when nothing has changed. */
  readonly unchanged: number;
  /** An AUC that far below 0.5 matters as well. */
  readonly bothWays?: boolean;
}

/**
 * Certain and large: the whole interval is beyond what matters. Certain and small: the whole interval is within,
 * and so it would be at 0.5: else it is luck that so few rows look so much alike.
 */
export function judgeArea({ lower, upper }: Area, { least, z, unchanged, bothWays = false }: Bar): Verdict {
  if (lower > least || (bothWays && upper < 1 - least)) return 'fail';
  const enough = z * unchanged < least - 0.5;
  return enough && upper < least && (!bothWays || lower > 1 - least) ? 'pass' : 'inconclusive';
}

/** Smallest AUC that is called drift in four of five tries; null where none is. */
export function detectableArea({ least, z, unchanged }: Bar): number | null {
  const smallest = least + (z + normalQuantile(0.8)) * unchanged;
  return smallest < 1 ? smallest : null;
}

export const showArea = ({ auc, lower, upper }: Area): string =>
  `AUC ${formatNumber(auc, 3)}, ${formatNumber(lower, 3)} to ${formatNumber(upper, 3)}`;
