import type { Interval } from './intervals.js';

/** Variances of two estimates on one sample, and of their difference. */
export interface Variances {
  readonly first: number;
  readonly second: number;
  /** Of first − second: smaller than the sum of both where the estimates go together. */
  readonly difference: number;
}

/**
 * Interval of the relative change ρ = (first − second)/second by Fieller (1954): every ρ for which
 * first − (1 + ρ)·second is not shown to differ from 0.
 * @param z critical value, above 0
 * @returns (−∞, ∞) where second is not shown to be above 0, so that no share of it means anything
 */
export function relativeChange(first: number, second: number, variances: Variances, z: number): Interval {
  const square = z * z;
  const curve = second * second - square * variances.second;
  if (!(second > 0 && curve > 0)) return { lower: -Infinity, upper: Infinity };
  const difference = first - second;
  // Three variances that were not made alike may not fit together.
  const most = Math.sqrt(variances.difference * variances.second);
  const covariance = (variances.first - variances.second - variances.difference) / 2;
  const linear = difference * second - square * Math.min(Math.max(covariance, -most), most);
  const constant = difference * difference - square * variances.difference;
  const root = Math.sqrt(Math.max(0, linear * linear - curve * constant));
  return { lower: (linear - root) / curve, upper: (linear + root) / curve };
}
