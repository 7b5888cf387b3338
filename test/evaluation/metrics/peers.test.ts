import { designMean } from '../../../src/statistics/design.js';
import { readFileSync } from 'node:fs';
import { findMetric, metricsOf } from '../../../src/evaluation/metrics/registry.js';
import { eceWithout } from '../../../src/evaluation/metrics/calibration.js';
import { prAucWithout } from '../../../src/evaluation/metrics/ranking.js';
import type { Leaving } from '../../../src/evaluation/metrics/resampled.js';
import type { EvaluationRows } from '../../../src/evaluation/rows.js';
import { rowCount, takeRows } from '../../../src/evaluation/rows.js';
import { seededRandom } from '../../../src/statistics/random.js';
import { expectClose } from '../../statistics/reference.js';
import { gateReference, rowsOf, weighted } from './rows.js';

const options = { confidence: 0.95, seed: 1 };
const { groups: corrected } = JSON.parse(
  readFileSync(new URL('../../reference/cautious.json', import.meta.url), 'utf8'),
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
) as any;

function metricOf(name: string, rows: EvaluationRows) {
  const found = findMetric(name, rows.task);
  if ('wrong' in found) throw new Error(`${found.wrong}: ${found.remedy}`);
  return found.metric;
}

const kinds = ['binary', 'multiclass', 'multilabel', 'regression'] as const;
const cases = kinds.flatMap((kind) =>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  gateReference[kind].flatMap((one: any, i: number) => {
    const rows = rowsOf[kind](one);
    return [
      { name: `${kind} ${i}`, rows, expected: one.plain },
      { name: `${kind} ${i}, weighted`, rows: weighted(rows, one.weights), expected: one.weighted },
    ];
  }),
) as { name: string; rows: EvaluationRows; expected: Record<string, number> }[];

/** Where few units decide, or they are unequal, ours are wider: test/statistics/cautious.test.ts. */
function expectNoSurer({ lower, upper }: { lower: number; upper: number }, low: number, high: number) {
  const width = high - low;
  expect(lower).toBeLessThanOrEqual(low + 1e-9);
  expect(upper).toBeGreaterThanOrEqual(high - 1e-9);
  expect(upper - lower).toBeLessThan(1.7 * width);
}

describe('metrics as scikit-learn and scipy', () => {
  it.each(cases)('$name', ({ rows, expected }) => {
    for (const [name, value] of Object.entries(expected)) {
      const metric = metricOf(name, rows);
      expect([name, metric.missing(rows)]).toEqual([name, undefined]);
      expectClose(metric.value(rows), value);
      expectClose(metric.estimate(rows, { ...options, maxUnits: 10 }).value, value);
    }
  });

  it.each([0, 1, 2])('ranking %i, by query', (i) => {
    const one = gateReference.ranking[i];
    const rows = rowsOf.ranking(one);
    for (const [name, [value, lower, upper]] of Object.entries<number[]>(one.intervals)) {
      const found = metricOf(name, rows).estimate(rows, options);
      expectClose(found.value, value!);
      expectNoSurer(found, lower!, Math.min(1, upper!));
    }
  });
});

describe('weights and clusters', () => {
  const { labels, groups, scores, weights, plain, weighted: byWeight } = gateReference.clusters;
  const clusters = Uint32Array.from(groups);
  const models = scores.map((s: number[]) => ({ ...rowsOf.binary({ labels, scores: s }), clusters }));
  const expectInterval = (
    found: { value: number; lower: number; upper: number },
    [value, lower, upper]: number[],
    tolerance = 1e-9,
  ) => {
    expectClose(found.value, value!, tolerance);
    expectClose(found.lower, lower!, tolerance);
    expectClose(found.upper, upper!, tolerance);
  };

  it.each([
    ['alike', models, plain, corrected.plain],
    ['weighted', models.map((rows: EvaluationRows) => weighted(rows, weights)), byWeight, corrected.weighted],
  ])('clusters of rows, %s, as statsmodels and by DeLong’s definition', (_, [a, b], expected, exact) => {
    const [brier, auc, accuracy] = ['brier', 'roc_auc', 'accuracy'].map((name) => metricOf(name, a));
    const losses = [a, b].map((rows) => brier!.rowValues!(rows));
    const differences = losses[0]!.map((loss, i) => loss - losses[1]![i]!);
    const both = 2 * options.confidence - 1;
    expectInterval(designMean(losses[0]!, a, both), exact.brier);
    expectInterval(designMean(differences, a, both), exact.brierDifference);
    expectInterval(accuracy!.estimate(a, options), exact.accuracy);
    expectInterval(auc!.difference(a, b, options), exact.aucDifference);
    for (const [found, textbook] of [
      [brier!.estimate(a, options), expected.brier],
      [brier!.difference(a, b, options), expected.brierDifference],
      [accuracy!.difference(a, b, options), exact.accuracyDifference],
      [auc!.estimate(a, options), expected.aucInterval],
      [auc!.difference(a, b, options), expected.aucDifference],
    ]) {
      expectClose(found.value, textbook[0]);
      expectNoSurer(found, textbook[1], textbook[2]);
    }
    const f1 = metricOf('f1', a).difference(a, b, options);
    const [value, lower, upper, error] = expected.f1Difference;
    expect(f1.method).toBe('paired-cluster-bootstrap-bca');
    expectClose(f1.value, value);
    // Replicates place a bound within a few hundredths of its standard error; a row that was not seen may widen it.
    expect(lower - f1.lower).toBeGreaterThan(-0.2 * error);
    expect(lower - f1.lower).toBeLessThan(0.4 * error);
    expect(f1.upper - upper).toBeGreaterThan(-0.2 * error);
    expect(f1.upper - upper).toBeLessThan(0.4 * error);
  });

  it('of one row each, and equal weights, say what plain rows say', () => {
    const [plainRows] = [rowsOf.binary({ labels, scores: scores[0] })];
    const other = rowsOf.binary({ labels, scores: scores[1] });
    const n = rowCount(plainRows!);
    const design = {
      clusters: Uint32Array.from({ length: n }, (_, i) => i),
      weights: new Float64Array(n).fill(3),
    };
    const [one, two] = [
      { ...plainRows!, ...design },
      { ...other, ...design },
    ];
    for (const name of ['log_loss']) {
      const metric = metricOf(name, one);
      const [expected, found] = [
        metric.difference(plainRows!, other, options),
        metric.difference(one, two, options),
      ];
      expectClose(found.lower, expected.lower);
      expectClose(found.upper, expected.upper);
    }
    for (const name of ['brier', 'accuracy', 'recall', 'roc_auc', 'f1', 'pr_auc', 'ece', 'precision@20']) {
      const metric = metricOf(name, one);
      const [expected, found] = [
        metric.difference(plainRows!, other, options),
        metric.difference(one, two, options),
      ];
      const width = expected.upper - expected.lower;
      expectClose(found.value, expected.value, 1e-10);
      expect(Math.abs(found.upper - found.lower - width)).toBeLessThan(0.1 * width);
    }
  });

  it('copies of rows are no evidence once they are one cluster', () => {
    const rows = takeRows(
      models[0],
      Uint32Array.from({ length: 60 }, (_, i) => i),
    );
    const places = Uint32Array.from({ length: 240 }, (_, i) => i % 60);
    const own = { ...rows, clusters: Uint32Array.from({ length: 60 }, (_, i) => i) };
    const copied = { ...takeRows(own, places) };
    for (const name of ['accuracy', 'brier', 'roc_auc', 'mcc']) {
      const metric = metricOf(name, own);
      const [single, fourfold] = [metric.estimate(own, options), metric.estimate(copied, options)];
      const width = single.upper - single.lower;
      expect(Math.abs(fourfold.upper - fourfold.lower - width)).toBeLessThan(0.12 * width);
    }
  });

  it('one cluster says nothing of how sure a value is', () => {
    const rows = { ...models[0], clusters: new Uint32Array(rowCount(models[0])) };
    for (const metric of metricsOf('binary-classification')) {
      const { lower, upper } = metric.difference(rows, { ...models[1], clusters: rows.clusters }, options);
      expect([metric.name, Number.isFinite(lower) && Number.isFinite(upper) && upper - lower < 1]).toEqual([
        metric.name,
        false,
      ]);
    }
  });

  it('of few clusters, intervals are those of the jackknife over clusters', () => {
    const [a, b] = models.map((rows: EvaluationRows) => ({
      ...rows,
      clusters: clusters.map((cluster) => cluster % 12),
    }));
    const byJackknife = metricOf('f1', a).difference(a, b, options);
    expect(byJackknife.method).toBe('paired-cluster-jackknife');
    expect(byJackknife.lower).toBeLessThan(byJackknife.value);
    const left = Array.from({ length: 12 }, (_, cluster) => {
      const kept = Uint32Array.from([...a.clusters.keys()].filter((row) => a.clusters[row] !== cluster));
      const f1 = metricOf('f1', a);
      return f1.value(takeRows(a, kept)) - f1.value(takeRows(b, kept));
    });
    const mean = left.reduce((sum, x) => sum + x, 0) / 12;
    const error = Math.sqrt((11 / 12) * left.reduce((sum, x) => sum + (x - mean) ** 2, 0));
    // t of 11 degrees of freedom at 95 %, and more for clusters that are unequal or skewed.
    const half = 1.795884818704043 * error;
    expectNoSurer(byJackknife, byJackknife.value - half, byJackknife.value + half);
  });

  it('a share that all clusters agree on is still not certain', () => {
    const rows: EvaluationRows = {
      task: 'binary-classification',
      labels: new Uint8Array(40).fill(1),
      scores: new Float64Array(40).fill(0.9),
      predicted: new Uint8Array(40).fill(1),
      clusters: Uint32Array.from({ length: 40 }, (_, i) => i >> 2),
    };
    const { lower, upper } = metricOf('accuracy', rows).estimate(rows, options);
    expect(upper).toBe(1);
    // Ten clusters: Wilson's bound of ten rows is 0.787, and less for few.
    expect(lower).toBeLessThan(0.787);
    const difference = metricOf('accuracy', rows).difference(rows, rows, options);
    expect(difference.lower).toBeLessThan(-0.1);
    expect(difference.upper).toBeGreaterThan(0.1);
  });
});

describe('rows that are left out in groups', () => {
  const one = gateReference.binary[0];
  const plain = rowsOf.binary(one);
  const n = rowCount(plain);
  const random = seededRandom(5);
  const groupOf = Uint8Array.from({ length: n }, () => random.below(7));
  it.each<[string, (rows: EvaluationRows) => Leaving]>([
    ['pr_auc', prAucWithout],
    ['ece', eceWithout],
  ])('%s: in one pass as one by one', (name, without) => {
    for (const rows of [plain, weighted(plain, one.weights)]) {
      const left = without(rows)(groupOf, 7);
      for (let g = 0; g < 7; g++) {
        const kept = Uint32Array.from([...groupOf.keys()].filter((row) => groupOf[row] !== g));
        expectClose(left[g]!, metricOf(name, rows).value(takeRows(rows, kept)), 1e-12);
      }
    }
  });
});

describe('names with a number', () => {
  const of = (name: string, task: EvaluationRows['task'] = 'binary-classification') => findMetric(name, task);

  it('are one metric however they are written', () => {
    for (const [name, same] of [
      ['f2', 'fbeta@2'],
      ['f1.0', 'f1'],
      ['f0.5', 'fbeta@0.5'],
    ] as const) {
      expect(of(name)).toMatchObject({ metric: { name: same } });
    }
    expect(of('top_3_accuracy', 'multiclass-classification')).toMatchObject({
      metric: { name: 'top_k_accuracy@3' },
    });
    const [one, two] = [of('precision@100'), of('precision@100')];
    expect('metric' in one && 'metric' in two && one.metric === two.metric).toBe(true);
  });

  it('that make no sense are told so, with what does', () => {
    expect(of('precision@0')).toEqual({
      wrong: '"0" in "precision@0" is no number of rows: write a whole number, at least 1',
      remedy: 'write precision@100, for instance',
    });
    expect(of('pinball@1.5', 'regression')).toMatchObject({
      wrong: expect.stringContaining('is no quantile'),
    });
    expect(of('pinball', 'regression')).toEqual({
      wrong: '"pinball" needs a number',
      remedy: 'write pinball@0.9, for instance',
    });
    expect(of('ndcg@10')).toMatchObject({
      wrong: `"ndcg@10" is a metric of ranking, and this model's task is binary-classification`,
    });
    expect(of('ndgc@10', 'ranking')).toEqual({
      wrong: 'there is no metric "ndgc@10"',
      remedy: 'did you mean "ndcg@10"?',
    });
  });

  it('the mean of any column, in the direction that the rule says', () => {
    const rows: EvaluationRows = {
      task: 'example-scores',
      rows: 4,
      extras: new Map([['cost', Float64Array.of(1, 2, 3, 6)]]),
    };
    const found = findMetric('mean-of cost', 'example-scores', 'lower');
    if ('wrong' in found) throw new Error(found.wrong);
    expect(found.metric.better).toBe('lower');
    expect(found.metric.value(rows)).toBe(3);
    expect(found.metric.missing({ ...rows, extras: new Map() })).toContain('no column "cost"');
  });
});
