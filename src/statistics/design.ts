import { type Errors, cautiousInterval, effectiveFreedom, wider } from './cautious.js';
import { boundedMeanInterval } from './gamma-sums.js';
import { clusterDesign, clusterErrors, clusterShares } from './few-clusters.js';
import { type Estimate, clopperPearson } from './intervals.js';
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
 * Interval of a weighted mean of clustered rows: cautiousInterval of the sums within clusters, corrected for few and
 * unequal ones. Of clusters of one size, the standard error is that of statsmodels' WLS with cov_type='cluster'.
 * @param confidence two-sided
 */
export function designMean(values: Float64Array, design: Design, confidence: number): Estimate {
  const value = weightedMean(values, design.weights);
  return cautiousInterval(value, [errorsOfMean(values, value, design)], confidence);
}

function errorsOfMean(values: Float64Array, mean: number, design: Design): Errors {
  const influences = influencesOfMean(values, mean, design.weights);
  return clusterErrors(influences, design.clusters, clusterShares(values.length, design));
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

/** As effectiveRowsOf, of a share. @param spread variance of a single row */
function effectiveRows(
  spread: number,
  errors: Errors,
  rows: number,
  design: Design,
  confidence: number,
): number {
  const agree = !(errors.variance > 0 && spread > 0);
  const freedom = agree ? errors.freedom : effectiveFreedom([errors]);
  const variances = { plain: spread / rows, variance: errors.variance, freedom };
  return effectiveRowsOf(variances, rows, design, confidence);
}

/**
 * Independent rows of equal weight that would say as much about a statistic as these: by the ratio of variances, and
 * less, by (z/t)², for few clusters (Korn & Graubard 1998). Kish's where all clusters agree, since a variance of 0 says
 * nothing.
 * @param found `plain`: variance of the statistic if the rows were independent and of equal weight; `variance`: as they
 *   are; `freedom`: its degrees of freedom, default those of the design
 * @param confidence two-sided
 */
export function effectiveRowsOf(
  found: { readonly plain: number; readonly variance: number; readonly freedom?: number },
  rows: number,
  design: Design,
  confidence: number,
): number {
  const { plain, variance } = found;
  const freedom = found.freedom ?? Math.max(1, clusterDesign(clusterShares(rows, design)).freedom);
  const agree = !(plain > 0 && variance > 0);
  const quantile = (df: number): number => tQuantile((1 + confidence) / 2, df);
  const few = (quantile(1e9) / quantile(freedom)) ** 2;
  return few * (agree ? kishRows(rows, design) : Math.min(rows, (rows * plain) / variance));
}

/** What each row counts, so that they count 1 on average. */
export function relativeWeights(rows: number, weights?: Float64Array): Float64Array {
  if (weights === undefined) return new Float64Array(rows).fill(1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (weight * rows) / total);
}

/**
 * Interval of a weighted share of clustered rows: Clopper & Pearson's at the effective number of rows.
 * @param hits 1 for a row that counts, otherwise 0
 * @param confidence two-sided
 */
export function designShare(hits: Float64Array, design: Design, confidence: number): Estimate {
  const value = Math.min(1, weightedMean(hits, design.weights));
  const errors = errorsOfMean(hits, value, design);
  if (!Number.isFinite(errors.variance)) return { value, lower: 0, upper: 1 };
  const rows = effectiveRows(value * (1 - value), errors, hits.length, design, confidence);
  return {
    ...clopperPearson(value * rows, rows, confidence),
    value,
    standardError: Math.sqrt(errors.variance),
  };
}

/**
 * Interval of the difference of two weighted shares on the same clustered rows: the wider of that of their mean and
 * of Tango's score interval at the effective number of rows.
 * @param differences 1, 0 or −1 for each row
 * @param confidence two-sided
 */
export function designShareDifference(
  differences: Float64Array,
  design: Design,
  confidence: number,
): Estimate {
  const estimate = designMean(differences, design, confidence);
  if (!Number.isFinite(estimate.lower)) return estimate;
  const shareOf = (sign: number): number =>
    weightedMean(
      differences.map((d) => (d === sign ? 1 : 0)),
      design.weights,
    );
  const [lost, won] = [shareOf(-1), shareOf(1)];
  const errors = errorsOfMean(differences, estimate.value, design);
  const spread = lost + won - (won - lost) ** 2;
  const rows = effectiveRows(spread, errors, differences.length, design, confidence);
  const shapes = Float64Array.of(rows * lost, rows * Math.max(0, 1 - lost - won), rows * won);
  return wider(
    wider(estimate, tango(rows * lost, rows * won, rows, confidence)),
    boundedMeanInterval(Float64Array.of(-1, 0, 1), shapes, [-1, 1], confidence),
  );
}
