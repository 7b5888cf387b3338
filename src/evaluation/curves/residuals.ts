import { rankOrder } from '../../statistics/delong.js';
import type { RegressionRows } from '../rows.js';
import type { Point } from './thresholds.js';

export interface ResidualBand {
  /** Mean of the predictions in the bin. */
  readonly predicted: number;
  /** Quantiles 0.1, 0.5 and 0.9 of target less prediction. */
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** What is left of the target by what was predicted, in bins of equally many rows: a good model's lie around 0. */
export function residualBands({ targets, predicted }: RegressionRows, bins = 12): ResidualBand[] {
  const order = rankOrder(predicted);
  const count = Math.max(1, Math.min(bins, Math.floor(order.length / 10)));
  return Array.from({ length: count }, (_, b) => {
    const from = Math.floor((b * order.length) / count);
    const rows = order.subarray(from, Math.floor(((b + 1) * order.length) / count));
    const residuals = Float64Array.from(rows, (i) => targets[i]! - predicted[i]!).sort();
    let sum = 0;
    for (const i of rows) sum += predicted[i]!;
    return {
      predicted: sum / rows.length,
      low: quantile(residuals, 0.1),
      middle: quantile(residuals, 0.5),
      high: quantile(residuals, 0.9),
    };
  });
}

/** Linear between order statistics (Hyndman and Fan 1996, type 7). */
function quantile(sorted: Float64Array, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

/** Target over prediction of so many rows, evenly picked: the same each time. */
export function predictedAndActual({ targets, predicted }: RegressionRows, most = 500): Point[] {
  const count = Math.min(most, predicted.length);
  return Array.from({ length: count }, (_, k): Point => {
    const row = Math.floor(((k + 0.5) * predicted.length) / count);
    return [predicted[row]!, targets[row]!];
  });
}
