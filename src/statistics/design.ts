import { type Estimate, wilson } from './intervals.js';
import { tango } from './paired.js';
import { tQuantile } from './special.js';

/** How the rows of a sample came about. Without either, all rows count alike and by themselves. */
export interface Design {
  /** How much each row counts; positive and finite. */
  readonly weights?: Float64Array | undefined;
  /** The cluster of each row, as a number from 0; clusters are drawn independently, their rows are not. */
  readonly clusters?: Uint32Array | undefined;
}

/** Whether formulas for independent rows of equal weight do not hold. */
export function isComplex({ weights, clusters }: Design): boolean {
  return weights !== undefined || clusters !== undefined;
}

/**
 * Variance of a statistic from what each row adds to its error (the influence of the row, adding up to 0):
 * C/(C − 1)·Σ(sum within cluster)², the sandwich of Liang & Zeger (1986).
 * @param clusters absent: each row is its own
 * @returns the number of clusters too; the variance is NaN with fewer than two
 */
export function clusterVariance(
  influences: Float64Array,
  clusters?: Uint32Array,
): { variance: number; clusters: number } {
  const sums = clusters === undefined ? influences : sumsByCluster(influences, clusters);
  let squares = 0;
  for (let i = 0; i < sums.length; i++) squares += sums[i]! * sums[i]!;
  const count = sums.length;
  return { variance: count < 2 ? NaN : (squares * count) / (count - 1), clusters: count };
}

/** Sums over the clusters that occur, in the order of their numbers. */
export function sumsByCluster(values: Float64Array, clusters: Uint32Array): Float64Array {
  let most = -1;
  for (let i = 0; i < clusters.length; i++) if (clusters[i]! > most) most = clusters[i]!;
  const sums = new Float64Array(most + 1);
  const seen = new Uint8Array(most + 1);
  for (let i = 0; i < values.length; i++) {
    sums[clusters[i]!]! += values[i]!;
    seen[clusters[i]!] = 1;
  }
  return sums.filter((_, cluster) => seen[cluster] === 1);
}

/** Σwx/Σw. */
export function weightedMean(values: Float64Array, weights?: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    sum += weight * values[i]!;
    total += weight;
  }
  return sum / total;
}

/** What each row adds to the error of the weighted mean: w(x − mean)/Σw. */
function influencesOfMean(values: Float64Array, mean: number, weights?: Float64Array): Float64Array {
  const influences = new Float64Array(values.length);
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    influences[i] = weight * (values[i]! - mean);
    total += weight;
  }
  for (let i = 0; i < values.length; i++) influences[i]! /= total;
  return influences;
}

/**
 * Interval of a weighted mean of clustered rows, Student's t with a degree of freedom less than clusters;
 * statsmodels' WLS on a constant with cov_type='cluster' and use_t.
 * @param confidence two-sided
 */
export function designMean(values: Float64Array, design: Design, confidence: number): Estimate {
  const value = weightedMean(values, design.weights);
  const influences = influencesOfMean(values, value, design.weights);
  const { variance, clusters } = clusterVariance(influences, design.clusters);
  if (!(clusters > 1)) return { value, lower: -Infinity, upper: Infinity };
  const standardError = Math.sqrt(variance);
  const half = tQuantile((1 + confidence) / 2, clusters - 1) * standardError;
  return { value, lower: value - half, upper: value + half, standardError };
}

/** Rows that count alike and by themselves which would say as much about a mean: (Σw)²/Σw², w of clusters (Kish 1965). */
function kishRows(rows: number, { weights, clusters }: Design): number {
  const ones = weights ?? new Float64Array(rows).fill(1);
  const each = clusters === undefined ? ones : sumsByCluster(ones, clusters);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < each.length; i++) {
    sum += each[i]!;
    squares += each[i]! * each[i]!;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/**
 * Interval of a weighted share of clustered rows: Wilson's at the effective number of rows, p(1 − p)/variance,
 * reduced by (z/t)² for few clusters (Korn & Graubard 1998, there for Clopper–Pearson).
 * @param hits 1 for a row that counts, else 0
 * @param confidence two-sided
 */
export function designShare(hits: Float64Array, design: Design, confidence: number): Estimate {
  const value = Math.min(1, weightedMean(hits, design.weights));
  const influences = influencesOfMean(hits, value, design.weights);
  const { variance, clusters } = clusterVariance(influences, design.clusters);
  if (!(clusters > 1)) return { value, lower: 0, upper: 1 };
  const spread = value * (1 - value);
  // Where all rows agree the variance is 0, and says nothing.
  const rows = variance > 0 && spread > 0 ? spread / variance : kishRows(hits.length, design);
  const few = (tQuantile((1 + confidence) / 2, 1e9) / tQuantile((1 + confidence) / 2, clusters - 1)) ** 2;
  const effective = Math.min(rows, hits.length) * few;
  return { ...wilson(value * effective, effective, confidence), standardError: Math.sqrt(variance) };
}

/** Below this many clusters that tell two models apart, Student's interval is too narrow. */
const fewDiscordant = 25;

/**
 * Interval of the difference of two weighted shares on the same clustered rows: Student's t, or Tango's score
 * interval at Kish's effective number of rows where few clusters tell the two apart.
 * @param differences 1, 0 or −1 for each row
 * @param confidence two-sided
 */
export function designShareDifference(
  differences: Float64Array,
  design: Design,
  confidence: number,
): Estimate {
  const { weights, clusters } = design;
  const telling = differences.map(Math.abs);
  const discordant = clusters === undefined ? telling : sumsByCluster(telling, clusters);
  let count = 0;
  for (let i = 0; i < discordant.length; i++) if (discordant[i] !== 0) count++;
  const estimate = designMean(differences, design, confidence);
  if (count >= fewDiscordant || !Number.isFinite(estimate.lower)) return estimate;
  const effective = kishRows(differences.length, design);
  const share = (sign: number): number =>
    effective *
    weightedMean(
      differences.map((d) => (d === sign ? 1 : 0)),
      weights,
    );
  const scored = tango(share(-1), share(1), effective, confidence);
  // The wider of the two, since neither is sure of few clusters.
  return {
    value: estimate.value,
    lower: Math.min(scored.lower, estimate.lower),
    upper: Math.max(scored.upper, estimate.upper),
    ...(estimate.standardError !== undefined && { standardError: estimate.standardError }),
  };
}
