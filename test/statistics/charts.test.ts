import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import {
  cusumArl,
  cusumLimit,
  ewmaArl,
  ewmaLimit,
  predictionFactor,
  shewhartArl,
  shewhartLimit,
  standardised,
} from '../../src/statistics/charts.js';
import { gaussLegendre, solve } from '../../src/statistics/quadrature.js';

interface Reference {
  readonly cusum: readonly { h: number; k: number; shift: number; arl: number }[];
  readonly ewma: readonly { lambda: number; limit: number; shift: number; arl: number }[];
  readonly shewhart: readonly { limit: number; shift: number; arl: number }[];
  readonly q: readonly { before: readonly number[]; x: number; z: number }[];
  readonly factor: readonly { n: number; p: number; factor: number }[];
}
const reference = JSON.parse(
  readFileSync(new URL('../reference/charts.json', import.meta.url), 'utf8'),
) as Reference;
const near = (value: number, expected: number, relative: number): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.max(1, Math.abs(expected)));

describe('run lengths of control charts', () => {
  it.each(reference.cusum)('CUSUM h $h, k $k, shift $shift', ({ h, k, shift, arl }) => {
    near(cusumArl(h, k, shift), arl, 2e-6);
  });
  it.each(reference.ewma)('EWMA λ $lambda, L $limit, shift $shift', ({ lambda, limit, shift, arl }) => {
    near(ewmaArl(lambda, limit, shift), arl, 2e-6);
  });
  it.each(reference.shewhart)('Shewhart $limit, shift $shift', ({ limit, shift, arl }) => {
    near(shewhartArl(limit, shift), arl, 1e-9);
  });

  it('are those of the tables', () => {
    // Montgomery, Introduction to Statistical Quality Control, and Lucas & Saccucci 1990.
    expect(cusumArl(5, 0.5, 0)).toBeCloseTo(465.4, 1);
    expect(cusumArl(5, 0.5, 1)).toBeCloseTo(10.38, 2);
    expect(ewmaArl(0.2, 2.962, 1)).toBeCloseTo(10.54, 2);
  });

  it('and limits are inverse to each other, where charts are quick and where they are slow', () => {
    for (const arl of [20, 100_000]) {
      near(shewhartArl(shewhartLimit(arl), 0), arl, 1e-8);
      for (const k of [0.1, 1.5]) near(cusumArl(cusumLimit(arl, k), k, 0), arl, 1e-6);
      for (const lambda of [0.05, 0.5]) near(ewmaArl(lambda, ewmaLimit(arl, lambda), 0), arl, 1e-6);
    }
  });
});

describe('values held against few values before them', () => {
  it.each(reference.q)('z of $x', ({ before, x, z }) => {
    const n = before.length;
    const mean = before.reduce((sum, value) => sum + value, 0) / n;
    const deviation = Math.sqrt(before.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
    near(standardised(x, n, mean, deviation), z, 1e-9);
  });
  it.each(reference.factor)('factor for $n points', ({ n, p, factor }) => {
    near(predictionFactor(n, p), factor, 1e-9);
  });
  it('know how few these are', () => {
    expect(predictionFactor(10, 0.0027)).toBeCloseTo(4.29, 2);
    expect(predictionFactor(1e6, 0.0027)).toBeCloseTo(3, 4);
    expect(predictionFactor(1, 0.0027)).toBe(Infinity);
  });
});

describe('integration', () => {
  it('is exact for polynomials up to degree 2n − 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(20), (n, degree) => {
        fc.pre(degree <= 2 * n - 1);
        const { points, weights } = gaussLegendre(n, 0, 2);
        const sum = points.reduce((total, x, i) => total + weights[i]! * x ** degree, 0);
        near(sum, 2 ** (degree + 1) / (degree + 1), 1e-11);
      }),
      { numRuns: 100 },
    );
  });
  it('solves linear equations, also those that need their rows exchanged', () => {
    const x = solve(Float64Array.from([0, 2, 1, 1, 1, 0, 3, 0, 4]), Float64Array.from([7, 3, 15]));
    expect([...x].map((value) => Number(value.toFixed(12)))).toEqual([1, 2, 3]);
  });
});
