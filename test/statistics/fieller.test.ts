import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { relativeChange } from '../../src/statistics/fieller.js';
import { normalQuantile } from '../../src/statistics/special.js';
import { seededRandom } from '../../src/statistics/random.js';

interface Reference {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly first: { mean: number; variance: number };
  readonly second: { mean: number; variance: number };
  readonly differenceVariance: number;
  readonly z: number;
}
const { fieller } = JSON.parse(
  readFileSync(new URL('../reference/gate-rules.json', import.meta.url), 'utf8'),
) as { fieller: Reference[] };

describe('relative change', () => {
  it.each(fieller)('is what the paired test does not reject ($value)', (reference) => {
    const { first, second, differenceVariance: difference, z } = reference;
    const found = relativeChange(
      first.mean,
      second.mean,
      { first: first.variance, second: second.variance, difference },
      z,
    );
    expect(found.lower).toBeCloseTo(reference.lower, 9);
    expect(found.upper).toBeCloseTo(reference.upper, 9);
  });

  it('is open where the second may be zero', () => {
    const open = { lower: -Infinity, upper: Infinity };
    const variances = { first: 0.01, second: 0.01, difference: 0.01 };
    expect(relativeChange(0.2, 0.1, variances, 1.645)).toEqual(open);
    expect(relativeChange(0.2, -5, variances, 1.645)).toEqual(open);
    expect(relativeChange(0.2, 1, { ...variances, second: Infinity }, 1.645)).toEqual(open);
  });

  it('holds the change itself, and is a point where nothing varies', () => {
    const variance = fc.double({ min: 0, max: 0.02, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        fc.double({ min: 0.8, max: 2, noNaN: true }),
        variance,
        variance,
        variance,
        (first, second, a, b, d) => {
          const variances = { first: a, second: b, difference: d };
          const { lower, upper } = relativeChange(first, second, variances, 1.645);
          expect(lower).toBeLessThanOrEqual(first / second - 1 + 1e-9);
          expect(upper).toBeGreaterThanOrEqual(first / second - 1 - 1e-9);
        },
      ),
      { numRuns: 200 },
    );
    const point = relativeChange(0.9, 1, { first: 0, second: 0, difference: 0 }, 1.645);
    expect(point.lower).toBeCloseTo(-0.1, 12);
    expect(point.upper).toBeCloseTo(-0.1, 12);
  });

  it('covers as often as it says', () => {
    const random = seededRandom(3);
    const normal = (): number => normalQuantile(random.uniform());
    const z = normalQuantile(0.95);
    let below = 0;
    const trials = 2000;
    for (let t = 0; t < trials; t++) {
      // Both means share an error; true values 1.1 and 1.
      const [shared, own, other] = [0.08 * normal(), 0.03 * normal(), 0.03 * normal()];
      const variances = {
        first: 0.08 ** 2 + 0.03 ** 2,
        second: 0.08 ** 2 + 0.03 ** 2,
        difference: 2 * 0.03 ** 2,
      };
      if (relativeChange(1.1 + shared + own, 1 + shared + other, variances, z).lower > 0.1) below++;
    }
    // 5 % of 2,000 is 100; four standard errors are 39.
    expect(below).toBeGreaterThan(61);
    expect(below).toBeLessThan(139);
  });
});
