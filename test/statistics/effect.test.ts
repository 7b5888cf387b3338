import {
  correctedJensenShannonDistance,
  correctedPopulationStability,
  detectableDistance,
  detectableShift,
  detectableShiftByKs,
  hellinger,
  jensenShannonDistance,
  jensenShannonDivergence,
  jensenShannonUnderNull,
  largestShareDifference,
  noncentralTail,
  populationStability,
  rowsToDetectDistance,
  rowsToDetectShift,
  sharesOf,
} from '../../src/statistics/effect.js';
import { chiSquareIsf, normalQuantile } from '../../src/statistics/special.js';
import { distributions, expectClose } from './reference.js';

const p = [0.5, 0.3, 0.2, 0];
const q = [0.4, 0.2, 0.3, 0.1];

describe('distances of shares', () => {
  it('are those of scipy and numpy', () => {
    // scipy.spatial.distance.jensenshannon(p, q, 2); np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2)
    expectClose(jensenShannonDistance(p, q), 0.2618023602748182, 1e-13);
    expectClose(jensenShannonDivergence(p, q), 0.2618023602748182 ** 2, 1e-13);
    expectClose(hellinger(p, q), 0.2507757084396462, 1e-13);
    expect(largestShareDifference(p, q)).toBeCloseTo(0.1, 15);
    expect(largestShareDifference([0.9, 0.1], [0.2, 0.8])).toBeCloseTo(0.7, 15);
    // Σ (p − q)·ln(p / q) of three categories: np.sum((p - q) * np.log(p / q))
    expectClose(populationStability([0.5, 0.3, 0.2], [0.4, 0.2, 0.4]), 0.20149030205422644, 1e-13);
  });

  it('are 0 of equal shares and largest of shares that have nothing in common', () => {
    for (const distance of [jensenShannonDistance, hellinger, largestShareDifference, populationStability]) {
      expect(distance([0.25, 0.75, 0], [0.25, 0.75, 0])).toBe(0);
    }
    expect(jensenShannonDistance([1, 0], [0, 1])).toBe(1);
    expect(jensenShannonDivergence([0, 1], [1, 0])).toBe(1);
    expect(hellinger([1, 0], [0, 1])).toBe(1);
    expect(largestShareDifference([1, 0], [0, 1])).toBe(1);
    expect(populationStability([1, 0], [0.5, 0.5])).toBe(Infinity);
  });

  it('never fall below 0 by rounding', () => {
    const [a, b] = [
      [0.1, 0.2, 0.7],
      [0.1 + 1e-17, 0.2, 0.7],
    ] as const;
    expect(jensenShannonDivergence(a, b)).toBeGreaterThanOrEqual(0);
  });

  it('come from counts', () => {
    expect(sharesOf([1, 3, 0])).toEqual([0.25, 0.75, 0]);
    expect(sharesOf([0, 0])).toEqual([NaN, NaN]);
  });
});

describe('distances less what chance alone shows', () => {
  it('takes (K − 1)(1/n + 1/m) / (8 ln 2) from the divergence', () => {
    expectClose(jensenShannonUnderNull(5, 100, 50), (4 * 0.03) / (8 * Math.LN2), 1e-14);
    // A category that neither sample has does not count.
    const [a, b] = [
      [60, 30, 10, 0],
      [20, 30, 50, 0],
    ];
    const divergence = jensenShannonDivergence(sharesOf(a), sharesOf(b));
    const expected = Math.sqrt(divergence - (2 * 0.02) / (8 * Math.LN2));
    expectClose(correctedJensenShannonDistance(a, b), expected, 1e-13);
    expectClose(
      correctedJensenShannonDistance([6, 4], [30, 70]),
      Math.sqrt(jensenShannonDivergence([0.6, 0.4], [0.3, 0.7]) - 0.11 / (8 * Math.LN2)),
      1e-13,
    );
  });

  it('is 0 where chance would show more', () => {
    expect(correctedJensenShannonDistance([5, 5], [5, 5])).toBe(0);
    expect(correctedJensenShannonDistance([5, 6], [6, 5])).toBe(0);
  });

  it('adds half a row to each category of the population stability index', () => {
    // Shares 10.5/101 … of the used categories only; the mean under no change is (K − 1)(1/n + 1/m).
    const share = (count: number, n: number) => (count + 0.5) / (n + 1);
    const [a, b] = [share(90, 100), share(20, 50)];
    const index = (a - b) * Math.log(a / b) + (b - a) * Math.log((1 - a) / (1 - b));
    expectClose(correctedPopulationStability([90, 0, 10], [20, 0, 30]), index - 0.03, 1e-12);
    expect(correctedPopulationStability([50, 50], [50, 50])).toBeCloseTo(-0.02, 14);
    expect(Number.isFinite(correctedPopulationStability([50, 50], [100, 0]))).toBe(true);
  });
});

describe('what a test can find', () => {
  it.each(distributions.noncentral)(
    'P(χ′² > %d) with %d degrees of freedom and λ %d',
    (x, df, lambda, tail) => {
      expectClose(noncentralTail(x, df, lambda), tail, 1e-10);
    },
  );

  it('is a shift that a z test of 92 % of the rows finds in four of five tries', () => {
    const z = normalQuantile(0.8) + normalQuantile(0.975);
    expectClose(detectableShift(200, 50, 0.05), (z / Math.sqrt(0.92)) * Math.sqrt(1 / 200 + 1 / 50), 1e-13);
  });

  it('is a shift by the Kolmogorov–Smirnov test whose largest gap passes the critical one', () => {
    const spread = Math.sqrt(1 / 40 + 1 / 60);
    const gap = Math.sqrt(Math.log(2 / 0.05) / 2) * spread + (normalQuantile(0.8) * spread) / 2;
    expectClose(detectableShiftByKs(40, 60, 0.05), 2 * normalQuantile((1 + gap) / 2), 1e-13);
    expect(detectableShiftByKs(2, 2, 0.05)).toBe(Infinity);
    expect(detectableShiftByKs(4, 5, 0.05)).toBe(Infinity);
    expect(detectableShiftByKs(8, 8, 0.05)).toBeLessThan(5);
  });

  it('is a distance at which the chi-square test has the power of four in five', () => {
    for (const [categories, n, m, alpha] of [
      [2, 300, 200, 0.05],
      [8, 1000, 90, 0.01],
      [100, 5000, 5000, 1e-4],
    ] as const) {
      const distance = detectableDistance(categories, n, m, alpha);
      const lambda = (distance ** 2 * 8 * Math.LN2) / (1 / n + 1 / m);
      const power = noncentralTail(chiSquareIsf(alpha, categories - 1), categories - 1, lambda);
      expect(Math.abs(power - 0.8)).toBeLessThan(1e-8);
    }
    expect(detectableDistance(1, 100, 100, 0.05)).toBe(1);
    expect(detectableDistance(2, 2, 2, 0.05)).toBe(1);
    expect(detectableDistance(2, 1e6, 1e6, 0.05)).toBeLessThan(0.01);
  });

  it('needs as many rows as it takes, and no fewer', () => {
    const rows = rowsToDetectShift(0.2, 1000, 0.05);
    expect(detectableShift(rows, 1000, 0.05)).toBeLessThanOrEqual(0.2);
    expect(detectableShift(rows - 1, 1000, 0.05)).toBeGreaterThan(0.2);
    const wanted = rowsToDetectDistance(0.1, 6, 900, 0.01);
    expect(detectableDistance(6, wanted, 900, 0.01)).toBeLessThanOrEqual(0.1);
    expect(detectableDistance(6, wanted - 1, 900, 0.01)).toBeGreaterThan(0.1);
    // One category is read as two.
    expect(rowsToDetectDistance(0.1, 1, 900, 0.01)).toBe(rowsToDetectDistance(0.1, 2, 900, 0.01));
    expect(rowsToDetectDistance(0.1, 2, 900, 0.01)).toBeLessThan(wanted);
  });

  it('has no number of rows where the other sample is too small', () => {
    expect(rowsToDetectShift(0.01, 100, 0.05)).toBe(Infinity);
    expect(rowsToDetectDistance(0.001, 3, 100, 0.05)).toBe(Infinity);
  });
});
