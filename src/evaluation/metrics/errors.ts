import { type EvaluationRows, type RegressionRows, appended, rowCount } from '../rows.js';
import { rankOrder } from '../../statistics/delong.js';
import type { Family } from './family.js';
import { errors, meanMetric } from './mean.js';
import type { Metric } from './metric.js';
import { type RowMetric, type Weighing, type Weights, everyKind, rowMetric } from './resampled.js';

const tasks = ['regression'] as const;
const noRow = (rows: EvaluationRows): string | undefined =>
  rowCount(rows) === 0 ? 'there is no row' : undefined;

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
    ...reachingRange((rows) => {
      const squares = squaredErrors(rows);
      return (weights) => {
        let [sum, n] = [0, 0];
        for (let i = 0; i < squares.length; i++) {
          sum += weights[i]! * squares[i]!;
          n += weights[i]!;
        }
        return Math.sqrt(sum / n);
      };
    }),
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
    ...reachingRange((rows) => {
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
    }),
  }),
  rowMetric({
    name: 'spearman',
    title: 'Spearman’s rank correlation',
    tasks,
    better: 'higher',
    range: [-1, 1],
    missing: (rows) => {
      const { targets, predicted } = rows as RegressionRows;
      const flat = (values: Float64Array): boolean => values.every((value) => value === values[0]);
      return noRow(rows) ?? (flat(targets) || flat(predicted) ? 'all rows have one value' : undefined);
    },
    ...reachingRange((rows) => {
      const { targets, predicted } = rows as RegressionRows;
      const [ranksOfTargets, ranksOfPredicted] = [weightedRanks(targets), weightedRanks(predicted)];
      return (weights) => correlation(ranksOfTargets(weights), ranksOfPredicted(weights), weights);
    }),
  }),
];

/**
 * How a metric of errors is found, and how far it reaches where all rows agree: to rows whose target and prediction lie
 * at the two ends of what was seen.
 */
function reachingRange(
  prepare: (rows: EvaluationRows) => Weighing,
): Pick<RowMetric, 'prepare' | 'extremes' | 'extremesUse'> {
  return {
    prepare,
    extremesUse: 'if-alike',
    extremes: (models) => {
      const all = models as readonly RegressionRows[];
      let [low, high] = [Infinity, -Infinity];
      for (const values of [all[0]!.targets, ...all.map(({ predicted }) => predicted)]) {
        for (let i = 0; i < values.length; i++) {
          low = Math.min(low, values[i]!);
          high = Math.max(high, values[i]!);
        }
      }
      const { rows: added, truth, said } = everyKind(all.length);
      const ends = (bits: readonly number[]): number[] => bits.map((bit) => (bit === 1 ? high : low));
      return {
        added,
        weighing: all.map(({ targets, predicted }, m) =>
          prepare({
            task: 'regression',
            targets: appended(targets, ends(truth)),
            predicted: appended(predicted, ends(said[m]!)),
          }),
        ),
      };
    },
  };
}

/** Midranks of weighted values: the weight below, and half of that which ties. */
function weightedRanks(values: Float64Array): (weights: Weights) => Float64Array {
  const order = rankOrder(values);
  const ranks = new Float64Array(values.length);
  return (weights) => {
    let below = 0;
    for (let start = 0; start < order.length;) {
      let [end, tied] = [start, 0];
      const value = values[order[start]!]!;
      for (; end < order.length && values[order[end]!] === value; end++) tied += weights[order[end]!]!;
      for (; start < end; start++) ranks[order[start]!] = below + tied / 2;
      below += tied;
    }
    return ranks;
  };
}

/** Pearson's, of weighted values whose means are both half of the total weight. */
function correlation(a: Float64Array, b: Float64Array, weights: Weights): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += weights[i]!;
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y, weight] = [a[i]! - total / 2, b[i]! - total / 2, weights[i]!];
    aa += weight * x * x;
    bb += weight * y * y;
    ab += weight * x * y;
  }
  return ab / Math.sqrt(aa * bb);
}

export const errorFamilies: readonly Family[] = [
  {
    name: 'pinball',
    tasks,
    parameter: {
      words: 'quantile: write a number between 0 and 1',
      fits: (q) => q > 0 && q < 1,
    },
    example: 'pinball@0.9',
    of: (q) =>
      meanMetric({
        name: `pinball@${q}`,
        title: `Quantile loss at ${q}`,
        tasks,
        better: 'lower',
        range: [0, Infinity],
        contributions: errors((p, y) => (y >= p ? q * (y - p) : (1 - q) * (p - y))),
      }),
  },
];
