import { fill } from '../../../src/evaluation/metrics/mean.js';
import type { RegressionRows } from '../../../src/evaluation/rows.js';
import { f64, missing, value } from './hand.js';

describe('a regression', () => {
  const of = (targets: readonly number[], predicted: readonly number[]): RegressionRows => ({
    ...{ task: 'regression', targets: Float64Array.from(targets), predicted: Float64Array.from(predicted) },
  });
  const rows = of([1, 2, 4, 5], [2, 2, 3, 7]);

  it.each([
    ['mae', 1],
    ['mse', 1.5],
    ['rmse', Math.sqrt(1.5)],
    ['mean_error', 0.5],
    ['mape', (1 + 0 + 1 / 4 + 2 / 5) / 4],
    ['r2', 1 - 6 / 10],
    // numpy 2: np.corrcoef([1, 2, 3, 4], [1.5, 1.5, 3, 4])[0, 1].
    ['spearman', 0.9486832980505138],
    ['pinball@0.9', (0.1 * 1 + 0 + 0.9 * 1 + 0.1 * 2) / 4],
  ])('has the %s %d', (name, expected) => {
    expect(value(name, rows)).toBeCloseTo(expected, 12);
  });

  it('has no value where all rows have one', () => {
    expect(missing('r2', of([3, 3], [1, 2]))).toBe('all rows have one value');
    expect(missing('spearman', of([1, 2], [3, 3]))).toBe('all rows have one value');
    expect(missing('spearman', of([3, 3], [1, 2]))).toBe('all rows have one value');
    for (const name of ['rmse', 'r2', 'spearman', 'mae'])
      expect(missing(name, of([], []))).toBe('there is no row');
  });
});

it('values are filled in by their place', () => {
  expect(fill(3, (i) => i * 2)).toEqual(f64(0, 2, 4));
});
