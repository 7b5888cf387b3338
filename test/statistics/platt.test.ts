import { readFileSync } from 'node:fs';
import { applyPlatt, fitPlatt, logit } from '../../src/statistics/platt.js';

interface Case {
  readonly p: readonly number[];
  readonly came: readonly number[];
  readonly weights: readonly number[];
  readonly fit: readonly [number, number];
}
/** Values of test/reference/platt.py. */
const cases = JSON.parse(
  readFileSync(new URL('../reference/platt.json', import.meta.url), 'utf8'),
) as readonly Case[];

describe('logistic recalibration', () => {
  it.each(cases)('agrees with scipy’s maximum of the likelihood', ({ p, came, weights, fit }) => {
    const found = fitPlatt(Float64Array.from(p, logit), came, weights);
    expect(found.intercept).toBeCloseTo(fit[0], 5);
    expect(found.slope).toBeCloseTo(fit[1], 5);
  });

  it('leaves probabilities as they are at intercept 0 and slope 1, and ends on separated outcomes', () => {
    for (const p of [0, 0.1, 0.5, 0.99, 1]) {
      expect(applyPlatt({ intercept: 0, slope: 1 }, p)).toBeCloseTo(p, 5);
    }
    const apart = fitPlatt(Float64Array.from([0.1, 0.2, 0.8, 0.9], logit), [0, 0, 1, 1], [1, 1, 1, 1]);
    expect(Number.isFinite(apart.slope)).toBe(true);
    expect(applyPlatt(apart, 0.9)).toBeGreaterThan(0.99);
    const never = fitPlatt(Float64Array.from([0.3, 0.6], logit), [0, 0], [1, 1]);
    expect(applyPlatt(never, 0.5)).toBeLessThan(0.01);
  });
});
