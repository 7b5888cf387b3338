import type { Resampled } from '../../statistics/bootstrap.js';
import { isComplex, relativeWeights } from '../../statistics/design.js';
import type { Cells } from '../../statistics/unseen.js';
import { type Classified, type EvaluationRows, classified } from '../rows.js';
import type { Family } from './family.js';
import { type EstimateOptions, type Metric, type MetricEstimate, classification } from './metric.js';
import { hitsAt, shareInterval } from './proportion.js';
import { type Weights, overRows, resampledMetric } from './resampled.js';

/** Weights by label (rows) and prediction (columns), k × k. */
export type Matrix = Float64Array;

interface ConfusionOptions extends Pick<Metric, 'name' | 'title' | 'tasks'> {
  readonly range?: readonly [number, number];
  /** NaN where the matrix defines no value. */
  of(matrix: Matrix, k: number): number;
  /** Why there is none. */
  readonly none: string;
  /** Where it is a share of the rows that count, or a function of one. */
  readonly share?: ShareOf;
}

/** A metric that rises with one share of rows, whose interval is exact. */
interface ShareOf {
  /** Whether a row counts. */
  counts(label: number, predicted: number): boolean;
  /** The metric at a share of rows that are right. */
  at(share: number): number;
}

const ofMatrix = new WeakMap<Metric, ConfusionOptions['of']>();

/** What a metric says of a confusion matrix of k classes; NaN where it has no value. Undefined for other metrics. */
export const matrixMetric = (metric: Metric): ConfusionOptions['of'] | undefined => ofMatrix.get(metric);

/** A metric of the confusion matrix. Rows with one outcome under all models are one unit of resampling. */
export function confusionMetric({ of, none, share, range = [0, 1], ...about }: ConfusionOptions): Metric {
  const resampled = resampledMetric({
    ...about,
    better: 'higher',
    range,
    missing: (rows) => (Number.isFinite(of(matrixOf(rows), classified(rows)!.classes)) ? undefined : none),
    one: (rows) => cells([rows], of),
    two: (first, second) => cells([first, second], of),
    cells: (models) => allCells(models, of),
  });
  const metric: Metric = share
    ? { ...resampled, estimate: (rows, options) => shareEstimate(rows, share, options) }
    : resampled;
  ofMatrix.set(metric, of);
  return metric;
}

/** Clopper & Pearson's interval of the share, as the metric. Given how many rows count, the share is binomial. */
function shareEstimate(
  rows: EvaluationRows,
  { counts, at }: ShareOf,
  { confidence }: EstimateOptions,
): MetricEstimate {
  const { labels, predicted } = classified(rows)!;
  const places = Uint32Array.from(labels.keys()).filter((i) => counts(labels[i]!, predicted[i]!));
  const { method, value, lower, upper } = shareInterval(
    hitsAt(places, rows, (i) => labels[i] === predicted[i]),
    confidence,
  );
  return { method, value: at(value), lower: at(lower), upper: at(upper) };
}

/** Weights by label (rows) and prediction (columns), k × k. */
export function matrixOf(rows: EvaluationRows): Matrix {
  const { classes, labels, predicted } = classified(rows)!;
  const matrix = new Float64Array(classes * classes);
  for (let i = 0; i < labels.length; i++) {
    matrix[labels[i]! * classes + predicted[i]!]! += rows.weights?.[i] ?? 1;
  }
  return matrix;
}

function cells(models: readonly EvaluationRows[], of: ConfusionOptions['of']): Resampled {
  const views = models.map((rows) => classified(rows)!);
  const k = views[0]!.classes;
  if (isComplex(models[0]!)) {
    const places = views.map(({ labels, predicted }) =>
      Uint32Array.from(labels, (label, i) => label * k + predicted[i]!),
    );
    return overRows(models[0]!, statisticOf(places, k, of));
  }
  const tallies = tally(views, k);
  const keys = [...tallies.keys()].sort((a, b) => a - b);
  return {
    counts: Uint32Array.from(keys, (key) => tallies.get(key)!),
    statistic: statisticOf(placesOf(keys, k, views.length), k, of),
  };
}

/** The metric, or the difference of two models', of units that add to one place of each model's matrix. */
function statisticOf(places: readonly Uint32Array[], k: number, of: ConfusionOptions['of']) {
  const matrices = places.map(() => new Float64Array(k * k));
  return (weights: Weights): number => {
    matrices.forEach((matrix, m) => {
      matrix.fill(0);
      const into = places[m]!;
      for (let u = 0; u < weights.length; u++) matrix[into[u]!]! += weights[u]!;
    });
    const value = of(matrices[0]!, k);
    return matrices.length === 1 ? value : value - of(matrices[1]!, k);
  };
}

/** Classes of which rows that were not seen are thought of: the rarest and the most frequent. */
const mostClasses = 12;

/** The cells that hold rows, and those that might. */
function allCells(models: readonly EvaluationRows[], of: ConfusionOptions['of']): Cells {
  const views = models.map((rows) => classified(rows)!);
  const k = views[0]!.classes;
  const weights = relativeWeights(views[0]!.labels.length, models[0]!.weights);
  const tallies = tally(views, k, weights);
  const next = nextKeys(views, k);
  const keys = [...new Set([...tallies.keys(), ...next])];
  const placeOf = new Map(keys.map((key, place) => [key, place]));
  return {
    counts: Float64Array.from(keys, (key) => tallies.get(key) ?? 0),
    next: next.map((key) => placeOf.get(key)!),
    statistic: statisticOf(placesOf(keys, k, views.length), k, of),
  };
}

function nextKeys(views: readonly Classified[], k: number): number[] {
  const labels = telling(views[0]!.labels, k);
  return views.reduce<number[]>(
    (keys, { predicted }) => {
      const classes = telling(predicted, k);
      return keys.flatMap((key) => classes.map((c) => key * k + c));
    },
    [...labels],
  );
}

/** The classes that occur least, and most. */
function telling(values: Classified['labels'], k: number): readonly number[] {
  const counts = new Float64Array(k);
  for (let i = 0; i < values.length; i++) counts[values[i]!]!++;
  const order = Array.from(counts.keys()).sort((a, b) => counts[a]! - counts[b]!);
  return k <= mostClasses ? order : [...order.slice(0, mostClasses / 2), ...order.slice(-mostClasses / 2)];
}

/** Rows by label and the prediction of each model. */
function tally(views: readonly Classified[], k: number, weights?: Float64Array): Map<number, number> {
  const { labels } = views[0]!;
  const tallies = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    let key = labels[i]!;
    for (const view of views) key = key * k + view.predicted[i]!;
    tallies.set(key, (tallies.get(key) ?? 0) + (weights?.[i] ?? 1));
  }
  return tallies;
}

/** The places of each model's matrix to which the rows of each key add. */
const placesOf = (keys: readonly number[], k: number, models: number): Uint32Array[] =>
  Array.from({ length: models }, (_, m) => Uint32Array.from(keys, (key) => placeOf(key, k, models, m)));

function placeOf(key: number, k: number, models: number, model: number): number {
  const predicted = Math.floor(key / k ** (models - 1 - model)) % k;
  return Math.floor(key / k ** models) * k + predicted;
}

interface ClassCounts {
  readonly hits: number;
  readonly labelled: number;
  readonly predicted: number;
}

function classCounts(matrix: Matrix, k: number): ClassCounts[] {
  return Array.from({ length: k }, (_, c) => {
    let [labelled, predicted] = [0, 0];
    for (let j = 0; j < k; j++) {
      labelled += matrix[c * k + j]!;
      predicted += matrix[j * k + c]!;
    }
    return { hits: matrix[c * k + c]!, labelled, predicted };
  });
}

/** F1 of the classes that occur, each weighted by `weight`. */
function averagedF1(weight: (counts: ClassCounts) => number): ConfusionOptions['of'] {
  return (matrix, k) => {
    let [sum, weights] = [0, 0];
    for (const counts of classCounts(matrix, k)) {
      const { hits, labelled, predicted } = counts;
      if (labelled + predicted === 0) continue;
      sum += weight(counts) * ((2 * hits) / (labelled + predicted));
      weights += weight(counts);
    }
    return sum / weights;
  };
}

/** Precision or recall of the classes that occur; 0 where it is not defined, as in scikit-learn. */
function averaged(
  of: (counts: ClassCounts) => number,
  weight: (counts: ClassCounts) => number,
): ConfusionOptions['of'] {
  return (matrix, k) => {
    let [sum, weights] = [0, 0];
    for (const counts of classCounts(matrix, k)) {
      if (counts.labelled + counts.predicted === 0) continue;
      sum += weight(counts) * (counts.hits === 0 ? 0 : of(counts));
      weights += weight(counts);
    }
    return sum / weights;
  };
}

function balancedAccuracy(matrix: Matrix, k: number): number {
  const labelled = classCounts(matrix, k).filter((c) => c.labelled > 0);
  return labelled.reduce((sum, c) => sum + c.hits / c.labelled, 0) / labelled.length;
}

/** Matthews' correlation for any number of classes (Gorodkin 2004). */
function matthews(matrix: Matrix, k: number): number {
  let [hits, n, cross, labels, predictions] = [0, 0, 0, 0, 0];
  for (const c of classCounts(matrix, k)) {
    hits += c.hits;
    n += c.labelled;
    cross += c.labelled * c.predicted;
    labels += c.labelled ** 2;
    predictions += c.predicted ** 2;
  }
  return (hits * n - cross) / Math.sqrt((n * n - predictions) * (n * n - labels));
}

const binary = ['binary-classification'] as const;
const multiclass = ['multiclass-classification'] as const;

export const confusionMetrics: readonly Metric[] = [
  confusionMetric({
    name: 'precision',
    title: 'Precision',
    tasks: binary,
    of: (m) => m[3]! / (m[3]! + m[1]!),
    none: 'no row is predicted positive',
    share: { counts: (_, predicted) => predicted === 1, at: (share) => share },
  }),
  confusionMetric({
    name: 'f1',
    title: 'F1',
    tasks: binary,
    of: (m) => (2 * m[3]!) / (2 * m[3]! + m[1]! + m[2]!),
    none: 'no row is positive, by label or by prediction',
    // Of the share of true positives among all that is not a true negative.
    share: {
      counts: (label, predicted) => label + predicted > 0,
      at: (share) => (2 * share) / (1 + share),
    },
  }),
  confusionMetric({
    name: 'balanced_accuracy',
    title: 'Balanced accuracy',
    tasks: classification,
    // With one class only, it would be that class's recall under a better name.
    of: (m, k) => (k === 2 && (m[0]! + m[1]! === 0 || m[2]! + m[3]! === 0) ? NaN : balancedAccuracy(m, k)),
    none: 'all rows have one label',
  }),
  confusionMetric({
    name: 'mcc',
    title: 'Matthews correlation',
    tasks: classification,
    range: [-1, 1],
    of: matthews,
    none: 'all labels, or all predictions, are of one class',
  }),
  ...(['precision', 'recall'] as const).flatMap((kind) =>
    (['macro', 'weighted'] as const).map((average) =>
      confusionMetric({
        name: `${kind}_${average}`,
        title: `${kind === 'precision' ? 'Precision' : 'Recall'} (${average === 'macro' ? 'mean over classes' : 'classes by their size'})`,
        tasks: multiclass,
        of: averaged(
          kind === 'precision' ? (c) => c.hits / c.predicted : (c) => c.hits / c.labelled,
          average === 'macro' ? () => 1 : (c) => c.labelled,
        ),
        none: 'there is no row',
      }),
    ),
  ),
  confusionMetric({
    name: 'f1_macro',
    title: 'F1 (mean over classes)',
    tasks: multiclass,
    of: averagedF1(() => 1),
    none: 'there is no row',
  }),
  confusionMetric({
    name: 'f1_micro',
    title: 'F1 (all rows together)',
    tasks: multiclass,
    of: (matrix, k) => {
      const counts = classCounts(matrix, k);
      const sum = (of: (c: ClassCounts) => number): number => counts.reduce((s, c) => s + of(c), 0);
      return sum((c) => c.hits) / sum((c) => c.labelled);
    },
    none: 'there is no row',
    share: { counts: () => true, at: (share) => share },
  }),
  confusionMetric({
    name: 'f1_weighted',
    title: 'F1 (classes by their size)',
    tasks: multiclass,
    of: averagedF1((c) => c.labelled),
    none: 'there is no row',
  }),
];

/** (1 + β²)·precision·recall / (β²·precision + recall): recall counts β times as much. */
export const confusionFamilies: readonly Family[] = [
  {
    name: 'fbeta',
    tasks: binary,
    parameter: { words: 'β: write a number above 0', fits: (beta) => beta > 0 },
    example: 'fbeta@2',
    of: (beta) => {
      const square = beta * beta;
      return confusionMetric({
        name: `fbeta@${beta}`,
        title: `F${beta}`,
        tasks: binary,
        of: (m) => ((1 + square) * m[3]!) / ((1 + square) * m[3]! + square * m[2]! + m[1]!),
        none: 'no row is positive, by label or by prediction',
      });
    },
  },
];
