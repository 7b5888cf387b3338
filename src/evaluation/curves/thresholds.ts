import { orderOf } from '../metrics/ranking.js';
import type { BinaryRows } from '../rows.js';

export type Point = readonly [x: number, y: number];

export interface ThresholdCurves {
  /** False positive rate, true positive rate. */
  readonly roc: readonly Point[];
  /** Recall, precision; from the highest threshold on. */
  readonly precisionRecall: readonly Point[];
}

/**
 * The ROC curve and the precision–recall curve over every threshold, as scikit-learn's `roc_curve` and
 * `precision_recall_curve`, weighted where rows are; thinned to about so many points, evenly along the ROC curve.
 * Both classes must occur.
 */
export function thresholdCurves(rows: BinaryRows, most = 200): ThresholdCurves {
  const { labels, scores, weights } = rows;
  const order = orderOf(rows);
  let [positives, negatives] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 1) positives += weights?.[i] ?? 1;
    else negatives += weights?.[i] ?? 1;
  }
  const roc: Point[] = [[0, 0]];
  const precisionRecall: Point[] = [];
  let [tp, fp, walked] = [0, 0, Infinity];
  let [lastX, lastY] = [0, 0];
  for (let i = order.length - 1; i >= 0;) {
    const score = scores[order[i]!];
    for (; i >= 0 && scores[order[i]!] === score; i--) {
      const weight = weights?.[order[i]!] ?? 1;
      if (labels[order[i]!] === 1) tp += weight;
      else fp += weight;
    }
    const [x, y] = [fp / negatives, tp / positives];
    walked += x - lastX + (y - lastY);
    [lastX, lastY] = [x, y];
    // The way from (0, 0) to (1, 1) is 2 long.
    if (walked < 2 / most && i >= 0) continue;
    walked = 0;
    roc.push([x, y]);
    precisionRecall.push([y, tp / (tp + fp)]);
  }
  return { roc, precisionRecall };
}

/** Where the predicted classes lie on both curves; undefined where no row is predicted positive. */
export function operatingPoint({
  labels,
  predicted,
  weights,
}: BinaryRows): { roc: Point; precisionRecall: Point } | undefined {
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < labels.length; i++) counts[2 * labels[i]! + predicted[i]!]! += weights?.[i] ?? 1;
  const [tn, fp, fn, tp] = counts as [number, number, number, number];
  if (tp + fp === 0) return undefined;
  const recall = tp / (tp + fn);
  return { roc: [fp / (fp + tn), recall], precisionRecall: [recall, tp / (tp + fp)] };
}
