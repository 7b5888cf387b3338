import { type Resampled, resampleInterval } from '../../statistics/bootstrap.js';
import { normalQuantile } from '../../statistics/special.js';
import { clusterDesign, clusterShares } from '../../statistics/few-clusters.js';
import { type EvaluationRows, rowCount } from '../rows.js';
import {
  type EstimateOptions,
  type Method,
  type Metric,
  type MetricEstimate,
  twoSided,
  within,
} from './metric.js';

type About = Pick<Metric, 'name' | 'title' | 'tasks' | 'better' | 'range' | 'missing'>;

/** A metric of weighted rows. `prepare` does once what resamples share, such as sorting. */
export interface RowMetric extends About {
  prepare(rows: EvaluationRows): Weighing;
  /** Where one pass over the rows finds the metric without each of many groups of them. */
  without?(rows: EvaluationRows): Leaving;
}

/** The metric when row i counts weights[i] times; NaN where it is not defined. */
export type Weighing = (weights: Weights) => number;
export type Weights = Uint32Array | Float64Array;
/** The metric without each group; groupOf holds the group of each row. Weights are the rows' own. */
export type Leaving = (groupOf: Uint8Array, groups: number) => Float64Array;

/**
 * A metric whose interval comes from resampling rows, or clusters of rows. For a paired difference both models
 * see the same resampled rows.
 */
export function rowMetric({ prepare, without, ...about }: RowMetric): Metric {
  return resampledMetric({
    ...about,
    one: (rows) => overRows(rows, prepare(rows), without?.(rows)),
    two: (first, second) => {
      const [a, b] = [prepare(first), prepare(second)];
      const [leftA, leftB] = [without?.(first), without?.(second)];
      return overRows(
        first,
        (weights) => a(weights) - b(weights),
        leftA &&
          leftB &&
          ((groupOf, groups) => {
            const others = leftB(groupOf, groups);
            return leftA(groupOf, groups).map((value, g) => value - others[g]!);
          }),
      );
    },
  });
}

interface ResampledOptions extends About {
  one(rows: EvaluationRows): Resampled;
  two(first: EvaluationRows, second: EvaluationRows): Resampled;
}

/** A metric whose units of resampling are its own, such as the cells of a confusion matrix. */
export function resampledMetric({ one, two, ...about }: ResampledOptions): Metric {
  return {
    ...about,
    value: (rows) => {
      const { counts, statistic } = one(rows);
      return statistic(counts);
    },
    estimate: (rows, options) => within(interval(rows, one(rows), options), about.range),
    difference: (first, second, options) => {
      const found = interval(first, two(first, second), options);
      return { ...found, method: `paired-${found.method}` as Method };
    },
  };
}

/** Beyond this, too few of the resamples lie outside the interval to say where it ends; it goes on as a normal one does. */
const mostConfidence = 0.99;

function interval(
  { clusters }: EvaluationRows,
  resampled: Resampled,
  options: EstimateOptions,
): MetricEstimate {
  const confidence = Math.min(options.confidence, mostConfidence);
  const found = resampleInterval(resampled, { ...options, confidence: twoSided(confidence) });
  const method = (clusters === undefined ? found.method : `cluster-${found.method}`) as Method;
  if (confidence === options.confidence) return { ...found, method };
  const scale = normalQuantile(options.confidence) / normalQuantile(confidence);
  const { value, lower, upper } = found;
  return { ...found, lower: value - scale * (value - lower), upper: value + scale * (upper - value), method };
}

/** Resampling of rows or of clusters, times the weights that rows have by themselves. */
export function overRows(rows: EvaluationRows, weighing: Weighing, without?: Leaving): Resampled {
  const { weights, clusters } = rows;
  const n = rowCount(rows);
  if (clusters === undefined) {
    const common = { counts: new Uint32Array(n).fill(1), ...(without && { without }) };
    if (weights === undefined) return { ...common, statistic: weighing };
    const { freedom } = clusterDesign(clusterShares(n, { weights }));
    const product = new Float64Array(n);
    return {
      ...common,
      freedom,
      statistic: (times) => {
        for (let i = 0; i < n; i++) product[i] = times[i]! * weights[i]!;
        return weighing(product);
      },
    };
  }
  const { unitOf, units } = unitsOf(clusters);
  const product = new Float64Array(n);
  return {
    counts: new Uint32Array(units).fill(1),
    clustered: true,
    freedom: clusterDesign(clusterShares(n, rows)).freedom,
    ...(without && {
      without: (groupOf, groups) =>
        without(
          Uint8Array.from(unitOf, (unit) => groupOf[unit]!),
          groups,
        ),
    }),
    statistic: (times) => {
      for (let i = 0; i < n; i++) product[i] = times[unitOf[i]!]! * (weights === undefined ? 1 : weights[i]!);
      return weighing(product);
    },
  };
}

/** Clusters that occur, numbered without gaps in the order in which they first do. */
function unitsOf(clusters: Uint32Array): { unitOf: Uint32Array; units: number } {
  const numbers = new Map<number, number>();
  const unitOf = new Uint32Array(clusters.length);
  for (let i = 0; i < clusters.length; i++) {
    let unit = numbers.get(clusters[i]!);
    if (unit === undefined) numbers.set(clusters[i]!, (unit = numbers.size));
    unitOf[i] = unit;
  }
  return { unitOf, units: numbers.size };
}
