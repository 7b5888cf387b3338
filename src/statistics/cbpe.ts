import { rankOrder } from './delong.js';

/**
 * Confidence-based performance estimation (CBPE): what metrics are to be expected of predictions whose labels are not
 * known, when probabilities are calibrated: a row counts as of each class by its probability (NannyML's documentation,
 * "Confidence-based Performance Estimation"; Garg et al. 2022 for its limits). Concept drift is invisible to it.
 */
export interface ExpectedRows {
  readonly classes: number;
  /** What the model says, row by row, a probability for each class. */
  readonly claimed: Float64Array;
  /** How likely each class is, calibrated; sums to 1 in each row. */
  readonly likely: Float64Array;
  /** The predicted class of each row. */
  readonly predicted: ArrayLike<number>;
}

/** As scikit-learn: a probability of 0 or 1 is taken as this far from it. */
const least = Number.EPSILON;

/** Expected counts by label (rows) and prediction (columns). */
export function expectedConfusion({ classes: k, likely, predicted }: ExpectedRows): Float64Array {
  const matrix = new Float64Array(k * k);
  for (let i = 0; i < predicted.length; i++) {
    for (let c = 0; c < k; c++) matrix[c * k + predicted[i]!]! += likely[i * k + c]!;
  }
  return matrix;
}

export function expectedLogLoss({ claimed, likely, predicted }: ExpectedRows): number {
  let sum = 0;
  for (let i = 0; i < likely.length; i++) {
    if (likely[i] === 0) continue;
    sum -= likely[i]! * Math.log(Math.min(Math.max(claimed[i]!, least), 1 - least));
  }
  return sum / predicted.length;
}

/** Over all classes; of two classes the usual score of one is half of it. */
export function expectedBrier({ claimed, likely, predicted }: ExpectedRows): number {
  let sum = 0;
  for (let i = 0; i < likely.length; i++) {
    sum += likely[i]! * (1 - 2 * claimed[i]!) + claimed[i]! ** 2;
  }
  return sum / predicted.length;
}

/** Points of the expected ROC curve from the highest score down: expected positives and rows so far, ties together. */
function* fromTheTop(
  scores: Float64Array,
  likely: Float64Array,
): Generator<[positives: number, rows: number]> {
  const order = rankOrder(scores);
  let [positives, rows] = [0, 0];
  for (let i = order.length - 1; i >= 0; i--) {
    positives += likely[order[i]!]!;
    rows++;
    if (i === 0 || scores[order[i - 1]!] !== scores[order[i]!]) yield [positives, rows];
  }
}

/** @param likely probability of the positive class; at least one row must be able to be of each class */
export function expectedRocAuc(scores: Float64Array, likely: Float64Array): number {
  let [area, hits, misses] = [0, 0, 0];
  for (const [positives, rows] of fromTheTop(scores, likely)) {
    const negatives = rows - positives;
    area += ((negatives - misses) * (positives + hits)) / 2;
    [hits, misses] = [positives, negatives];
  }
  return area / (hits * misses);
}

/** Expected average precision, Σ (Rᵢ − Rᵢ₋₁)·Pᵢ. */
export function expectedAveragePrecision(scores: Float64Array, likely: Float64Array): number {
  let [sum, before] = [0, 0];
  for (const [positives, rows] of fromTheTop(scores, likely)) {
    sum += ((positives - before) * positives) / rows;
    before = positives;
  }
  return sum / before;
}

/** Metrics of a matrix of counts, by label (rows) and prediction (columns); NaN where they are not defined. */
export const confusionMetrics: Readonly<Record<string, (matrix: Float64Array, k: number) => number>> = {
  accuracy: (m, k) => sumOf(k, (c) => m[c * k + c]!) / sumOf(k * k, (i) => m[i]!),
  f1_micro: (m, k) => sumOf(k, (c) => m[c * k + c]!) / sumOf(k * k, (i) => m[i]!),
  recall: (m) => m[3]! / (m[2]! + m[3]!),
  specificity: (m) => m[0]! / (m[0]! + m[1]!),
  precision: (m) => m[3]! / (m[1]! + m[3]!),
  f1: (m) => (2 * m[3]!) / (2 * m[3]! + m[1]! + m[2]!),
  balanced_accuracy: (m, k) => sumOf(k, (c) => m[c * k + c]! / labelled(m, k, c)) / k,
  f1_macro: (m, k) => sumOf(k, (c) => f1Of(m, k, c)) / k,
  f1_weighted: (m, k) =>
    sumOf(k, (c) => labelled(m, k, c) * f1Of(m, k, c)) / sumOf(k, (c) => labelled(m, k, c)),
  mcc: (m, k) => {
    const n = sumOf(k * k, (i) => m[i]!);
    const hits = sumOf(k, (c) => m[c * k + c]!);
    const cross = sumOf(k, (c) => labelled(m, k, c) * predictedAs(m, k, c));
    const labels = sumOf(k, (c) => labelled(m, k, c) ** 2);
    const predictions = sumOf(k, (c) => predictedAs(m, k, c) ** 2);
    return (hits * n - cross) / Math.sqrt((n * n - predictions) * (n * n - labels));
  },
};

const labelled = (m: Float64Array, k: number, c: number): number => sumOf(k, (j) => m[c * k + j]!);
const predictedAs = (m: Float64Array, k: number, c: number): number => sumOf(k, (j) => m[j * k + c]!);
const f1Of = (m: Float64Array, k: number, c: number): number =>
  (2 * m[c * k + c]!) / (labelled(m, k, c) + predictedAs(m, k, c));

function sumOf(n: number, of: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += of(i);
  return sum;
}
