import fc from 'fast-check';
import { clopperPearson, meanInterval, momentsOf, wilson } from '../../src/statistics/intervals.js';
import { mcnemar, pairedProportionDifference, tango, waldPaired } from '../../src/statistics/paired.js';
import { expectClose, reference } from './reference.js';

const { proportions, mean, paired, mcnemar: tests, tango: scores } = reference.intervals;

describe('intervals', () => {
  it('of proportions, as statsmodels', () => {
    for (const row of proportions) {
      const [score, exact] = [wilson(row.k, row.n, 0.95), clopperPearson(row.k, row.n, 0.95)];
      expectClose(score.lower, row.wilson[0]);
      expectClose(score.upper, row.wilson[1]);
      expectClose(exact.lower, row.clopperPearson[0]);
      expectClose(exact.upper, row.clopperPearson[1]);
    }
  });

  it('of means, as scipy', () => {
    const found = meanInterval(Float64Array.from(mean.values), mean.confidence);
    expectClose(found.lower, mean.interval[0]);
    expectClose(found.upper, mean.interval[1]);
  });

  it('say nothing where there is nothing', () => {
    expect(wilson(0, 0, 0.9)).toMatchObject({ value: NaN, lower: 0, upper: 1 });
    expect(clopperPearson(0, 0, 0.9)).toMatchObject({ lower: 0, upper: 1 });
    expect(meanInterval(Float64Array.of(3), 0.9)).toMatchObject({
      value: 3,
      lower: -Infinity,
      upper: Infinity,
    });
  });

  it('keep the digits of a variance far from zero', () => {
    const far = Float64Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 10));
    expectClose(momentsOf(far).variance, 8.25 * (1000 / 999), 1e-12);
  });

  it('of a proportion hold its value, and are mirrored', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (k, rest) => {
        fc.pre(k + rest > 0);
        for (const of of [wilson, clopperPearson]) {
          const [a, b] = [of(k, k + rest, 0.9), of(rest, k + rest, 0.9)];
          expect(a.lower).toBeLessThanOrEqual(a.value + 1e-12);
          expect(a.upper).toBeGreaterThanOrEqual(a.value - 1e-12);
          expect(a.lower).toBeCloseTo(1 - b.upper, 9);
        }
      }),
    );
  });
});

describe('paired differences', () => {
  it('of means, as scipy.stats.ttest_rel', () => {
    const second = Float64Array.from(paired.second);
    const found = meanInterval(
      Float64Array.from(paired.first).map((x, i) => x - second[i]!),
      paired.confidence,
    );
    expectClose(found.lower, paired.interval[0]);
    expectClose(found.upper, paired.interval[1]);
  });

  it('of proportions: the exact test of McNemar', () => {
    for (const { b, c, p } of tests) expectClose(mcnemar(b, c), p);
  });

  it('of proportions: the normal bound that facts give', () => {
    const { value, lower } = waldPaired(30, 20, 1000, 0.9);
    expect(value).toBeCloseTo(-0.01, 12);
    expect(lower).toBeCloseTo(-0.0216192, 7);
    const [found, score] = [pairedProportionDifference(30, 20, 1000, 0.9), tango(30, 20, 1000, 0.9)];
    expect(found.lower).toBeLessThanOrEqual(Math.min(lower, score.lower));
    expect(Math.abs(found.lower - lower)).toBeLessThan(0.0013);
  });

  it('of proportions with few discordant rows: Tango, as the likelihood maximised numerically', () => {
    for (const { b, c, n, confidence, interval } of scores) {
      const found = tango(b, c, n, confidence);
      expect(found.lower).toBeCloseTo(interval[0], 7);
      expect(found.upper).toBeCloseTo(interval[1], 7);
    }
    const none = pairedProportionDifference(0, 0, 100, 0.9);
    expect(none.value).toBe(0);
    expect(none.lower).toBeLessThan(-0.02);
    expect(none.upper).toBeCloseTo(-none.lower, 12);
  });

  it('turn round when the models do', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 500 }), (b, c, both) => {
        const n = b + c + both;
        const [one, other] = [
          pairedProportionDifference(b, c, n, 0.9),
          pairedProportionDifference(c, b, n, 0.9),
        ];
        expect(one.value).toBeCloseTo(-other.value, 12);
        expect(one.lower).toBeCloseTo(-other.upper, 9);
        expect(one.lower).toBeLessThanOrEqual(one.value);
      }),
    );
  });
});
