import { allOf, overRepeats } from '../../../src/evaluation/metrics/repeated.js';
import { findMetric } from '../../../src/evaluation/metrics/registry.js';
import { type RegressionRows, rowCount, takeRows } from '../../../src/evaluation/rows.js';
import { seededRandom } from '../../../src/statistics/random.js';

const options = { confidence: 0.95, seed: 1 };
const found = findMetric('mae', 'regression');
const mae = 'metric' in found ? found.metric : undefined!;
const repeated = overRepeats(mae);

const random = seededRandom(2);
const targets = Float64Array.from({ length: 300 }, () => random.uniform());
const model = (offset: number): RegressionRows => ({
  task: 'regression',
  targets,
  predicted: targets.map((y) => y + offset + 0.2 * random.uniform()),
});
const [first, second, third, champion] = [0.5, 0.52, 0.57, 0.6].map(model);
const rows = { ...first!, repeats: [second!, third!] };

describe('a metric over repeats', () => {
  it('is one object for a metric, and the metric itself without repeats', () => {
    expect(overRepeats(mae)).toBe(repeated);
    expect(repeated.estimate(first!, options)).toEqual(mae.estimate(first!, options));
    expect(repeated.difference(first!, champion!, options)).toEqual(
      mae.difference(first!, champion!, options),
    );
  });

  it('is the mean, with a wider interval', () => {
    const values = [first!, second!, third!].map((one) => mae.value(one));
    const mean = values.reduce((a, b) => a + b) / 3;
    expect(repeated.value(rows)).toBeCloseTo(mean, 12);
    const estimate = repeated.estimate(rows, options);
    const alone = mae.estimate(first!, options);
    expect(estimate).toMatchObject({ repeats: 3, method: 'student-t' });
    expect(estimate.value).toBeCloseTo(mean, 12);
    expect(estimate.upper - estimate.lower).toBeGreaterThan(2 * (alone.upper - alone.lower));
    expect(estimate.fixed!.half).toBeGreaterThan(0.02);
  });

  it('is as sure of the seeds as was asked, where only the rows were used before', () => {
    const sure = { confidence: 0.999, seed: 1 };
    const [all, rowsOnly] = [
      repeated.estimate(rows, sure),
      repeated.estimate(rows, { ...sure, nominal: 0.95 }),
    ];
    expect(rowsOnly.fixed!.half).toBeCloseTo(repeated.estimate(rows, options).fixed!.half, 12);
    expect(rowsOnly.upper).toBeLessThan(all.upper);
    expect(rowsOnly.upper).toBeGreaterThan(repeated.estimate(rows, options).upper);
  });

  it('compares each repeat with a model that has none, or with its own', () => {
    const one = repeated.difference(rows, champion!, options);
    expect(one.value).toBeCloseTo(repeated.value(rows) - mae.value(champion!), 12);
    const both = repeated.difference(rows, { ...champion!, repeats: [champion!, champion!] }, options);
    expect(both.value).toBeCloseTo(one.value, 12);
    expect(both.lower).toBeCloseTo(one.lower, 12);
  });

  it('takes the same rows of each', () => {
    const taken = takeRows(rows, Uint32Array.from([0, 5, 9]));
    expect(allOf(taken).map(rowCount)).toEqual([3, 3, 3]);
    expect((taken.repeats![1] as RegressionRows).predicted[2]).toBe(third!.predicted[9]);
  });

  it('has no value where one repeat has none', () => {
    const empty = takeRows(second!, new Uint32Array(0));
    expect(repeated.missing({ ...first!, repeats: [empty] })).toBe('there is no row');
  });
});
