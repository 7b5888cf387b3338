import { type Design, sumsByCluster } from './design.js';
import type { Errors } from './cautious.js';

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
 * The correction of Bell & McCaffrey (2002) for a weighted mean, under the model that a cluster says one thing however
 * many rows it has: factors that leave the variance without bias, and Satterthwaite's degrees of freedom.
 */
export function clusterDesign(shares: Float64Array): ClusterDesign {
  let total = 0;
  for (let i = 0; i < shares.length; i++) total += shares[i]! * shares[i]!;
  const factors = shares.map((share) => 1 / (1 - 2 * share + total));
  // Σ over pairs of a·b·(total − w − v)², multiplied out, and the diagonal put right.
  let [zero, one, two, diagonal] = [0, 0, 0, 0];
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i]!;
    const a = share * share * factors[i]!;
    zero += a;
    one += a * share;
    two += a * share * share;
    diagonal += a * a * ((1 - 2 * share + total) ** 2 - (total - 2 * share) ** 2);
  }
  const squares = total * total * zero * zero + 2 * two * zero - 4 * total * one * zero + 2 * one * one;
  return { factors, freedom: (total * total) / (squares + diagonal) };
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
  const units = errors.length;
  let [variance, weight, squares, cubes] = [0, 0, 0, 0];
  let [second, third, fourth] = [0, 0, 0];
  for (let i = 0; i < units; i++) {
    variance += errors[i]! * errors[i]!;
    const spread = expected[i]!;
    if (!(spread > 0)) continue;
    const error = errors[i]! / spread;
    const square = error * error;
    weight += spread;
    squares += spread * spread;
    cubes += spread * spread * spread;
    second += spread * square;
    third += spread * square * error;
    fourth += spread * square * square;
  }
  // Of one unit, or where one holds all rows of a class.
  if (units < 2 || !Number.isFinite(variance)) {
    return { units, variance: Infinity, third: 0, fourth: 0, freedom: 1 };
  }
  if (variance === 0) return { units, variance: 0, third: 0, fourth: 0, freedom };
  const [mean2, mean3, mean4] = [second / weight, third / weight, fourth / weight];
  const [skew, tails] = [mean3 / mean2 ** 1.5, mean4 / mean2 ** 2];
  return {
    units,
    variance,
    third: (skew * variance ** 1.5 * cubes) / squares ** 1.5,
    fourth: variance ** 2 * ((tails - 1) / freedom + 1 / units),
    freedom,
  };
}
