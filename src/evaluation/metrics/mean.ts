import { type Design, isComplex, weightedMean } from '../../statistics/design.js';
import { momentsOf } from '../../statistics/intervals.js';
import { reachingMean } from '../../statistics/mean-interval.js';
import {
  type BinaryRows,
  type EvaluationRows,
  type MulticlassRows,
  type RegressionRows,
  rowCount,
} from '../rows.js';
import { type Metric, type MetricEstimate, classification, twoSided, within } from './metric.js';

export interface MeanOptions extends Pick<Metric, 'name' | 'title' | 'tasks' | 'better' | 'range'> {
  missing?(rows: EvaluationRows): string | undefined;
  /** What each row adds to the mean. */
  contributions(rows: EvaluationRows): Float64Array;
  /** How these come about, where they are not one a row. */
  design?(rows: EvaluationRows): Design;
  /** The smallest and the largest contribution that a row can have; default: the metric's range. */
  bounds?(rows: EvaluationRows): readonly [number, number];
  /** Whether the rows hold something of all that makes the mean; if not, bounds are open. Default: they do. */
  tells?(rows: EvaluationRows): boolean;
}

/**
 * A mean over rows: Student's interval of the rows' contributions, and of their differences, widened where few rows
 * decide; of weighted or clustered rows by the sums within clusters.
 */
export function meanMetric({
  contributions,
  missing,
  design: ownDesign,
  bounds,
  tells = () => true,
  ...about
}: MeanOptions): Metric {
  const design = ownDesign ?? ((rows: EvaluationRows): Design => rows);
  const boundsOf = (rows: EvaluationRows): readonly [number, number] => bounds?.(rows) ?? about.range;
  const orOpen = (rows: EvaluationRows, found: MetricEstimate): MetricEstimate =>
    tells(rows) ? found : { ...found, lower: -Infinity, upper: Infinity };
  return {
    ...about,
    ...(ownDesign === undefined && { rowValues: contributions }),
    missing: (rows) => (rowCount(rows) === 0 ? 'there is no row' : missing?.(rows)),
    value: (rows) => {
      const { weights } = design(rows);
      return weights === undefined
        ? momentsOf(contributions(rows)).mean
        : weightedMean(contributions(rows), weights);
    },
    estimate: (rows, { confidence }) => {
      const values = contributions(rows);
      const reach = { bounds: boundsOf(rows), ifAlike: largest(values) };
      const found = reachingMean(values, design(rows), reach, twoSided(confidence));
      const method = isComplex(design(rows)) ? 'student-t-clusters' : 'student-t';
      return within(orOpen(rows, { ...found, method }), about.range);
    },
    difference: (first, second, { confidence }) => {
      const [a, b] = [contributions(first), contributions(second)];
      const differences = a.map((value, i) => value - b[i]!);
      const [least, most] = boundsOf(first);
      const reach = {
        bounds: differenceBounds(differences, most - least),
        ifAlike: Math.max(largest(a), largest(b)),
      };
      const found = reachingMean(differences, design(first), reach, twoSided(confidence));
      const method = isComplex(design(first)) ? 'paired-student-t-clusters' : 'paired-student-t';
      return orOpen(first, { ...found, method });
    },
  };
}

/** Rows in which two models must differ before the largest difference among them counts as one that is not exceeded. */
const enoughDiffering = 30;

/** How far two models may differ in a row that was not seen: as far as in those that were, where these are enough. */
function differenceBounds(differences: Float64Array, span: number): readonly [number, number] {
  if (!Number.isFinite(span)) return [-Infinity, Infinity];
  let differing = 0;
  for (let i = 0; i < differences.length; i++) if (differences[i] !== 0) differing++;
  const reach = differing < enoughDiffering ? span : largest(differences);
  return [-reach, reach];
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

/** As scikit-learn: a probability of 0 or 1 is taken as this far from it. */
const leastProbability = Number.EPSILON;

function logLosses(rows: EvaluationRows): Float64Array {
  const lossOf = (p: number): number =>
    -Math.log(Math.min(Math.max(p, leastProbability), 1 - leastProbability));
  return rows.task === 'binary-classification'
    ? fill(rows.labels.length, (i) => lossOf(rows.labels[i] === 1 ? rows.scores[i]! : 1 - rows.scores[i]!))
    : fill(rowCount(rows), (i) => {
        const { probabilities, labels, classes } = rows as MulticlassRows;
        return lossOf(probabilities![i * classes.length + labels[i]!]!);
      });
}

function brierScores(rows: EvaluationRows): Float64Array {
  if (rows.task === 'binary-classification') {
    const { labels, scores } = rows as BinaryRows;
    return fill(labels.length, (i) => (scores[i]! - labels[i]!) ** 2);
  }
  const { probabilities, labels, classes } = rows as MulticlassRows;
  const k = classes.length;
  return fill(labels.length, (i) => {
    let sum = 0;
    for (let c = 0; c < k; c++) sum += (probabilities![i * k + c]! - (labels[i] === c ? 1 : 0)) ** 2;
    return sum;
  });
}

/**
 * A loss of probabilities comes from both classes: rows of one alone say nothing of what the other will cost, and
 * their spread would pass for certainty.
 */
function twoOfEach(rows: EvaluationRows): boolean {
  if (rows.task !== 'binary-classification') return true;
  let positives = 0;
  for (let i = 0; i < rows.labels.length; i++) positives += rows.labels[i]!;
  return positives >= 2 && rows.labels.length - positives >= 2;
}

/** Contributions of a regression's errors. */
export function errors(of: (predicted: number, target: number) => number): MeanOptions['contributions'] {
  return (rows) => {
    const { predicted, targets } = rows as RegressionRows;
    return fill(targets.length, (i) => of(predicted[i]!, targets[i]!));
  };
}

export function fill(n: number, value: (i: number) => number): Float64Array {
  const filled = new Float64Array(n);
  for (let i = 0; i < n; i++) filled[i] = value(i);
  return filled;
}

/** Multiclass predictions may be classes alone. */
export function withoutProbabilities(rows: EvaluationRows): string | undefined {
  return rows.task === 'multiclass-classification' && rows.probabilities === undefined
    ? 'the predictions hold no probabilities (evaluate.score names their columns)'
    : undefined;
}

const regression = ['regression'] as const;
const loss = { better: 'lower', range: [0, Infinity] } as const;

export const meanMetrics: readonly Metric[] = [
  meanMetric({
    name: 'log_loss',
    title: 'Log loss',
    tasks: classification,
    ...loss,
    missing: withoutProbabilities,
    contributions: logLosses,
    tells: twoOfEach,
  }),
  meanMetric({
    name: 'brier',
    title: 'Brier score',
    tasks: classification,
    better: 'lower',
    range: [0, 2],
    missing: withoutProbabilities,
    contributions: brierScores,
    bounds: (rows) => [0, rows.task === 'binary-classification' ? 1 : 2],
    tells: twoOfEach,
  }),
  meanMetric({
    name: 'mae',
    title: 'Mean absolute error',
    tasks: regression,
    ...loss,
    contributions: errors((p, y) => Math.abs(p - y)),
  }),
  meanMetric({
    name: 'mse',
    title: 'Mean squared error',
    tasks: regression,
    ...loss,
    contributions: errors((p, y) => (p - y) ** 2),
  }),
  meanMetric({
    name: 'mape',
    title: 'Mean absolute percentage error',
    tasks: regression,
    ...loss,
    contributions: errors((p, y) => Math.abs(p - y) / Math.max(Math.abs(y), Number.EPSILON)),
  }),
  meanMetric({
    name: 'mean_error',
    title: 'Mean error (predicted less actual)',
    tasks: regression,
    better: 'zero',
    range: [-Infinity, Infinity],
    contributions: errors((p, y) => p - y),
  }),
];
