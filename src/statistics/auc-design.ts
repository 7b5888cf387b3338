import type { AucSample } from './auc-interval.js';
import type { Errors } from './cautious.js';
import { rankOrder } from './delong.js';
import { type Design, sumsByCluster } from './design.js';
import { clusterDesign, clusterErrors, clusterShares, unequalErrors } from './few-clusters.js';

/** The area under the ROC curve of weighted rows, and what each row adds to its error. */
export interface WeightedAuc extends AucSample {
  /** In the order of the rows; those of each class add up to 0. */
  readonly influences: Float64Array;
  readonly classes: ClassDesigns;
}

/** The positives and the negatives, as two weighted means over clusters. */
interface ClassDesigns {
  readonly labels: Uint8Array;
  readonly clusters: Uint32Array | undefined;
  /** How the weight of a class is spread over clusters (rows, without any): of the negatives, of the positives. */
  readonly shares: readonly Float64Array[];
}

/**
 * Weighted AUC, as scikit-learn's roc_auc_score(sample_weight), with DeLong's structural components as
 * influences; their sums within clusters are Obuchowski's (1997).
 * @param labels 1 for a positive row, 0 for a negative one; both must occur
 */
export function weightedAuc(labels: Uint8Array, scores: Float64Array, design: Design): WeightedAuc {
  const n = labels.length;
  const weightOf = (row: number): number => design.weights?.[row] ?? 1;
  const order = rankOrder(scores);
  let [positive, negative] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (labels[i] === 1) positive += weightOf(i);
    else negative += weightOf(i);
  }
  if (positive === 0 || negative === 0) throw new RangeError('the ROC curve needs rows of both classes');
  const influences = new Float64Array(n);
  let [positiveBefore, negativeBefore, sum] = [0, 0, 0];
  for (let start = 0; start < n;) {
    const score = scores[order[start]!]!;
    let [end, tiedPositive, tiedNegative] = [start, 0, 0];
    for (; end < n && scores[order[end]!] === score; end++) {
      const row = order[end]!;
      if (labels[row] === 1) tiedPositive += weightOf(row);
      else tiedNegative += weightOf(row);
    }
    const beaten = (negativeBefore + tiedNegative / 2) / negative;
    const beating = (positive - positiveBefore - tiedPositive / 2) / positive;
    for (; start < end; start++) influences[order[start]!] = labels[order[start]!] === 1 ? beaten : beating;
    sum += beaten * tiedPositive;
    positiveBefore += tiedPositive;
    negativeBefore += tiedNegative;
  }
  const auc = sum / positive;
  for (let i = 0; i < n; i++) {
    influences[i] = (weightOf(i) * (influences[i]! - auc)) / (labels[i] === 1 ? positive : negative);
  }
  const { weights, clusters } = design;
  const classes = { labels, clusters, shares: [0, 1].map((label) => sharesOf(labels, label, design)) };
  const errors = errorsBetween(influences, classes);
  const about = { errors, classes, weights };
  return {
    auc,
    influences,
    classes,
    errors,
    positives: effective(1, influences, about),
    negatives: effective(0, influences, about),
    pairs: independentPairs(labels, clusters),
  };
}

/** Errors of a.auc − b.auc of the same rows. */
export function weightedDifferenceErrors(a: WeightedAuc, b: WeightedAuc): readonly Errors[] {
  return errorsBetween(
    a.influences.map((influence, i) => influence - b.influences[i]!),
    a.classes,
  );
}

/** Of the classes by themselves where rows are independent, otherwise of sums within clusters that may hold both. */
function errorsBetween(
  influences: Float64Array,
  { labels, clusters, shares }: ClassDesigns,
): readonly Errors[] {
  const ofClass = (label: number): Float64Array =>
    influences.map((influence, i) => (labels[i] === label ? influence : 0));
  if (clusters === undefined) {
    return [1, 0].map((label) => clusterErrors(ofClass(label), undefined, shares[label]!));
  }
  const parts = [0, 1].map((label) => {
    const { factors, freedom } = clusterDesign(shares[label]!);
    const sums = sumsByCluster(ofClass(label), clusters).map((sum, i) => sum * Math.sqrt(factors[i]!));
    const variance = sums.reduce((sum, x) => sum + x * x, 0);
    const spread = Math.sqrt(variance / shares[label]!.reduce((sum, share) => sum + share * share, 0));
    return { sums, variance, freedom, expected: shares[label]!.map((share) => share * spread) };
  });
  const [a, b] = parts as [(typeof parts)[0], (typeof parts)[0]];
  const total = a.variance + b.variance;
  return [
    unequalErrors(
      a.sums.map((sum, i) => sum + b.sums[i]!),
      a.expected.map((spread, i) => Math.hypot(spread, b.expected[i]!)),
      total ** 2 / (a.variance ** 2 / a.freedom + b.variance ** 2 / b.freedom),
    ),
  ];
}

/**
 * Rows of a class that count alike and by themselves which would say as much: Kish's of the weights, by as much fewer
 * as clusters make the variance larger; Kish's of the clusters where all agree.
 */
function effective(label: 0 | 1, influences: Float64Array, { errors, classes, weights }: Effective): number {
  const kish = (shares: Float64Array): number => 1 / shares.reduce((sum, share) => sum + share * share, 0);
  const clusters = kish(classes.shares[label]!);
  const variance = errors.reduce((sum, error) => sum + error.variance, 0);
  const rows = kish(sharesOf(classes.labels, label, { weights }));
  const independent = influences.reduce((sum, x) => sum + x * x, 0);
  if (!(variance > 0 && Number.isFinite(variance))) return clusters;
  return Math.min(rows, Math.max(clusters, (rows * independent) / variance));
}

interface Effective {
  readonly errors: readonly Errors[];
  readonly classes: ClassDesigns;
  readonly weights: Float64Array | undefined;
}

/** How the weight of a class is spread over clusters. */
function sharesOf(labels: Uint8Array, label: number, { weights, clusters }: Design): Float64Array {
  const own = Float64Array.from(labels, (found, i) => (found === label ? (weights?.[i] ?? 1) : 0));
  return clusterShares(own.length, { weights: own, clusters });
}

/** A cluster may hold rows of both classes, so that it stands in two pairs at most. */
function independentPairs(labels: Uint8Array, clusters: Uint32Array | undefined): number {
  const positives = Float64Array.from(labels);
  const negatives = Float64Array.from(labels, (label) => 1 - label);
  const present = (values: Float64Array): number =>
    (clusters === undefined ? values : sumsByCluster(values, clusters)).reduce(
      (n, x) => n + (x > 0 ? 1 : 0),
      0,
    );
  const pairs = Math.min(present(positives), present(negatives));
  return clusters === undefined ? pairs : Math.max(1, Math.floor(pairs / 2));
}
