import type { MultilabelRows } from '../../../src/evaluation/rows.js';
import { missing, value } from './hand.js';

describe('a classifier of several classes at once', () => {
  const of = (
    labels: readonly number[],
    predicted: readonly number[],
    scores = predicted,
  ): MultilabelRows => ({
    ...{ task: 'multilabel-classification', classes: ['a', 'b', 'c'] },
    ...{
      labels: Uint8Array.from(labels),
      predicted: Uint8Array.from(predicted),
      scores: Float64Array.from(scores),
    },
  });
  // Rows: {a, b} as {a}; {c} as {c}; {} as {b}.
  const rows = of([1, 1, 0, 0, 0, 1, 0, 0, 0], [1, 0, 0, 0, 0, 1, 0, 1, 0]);

  it.each([
    ['hamming_loss', 2 / 9],
    ['subset_accuracy', 1 / 3],
    ['f1_samples', (2 / 3 + 1 + 0) / 3],
    ['f1_micro', 4 / 6],
    ['f1_macro', (1 + 0 + 1) / 3],
    ['f1_weighted', (1 + 0 + 1) / 3],
  ])('has the %s %d', (name, expected) => {
    expect(value(name, rows)).toBeCloseTo(expected, 12);
  });

  it('has an F1 of 0 for a row with no class, by label and by prediction, as in scikit-learn', () => {
    expect(value('f1_samples', of([0, 0, 0], [0, 0, 0]))).toBe(0);
  });

  it('ranks the classes that a row has', () => {
    const ranked = (labels: readonly number[], scores: readonly number[]) =>
      value('label_ranking_average_precision', of(labels, [0, 0, 0], scores));
    expect(ranked([1, 0, 1], [0.9, 0.8, 0.7])).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(ranked([1, 0, 0], [0.5, 0.5, 0.1])).toBeCloseTo(1 / 2, 12);
    expect(ranked([0, 0, 0], [0.9, 0.8, 0.7])).toBe(1);
    expect(ranked([1, 1, 1], [0.9, 0.8, 0.7])).toBe(1);
  });

  it('has no F1 over classes where no row has one', () => {
    const none = of([0, 0, 0], [0, 0, 0]);
    for (const name of ['f1_micro', 'f1_macro', 'f1_weighted'])
      expect(missing(name, none)).toBe('no row has a class');
    const said = of([0, 0, 0], [1, 0, 0]);
    expect(['f1_micro', 'f1_macro', 'f1_weighted'].map((name) => missing(name, said))).toEqual([
      ...[undefined, undefined, 'no row has a class'],
    ]);
    expect(missing('subset_accuracy', of([], []))).toBe('there is no row');
  });
});
