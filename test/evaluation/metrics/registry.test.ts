import fc from 'fast-check';
import { findMetric, metrics, metricsOf } from '../../../src/evaluation/metrics/registry.js';
import type { Task } from '../../../src/evaluation/metrics/metric.js';
import { reliability } from '../../../src/evaluation/metrics/calibration.js';
import type {
  BinaryRows,
  EvaluationRows,
  MulticlassRows,
  RegressionRows,
} from '../../../src/evaluation/rows.js';
import { takeRows } from '../../../src/evaluation/rows.js';
import { expectClose, reference } from '../../statistics/reference.js';

const { binary, multiclass, regression } = reference;
const options = { confidence: 0.95, seed: 1 };

function binaryOf(labels: readonly number[], scores: readonly number[], threshold = 0.5): BinaryRows {
  return {
    task: 'binary-classification',
    labels: Uint8Array.from(labels),
    scores: Float64Array.from(scores),
    predicted: Uint8Array.from(scores, (p) => (p >= threshold ? 1 : 0)),
  };
}
const binaries = binary.scores.map((s: number[]) =>
  binaryOf(binary.labels, s, binary.threshold),
) as BinaryRows[];
const classes: MulticlassRows = {
  task: 'multiclass-classification',
  classes: ['a', 'b', 'c', 'd'],
  labels: Uint16Array.from(multiclass.labels),
  predicted: Uint16Array.from(multiclass.predicted),
  probabilities: Float64Array.from(multiclass.probabilities),
};
const values: RegressionRows = {
  task: 'regression',
  targets: Float64Array.from(regression.targets),
  predicted: Float64Array.from(regression.predicted),
};

function metricOf(name: string, rows: EvaluationRows) {
  const found = findMetric(name, rows.task);
  if ('wrong' in found) throw new Error(found.wrong);
  return found.metric;
}

describe('metrics', () => {
  const cases: [string, EvaluationRows, Record<string, number>][] = [
    ['binary', binaries[0]!, binary.values[0]],
    ['binary, second model', binaries[1]!, binary.values[1]],
    ['multiclass', classes, multiclass.values],
    ['regression', values, regression.values],
  ];
  it.each(cases)('%s as scikit-learn', (_, rows, expected) => {
    for (const [name, value] of Object.entries(expected))
      expectClose(metricOf(name, rows).value(rows), value);
  });

  it('ece: the gap between what is claimed and what comes true', () => {
    const rows = binaryOf([1, 1, 1, 0, 1, 0], [0.95, 0.95, 0.95, 0.95, 0.55, 0.55]);
    expect(metricOf('ece', rows).value(rows)).toBeCloseTo(0.15, 12);
    const perfect = binaryOf([1, 0], [1, 0]);
    expect(metricOf('ece', perfect).value(perfect)).toBe(0);
    const points = reliability(binaries[0]!);
    expect(points.reduce((n, point) => n + point.rows, 0)).toBe(400);
    points.forEach((p) => expect(p.claimed >= 0 && p.claimed <= 1 && p.came >= 0 && p.came <= 1).toBe(true));
  });

  const everywhere = cases
    .filter(([name]) => name !== 'binary, second model')
    .flatMap(([, rows]) =>
      metricsOf(rows.task).map((metric) => ({ name: `${metric.name} of ${rows.task}`, metric, rows })),
    );
  it.each(everywhere)('$name: the interval holds the value and stays in range', ({ metric, rows }) => {
    const { value, lower, upper } = metric.estimate(rows, options);
    expect(value).toBeCloseTo(metric.value(rows), 10);
    expect(lower).toBeLessThan(value);
    expect(upper).toBeGreaterThan(value);
    expect(lower).toBeGreaterThanOrEqual(metric.range[0]);
    expect(upper).toBeLessThanOrEqual(metric.range[1]);
  });

  it.each(everywhere)('$name: a model does not differ from itself', ({ metric, rows }) => {
    const { value, lower, upper } = metric.difference(rows, rows, options);
    expect(value).toBe(0);
    expect(lower).toBeLessThanOrEqual(0);
    expect(upper).toBeGreaterThanOrEqual(0);
  });

  it.each(metricsOf('binary-classification').map((m) => [m.name, m] as const))(
    '%s: the difference turns round with the models',
    (_, metric) => {
      const [one, other] = [
        metric.difference(binaries[0]!, binaries[1]!, options),
        metric.difference(binaries[1]!, binaries[0]!, options),
      ];
      const width = one.upper - one.lower;
      expect(one.value).toBeCloseTo(metric.value(binaries[0]!) - metric.value(binaries[1]!), 10);
      expect(one.value).toBeCloseTo(-other.value, 12);
      expect(Math.abs(one.lower + other.upper)).toBeLessThan(0.1 * width);
    },
  );

  it('do not see the order of rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 399 }), (shift) => {
        const turned = takeRows(
          binaries[0]!,
          Uint32Array.from({ length: 400 }, (_, i) => (i + shift) % 400),
        );
        for (const metric of metricsOf('binary-classification')) {
          expectClose(metric.value(turned), metric.value(binaries[0]!), 1e-12);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('give no number where none is defined', () => {
    const oneClass = binaryOf([0, 0, 0], [0.1, 0.2, 0.3]);
    for (const name of ['roc_auc', 'pr_auc', 'recall', 'precision', 'f1', 'mcc', 'balanced_accuracy']) {
      expect(metricOf(name, oneClass).missing(oneClass)).toMatch(/row|label/);
    }
    expect(metricOf('accuracy', oneClass).missing(oneClass)).toBeUndefined();
    const bare = { ...classes, probabilities: undefined } as unknown as MulticlassRows;
    expect(metricOf('log_loss', classes).missing(bare)).toMatch(/evaluate.score/);
    const flat = { ...values, targets: new Float64Array(250).fill(3) };
    expect(metricOf('r2', flat).missing(flat)).toBe('all rows have one value');
  });

  it.each<[string, Task, string]>([
    ['auc', 'binary-classification', 'did you mean "roc_auc" or "pr_auc"?'],
    ['auroc', 'binary-classification', 'did you mean "roc_auc"?'],
    ['roc_auc_score', 'binary-classification', 'did you mean "roc_auc"?'],
    ['neg_log_loss', 'binary-classification', 'did you mean "log_loss"?'],
    ['AP', 'binary-classification', 'did you mean "pr_auc"?'],
    ['F1-score', 'binary-classification', 'did you mean "f1"?'],
    ['macro_f1', 'multiclass-classification', 'did you mean "f1_macro"?'],
    ['micro F1', 'multiclass-classification', 'did you mean "f1_micro"?'],
    ['f1', 'multiclass-classification', 'did you mean "f1_macro" or "f1_micro" or "f1_weighted"?'],
    ['neg_mean_absolute_error', 'regression', 'did you mean "mae"?'],
    ['zzz', 'ranking', 'metrics of this task: ndcg, map, mrr, ndcg@10'],
  ])('are suggested for "%s" of %s', (name, task, remedy) => {
    expect(findMetric(name, task)).toMatchObject({ remedy });
  });

  it('are found by name, otherwise the nearest is named', () => {
    expect(findMetric('average_precision', 'binary-classification')).toMatchObject({
      metric: { name: 'pr_auc' },
    });
    expect(findMetric('roc_acu', 'binary-classification')).toEqual({
      wrong: 'there is no metric "roc_acu"',
      remedy: 'did you mean "roc_auc"?',
    });
    expect(findMetric('rmse', 'binary-classification')).toMatchObject({
      wrong: expect.stringContaining('regression'),
    });
    const named = metrics.flatMap((m) => m.tasks.map((task) => `${m.name} of ${task}`));
    expect(new Set(named).size).toBe(named.length);
  });
});
