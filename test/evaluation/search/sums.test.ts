import fc from 'fast-check';
import { cellsOf, meanOf, outside, restOf, sumsOf } from '../../../src/evaluation/search/sums.js';

/** Mean of weighted values, and the variance of its error: Σ(w(x − m))² / (Σw)². */
function plain(values: readonly number[], weights: readonly number[]) {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const mean = values.reduce((sum, x, i) => sum + weights[i]! * x, 0) / total;
  const squares = values.reduce((sum, x, i) => sum + (weights[i]! * (x - mean)) ** 2, 0);
  return { value: mean, variance: squares / total ** 2 };
}
const column = (codes: readonly number[], texts: number) => ({
  ...{ column: 'c', codes: Uint8Array.from(codes), texts: Array.from({ length: texts }, String) },
});

describe('sums over slices', () => {
  const row = fc.record({
    code: fc.constantFrom(0, 1, 2, outside),
    value: fc.double({ min: -5, max: 5, noNaN: true }),
    weight: fc.double({ min: 0.1, max: 5, noNaN: true }),
  });

  it.each([true, false])('give means and their variances as a plain count does, weighted: %s', (weighted) => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 8, maxLength: 40 }), (rows) => {
        const all = [...rows, ...[0, 1].map((code) => ({ code, value: code, weight: 1 }))];
        const values = Float64Array.from(all, ({ value }) => value);
        const weights = weighted ? Float64Array.from(all, ({ weight }) => weight) : undefined;
        const sums = sumsOf(
          Uint8Array.from(all, ({ code }) => code),
          3,
          values,
          weights,
        );
        const whole = sumsOf(new Uint8Array(all.length), 1, values, weights);
        for (const code of [0, 1]) {
          const of = (keep: (code: number) => boolean) => {
            const some = all.filter((one) => keep(one.code));
            return plain(
              some.map(({ value }) => value),
              some.map(({ weight }) => (weighted ? weight : 1)),
            );
          };
          const [own, rest] = [of((c) => c === code), of((c) => c !== code)];
          expect(sums.rows[code]).toBe(all.filter((one) => one.code === code).length);
          expect(meanOf(sums, code).value).toBeCloseTo(own.value, 9);
          expect(meanOf(sums, code).variance).toBeCloseTo(own.variance, 9);
          expect(restOf(whole, sums, code).value).toBeCloseTo(rest.value, 9);
          expect(restOf(whole, sums, code).variance).toBeCloseTo(rest.variance, 9);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('have no variance below 0', () => {
    const sums = sumsOf(Uint8Array.of(0, 0, 0), 1, Float64Array.of(0.1, 0.1, 0.1), undefined);
    expect(meanOf(sums, 0).variance).toBeGreaterThanOrEqual(0);
    expect(meanOf(sums, 0).variance).toBeLessThan(1e-15);
  });
});

describe('cells of two columns', () => {
  it('are numbered by the first and then the second; outside of either is beyond the last', () => {
    const { codes, count } = cellsOf(column([0, 1, 1, outside, 0], 2), column([2, 0, 2, 1, outside], 3));
    expect(count).toBe(6);
    expect([...codes]).toEqual([2, 3, 5, 6, 6]);
  });
});
