import { kolmogorovTail, smirnovTail } from '../../src/statistics/kolmogorov.js';
import { distributions, expectClose } from './reference.js';

const { exact, smirnov, pelzGood } = distributions.kolmogorov;

describe('Kolmogorov’s statistic', () => {
  it.each(exact)('of %d values is %d or more as often as Durbin’s matrix says', (n, d, p) => {
    // Small tails lose the digits that 1 − P needs.
    expect(Math.abs(kolmogorovTail(n, d) - p)).toBeLessThan(2e-13);
  });

  it.each(pelzGood)('of %d values is %d or more as often as scipy’s expansion says', (n, d, p) => {
    expectClose(kolmogorovTail(n, d), p, 1e-12);
  });

  it('is never below 1 / 2n and never above 1', () => {
    expect(kolmogorovTail(4, 0.125)).toBe(1);
    expect(kolmogorovTail(4, 0.126)).toBeLessThan(1);
    expect(kolmogorovTail(4, 0)).toBe(1);
    expect(kolmogorovTail(4, 1)).toBe(0);
    expect(kolmogorovTail(1, 0.999)).toBeCloseTo(0.002, 12);
    expect(kolmogorovTail(0, 0.5)).toBeNaN();
    expect(kolmogorovTail(NaN, 0.5)).toBeNaN();
  });

  it('has the closed forms of Ruben and Gambino at both ends', () => {
    // n!·(2d − 1/n)ⁿ below 1/n, 2(1 − d)ⁿ above 1 − 1/n.
    expectClose(kolmogorovTail(3, 0.3), 1 - 6 * (2 * 0.3 - 1 / 3) ** 3, 1e-13);
    expectClose(kolmogorovTail(6, 1 / 6), 1 - 720 / 6 ** 6, 1e-13);
    expectClose(kolmogorovTail(200, 0.0045), 1, 1e-13);
    expectClose(kolmogorovTail(6, 0.9), 2 * 0.1 ** 6, 1e-13);
    expectClose(kolmogorovTail(60, 0.99), 2 * 0.01 ** 60, 1e-12);
  });

  it('is twice Smirnov’s tail where both sides cannot be crossed', () => {
    for (const [n, d] of [
      [10, 0.5],
      [10, 0.7],
      [50, 0.5],
    ] as const) {
      expectClose(kolmogorovTail(n, d), 2 * smirnovTail(n, d), 1e-13);
    }
  });

  it('takes the methods that Simard and L’Ecuyer take', () => {
    const twice = (n: number, nd2: number) => 2 * smirnovTail(n, Math.sqrt(nd2 / n));
    const tail = (n: number, nd2: number) => kolmogorovTail(n, Math.sqrt(nd2 / n));
    // Up to 140 values the exact matrix up to n·d² = 4; above 140 twice Smirnov's tail from 2.2 on.
    expect(tail(140, 2.3)).not.toBe(twice(140, 2.3));
    expect(tail(140, 4.01)).toBe(twice(140, 4.01));
    expect(tail(141, 2.21)).toBe(twice(141, 2.21));
    expect(tail(141, 2.19)).not.toBe(twice(141, 2.19));
    // No number is left for so small a tail.
    expect(tail(1e6, 371)).toBe(0);
    expect(tail(1e6, 369)).toBeGreaterThan(0);
  });

  it('is 1 for many values that lie as close as they can', () => {
    expect(kolmogorovTail(1e6, 1e-5)).toBe(1);
  });
});

describe('Smirnov’s statistic', () => {
  it.each(smirnov)(
    'of %d values is %d or more as often as the sum of Birnbaum and Tingey says',
    (n, d, p) => {
      expectClose(smirnovTail(n, d), p, 1e-12);
    },
  );

  it('follows Maag and Dicaire for more than 200,000 values', () => {
    const [n, d] = [250_000, 0.003];
    // Their expansion in w = (6nd + 1)²/18n: e⁻ʷ·(1 − (2w² − 4w − 1)/18n).
    const w = (6 * 750 + 1) ** 2 / (18 * n);
    expectClose(smirnovTail(n, d), Math.exp(-w) * (1 - (2 * w ** 2 - 4 * w - 1) / (18 * n)), 1e-13);
    expect(smirnovTail(200_000, 0.003)).not.toBe(smirnovTail(200_001, 0.003));
  });
});
