import {
  type Read,
  binaryRows,
  finiteNumbers,
  multiclassRows,
  ordered,
  probabilityProblems,
  rankingRows,
  regressionRows,
} from '../../src/evaluation/assemble.js';
import type { EvaluateSpec, Labels } from '../../src/evaluation/labels.js';

const at = (path: readonly string[]) => ({ file: `evaluate/${path.join('/')}` });
const f64 = (...values: readonly number[]) => Float64Array.from(values);

/** Predictions whose rows stand in the order of the labels, turned round where that is asked. */
function read(
  labels: Partial<Labels>,
  evaluate: object,
  columns: Readonly<Record<string, readonly (number | string | null)[]>>,
  turned = false,
): Read {
  const [first] = Object.values(columns);
  const n = first!.length;
  return {
    labels: labels as Labels,
    evaluate: evaluate as EvaluateSpec,
    order: Uint32Array.from({ length: n }, (_, i) => (turned ? n - 1 - i : i)),
    numbers: (name) => Float64Array.from(columns[name] as readonly number[]),
    texts: (name) => columns[name] as readonly (string | null)[],
    placeOf: (row) => Promise.resolve({ file: 'p.csv', line: row + 2 }),
  };
}
const texts = (...list: readonly string[]) => ({ texts: list });

describe('predictions of a binary classifier', () => {
  const labels = { ...texts('late', 'early', 'late'), positive: 'late' };

  it('are positive from the threshold on', async () => {
    const rows = await binaryRows(read(labels, { score: 'p', threshold: 0.5 }, { p: [0.5, 0.49, 1] }), at);
    expect(rows).toEqual({
      ...{ task: 'binary-classification', labels: Uint8Array.of(1, 0, 1), scores: f64(0.5, 0.49, 1) },
      predicted: Uint8Array.of(1, 0, 1),
    });
  });

  it('are those that are named, in the order of the labels', async () => {
    const columns = { p: [0.1, 0.2, 0.3], k: ['early', 'late', 'late'] };
    const rows = await binaryRows(read(labels, { score: 'p', prediction: 'k' }, columns, true), at);
    expect(rows).toMatchObject({ scores: f64(0.3, 0.2, 0.1), predicted: Uint8Array.of(1, 1, 0) });
  });

  it.each<[readonly (string | null)[], string]>([
    [
      ['late', 'Late', 'LATE'],
      'p.csv:3: "Late" in column "k" is no label of the hold-out data: it differs from "late" only by',
    ],
    [
      ['late', null, 'early'],
      'p.csv:3: nothing in column "k" is no label of the hold-out data → write late or early',
    ],
    [['x', 'late', 'x'], 'p.csv:2: "x" in column "k" is no label of the hold-out data (and 1 more) → write'],
  ])('are refused where they are %j', async (k, message) => {
    const rows = binaryRows(read(labels, { score: 'p', prediction: 'k' }, { p: [0, 0.5, 1], k }), at);
    await expect(rows).rejects.toThrow(message);
  });

  it.each([
    [-0.1, '-0.1 in column "p" is no probability (and 1 more) → write a number between 0 and 1'],
    [1.1, '1.1 in column "p" is no probability (and 1 more)'],
    [NaN, 'nothing, or NaN, in column "p" is no probability (and 1 more)'],
  ])('are refused where a score is %d', async (bad, message) => {
    const rows = binaryRows(read(labels, { score: 'p', threshold: 0.5 }, { p: [0, bad, bad] }), at);
    await expect(rows).rejects.toThrow(`p.csv:3: ${message}`);
  });

  it('have no threshold where all labels are alike', async () => {
    const one = { ...texts('late', 'late'), positive: 'late' };
    const rows = binaryRows(read(one, { score: 'p', threshold: { maximise: 'mcc' } }, { p: [0.1, 0.9] }), at);
    await expect(rows).rejects.toThrow(
      'evaluate/threshold/maximise: no threshold can be chosen: mcc has no value where all labels are alike, or rows are very few → write the threshold as a number',
    );
  });
});

describe('predictions of a classifier of several classes', () => {
  const score = { b: 'pb', a: 'pa' };

  it('are the most probable class, the first of equal ones', async () => {
    const columns = { pa: [0.2, 0.7, 0.5], pb: [0.8, 0.3, 0.5] };
    const rows = await multiclassRows(read(texts('a', 'b', 'a'), { score }, columns), at);
    expect(rows).toEqual({
      ...{ task: 'multiclass-classification', classes: ['b', 'a'], labels: Uint16Array.of(1, 0, 1) },
      ...{ predicted: Uint16Array.of(0, 1, 0), probabilities: f64(0.8, 0.2, 0.3, 0.7, 0.5, 0.5) },
    });
  });

  it('are those that are named, and may be of a class that no label has', async () => {
    const rows = await multiclassRows(
      read(texts('b', 'a', 'a'), { prediction: 'k' }, { k: ['z', 'a', 'b'] }, true),
      at,
    );
    expect(rows).toEqual({
      ...{ task: 'multiclass-classification', classes: ['a', 'b', 'z'], labels: Uint16Array.of(1, 0, 0) },
      predicted: Uint16Array.of(1, 0, 2),
    });
  });

  it('number their classes alike for all models of the same labels', async () => {
    const labels = texts('a', 'b');
    await multiclassRows(read(labels, { prediction: 'k' }, { k: ['z', 'a'] }), at);
    const second = await multiclassRows(read(labels, { prediction: 'k' }, { k: ['y', 'a'] }), at);
    expect(second.classes).toEqual(['a', 'b', 'z', 'y']);
    expect([...second.predicted]).toEqual([3, 0]);
  });

  it.each<[string, object, Record<string, readonly (number | string | null)[]>, string]>([
    [
      'add up to more or less than 1',
      { score },
      { pa: [0.5, 0.5, 0.5], pb: [0.5, 0.4, 0.52] },
      'p.csv:3: the probabilities of all classes add up to 0.9, not 1 (and 1 more) → write the probability of every class, normalised',
    ],
    [
      'are no probabilities',
      { score },
      { pa: [2, 0, 0], pb: [0, 1, 1] },
      'p.csv:2: 2 in column "pa" is no probability',
    ],
    [
      'are no class',
      { score, prediction: 'k' },
      { pa: [0, 0, 0], pb: [1, 1, 1], k: ['a', 'z', 'z'] },
      'p.csv:3: "z" in column "k" is no class (and 1 more) → write one of b, a',
    ],
    [
      'are nothing',
      { prediction: 'k' },
      { k: ['a', '', null] },
      'p.csv:3: nothing in column "k" is no class (and 1 more)',
    ],
    [
      'are a label in another spelling',
      { prediction: 'k' },
      { k: ['a', ' b', ' b'] },
      'p.csv:3: " b" in column "k" is no label of the hold-out data: it differs from "b" only by blanks (and 1 more) → write predicted classes exactly as the labels are written',
    ],
    [
      'are no labels at all',
      { prediction: 'k' },
      { k: ['x', 'y', 'y'] },
      'p.csv:2: no value in column "k" is a label of the hold-out data (a, b) → check evaluate.prediction and evaluate.label',
    ],
  ])('are refused where they %s', async (_, evaluate, columns, message) => {
    await expect(multiclassRows(read(texts('a', 'b', 'b'), evaluate, columns), at)).rejects.toThrow(message);
  });

  it('may add up to 1 within a hundredth', async () => {
    const columns = { pa: [0.5, 0.5, 0.5], pb: [0.5, 0.4901, 0.5099] };
    await expect(multiclassRows(read(texts('a', 'b', 'b'), { score }, columns), at)).resolves.toBeDefined();
  });

  it('need a column for every label', async () => {
    const columns = { pa: [0.5, 0.5], pb: [0.5, 0.5] };
    await expect(multiclassRows(read(texts('a', 'z'), { score }, columns), at)).rejects.toThrow(
      /^evaluate\/score: evaluate\.score names no column for the label "z" → (add it; there are b, a|is ".*" meant\?)/,
    );
    const near = { score: { early: 'pa', late: 'pb' } };
    await expect(multiclassRows(read(texts('early', 'lte'), near, columns), at)).rejects.toThrow(
      'names no column for the label "lte" → is "late" meant?',
    );
  });

  it('are of up to 5,000 classes', async () => {
    const of = (n: number) => {
      const k = Array.from({ length: n }, (_, i) => `c${i}`);
      return multiclassRows(read(texts(...k.map(() => 'c0')), { prediction: 'k' }, { k }), at);
    };
    expect((await of(5000)).classes).toHaveLength(5000);
    await expect(of(5001)).rejects.toThrow(
      'p.csv:5002: column "k" has more than 5,000 different values: these are no classes → check evaluate.prediction, or use task: regression',
    );
  });
});

describe('numbers of the predictions', () => {
  it('stand in the order of the labels', async () => {
    expect(ordered(f64(7, 8, 9), Uint32Array.of(2, 0, 1))).toEqual(f64(9, 7, 8));
    const regression = read({ numbers: f64(1, 2) }, {}, { v: [3, 4] }, true);
    expect(await regressionRows(regression, 'v')).toEqual({
      ...{ task: 'regression', targets: f64(1, 2), predicted: f64(4, 3) },
    });
    const labels = { numbers: f64(1, 2), queries: Uint32Array.of(0, 0) };
    for (const evaluate of [{ score: 's', prediction: 'x' }, { prediction: 's' }]) {
      expect(await rankingRows(read(labels, evaluate, { s: [3, 4] }))).toEqual({
        ...{ task: 'ranking', relevance: f64(1, 2), scores: f64(3, 4), queries: Uint32Array.of(0, 0) },
      });
    }
  });

  it('are finite', async () => {
    const of = (what: string) => finiteNumbers(read({}, {}, { v: [1, Infinity, NaN] }), 'v', what);
    await expect(of('prediction')).rejects.toThrow(
      'p.csv:3: Infinity in column "v" is no prediction (and 1 more) → predict a finite number for every row',
    );
    await expect(of('score')).rejects.toThrow(
      'is no score (and 1 more) → write a finite number for every row',
    );
  });

  it('are probabilities from 0 to 1', async () => {
    expect(await probabilityProblems(read({}, {}, { p: [0, 1] }), 'p', f64(0, 1))).toEqual([]);
    expect(await probabilityProblems(read({}, {}, { p: [0] }), 'p', f64(1.0001))).toHaveLength(1);
  });
});
