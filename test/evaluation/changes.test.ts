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
});
