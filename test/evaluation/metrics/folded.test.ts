import { overRepeats } from '../../../src/evaluation/metrics/repeated.js';
import { findMetric } from '../../../src/evaluation/metrics/registry.js';
import type { Metric } from '../../../src/evaluation/metrics/metric.js';
import type { BinaryRows } from '../../../src/evaluation/rows.js';

const metric = (name: string): Metric => {
  const found = findMetric(name, 'binary-classification');
  if ('wrong' in found) throw new Error(found.wrong);
  return overRepeats(found.metric);
};
const options = { confidence: 0.95, seed: 1 };
/** Two folds and the hold-out rows, whose models score on scales of their own. */
const rows = (models?: readonly number[]): BinaryRows => {
  const labels = [0, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1];
  const scores = [0.1, 0.4, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 0.2, 0.3, 0.1, 0.9];
  return {
    task: 'binary-classification',
    labels: Uint8Array.from(labels),
    scores: Float64Array.from(scores),
    predicted: Uint8Array.from(scores, (score) => Number(score >= 0.5)),
    ...(models && { folds: { count: 2, models: Uint8Array.from(models) } }),
  };
};
const models = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2];

describe('a metric of cross-validated rows', () => {
  it('that counts rows is that of all rows, with a wider interval', () => {
    const [plain, folded] = [rows(), rows(models)].map((one) => metric('accuracy').estimate(one, options));
    expect(folded!.value).toBe(plain!.value);
    expect(folded!.value - folded!.lower).toBeCloseTo(Math.sqrt(3) * (plain!.value - plain!.lower), 12);
  });

  it('that ranks rows is the mean over the models', () => {
    // scikit-learn's roc_auc_score of each four rows: 0.75, 1, 2/3.
    const expected = (0.75 + 1 + 2 / 3) / 3;
    expect(metric('roc_auc').value(rows(models))).toBeCloseTo(expected, 12);
    expect(metric('roc_auc').estimate(rows(models), options).value).toBeCloseTo(expected, 12);
    expect(metric('roc_auc').value(rows())).not.toBeCloseTo(expected, 2);
  });

  it('has no value where one of the models has rows of one class only', () => {
    const lacking = rows([0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect(metric('roc_auc').missing(lacking)).toBe('in one of the folds, no row is labelled positive');
    expect(metric('accuracy').missing(lacking)).toBeUndefined();
  });

  it('that ranks all rows by one model has no value', () => {
    expect(metric('precision@3').missing(rows(models))).toMatch(/scores of one model/);
    expect(metric('precision@3').missing(rows())).toBeUndefined();
  });
});
