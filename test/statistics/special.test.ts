import * as special from '../../src/statistics/special.js';
import { expectClose, reference } from './reference.js';

type Table = Readonly<Record<string, (...args: number[]) => number>>;

describe('special functions', () => {
  it.each(reference.special as [string, number[], number][])('%s of %j as scipy', (name, args, expected) => {
    expectClose((special as unknown as Table)[name]!(...args), expected, 1e-11);
  });

  it('take both tails', () => {
    expect(special.betaInc(0.3, 2, 5) + special.betaInc(0.3, 2, 5, true)).toBeCloseTo(1, 14);
    expect(special.gammaInc(3, 2) + special.gammaInc(3, 2, true)).toBeCloseTo(1, 14);
    expectClose(special.betaIncInverse(special.betaInc(0.3, 2, 5, true), 2, 5, true), 0.3);
    expectClose(special.gammaIncInverse(special.gammaInc(3, 2, true), 3, true), 2);
    expectClose(special.lnBetaInc(0.99, 600, 500, true), special.lnBetaInc(0.01, 500, 600), 1e-11);
  });

  it('answer at the ends', () => {
    expect(special.normalQuantile(0)).toBe(-Infinity);
    expect(special.normalQuantile(0.5)).toBe(0);
    expect(special.tQuantile(1, 3)).toBe(Infinity);
    expect(special.tQuantile(2, 3)).toBeNaN();
    expect(special.tSf(Infinity, 3)).toBe(0);
    expect(special.chiSquareSf(0, 3)).toBe(1);
    expect(special.binomialCdf(-1, 5, 0.5)).toBe(0);
    expect(special.binomialCdf(5, 5, 0.5)).toBe(1);
  });
});
