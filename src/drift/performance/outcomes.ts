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
        predicted: Float64Array.from(rows, (row) => log.predicted![row]!),
      };
    case 'binary-classification': {
      const own = log.predicted;
      const isPositive = (row: number): number =>
        own === undefined ? (log.scores[0]![row]! >= threshold ? 1 : 0) : own[row] === positive ? 1 : 0;
      const predicted = Uint8Array.from(rows, isPositive);
      const [scores] = log.scores;
      return {
        task,
        labels: Uint8Array.from(labels, (label) => (label === positive ? 1 : 0)),
        scores:
          scores === undefined
            ? Float64Array.from(predicted)
            : Float64Array.from(rows, (row) => scores[row]!),
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
        predicted: Uint16Array.from(rows, (row, i) =>
          log.predicted === undefined ? likeliest(i) : log.predicted[row]!,
        ),
        ...(probabilities.length > 0 && { probabilities }),
      };
    }
  }
}

/** The same rows under their labels of the log. */
export function labelledOutcomes(log: LogRows, rows: Uint32Array, reading: Reading): OutcomeRows {
  return outcomesOf(
    log,
    rows,
    reading,
    Float64Array.from(rows, (row) => log.labels[row]!),
  );
}
