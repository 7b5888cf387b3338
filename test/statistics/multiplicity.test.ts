import fc from 'fast-check';
import { benjaminiHochberg } from '../../src/statistics/multiplicity.js';
import { expectClose, reference } from './reference.js';

const { p, bh } = reference.multiplicity as Record<'p' | 'bh', number[]>;

describe('multiplicity', () => {
  it('adjusts as scipy.stats.false_discovery_control', () => {
    benjaminiHochberg(p).forEach((value, i) => expectClose(value, bh[i]!));
    expect(benjaminiHochberg([])).toEqual([]);
  });

  it('refuses what is no p value', () => {
    expect(() => benjaminiHochberg([0.1, NaN])).toThrow(RangeError);
    expect(() => benjaminiHochberg([1.1])).toThrow(RangeError);
  });

  it('never lowers a p value, and keeps their order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (values) => {
        const adjusted = benjaminiHochberg(values);
        values.forEach((value, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(value * (1 - 1e-12));
          values.forEach((other, j) => {
            if (value < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
          });
        });
      }),
    );
  });
});
