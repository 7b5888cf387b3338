import {
  answerText,
  answersOf,
  compareAnswers,
  numbersOf,
} from '../../../src/evaluation/behaviour/answers.js';
import type { EvaluationRows } from '../../../src/evaluation/rows.js';

const f64 = (...values: readonly number[]) => Float64Array.from(values);
const labels = ['late', 'early'] as const;
const binary: EvaluationRows = {
  task: 'binary-classification',
  labels: Uint8Array.of(1, 0),
  scores: f64(0.62346, 0.3),
  predicted: Uint8Array.of(1, 0),
};
const multiclass: EvaluationRows = {
  task: 'multiclass-classification',
  classes: ['a', 'b', 'c'],
  labels: Uint16Array.of(0, 1),
  predicted: Uint16Array.of(2, 0),
  probabilities: f64(0.1, 0.2, 0.7, 0.5, 0.3, 0.2),
};
const bare: EvaluationRows = {
  task: 'multiclass-classification',
  classes: ['a', 'b', 'c'],
  labels: Uint16Array.of(0, 1),
  predicted: Uint16Array.of(2, 0),
};
const multilabel: EvaluationRows = {
  task: 'multilabel-classification',
  classes: ['a', 'b', 'c', 'd', 'e', 'f'],
  labels: new Uint8Array(12),
  predicted: Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  scores: f64(0.9, 0.1, 0.8, 0, 0, 0.05, 0, 0, 0, 0, 0, 0),
};
const regression: EvaluationRows = { task: 'regression', targets: f64(1, 2), predicted: f64(3, 4) };
const ranking: EvaluationRows = {
  ...{ task: 'ranking', queries: Uint32Array.of(0, 0), relevance: f64(0, 1), scores: f64(5, 6) },
};
const scored: EvaluationRows = {
  task: 'example-scores',
  rows: 2,
  extras: new Map([
    ['cost', f64(1, 2)],
    ['time', f64(3, 4)],
  ]),
};

describe('what a model says of each row', () => {
  it.each<[string, EvaluationRows, object]>([
    ['binary', binary, { rows: 2, classes: ['late', 'early'], numbers: f64(0.62346, 0.3), names: ['late'] }],
    [
      'multiclass',
      multiclass,
      { rows: 2, classes: ['c', 'a'], numbers: multiclass.probabilities, names: ['a', 'b', 'c'] },
    ],
    [
      'multilabel',
      multilabel,
      { rows: 2, classes: ['a, c', '(none)'], numbers: multilabel.scores, names: multilabel.classes },
    ],
    ['regression', regression, { rows: 2, numbers: f64(3, 4), names: ['prediction'] }],
    ['ranking', ranking, { rows: 2, numbers: f64(5, 6), names: ['score'] }],
    ['scores', scored, { rows: 2, numbers: f64(1, 3, 2, 4), names: ['cost', 'time'] }],
  ])('%s', (_, rows, expected) => {
    expect(answersOf(rows, labels)).toEqual(expected);
  });

  it('is classes alone where there are no probabilities', () => {
    expect(answersOf(bare, labels)).toEqual({ rows: 2, classes: ['c', 'a'], names: ['a', 'b', 'c'] });
    expect(answersOf({ task: 'example-scores', rows: 1 }, labels)).toMatchObject({ names: [] });
  });

  it('is shown by its class and number, to four digits', () => {
    const shown = (rows: EvaluationRows) => [0, 1].map((row) => answerText(answersOf(rows, labels), row));
    expect(shown(binary)).toEqual(['late (0.6235)', 'early (0.3)']);
    expect(shown(multiclass)).toEqual(['c (0.7)', 'a (0.5)']);
    expect(shown(multilabel)).toEqual(['a, c (0.9, 0.1, 0.8, 0, 0)', '(none) (0, 0, 0, 0, 0)']);
    expect(shown(regression)).toEqual(['3', '4']);
    expect(shown(scored)).toEqual(['1, 3', '2, 4']);
    expect(answerText({ rows: 1, classes: ['a'], names: ['a', 'b'] }, 0)).toBe('a');
    expect(answerText({ rows: 1, names: [] }, 0)).toBe('');
  });
});

describe('the numbers that a test looks at', () => {
  it('are those of a name, or the only ones', () => {
    expect(numbersOf(answersOf(binary, labels), undefined)).toEqual(f64(0.62346, 0.3));
    expect(numbersOf(answersOf(multiclass, labels), 'b')).toEqual(f64(0.2, 0.3));
    expect(numbersOf(answersOf(multiclass, labels), undefined)).toBeUndefined();
    expect(numbersOf(answersOf(multiclass, labels), 'x')).toBeUndefined();
    expect(numbersOf({ rows: 1, names: ['a'] }, 'a')).toBeUndefined();
  });
});

describe('answers before and after', () => {
  const compare = (before: EvaluationRows, after: EvaluationRows, tolerance?: number) => {
    const { changed, moves } = compareAnswers(answersOf(before, labels), answersOf(after, labels), tolerance);
    return { changed: [...changed], moves: [...moves] };
  };

  it('of a classifier change with the class, whatever its scores do', () => {
    const after = { ...binary, scores: f64(0.5, 0.3), predicted: Uint8Array.of(0, 0) };
    expect(compare(binary, { ...binary, scores: f64(0.9, 0.3) }).changed).toEqual([0, 0]);
    const { changed, moves } = compare(binary, after);
    expect(changed).toEqual([1, 0]);
    expect(moves[0]).toBeCloseTo(0.12346, 12);
    expect(moves[1]).toBe(0);
  });

  it('change with a number that moves by more than is tolerated', () => {
    const after = { ...binary, scores: f64(0.62346, 0.25), predicted: Uint8Array.of(0, 0) };
    expect(compare(binary, after, 0.04).changed).toEqual([0, 1]);
    expect(compare(binary, after, 0.06).changed).toEqual([0, 0]);
    expect(compare(binary, after, 0.05).changed).toEqual([0, 0]);
  });

  it('of a regression change with any move beyond rounding', () => {
    const of = (...predicted: readonly number[]): EvaluationRows => ({
      ...regression,
      predicted: f64(...predicted),
    });
    expect(compare(of(3, 4e6), of(3 + 1e-9, 4e6 + 1e-3)).changed).toEqual([0, 0]);
    expect(compare(of(3, 4e6), of(3 + 1e-8, 4e6 + 1e-2)).changed).toEqual([1, 1]);
    expect(compare(of(0.1, 0), of(0.1 + 0.9e-9, 1.1e-9)).changed).toEqual([0, 1]);
  });

  it('compare the numbers of each class, in whatever order these are', () => {
    const turned: EvaluationRows = {
      ...multiclass,
      classes: ['c', 'a', 'b'],
      predicted: Uint16Array.of(0, 1),
      probabilities: f64(0.7, 0.1, 0.2, 0.1, 0.5, 0.4),
    };
    const { changed, moves } = compare(multiclass, turned, 0.05);
    expect(changed).toEqual([0, 1]);
    expect(moves[0]).toBe(0);
    expect(moves[1]).toBeCloseTo(0.1, 12);
  });

  it('take a class that was not there before as one of probability 0', () => {
    const two: EvaluationRows = {
      ...multiclass,
      classes: ['a', 'b'],
      predicted: Uint16Array.of(1, 0),
      probabilities: f64(0.3, 0.7, 0.5, 0.5),
    };
    const before = answersOf(two, labels);
    const three = { ...before, names: ['a', 'b', 'z'], numbers: f64(0.3, 0.7, 0, 0.5, 0.3, 0.2) };
    expect([...compareAnswers(before, three, 0.1).changed]).toEqual([0, 1]);
  });

  it('have no moves where there are no numbers', () => {
    const other = { ...bare, predicted: Uint16Array.of(2, 1) };
    expect(compare(bare, other)).toEqual({ changed: [0, 1], moves: [NaN, NaN] });
  });
});
