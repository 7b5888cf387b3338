import type { Estimate } from './intervals.js';
import { rankOrder } from './delong.js';
import { type Design, clusterVariance, sumsByCluster } from './design.js';
import { tQuantile } from './special.js';

/** The area under the ROC curve of weighted rows, and what each row adds to its error. */
export interface WeightedAuc {
  readonly auc: number;
  /** In the order of the rows; they add up to 0. */
  readonly influences: Float64Array;
  /** Disjoint pairs of a positive and a negative that are independent of each other. */
  readonly pairs: number;
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
  return { auc, influences, pairs: independentPairs(labels, design.clusters) };
}

export function weightedAucInterval(a: WeightedAuc, { clusters }: Design, confidence: number): Estimate {
  const found = clusterVariance(a.influences, clusters);
  if (found.clusters < 2) return { value: a.auc, lower: 0, upper: 1 };
  const standardError = Math.sqrt(found.variance);
  const half = tQuantile((1 + confidence) / 2, found.clusters - 1) * standardError;
  const beyond = 1 - ((1 - confidence) / 2) ** (1 / a.pairs);
  return {
    value: a.auc,
    lower: Math.max(0, a.auc >= 1 ? 1 - beyond : a.auc - half),
    upper: Math.min(1, a.auc <= 0 ? beyond : a.auc + half),
    standardError,
  };
}

/** Interval of a.auc − b.auc on the same rows. */
export function weightedAucDifference(
  a: WeightedAuc,
  b: WeightedAuc,
  { clusters }: Design,
  confidence: number,
): Estimate {
  const value = a.auc - b.auc;
  const found = clusterVariance(
    a.influences.map((influence, i) => influence - b.influences[i]!),
    clusters,
  );
  if (found.clusters < 2) return { value, lower: -Infinity, upper: Infinity };
  const standardError = Math.sqrt(found.variance);
  const separate = a.auc === b.auc && (a.auc >= 1 || a.auc <= 0);
  const half = separate
    ? 1 - ((1 - confidence) / 2) ** (1 / a.pairs)
    : tQuantile((1 + confidence) / 2, found.clusters - 1) * standardError;
  return { value, lower: value - half, upper: value + half, standardError };
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
