import { findMetric, metricsOf } from '../../../src/evaluation/metrics/registry.js';
import type {
  BinaryRows,
  EvaluationRows,
  MulticlassRows,
  MultilabelRows,
} from '../../../src/evaluation/rows.js';
import { clopperPearson } from '../../../src/statistics/intervals.js';

/* Samples in which every resample says the same: no interval may be a point. */

const options = { confidence: 0.95, seed: 1 };
const bound = (n: number): number => clopperPearson(n, n, 0.9).lower;

function binary(positives: number, negatives: number): BinaryRows {
  const labels = Uint8Array.from({ length: positives + negatives }, (_, i) => (i < positives ? 1 : 0));
  return {
    task: 'binary-classification',
    labels,
    scores: Float64Array.from(labels, (y) => 0.1 + 0.8 * y),
    predicted: labels,
  };
}
function multiclass(n: number): MulticlassRows {
  const labels = Uint16Array.from({ length: n }, (_, i) => i % 3);
  return {
    task: 'multiclass-classification',
    classes: ['a', 'b', 'c'],
    labels,
    predicted: labels,
    probabilities: Float64Array.from({ length: 3 * n }, (_, i) => (Math.floor(i / 3) % 3 === i % 3 ? 1 : 0)),
  };
}
function multilabel(n: number): MultilabelRows {
  const labels = Uint8Array.from({ length: 4 * n }, (_, i) => (Math.floor(i / 4) % 4 === i % 4 ? 1 : 0));
  return {
    task: 'multilabel-classification',
    classes: ['a', 'b', 'c', 'd'],
    labels,
    scores: Float64Array.from(labels),
    predicted: labels,
  };
}
const rankings = (queries: number): EvaluationRows => ({
  task: 'ranking',
  relevance: Float64Array.from({ length: 3 * queries }, (_, i) => (i % 3 === 0 ? 1 : 0)),
  scores: Float64Array.from({ length: 3 * queries }, (_, i) => 3 - (i % 3)),
  queries: Uint32Array.from({ length: 3 * queries }, (_, i) => Math.floor(i / 3)),
});
const regression = (n: number): EvaluationRows => ({
  task: 'regression',
  targets: Float64Array.from({ length: n }, (_, i) => i % 7),
  predicted: Float64Array.from({ length: n }, (_, i) => (i % 7) + (i % 2 === 0 ? 0.5 : -0.5)),
});
const named = (name: string, task: EvaluationRows['task']) => {
  const found = findMetric(name, task);
  if (!('metric' in found)) throw new Error(found.wrong);
  return found.metric;
};
const samples: readonly [string, EvaluationRows, readonly string[]][] = [
  ['binary', binary(8, 192), ['precision@5', 'recall@8', 'fbeta@2', 'fbeta@0.5', 'ece@5']],
  [
    'binary, in clusters',
    { ...binary(8, 192), clusters: Uint32Array.from({ length: 200 }, (_, i) => i % 50) },
    [],
  ],
  ['binary, weighted', { ...binary(8, 192), weights: new Float64Array(200).fill(1).fill(3, 0, 4) }, []],
  ['multiclass', multiclass(30), ['top_k_accuracy@2']],
  ['multilabel', multilabel(24), []],
  ['ranking', rankings(12), ['ndcg@2']],
  ['regression', regression(40), []],
];

describe.each(samples)('%s rows of which all are right', (_, rows, more) => {
  const metrics = [...metricsOf(rows.task), ...more.map((name) => named(name, rows.task))];

  it.each(metrics.map((metric) => [metric.name, metric] as const))(
    '%s: no interval is a point',
    (__, metric) => {
      const own = metric.estimate(rows, options);
      const same = metric.difference(rows, rows, options);
      const [least, most] = metric.range;
      expect(own.lower).toBeLessThanOrEqual(own.value);
      expect(own.upper).toBeGreaterThanOrEqual(own.value);
      if (metric.better === 'higher' && own.value === most) expect(most - own.lower).toBeGreaterThan(0.001);
      if (metric.better === 'lower' && own.value === least) expect(own.upper - least).toBeGreaterThan(0.001);
      expect(own.upper - own.lower).toBeGreaterThan(0);
      expect(same.value).toBe(0);
      expect(same.lower).toBeLessThan(0);
      expect(same.upper).toBeGreaterThan(0);
    },
  );
});

describe('what is known exactly', () => {
  it('8 of 8 predicted positives right: precision is at least 0.69', () => {
    const { lower, upper, method } = named('precision', 'binary-classification').estimate(
      binary(8, 192),
      options,
    );
    expect([upper, method]).toEqual([1, 'clopper-pearson']);
    expect(lower).toBeCloseTo(0.05 ** (1 / 8), 12);
  });

  it('F1 follows the share of true positives among all but true negatives', () => {
    const { lower } = named('f1', 'binary-classification').estimate(binary(8, 192), options);
    expect(lower).toBeCloseTo((2 * bound(8)) / (1 + bound(8)), 12);
  });

  it('six right rows of three classes: micro F1 is at least 0.61', () => {
    const { lower } = named('f1_micro', 'multiclass-classification').estimate(multiclass(6), options);
    expect(lower).toBeCloseTo(bound(6), 12);
  });

  it('equal predictions differ in fewer than three of n rows', () => {
    for (const n of [100, 1000, 10_000]) {
      const rows = binary(n / 2, n / 2);
      const { lower, upper } = named('accuracy', 'binary-classification').difference(rows, rows, options);
      expect(-lower * n).toBeGreaterThan(2.9);
      expect(upper * n).toBeLessThan(3.1);
    }
  });

  it('a class that is seldom seen decides what is known of a mean over classes', () => {
    const few = multiclass(30);
    const labels = Uint16Array.from(few.labels, (c, i) => (c === 2 && i > 5 ? 0 : c));
    const rare: EvaluationRows = { ...few, labels, predicted: labels };
    const metric = named('recall_macro', 'multiclass-classification');
    const { lower } = metric.estimate(rare, options);
    // Two rows of the class: its recall alone could be 0.22.
    expect(lower).toBeLessThan((2 + bound(2)) / 3 + 0.03);
  });
});
