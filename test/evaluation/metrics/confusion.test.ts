import { matrixMetric, matrixOf } from '../../../src/evaluation/metrics/confusion.js';
import type { BinaryRows, MulticlassRows } from '../../../src/evaluation/rows.js';
import { f64, metricOf, missing, value } from './hand.js';

describe('a binary classifier', () => {
  // True positives 2, false negatives 1, false positives 1, true negatives 3.
  const rows: BinaryRows = {
    task: 'binary-classification',
    labels: Uint8Array.of(1, 1, 1, 0, 0, 0, 0),
    scores: f64(0.9, 0.8, 0.3, 0.6, 0.1, 0.2, 0.4),
    predicted: Uint8Array.of(1, 1, 0, 1, 0, 0, 0),
  };

  it.each([
    ['accuracy', 5 / 7],
    ['recall', 2 / 3],
    ['specificity', 3 / 4],
    ['precision', 2 / 3],
    ['f1', 2 / 3],
    ['fbeta@2', (5 * 2) / (5 * 2 + 4 * 1 + 1)],
    ['fbeta@0.5', (1.25 * 2) / (1.25 * 2 + 0.25 * 1 + 1)],
    ['balanced_accuracy', (2 / 3 + 3 / 4) / 2],
    ['mcc', (2 * 3 - 1 * 1) / Math.sqrt(3 * 3 * 4 * 4)],
    // Pairs in the right order: 4 + 4 + 2 of 12.
    ['roc_auc', 10 / 12],
    // Precision at each positive from the top: 1, 1, 3/5.
    ['pr_auc', (1 + 1 + 3 / 5) / 3],
    ['precision@2', 1],
    ['precision@4', 2 / 4],
    ['recall@2', 2 / 3],
    ['recall@5', 1],
    ['brier', (0.01 + 0.04 + 0.49 + 0.36 + 0.01 + 0.04 + 0.16) / 7],
    ['log_loss', -Math.log(0.9 * 0.8 * 0.3 * 0.4 * 0.9 * 0.8 * 0.6) / 7],
  ])('has the %s %d', (name, expected) => {
    expect(value(name, rows)).toBeCloseTo(expected, 12);
    expect(missing(name, rows)).toBeUndefined();
  });

  it('counts rows that tie for the last places in part', () => {
    const tied = { ...rows, scores: f64(0.9, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1) };
    expect(value('precision@2', tied)).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(value('recall@2', tied)).toBeCloseTo((1 + 2 / 3) / 3, 12);
  });

  it('is confused by its rows and their weights', () => {
    expect([...matrixOf(rows)]).toEqual([3, 1, 1, 2]);
    expect([...matrixOf({ ...rows, weights: f64(1, 1, 5, 2, 1, 1, 1) })]).toEqual([3, 2, 5, 2]);
    expect(matrixMetric(metricOf('f1', rows.task))!(f64(3, 1, 1, 2), 2)).toBeCloseTo(2 / 3, 12);
    expect(matrixMetric(metricOf('roc_auc', rows.task))).toBeUndefined();
  });

  it.each<[string, readonly number[], readonly number[], string]>([
    ['precision', [1, 0], [0, 0], 'no row is predicted positive'],
    ['f1', [0, 0], [0, 0], 'no row is positive, by label or by prediction'],
    ['fbeta@2', [0, 0], [0, 0], 'no row is positive, by label or by prediction'],
    ['balanced_accuracy', [1, 1], [1, 0], 'all rows have one label'],
    ['balanced_accuracy', [0, 0], [1, 0], 'all rows have one label'],
    ['mcc', [1, 0], [1, 1], 'all labels, or all predictions, are of one class'],
    ['recall', [0, 0], [1, 0], 'no row is labelled positive'],
    ['specificity', [1, 1], [1, 0], 'no row is labelled negative'],
    ['roc_auc', [0, 0], [1, 0], 'no row is labelled positive'],
    ['pr_auc', [1, 1], [1, 0], 'no row is labelled negative'],
    ['recall@1', [0, 0], [1, 0], 'no row is labelled positive'],
    ['precision@3', [1, 0], [1, 0], 'there are fewer than 3 rows'],
    ['accuracy', [], [], 'there is no row'],
    ['ece', [], [], 'there is no row'],
    ['brier', [], [], 'there is no row'],
  ])('has no %s where the labels are %j and the predictions %j', (name, labels, predicted, why) => {
    const few = { ...rows, labels: Uint8Array.from(labels), predicted: Uint8Array.from(predicted) };
    expect(missing(name, { ...few, scores: Float64Array.from(predicted) })).toBe(why);
  });

  it('takes a probability of 0 or 1 as one that is next to it', () => {
    const sure = { ...rows, labels: Uint8Array.of(1), scores: f64(0), predicted: Uint8Array.of(0) };
    // As scikit-learn: −ln of the smallest difference from 1 that a DOUBLE has.
    expect(value('log_loss', sure)).toBeCloseTo(-Math.log(2 ** -52), 9);
    expect(value('log_loss', { ...sure, scores: f64(1) })).toBeCloseTo(0, 12);
  });
});

describe('a classifier of three classes', () => {
  const rows: MulticlassRows = {
    task: 'multiclass-classification',
    classes: ['a', 'b', 'c'],
    labels: Uint16Array.of(0, 0, 0, 0, 1, 1),
    predicted: Uint16Array.of(0, 0, 1, 0, 1, 0),
    probabilities: f64(
      0.6,
      0.3,
      0.1,
      0.5,
      0.2,
      0.3,
      0.3,
      0.5,
      0.2,
      0.4,
      0.3,
      0.3,
      0.1,
      0.8,
      0.1,
      0.5,
      0.3,
      0.2,
    ),
  };

  it.each([
    ['accuracy', 4 / 6],
    ['precision_macro', (3 / 4 + 1 / 2) / 2],
    ['recall_macro', (3 / 4 + 1 / 2) / 2],
    ['precision_weighted', (4 * (3 / 4) + 2 * (1 / 2)) / 6],
    ['recall_weighted', 4 / 6],
    ['f1_macro', (6 / 8 + 2 / 4) / 2],
    ['f1_micro', 4 / 6],
    ['f1_weighted', (4 * (6 / 8) + 2 * (2 / 4)) / 6],
    ['balanced_accuracy', (3 / 4 + 1 / 2) / 2],
    ['mcc', (4 * 6 - (4 * 4 + 2 * 2)) / Math.sqrt((36 - 20) * (36 - 20))],
    ['top_k_accuracy@1', 4 / 6],
    ['top_k_accuracy@2', 1],
    ['log_loss', -Math.log(0.6 * 0.5 * 0.3 * 0.4 * 0.8 * 0.3) / 6],
    ['brier', (0.26 + 0.38 + 0.78 + 0.54 + 0.06 + 0.78) / 6],
  ])('has the %s %d', (name, expected) => {
    expect(value(name, rows)).toBeCloseTo(expected, 12);
  });

  it('counts a class 0 that is predicted and never right, and one that never occurs not at all', () => {
    const other = { ...rows, predicted: Uint16Array.of(0, 0, 2, 0, 1, 0) };
    expect(value('precision_macro', other)).toBeCloseTo((3 / 4 + 1 + 0) / 3, 12);
    expect(value('recall_macro', other)).toBeCloseTo((3 / 4 + 1 / 2 + 0) / 3, 12);
    expect(value('f1_macro', other)).toBeCloseTo((6 / 8 + 2 / 3 + 0) / 3, 12);
  });

  it('puts a class that ties with the label before it where it comes later', () => {
    const tied = (label: number) => ({
      ...{ ...rows, labels: Uint16Array.of(label), predicted: Uint16Array.of(0) },
      probabilities: f64(0.4, 0.4, 0.2),
    });
    expect(value('top_k_accuracy@1', tied(0))).toBe(0);
    expect(value('top_k_accuracy@1', tied(1))).toBe(1);
  });

  it('has no loss without probabilities', () => {
    const { task, classes, labels, predicted } = rows;
    const bare: MulticlassRows = { task, classes, labels, predicted };
    for (const name of ['log_loss', 'brier', 'ece', 'top_k_accuracy@2'])
      expect(missing(name, bare)).toBe(
        'the predictions hold no probabilities (evaluate.score names their columns)',
      );
    expect(missing('accuracy', bare)).toBeUndefined();
  });
});
