import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { kolmogorovTail, smirnovTail } from '../../src/statistics/kolmogorov.js';
import {
  type ValueCounts,
  kolmogorovSmirnov,
  momentsOf,
  quantileOf,
  trimmedWasserstein1,
  trimmedWasserstein1UnderNull,
  wasserstein1,
} from '../../src/statistics/two-sample.js';

interface TwoSample {
  name: string;
  a: ValueCounts;
  b: ValueCounts;
  statistic: number;
  p: number;
  asymptotic: number;
  effective: number;
  wasserstein: number;
  mean: number;
  deviation: number;
}
const reference = JSON.parse(readFileSync(new URL('../reference/drift.json', import.meta.url), 'utf8')) as {
  twoSample: TwoSample[];
  kstwo: { n: number; d: number; sf: number }[];
};

const counted = (sample: readonly number[]): ValueCounts => {
  const counts = new Map<number, number>();
  for (const value of [...sample].sort((a, b) => a - b)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return { values: [...counts.keys()], counts: [...counts.values()] };
};

describe('two samples, against scipy', () => {
  it.each(reference.twoSample)('$name', (expected) => {
    const { a, b } = expected;
    const found = kolmogorovSmirnov(a, b);
    expect(found.statistic).toBeCloseTo(expected.statistic, 10);
    expect(Math.abs(found.p - expected.p)).toBeLessThan(1e-6);
    expect(
      Math.abs(kolmogorovTail(expected.effective, expected.statistic) - expected.asymptotic),
    ).toBeLessThan(1e-6);
    expect(Math.abs(wasserstein1(a, b) - expected.wasserstein)).toBeLessThan(1e-9);
    expect(Math.abs(momentsOf(a).mean - expected.mean)).toBeLessThan(1e-9);
    expect(Math.abs(momentsOf(a).deviation - expected.deviation)).toBeLessThan(1e-9);
  });

  it('gives the values of the literature’s fixture', () => {
    const a = counted(Array.from({ length: 100 }, (_, i) => (37 * i) % 101));
    const b = counted(Array.from({ length: 80 }, (_, i) => ((53 * i) % 101) + 8));
    expect(kolmogorovSmirnov(a, b).p).toBeCloseTo(0.8566568555, 9);
    expect(wasserstein1(a, b) / momentsOf(a).deviation).toBeCloseTo(0.2614775955, 9);
  });

  it.each(reference.kstwo)('P(D ≥ $d) of $n values', ({ n, d, sf }) => {
    expect(Math.abs(kolmogorovTail(n, d) - sf)).toBeLessThan(1e-6);
  });

  it('joins the exact sum and the asymptotic tail without a step', () => {
    for (const d of [0.0034, 0.004, 0.005]) {
      expect(smirnovTail(200_001, d) / smirnovTail(200_000, d)).toBeCloseTo(1, 2);
      expect(Math.abs(smirnovTail(200_001, d) - smirnovTail(200_000, d))).toBeLessThan(1e-6);
    }
  });

  it('refuses an empty sample', () => {
    expect(() => kolmogorovSmirnov(counted([]), counted([1]))).toThrow(RangeError);
    expect(() => wasserstein1(counted([1]), counted([]))).toThrow(RangeError);
  });
});

describe('two samples, always', () => {
  const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 }).map(counted);

  it('does not depend on which sample is first', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        expect(kolmogorovSmirnov(a, b).p).toBeCloseTo(kolmogorovSmirnov(b, a).p, 10);
        expect(wasserstein1(a, b)).toBeCloseTo(wasserstein1(b, a), 10);
      }),
    );
  });

  it('moves the Wasserstein distance by the shift, and a sample is no distance from itself', () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: 0, max: 50 }), (a, shift) => {
        const moved = { values: Array.from(a.values, (v) => v + shift), counts: a.counts };
        expect(wasserstein1(a, moved)).toBeCloseTo(shift, 9);
        expect(kolmogorovSmirnov(a, a)).toEqual({ statistic: 0, p: 1, method: 'exact' });
      }),
    );
  });

  it('answers a quantile that is one of the values', () => {
    fc.assert(
      fc.property(sample, fc.double({ min: 0.01, max: 1, noNaN: true }), (a, q) => {
        expect(Array.from(a.values)).toContain(quantileOf(a, q));
      }),
    );
  });
});

describe('the Wasserstein distance under no change', () => {
  it('is what samples of one distribution show on average', () => {
    let state = 12345;
    const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
    const normal = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    let [distance, predicted] = [0, 0];
    for (let run = 0; run < 300; run++) {
      const a = counted(Array.from({ length: 200 }, normal));
      const b = counted(Array.from({ length: 80 }, normal));
      distance += trimmedWasserstein1(a, b) / 300;
      predicted += trimmedWasserstein1UnderNull(a, b) / 300;
    }
    expect(Math.abs(distance / predicted - 1)).toBeLessThan(0.1);
  });
});
