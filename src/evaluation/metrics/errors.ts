import type { EvaluationRows, RegressionRows } from '../rows.js';
import type { Metric } from './metric.js';
import { rowMetric } from './resampled.js';

const tasks = ['regression'] as const;
const noRow = (rows: EvaluationRows): string | undefined =>
  rows.predicted.length === 0 ? 'there is no row' : undefined;

function squaredErrors(rows: EvaluationRows): Float64Array {
  const { predicted, targets } = rows as RegressionRows;
  return predicted.map((p, i) => (p - targets[i]!) ** 2);
}

/** Metrics of a regression's errors that are no mean over rows. */
export const errorMetrics: readonly Metric[] = [
  rowMetric({
    name: 'rmse',
    title: 'Root mean squared error',
    tasks,
    better: 'lower',
    range: [0, Infinity],
    missing: noRow,
    prepare: (rows) => {
      const squares = squaredErrors(rows);
      return (weights) => {
        let [sum, n] = [0, 0];
        for (let i = 0; i < squares.length; i++) {
          sum += weights[i]! * squares[i]!;
          n += weights[i]!;
        }
        return Math.sqrt(sum / n);
      };
    },
  }),
  rowMetric({
    name: 'r2',
    title: 'R²',
    tasks,
    better: 'higher',
    range: [-Infinity, 1],
    missing: (rows) => {
      const { targets } = rows as RegressionRows;
      return noRow(rows) ?? (targets.every((y) => y === targets[0]) ? 'all rows have one value' : undefined);
    },
    prepare: (rows) => {
      const { targets } = rows as RegressionRows;
      const squares = squaredErrors(rows);
      // Deviations from a fixed point near the mean keep the digits of the total.
      const near = targets.reduce((sum, y) => sum + y / targets.length, 0);
      return (weights) => {
        let [n, rest, first, second] = [0, 0, 0, 0];
        for (let i = 0; i < targets.length; i++) {
          const weight = weights[i]!;
          const deviation = targets[i]! - near;
          n += weight;
          rest += weight * squares[i]!;
          first += weight * deviation;
          second += weight * deviation * deviation;
        }
        return 1 - rest / (second - (first * first) / n);
      };
    },
  }),
];
