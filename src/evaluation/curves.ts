import { rankOrder } from '../statistics/delong.js';
import type { BinaryRows } from './rows.js';

/**
 * The ROC curve at evenly spaced false positive rates, by linear interpolation between distinct scores.
 * @returns the true positive rate at k/(points − 1); both classes must occur
 */
export function rocCurve({ labels, scores }: BinaryRows, points: number): number[] {
  const order = rankOrder(scores).reverse();
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  const curve: number[] = [];
  let [fp, tp, i] = [0, 0, 0];
  let [lastFpr, lastTpr] = [0, 0];
  for (let k = 0; k < points; k++) {
    const wanted = k / (points - 1);
    while (fp / negatives < wanted && i < order.length) {
      [lastFpr, lastTpr] = [fp / negatives, tp / positives];
      const score = scores[order[i]!];
      for (; i < order.length && scores[order[i]!] === score; i++) {
        if (labels[order[i]!] === 1) tp++;
        else fp++;
      }
    }
    const [fpr, tpr] = [fp / negatives, tp / positives];
    const share = fpr > lastFpr ? Math.min(1, (wanted - lastFpr) / (fpr - lastFpr)) : 1;
    curve.push(k === 0 ? 0 : k === points - 1 ? 1 : lastTpr + share * (tpr - lastTpr));
  }
  return curve;
}
