import { meanOfIndependent, widenForFolds } from '../../src/statistics/cross-validation.js';

describe('the interval of cross-validated rows', () => {
  // Nadeau & Bengio 2003: variance (1/k + n₂/n₁)·S² instead of S²/k, with n₂/n₁ = 1/(k − 1).
  it.each([2, 5, 10])('is √(1 + k/(k − 1)) times as wide with %i folds', (folds) => {
    const wide = widenForFolds({ value: 0.8, lower: 0.7, upper: 0.85 }, folds);
    const factor = Math.sqrt((1 / folds + 1 / (folds - 1)) / (1 / folds));
    expect(wide.value).toBe(0.8);
    expect(wide.lower).toBeCloseTo(0.8 - 0.1 * factor, 12);
    expect(wide.upper).toBeCloseTo(0.8 + 0.05 * factor, 12);
  });

  it('needs two folds', () => {
    expect(() => widenForFolds({ value: 0, lower: 0, upper: 0 }, 1)).toThrow(RangeError);
  });

  it('of a weighted mean adds the squares of the half widths', () => {
    const mean = meanOfIndependent(
      [
        { value: 1, lower: 0, upper: 3 },
        { value: 5, lower: 4.25, upper: 6 },
      ],
      [1, 3],
    );
    // (1·1 + 3·5)/4, √((1/4·1)² + (3/4·0.75)²), √((1/4·2)² + (3/4·1)²)
    expect(mean.value).toBe(4);
    expect(mean.lower).toBeCloseTo(4 - Math.hypot(0.25, 0.5625), 12);
    expect(mean.upper).toBeCloseTo(4 + Math.hypot(0.5, 0.75), 12);
    expect(() => meanOfIndependent([], [])).toThrow(RangeError);
  });
});
