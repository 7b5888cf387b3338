import * as gamma from '../../src/statistics/gamma.js';
import { distributions, expectClose } from './reference.js';

type Table = Readonly<Record<string, (...args: number[]) => number>>;

describe('gamma functions', () => {
  it.each(distributions.gamma)('%s of %j is that of mpmath', (name, args, expected) => {
    expectClose((gamma as unknown as Table)[name]!(...args), expected, 4e-15);
  });

  it('has the coefficients of the Stirling series, B₂ₖ / (2k(2k − 1))', () => {
    const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];
    for (const x of [1, 2, 3]) {
      const terms = bernoulli.map((b, i) => b / ((2 * i + 2) * (2 * i + 1) * x ** (2 * i + 1)));
      const sum = terms.reduce((total, term) => total + term, 0);
      expectClose(gamma.stirlingRest(x), sum, 1e-13);
    }
  });

  it('knows what Stirling’s formula for a factorial lacks', () => {
    for (let k = 0, lnFactorial = 0; k < 30; k++, lnFactorial += Math.log(k)) {
      const rest = lnFactorial - ((k + 0.5) * Math.log(k + 1) - (k + 1) + Math.log(2 * Math.PI) / 2);
      expect(Math.abs(gamma.factorialRest(k) - rest)).toBeLessThan(5e-14);
    }
  });

  it('gives ln B(a, b) in either order', () => {
    for (const [a, b] of [
      [0.2, 0.7],
      [3, 40],
      [12, 12.5],
    ] as const) {
      expect(gamma.lnBeta(a, b)).toBe(gamma.lnBeta(b, a));
    }
  });

  it('knows ln Γ of the first whole numbers', () => {
    for (const [x, factorial] of [
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 6],
      [6, 120],
      [11, 3628800],
    ] as const) {
      expect(gamma.lnGamma(x)).toBeCloseTo(Math.log(factorial), 13);
    }
  });
});
