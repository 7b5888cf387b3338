import type { OutcomeRows, Task } from './measure.js';
import type { LogRows, ReadLog } from './read.js';

export interface Reading {
  readonly task: Task;
  readonly classes: ReadLog['classes'];
  readonly positive: number;
  readonly threshold: number;
}

/** Whether a row has the prediction that it needs. */
export function isPredicted({ scores, predicted }: LogRows, row: number): boolean {
  return (
    scores.every((list) => !Number.isNaN(list[row])) &&
    (predicted === undefined || !Number.isNaN(predicted[row]))
  );
}

/**
 * Labels and predictions of some rows, as metrics take them.
 * @param labels one for each of `rows`: index of the class, or the target
 */
export function outcomesOf(
  log: LogRows,
  rows: Uint32Array,
  { task, classes, positive, threshold }: Reading,
  labels: ArrayLike<number>,
): OutcomeRows {
  const k = classes.length;
  switch (task) {
    case 'regression':
      return {
        task,
        targets: Float64Array.from(labels),
        predicted: take(log.predicted!, rows),
      };
    case 'binary-classification': {
      const own = log.predicted;
      const isPositive = (row: number): number =>
        own === undefined ? (log.scores[0]![row]! >= threshold ? 1 : 0) : own[row] === positive ? 1 : 0;
      const predicted = fill(new Uint8Array(rows.length), (i) => isPositive(rows[i]!));
      const [scores] = log.scores;
      return {
        task,
        labels: fill(new Uint8Array(rows.length), (i) => (labels[i] === positive ? 1 : 0)),
        scores: scores === undefined ? Float64Array.from(predicted) : take(scores, rows),
        predicted,
      };
    }
    case 'multiclass-classification': {
      const probabilities = new Float64Array(log.scores.length === k ? rows.length * k : 0);
      if (probabilities.length > 0) {
        rows.forEach((row, i) => log.scores.forEach((list, c) => (probabilities[i * k + c] = list[row]!)));
      }
      const likeliest = (i: number): number => {
        let best = 0;
        for (let c = 1; c < k; c++) if (probabilities[i * k + c]! > probabilities[i * k + best]!) best = c;
        return best;
      };
      return {
        task,
        classes,
        labels: Uint16Array.from(labels),
        predicted: fill(new Uint16Array(rows.length), (i) =>
          log.predicted === undefined ? likeliest(i) : log.predicted[rows[i]!]!,
        ),
        ...(probabilities.length > 0 && { probabilities }),
      };
    }
  }
}

/** The same rows under their labels of the log. */
export function labelledOutcomes(log: LogRows, rows: Uint32Array, reading: Reading): OutcomeRows {
  return outcomesOf(log, rows, reading, take(log.labels, rows));
}

/** Values at some rows. A loop: a million calls of the arrays' own `from` take seconds. */
export function take(values: Float64Array, rows: Uint32Array): Float64Array {
  return fill(new Float64Array(rows.length), (i) => values[rows[i]!]!);
}

export function fill<A extends Float64Array | Uint8Array | Uint16Array>(
  list: A,
  of: (i: number) => number,
): A {
  for (let i = 0; i < list.length; i++) list[i] = of(i);
  return list;
}
