import type { ChosenThreshold } from './threshold.js';

/** Labels and predictions of the same rows, in the order of the hold-out data. Every number is finite. */
export type EvaluationRows =
  BinaryRows | MulticlassRows | RegressionRows | MultilabelRows | RankingRows | ScoredRows;

/** What rows of any task may have. */
export interface RowDesign {
  /** How much each row counts, above 0; absent where all count alike. */
  readonly weights?: Float64Array;
  /** Which rows belong together, as numbers from 0: they are resampled together. */
  readonly clusters?: Uint32Array;
  /** Columns of the predictions file that gates take the mean of. */
  readonly extras?: ReadonlyMap<string, Float64Array>;
  /** The same rows as other repeats (seeds) of the model predict them; without repeats of their own. */
  readonly repeats?: readonly EvaluationRows[];
  /** Of cross-validated rows: which model predicted each of them, without having seen it. */
  readonly folds?: FoldModels;
}

export interface FoldModels {
  /** Folds of the training rows, k. */
  readonly count: number;
  /** The model of each row: 0 to k − 1 for those of the folds, k for the model that is judged. */
  readonly models: Uint8Array;
}

export interface BinaryRows extends RowDesign {
  readonly task: 'binary-classification';
  /** 1 for the positive class. */
  readonly labels: Uint8Array;
  /** Probability of the positive class. */
  readonly scores: Float64Array;
  /** 1 where the score is at or above the threshold. */
  readonly predicted: Uint8Array;
  /** Where the threshold was chosen and not given. */
  readonly threshold?: ChosenThreshold;
}

export interface MulticlassRows extends RowDesign {
  readonly task: 'multiclass-classification';
  /** Every class that a label or a prediction names. Labels and predictions are indexes into it. */
  readonly classes: readonly string[];
  readonly labels: Uint16Array;
  readonly predicted: Uint16Array;
  /** Row by row, a probability for each class; absent when the predictions give classes only. */
  readonly probabilities?: Float64Array;
}

export interface RegressionRows extends RowDesign {
  readonly task: 'regression';
  readonly targets: Float64Array;
  readonly predicted: Float64Array;
}

/** Rows that have any number of classes each. Row by row, a value for each class. */
export interface MultilabelRows extends RowDesign {
  readonly task: 'multilabel-classification';
  readonly classes: readonly string[];
  /** 1 where the row has the class. */
  readonly labels: Uint8Array;
  /** Probability that the row has the class. */
  readonly scores: Float64Array;
  /** 1 where the score is at or above the threshold. */
  readonly predicted: Uint8Array;
}

/** Documents of queries; a row is a document. */
export interface RankingRows extends RowDesign {
  readonly task: 'ranking';
  /** 0 for a document that is of no use to its query; more is better. */
  readonly relevance: Float64Array;
  /** Larger ranks higher. */
  readonly scores: Float64Array;
  /** The query of each row, as a number from 0. */
  readonly queries: Uint32Array;
}

/** Examples that are scored one by one, without a label: all there is to judge is in `extras`. */
export interface ScoredRows extends RowDesign {
  readonly task: 'example-scores';
  readonly rows: number;
}

export function rowCount(rows: EvaluationRows): number {
  switch (rows.task) {
    case 'multilabel-classification':
      return rows.labels.length / rows.classes.length;
    case 'ranking':
      return rows.scores.length;
    case 'example-scores':
      return rows.rows;
    default:
      return rows.predicted.length;
  }
}

/** How many groups of rows are counted instead of rows; undefined where each row counts by itself. */
export function groupCount(rows: EvaluationRows): number | undefined {
  const groups = rows.clusters ?? (rows.task === 'ranking' ? rows.queries : undefined);
  return groups && new Set(groups).size;
}

/** The rows at these places, for a slice. */
export function takeRows(rows: EvaluationRows, places: Uint32Array): EvaluationRows {
  const pick = <A extends Values>(from: A, width = 1): A => take(from, places, width);
  const design: RowDesign = {
    ...(rows.weights && { weights: pick(rows.weights) }),
    ...(rows.clusters && { clusters: pick(rows.clusters) }),
    ...(rows.extras && {
      extras: new Map([...rows.extras].map(([name, values]) => [name, pick(values)])),
    }),
    ...(rows.folds && { folds: { count: rows.folds.count, models: pick(rows.folds.models) } }),
    ...(rows.repeats && { repeats: rows.repeats.map((repeat) => takeRows(repeat, places)) }),
  };
  switch (rows.task) {
    case 'binary-classification':
      return {
        ...rows,
        ...design,
        labels: pick(rows.labels),
        scores: pick(rows.scores),
        predicted: pick(rows.predicted),
      };
    case 'regression':
      return { ...rows, ...design, targets: pick(rows.targets), predicted: pick(rows.predicted) };
    case 'multiclass-classification': {
      const { probabilities, classes } = rows;
      const taken = { ...rows, ...design, labels: pick(rows.labels), predicted: pick(rows.predicted) };
      return probabilities === undefined
        ? taken
        : { ...taken, probabilities: pick(probabilities, classes.length) };
    }
    case 'multilabel-classification': {
      const k = rows.classes.length;
      return {
        ...rows,
        ...design,
        labels: pick(rows.labels, k),
        scores: pick(rows.scores, k),
        predicted: pick(rows.predicted, k),
      };
    }
    case 'ranking':
      return {
        ...rows,
        ...design,
        relevance: pick(rows.relevance),
        scores: pick(rows.scores),
        queries: pick(rows.queries),
      };
    case 'example-scores':
      return { ...rows, ...design, rows: places.length };
  }
}

type Values = Float64Array | Uint8Array | Uint16Array | Uint32Array;

/** The values, and more at their end. */
export function appended<A extends Values>(from: A, more: readonly number[]): A {
  const all = new (from.constructor as new (length: number) => A)(from.length + more.length);
  all.set(from);
  all.set(more, from.length);
  return all;
}

/** Rows of `width` values each. */
function take<A extends Values>(from: A, places: Uint32Array, width: number): A {
  const taken = new (from.constructor as new (length: number) => A)(places.length * width);
  for (let i = 0; i < places.length; i++) {
    for (let c = 0; c < width; c++) taken[i * width + c] = from[places[i]! * width + c]!;
  }
  return taken;
}

/** Classes as a confusion matrix sees them; undefined where a row has not one class. */
export interface Classified {
  readonly classes: number;
  readonly labels: Uint8Array | Uint16Array;
  readonly predicted: Uint8Array | Uint16Array;
}

export function classified(rows: EvaluationRows): Classified | undefined {
  switch (rows.task) {
    case 'binary-classification':
      return { classes: 2, labels: rows.labels, predicted: rows.predicted };
    case 'multiclass-classification':
      return { classes: rows.classes.length, labels: rows.labels, predicted: rows.predicted };
    default:
      return undefined;
  }
}
