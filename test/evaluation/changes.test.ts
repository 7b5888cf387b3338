import fc from 'fast-check';
import { changesBetween } from '../../src/evaluation/changes.js';
import { findMetric } from '../../src/evaluation/metrics/registry.js';
import type { BinaryRows, EvaluationRows } from '../../src/evaluation/rows.js';
import type { Rule } from '../../src/evaluation/rules.js';
import type { Slicing } from '../../src/evaluation/slices/define.js';

const placeOf = (row: number): Promise<string> => Promise.resolve(`h.csv:${row + 2}`);
const between = (
  challenger: EvaluationRows,
  champion: EvaluationRows,
  slicings: readonly Slicing[] = [],
  rules: readonly Pick<Rule, 'metric'>[] = [],
) => changesBetween(challenger, champion, rules, slicings, placeOf);

const binary = (labels: readonly number[], scores: readonly number[]): BinaryRows => ({
  task: 'binary-classification',
  labels: Uint8Array.from(labels),
  scores: Float64Array.from(scores),
  predicted: Uint8Array.from(scores, (score) => (score >= 0.5 ? 1 : 0)),
});
const slicing = (column: string, values: readonly string[]): Slicing => ({
  column,
  slices: [...new Set(values)].map((value) => ({
    column,
    value,
    places: Uint32Array.from(values.flatMap((one, i) => (one === value ? [i] : []))),
    named: false,
  })),
  leftOut: { slices: 0, rows: 0 },
});

describe('what changed against the champion', () => {
  it('is counted row by row, and by slice', async () => {
    const labels = [1, 1, 0, 0, 1, 0];
    const before = binary(labels, [0.9, 0.4, 0.2, 0.6, 0.7, 0.1]);
    const now = binary(labels, [0.4, 0.8, 0.3, 0.7, 0.1, 0.2]);
    expect(await between(now, before, [slicing('place', ['a', 'b', 'b', 'b', 'a', 'b'])])).toEqual({
      unit: 'row',
      measure: 'right',
      units: 6,
      better: 1,
      worse: 2,
      bothRight: 2,
      bothWrong: 1,
      slices: [
        { column: 'place', value: 'a', rows: 2, better: 0, worse: 2 },
        { column: 'place', value: 'b', rows: 4, better: 1, worse: 0 },
      ],
      // The one whose score moved furthest the wrong way comes first.
      rows: [
        { place: 'h.csv:6', truth: 'positive', champion: 'positive (0.7)', challenger: 'negative (0.1)' },
        { place: 'h.csv:2', truth: 'positive', champion: 'positive (0.9)', challenger: 'negative (0.4)' },
      ],
    });
  });

  it('names the rows that got most worse, as a sort of all would', async () => {
    const row = fc.record({
      target: fc.integer({ min: -9, max: 9 }),
      now: fc.integer({ min: -9, max: 9 }),
      before: fc.integer({ min: -9, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (list) => {
        const rows = (of: 'now' | 'before'): EvaluationRows => ({
          task: 'regression',
          targets: Float64Array.from(list, ({ target }) => target),
          predicted: Float64Array.from(list, (one) => one[of]),
        });
        const loss = list.map((one) => Math.abs(one.now - one.target) - Math.abs(one.before - one.target));
        const found = (await between(rows('now'), rows('before')))!;
        expect(found.worse).toBe(loss.filter((x) => x > 0).length);
        expect(found.better).toBe(loss.filter((x) => x < 0).length);
        const worst = loss
          .map((x, i) => ({ x, i }))
          .filter(({ x }) => x > 0)
          .sort((a, b) => b.x - a.x || a.i - b.i)
          .slice(0, 5);
        expect(found.rows.map(({ place }) => place)).toEqual(worst.map(({ i }) => `h.csv:${i + 2}`));
      }),
    );
  });

  it('knows each task’s measure', async () => {
    const classes = ['a', 'b', 'c'];
    const many = (predicted: number[]): EvaluationRows => ({
      task: 'multiclass-classification',
      classes,
      labels: Uint16Array.from([0, 1, 2]),
      predicted: Uint16Array.from(predicted),
    });
    expect(await between(many([0, 0, 2]), many([1, 1, 2]))).toMatchObject({
      ...{ better: 1, worse: 1, bothRight: 1, bothWrong: 0 },
      rows: [{ truth: 'b', champion: 'b', challenger: 'a' }],
    });
    const labels = (predicted: number[]): EvaluationRows => ({
      task: 'multilabel-classification',
      classes: ['x', 'y'],
      labels: Uint8Array.from([1, 0, 1, 1]),
      scores: Float64Array.from(predicted),
      predicted: Uint8Array.from(predicted),
    });
    expect(await between(labels([1, 0, 0, 0]), labels([1, 0, 1, 1]))).toMatchObject({
      ...{ units: 2, better: 0, worse: 1, bothRight: 1 },
      rows: [{ truth: 'x, y', champion: 'x, y', challenger: 'none' }],
    });
    const ranking = (scores: number[]): EvaluationRows => ({
      task: 'ranking',
      relevance: Float64Array.from([1, 0, 0, 2]),
      queries: Uint32Array.from([0, 0, 1, 1]),
      scores: Float64Array.from(scores),
    });
    expect(await between(ranking([2, 1, 2, 1]), ranking([1, 2, 2, 1]))).toMatchObject({
      ...{ unit: 'query', measure: 'ndcg@10', units: 2, better: 1, worse: 0 },
    });
    const scored = (values: number[]): EvaluationRows => ({
      task: 'example-scores',
      rows: 2,
      extras: new Map([['cost', Float64Array.from(values)]]),
    });
    const cost = findMetric('mean-of cost', 'example-scores', 'lower') as { metric: Rule['metric'] };
    expect(await between(scored([3, 1]), scored([2, 1]), [], [cost])).toMatchObject({
      ...{ measure: 'mean-of cost', better: 0, worse: 1 },
      rows: [{ place: 'h.csv:2', champion: 'cost 2', challenger: 'cost 3' }],
    });
    expect(await between(scored([3, 1]), scored([2, 1]))).toBeUndefined();
  });

  it('names five rows, those that tie by how wrong the answer is', async () => {
    const labels = [1, 1, 1, 1, 1, 1, 1];
    const before = binary(labels, [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]);
    const now = binary(labels, [0.4, 0.1, 0.3, 0.2, 0.45, 0.35, 0.9]);
    const found = (await between(now, before))!;
    expect(found.worse).toBe(6);
    expect(found.rows.map(({ place }) => place)).toEqual([
      'h.csv:3',
      'h.csv:5',
      'h.csv:4',
      'h.csv:7',
      'h.csv:2',
    ]);
    expect(found.rows[0]).toMatchObject({ truth: 'positive', challenger: 'negative (0.1)' });
    const other = (await between(binary([0, 0], [0.9, 0.1]), binary([0, 0], [0.1, 0.1])))!;
    expect(other.rows).toMatchObject([
      { truth: 'negative', champion: 'negative (0.1)', challenger: 'positive (0.9)' },
    ]);
  });

  it('names of labels that tie those with the most wrong classes', async () => {
    const labels = (predicted: number[]): EvaluationRows => ({
      task: 'multilabel-classification',
      classes: ['x', 'y', 'z'],
      labels: Uint8Array.from([1, 1, 1, 1, 1, 1]),
      scores: Float64Array.from(predicted),
      predicted: Uint8Array.from(predicted),
    });
    const found = (await between(labels([1, 1, 0, 0, 0, 1]), labels([1, 1, 1, 1, 1, 1])))!;
    expect(found.rows).toEqual([
      { place: 'h.csv:3', truth: 'x, y, z', champion: 'x, y, z', challenger: 'z' },
      { place: 'h.csv:2', truth: 'x, y, z', champion: 'x, y, z', challenger: 'x, y' },
    ]);
  });

  it('is shown for the twelve slices that changed most on balance, the largest loss first', async () => {
    // Slice i of 14 has 20 rows: of these, i get worse (even i) or better (odd i); the first changes nothing.
    const [slices, size] = [14, 20];
    const labels = new Array<number>(slices * size).fill(1);
    const score = (right: boolean) => (right ? 0.9 : 0.1);
    const is = labels.map((_, r) => ({ i: Math.floor(r / size), k: r % size }));
    const before = binary(
      labels,
      is.map(({ i, k }) => score(!(k < i && i % 2 === 1))),
    );
    const now = binary(
      labels,
      is.map(({ i, k }) => score(!(k < i && i % 2 === 0))),
    );
    const found = (await between(now, before, [
      slicing(
        's',
        is.map(({ i }) => `s${i}`),
      ),
    ]))!;
    expect(found.slices.map(({ value, better, worse }) => [value, better - worse])).toEqual([
      ...[12, 10, 8, 6, 4, 2].map((i) => [`s${i}`, -i]),
      ...[3, 5, 7, 9, 11, 13].map((i) => [`s${i}`, i]),
    ]);
  });

  it('keeps the parts of a slice of several columns', async () => {
    const cross = slicing('a × b', ['x', 'x']);
    const parts = [
      { column: 'a', value: '1' },
      { column: 'b', value: null },
    ];
    const both = { ...cross, slices: cross.slices.map((slice) => ({ ...slice, parts })) };
    const found = (await between(binary([1, 1], [0.1, 0.9]), binary([1, 1], [0.9, 0.9]), [both]))!;
    expect(found.slices).toEqual([{ column: 'a × b', value: 'x', parts, rows: 2, better: 0, worse: 1 }]);
  });

  it('is not told of a mean that has no better side, or that a model lacks', async () => {
    const scored = (values: number[] | undefined): EvaluationRows => ({
      ...{ task: 'example-scores', rows: 2 },
      ...(values && { extras: new Map([['cost', Float64Array.from(values)]]) }),
    });
    const mean = (better: 'zero' | 'higher') => [
      findMetric('mean-of cost', 'example-scores', better) as { metric: Rule['metric'] },
    ];
    expect(await between(scored([1, 2]), scored([2, 2]), [], mean('zero'))).toBeUndefined();
    expect(await between(scored([1, 2]), scored(undefined), [], mean('higher'))).toBeUndefined();
    expect(await between(scored([1, 2]), scored([2, 2]), [], mean('higher'))).toMatchObject({
      worse: 1,
      better: 0,
    });
  });
});
