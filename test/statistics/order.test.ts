import fc from 'fast-check';
import { rankOrder } from '../../src/statistics/order.js';
import { seededRandom } from '../../src/statistics/random.js';

const byComparison = (values: Float64Array) =>
  Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);

describe('rankOrder', () => {
  it('is the order of a stable sort, of few rows and of many', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), fc.nat(), (some, seed) => {
        // Drawn from few values, so that many tie; 0 and −0 are one.
        const random = seededRandom(seed);
        const pool = [...some, 0, -0, ...some.map((x) => -x)];
        for (const n of [50, 2500]) {
          const values = Float64Array.from({ length: n }, () => pool[random.below(pool.length)]!);
          expect(rankOrder(values)).toEqual(byComparison(values));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('of numbers that all differ', () => {
    const random = seededRandom(3);
    const values = Float64Array.from(
      { length: 5000 },
      () => (random.uniform() - 0.5) * 10 ** random.below(9),
    );
    expect(rankOrder(values)).toEqual(byComparison(values));
  });
});
