import { findMeasure } from '../../../src/evaluation/fairness/measures.js';
import { rates } from '../../../src/evaluation/fairness/rates.js';
import { readFairness } from '../../../src/evaluation/fairness/rules.js';
import type { Task } from '../../../src/evaluation/metrics/metric.js';
import type { BinaryRows, RegressionRows } from '../../../src/evaluation/rows.js';
import type { FairnessSpec } from '../../../src/spec/sections/evaluate-fairness.js';

const binary = 'binary-classification';
const measure = (name: string, task: Task = binary) => {
  const found = findMeasure(name, task);
  if ('wrong' in found) return found;
  const { title, transform, metrics } = found.measure;
  return [title, transform, metrics.map((metric) => metric.name)];
};

describe('a measure', () => {
  it.each<[string, string, string, readonly string[]]>([
    ['demographic_parity_difference', 'Demographic parity difference', 'difference', ['selection_rate']],
    ['demographic_parity_ratio', 'Demographic parity ratio', 'ratio', ['selection_rate']],
    [
      'equalized_odds_difference',
      'Equalized odds difference',
      'difference',
      ['true_positive_rate', 'false_positive_rate'],
    ],
    ['equal_opportunity_ratio', 'Equal opportunity ratio', 'ratio', ['true_positive_rate']],
    ['predictive_parity_difference', 'Predictive parity difference', 'difference', ['precision']],
    ['accuracy_score_group_min', 'Accuracy, lowest group', 'group_min', ['accuracy']],
    ['accuracy_group_max', 'Accuracy, highest group', 'group_max', ['accuracy']],
    [
      'false_negative_rate_difference',
      'False negative rate, difference',
      'difference',
      ['false_negative_rate'],
    ],
    ['brier_ratio', 'Brier score, ratio', 'ratio', ['brier']],
  ])('%s is %s', (name, title, transform, metrics) => {
    expect(measure(name)).toEqual([title, transform, metrics]);
  });

  it('may be of a regression', () => {
    expect(measure('mean_prediction_difference', 'regression')).toEqual([
      ...['Mean prediction, difference', 'difference', ['mean_prediction']],
    ]);
    expect(measure('mae_group_max', 'regression')).toEqual([
      'Mean absolute error, highest group',
      'group_max',
      ['mae'],
    ]);
  });

  it.each<[string, Task, string, string]>([
    ['accuracy', binary, '"accuracy" does not say how groups are compared', 'write one of'],
    [
      'equalized_odds_ratio',
      'regression',
      '"equalized_odds_ratio" is a measure of binary-classification, and this model\'s task is regression',
      'name a metric of this task, such as mae_difference',
    ],
    ['mcc_ratio', binary, 'mcc can be below 0, so a ratio of it says nothing', 'write mcc_difference'],
    [
      'mean_prediction_ratio',
      'regression',
      'mean_prediction can be below 0',
      'write mean_prediction_difference',
    ],
    ['accuracyy_ratio', binary, 'there is no metric "accuracyy"', 'did you mean "accuracy_ratio"?'],
    ['demographic_parity_group_min', binary, 'there is no metric "demographic_parity"', 'did you mean'],
    ['mea_group_max', 'regression', 'there is no metric "mea"', 'did you mean "mae_group_max"?'],
  ])('%s of %s is none', (name, task, wrong, remedy) => {
    expect(measure(name, task)).toEqual({
      wrong: expect.stringContaining(wrong),
      remedy: expect.stringContaining(remedy),
    });
  });

  it('is listed where a name is like none', () => {
    expect(measure('zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz')).toMatchObject({
      remedy: expect.stringMatching(
        /^write one of demographic_parity, equalized_odds, equal_opportunity, predictive_parity, selection_rate, .*, … with _difference, _ratio, _group_min, _group_max$/,
      ),
    });
    const of = (task: Task) =>
      (measure('zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz', task) as { remedy: string }).remedy;
    expect(of('regression')).toMatch(
      /^write one of mean_prediction, mae, mse, mape, mean_error, rmse, r2, spearman, … with/,
    );
    expect(of(binary).split(', …')[0]!.split(', ')).toHaveLength(12);
  });
});

describe('a rate', () => {
  // Labels and predictions: true positive twice, false negative, false positive, true negative three times.
  const rows: BinaryRows = {
    task: binary,
    labels: Uint8Array.of(1, 1, 1, 0, 0, 0, 0),
    scores: Float64Array.of(0.9, 0.8, 0.3, 0.6, 0.1, 0.2, 0.4),
    predicted: Uint8Array.of(1, 1, 0, 1, 0, 0, 0),
  };
  const rate = (name: string) => rates.find((one) => one.name === name)!;

  it.each([
    ['selection_rate', 3 / 7],
    ['true_positive_rate', 2 / 3],
    ['false_negative_rate', 1 / 3],
    ['false_positive_rate', 1 / 4],
    ['true_negative_rate', 3 / 4],
    ['precision', 2 / 3],
    ['mean_calibration_error', 0.3 / 7],
  ])('%s is the share of its rows', (name, value) => {
    expect(rate(name).value(rows)).toBeCloseTo(value, 12);
    expect(rate(name).missing(rows)).toBeUndefined();
  });

  it('is a share of weights', () => {
    const weights = Float64Array.of(1, 1, 4, 1, 1, 1, 1);
    expect(rate('true_positive_rate').value({ ...rows, weights })).toBeCloseTo(2 / 6, 12);
  });

  it.each<[string, readonly number[], readonly number[], string]>([
    ['selection_rate', [], [], 'there is no row'],
    ['true_positive_rate', [0, 0], [1, 1], 'no row is labelled positive'],
    ['false_negative_rate', [0], [0], 'no row is labelled positive'],
    ['false_positive_rate', [1], [1], 'no row is labelled negative'],
    ['true_negative_rate', [1], [0], 'no row is labelled negative'],
    ['precision', [1, 0], [0, 0], 'no row is predicted positive'],
  ])('%s has no value where there are no such rows', (name, labels, predicted, why) => {
    const none = { ...rows, labels: Uint8Array.from(labels), predicted: Uint8Array.from(predicted) };
    expect(rate(name).missing(none)).toBe(why);
  });

  it('of two models that predict other rows positive is compared as precision is elsewhere', () => {
    const other = { ...rows, predicted: Uint8Array.of(1, 0, 0, 0, 0, 0, 0) };
    const { value } = rate('precision').difference(rows, other, { confidence: 0.95, seed: 1 });
    expect(value).toBeCloseTo(2 / 3 - 1, 12);
  });

  it('of a regression is its mean prediction', () => {
    const of = (...predicted: readonly number[]): RegressionRows => ({
      ...{
        task: 'regression',
        targets: new Float64Array(predicted.length),
        predicted: Float64Array.from(predicted),
      },
    });
    expect(rate('mean_prediction').value(of(1, 2, 6))).toBe(3);
    expect(rate('mean_prediction').missing(of())).toBe('there is no row');
  });
});

describe('rules about groups', () => {
  const at = (path: readonly (string | number)[]) => ({ file: `f/${path.join('/')}` });
  const read = (spec: Omit<FairnessSpec, 'column'> & Partial<FairnessSpec>, task: Task = binary) =>
    readFairness([{ column: 'sex', ...spec }], task, 200, at)[0]!;

  it('have a text, the groups’ least rows, and what they compare with', () => {
    expect(read({ metric: 'demographic_parity_difference', max: 0.1 })).toMatchObject({
      ...{ kind: 'max', limit: 0.1, versus: null, file: false, minRows: 200 },
      text: 'demographic_parity_difference max 0.1 by sex',
    });
    const compared = read({
      ...{ metric: 'accuracy_group_min', 'max-drop': 0.02, 'min-rows': 50 },
      column: ['sex', { column: 'age', ranges: [1, 2] }],
    });
    expect(compared).toMatchObject({
      ...{ kind: 'max-drop', versus: 'champion', minRows: 50 },
      text: 'accuracy_group_min max-drop 0.02 versus champion by sex × age',
    });
    expect(read({ metric: 'mae_difference', 'max-increase': 1, versus: '1.2.0' }, 'regression').versus).toBe(
      '1.2.0',
    );
  });

  it.each<[Omit<FairnessSpec, 'column'>, string]>([
    [
      { metric: 'demographic_parity_ratio', 'max-drop': 0.1 },
      'f/0/max-drop: the change of a ratio, demographic_parity_ratio, cannot be bounded → write demographic_parity_difference with max-increase, or bound the ratio with min',
    ],
    [
      { metric: 'accuracy_group_min', 'max-increase': 0.1 },
      'f/0/max-increase: max-increase of accuracy_group_min limits nothing: that groups come closer, or do better, is no loss → write max-drop',
    ],
    [{ metric: 'brier_group_max', 'max-drop': 0.1 }, '→ write max-increase'],
    [
      { metric: 'accuracy_group_min', max: 0.9 },
      'accuracy_group_min is bounded by min, not by max → write min: 0.9',
    ],
    [{ metric: 'accuracy_difference', min: 0.1 }, 'accuracy_difference is bounded by max, not by min'],
    [
      { metric: 'accuracy_difference', max: 0.1, versus: 'champion' },
      'versus: champion without a margin decides nothing → write max-increase or max-drop',
    ],
    [
      { metric: 'accuracy_difference', max: 1 },
      'accuracy_difference max 1 lets every model pass → write a limit between 0 and 1',
    ],
    [{ metric: 'accuracy_difference', max: 0 }, 'accuracy_difference max 0 can never pass → write'],
    [
      { metric: 'mcc_difference', max: 2 },
      'mcc_difference max 2 lets every model pass → write a limit between 0 and 2',
    ],
    [{ metric: 'accuracy_group_max', max: 1 }, 'lets every model pass → write a limit between 0 and 1'],
    [
      { metric: 'accuracy_ratio', min: 0 },
      'accuracy_ratio is between 0 and 1: min 0 lets every model pass → write a limit between them, such as 0.8',
    ],
    [{ metric: 'accuracy_ratio', min: 1 }, 'accuracy_ratio is between 0 and 1: min 1 can never pass'],
  ])('%j are refused', (spec, message) => {
    expect(() => read(spec)).toThrow(message);
  });

  it.each<Omit<FairnessSpec, 'column'>>([
    { metric: 'accuracy_group_max', max: 0 },
    { metric: 'accuracy_ratio', min: 0.999 },
    { metric: 'mcc_difference', max: 1.99 },
  ])('%j are taken', (spec) => {
    expect(() => read(spec)).not.toThrow();
  });
});
