import fc from 'fast-check';
import { exactRule } from '../../src/statistics/exact-rule.js';
import { seededRandom } from '../../src/statistics/random.js';

const numbers = (values: readonly number[]) => ({ numbers: Float64Array.from(values) });

describe('exactRule', () => {
  it('tells the chance of an order', () => {
    // 1 2 3 4 in order or in reverse: 2 of 24.
    expect(exactRule(numbers([1, 2, 3, 4]), [10, 20, 30, 40], 'quantities')).toMatchObject({
      kind: 'order',
      logP: expect.closeTo(Math.log(2 / 24), 12),
    });
    // Two of each class in one block: 2 · 2! · 2! of 4!.
    expect(exactRule(numbers([4, 1, 3, 2]), [1, 0, 1, 0], 'classes')).toMatchObject({
      kind: 'order',
      logP: expect.closeTo(Math.log(8 / 24), 12),
    });
  });

  it('tells the chance that every value has one label', () => {
    const codes = { codes: Int32Array.from([0, 0, 0, 1, 1, 2, 2]) };
    expect(exactRule(codes, [5, 5, 5, 6, 6, 5, 5], 'classes')).toMatchObject({
      kind: 'values',
      logP: expect.closeTo(4 * Math.log(5 / 7), 12),
    });
  });

  it('finds none where a value has two labels, where values are missing, or where there is one label', () => {
    expect(exactRule(numbers([1, 1, 2]), [1, 2, 3], 'quantities')).toBeUndefined();
    expect(exactRule(numbers([1, 2, NaN, NaN]), [1, 2, 3, 4], 'quantities')).toBeUndefined();
    expect(exactRule(numbers([1, 2, 3]), [1, 1, 1], 'classes')).toBeUndefined();
    expect(exactRule({ codes: Int32Array.from([0, 1, 2]) }, [1, 2, 1], 'classes')!.logP).toBeCloseTo(0, 12);
  });

  it('is as rare as it says where column and label have nothing to do with each other', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.constantFrom<'classes' | 'quantities'>('classes', 'quantities'),
        (seed, kind) => {
          const random = seededRandom(seed);
          const runs = 400;
          let surprises = 0;
          for (let run = 0; run < runs; run++) {
            const x = Array.from({ length: 8 }, () => random.below(6));
            const y = Array.from({ length: 8 }, () => random.below(3));
            const rule = exactRule(numbers(x), y, kind);
            if (rule !== undefined && rule.logP < Math.log(0.02)) surprises++;
          }
          // 8 of 400 are expected at most; the chance of 30 is below 1 in a million.
          expect(surprises).toBeLessThan(30);
        },
      ),
      { numRuns: 20 },
    );
  });
});
