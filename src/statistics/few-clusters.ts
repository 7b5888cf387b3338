import { type Design, sumsByCluster } from './design.js';
import { type Errors, Moments, unknownErrors } from './cautious.js';

/** Each cluster's share of the weight; they add up to 1. Without clusters, each row is one. */
export function clusterShares(rows: number, { weights, clusters }: Design): Float64Array {
  const ones = weights ?? new Float64Array(rows).fill(1);
  const sums = clusters === undefined ? ones : sumsByCluster(ones, clusters);
  let total = 0;
  for (let i = 0; i < sums.length; i++) total += sums[i]!;
  return sums.map((sum) => sum / total);
}

/** How sure a variance from clusters of these shares is. */
export interface ClusterDesign {
  /** What each cluster's squared error counts: C/(C − 1) where all are of one size. */
  readonly factors: Float64Array;
  /** C − 1 where all are of one size, less where few clusters hold most. */
  readonly freedom: number;
}

/**
 * Corrections for few and unequal clusters, each of which says one thing however many rows it has: factors that leave
 * the variance of a weighted mean without bias (Bell & McCaffrey 2002), and as many degrees of freedom as the effective
 * number of clusters, 1/Σshare², less one (Carter, Schnepel & Steigerwald 2017).
 */
export function clusterDesign(shares: Float64Array): ClusterDesign {
  let squares = 0;
  for (let i = 0; i < shares.length; i++) squares += shares[i]! * shares[i]!;
  return { factors: shares.map((share) => 1 / (1 - 2 * share + squares)), freedom: 1 / squares - 1 };
}

/**
 * Errors of clusters, from what each row adds to the error (its influence; they add up to 0).
 * @param shares of the clusters, in the order of their numbers
 */
export function clusterErrors(
  influences: Float64Array,
  clusters: Uint32Array | undefined,
  shares: Float64Array,
): Errors {
  const { factors, freedom } = clusterDesign(shares);
  const sums = clusters === undefined ? influences : sumsByCluster(influences, clusters);
  return unequalErrors(
    sums.map((sum, i) => sum * Math.sqrt(factors[i]!)),
    shares.map((share, i) => share * Math.sqrt(factors[i]!)),
    freedom,
  );
}

/**
 * Errors of units of which some are larger by design: `freedom` knows that already, so skew and tails are those of the
 * errors as multiples of what was to be expected.
 * @param expected spread of each error, up to a common factor; 0 where there is no error
 */
export function unequalErrors(errors: Float64Array, expected: Float64Array, freedom: number): Errors {
  let [variance, squares, cubes] = [0, 0, 0];
  const moments = new Moments();
  for (let i = 0; i < errors.length; i++) {
    variance += errors[i]! * errors[i]!;
    const spread = expected[i]!;
    if (!(spread > 0)) continue;
    squares += spread * spread;
    cubes += spread * spread * spread;
    moments.add(errors[i]! / spread, spread);
  }
  // Of one unit, or where one holds all rows of a class.
  if (errors.length < 2 || !Number.isFinite(variance)) return unknownErrors;
  const { skew, tails } = moments;
  return { variance, freedom, skew: (skew * cubes) / squares ** 1.5, tails };
}
