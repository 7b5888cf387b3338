import * as incomplete from '../../src/statistics/incomplete.js';
import { distributions, expectClose } from './reference.js';

type Table = Readonly<Record<string, (...args: (number | boolean)[]) => number>>;
const { betaInc, betaIncInverse, gammaInc, gammaIncInverse, lnBetaInc } = incomplete;

describe('incomplete beta and gamma functions', () => {
  it.each(distributions.incomplete)('%s of %j is that of mpmath', (name, args, expected) => {
    expectClose((incomplete as unknown as Table)[name]!(...args), expected, 2e-13);
  });

  it('gives 0 and 1 at the ends of the beta distribution', () => {
    for (const of of [betaInc, betaIncInverse]) {
      expect([of(0, 2, 3), of(1, 2, 3), of(0, 2, 3, true), of(1, 2, 3, true)]).toEqual([0, 1, 1, 0]);
    }
    expect([lnBetaInc(0, 2, 3), lnBetaInc(1, 2, 3)]).toEqual([-Infinity, 0]);
    expect([lnBetaInc(0, 2, 3, true), lnBetaInc(1, 2, 3, true)]).toEqual([0, -Infinity]);
  });

  it('gives 0 and 1 at the ends of the gamma distribution', () => {
    expect([gammaInc(2, 0), gammaInc(2, 0, true)]).toEqual([0, 1]);
    expect([gammaInc(2, Infinity), gammaInc(2, Infinity, true)]).toEqual([1, 0]);
    expect([gammaIncInverse(0, 2), gammaIncInverse(0, 2, true)]).toEqual([0, Infinity]);
    expect([gammaIncInverse(1, 2), gammaIncInverse(1, 2, true)]).toEqual([Infinity, 0]);
  });

  it('gives no number outside of where the functions are defined', () => {
    for (const [x, first, second] of [
      [-0.1, 1, 1],
      [1.1, 1, 1],
      [0.5, 0, 1],
      [0.5, -1, 1],
      [0.5, 1, 0],
      [0.5, 1, -1],
      [NaN, 1, 1],
    ] as const) {
      expect(betaInc(x, first, second)).toBeNaN();
      expect(betaIncInverse(x, first, second)).toBeNaN();
    }
    expect(lnBetaInc(-0.1, 1, 1)).toBeNaN();
    expect(lnBetaInc(1.1, 1, 1)).toBeNaN();
    for (const [first, second] of [
      [0, 1],
      [-1, 1],
      [1, -0.5],
      [1, NaN],
    ] as const)
      expect(gammaInc(first, second)).toBeNaN();
    for (const [first, second] of [
      [-0.1, 1],
      [1.1, 1],
      [0.5, 0],
      [0.5, -1],
    ] as const) {
      expect(gammaIncInverse(first, second)).toBeNaN();
    }
  });

  it('takes parameters below 1', () => {
    // Uniform and arcsine distributions.
    expect(betaInc(0.3, 1, 1)).toBeCloseTo(0.3, 15);
    expectClose(betaInc(0.2, 0.5, 0.5), (2 / Math.PI) * Math.asin(Math.sqrt(0.2)), 1e-14);
    expectClose(betaInc(0.25, 0.5, 1), 0.5, 1e-14);
    expectClose(betaInc(0.75, 1, 0.5), 0.5, 1e-14);
    expectClose(gammaInc(1, 0.7), -Math.expm1(-0.7), 1e-14);
  });

  it('finds where a tail is so small that it is next to nothing', () => {
    for (const p of [1e-300, 1e-150, 1e-30]) {
      expectClose(gammaInc(2, gammaIncInverse(p, 2, true), true), p, 1e-11);
      expectClose(betaInc(betaIncInverse(p, 3, 4), 3, 4), p, 1e-11);
    }
  });
});
