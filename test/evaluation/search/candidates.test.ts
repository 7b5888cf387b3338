import { findCandidates, rowsIn } from '../../../src/evaluation/search/candidates.js';
import type { SearchColumn } from '../../../src/evaluation/search/sums.js';

const column = (codes: readonly number[], texts: number): SearchColumn => ({
  ...{ column: 'c', codes: Uint8Array.from(codes), texts: Array.from({ length: texts }, String) },
});
const repeat = (n: number, of: (i: number) => number) => Array.from({ length: n }, (_, i) => of(i));
const options = { weights: undefined, minRows: 10, most: 10 };
/** 100 rows: those of code 0, the first 20, lose 1 in half of the rows, the others in one of ten. */
const values = Float64Array.from(repeat(100, (i) => (i < 20 ? i % 2 : i % 10 === 0 ? 1 : 0)));
const codes = repeat(100, (i) => (i < 20 ? 0 : i < 60 ? 1 : 2));
const find = (
  columns: readonly SearchColumn[],
  change: Partial<Parameters<typeof findCandidates>[1]> = {},
  more: Partial<typeof options> = {},
) => findCandidates(columns, { than: 'rest', values, threshold: 0, ...change }, { ...options, ...more });

describe('candidates', () => {
  it('are slices that are worse than the rest by more than two standard errors', () => {
    const { candidates, lookedAt } = find([column(codes, 3)]);
    expect(lookedAt).toBe(3);
    expect(candidates).toHaveLength(1);
    expect(candidates[0]).toMatchObject({ than: 'rest', parts: [{ column: 0, code: 0 }] });
    // Mean 0.5 of 20 rows, 0.1 of 80: 0.5 − 0.1 − 2·√(0.25/20 + 0.09/80).
    expect(candidates[0]!.score).toBeCloseTo(0.4 - 2 * Math.sqrt(0.25 / 20 + 0.09 / 80), 12);
  });

  it('are less by the threshold, and none at it', () => {
    const score = 0.4 - 2 * Math.sqrt(0.25 / 20 + 0.09 / 80);
    const [found] = find([column(codes, 3)], { threshold: 0.1 }).candidates;
    expect(found!.score).toBeCloseTo(score - 0.1, 12);
    expect(find([column(codes, 3)], { threshold: score + 1e-9 }).candidates).toEqual([]);
  });

  it('are held against 0 where the losses are those beside another model', () => {
    const { candidates } = find([column(codes, 3)], { than: 'champion' });
    expect(candidates[0]!.score).toBeCloseTo(0.5 - 2 * Math.sqrt(0.25 / 20), 12);
    expect(candidates[0]!.than).toBe('champion');
  });

  it('have enough rows, and so has the rest of those that are held against it', () => {
    expect(find([column(codes, 3)], {}, { minRows: 20 }).lookedAt).toBe(3);
    expect(find([column(codes, 3)], {}, { minRows: 21 }).lookedAt).toBe(2);
    const most = column(
      repeat(100, (i) => (i < 90 ? 0 : 1)),
      2,
    );
    expect(find([most], {}, { minRows: 11 }).lookedAt).toBe(0);
    expect(find([most], { than: 'champion' }, { minRows: 11 }).lookedAt).toBe(1);
  });

  it('are by weight where rows have weights', () => {
    const weights = Float64Array.from(repeat(100, (i) => (i < 20 ? 1 + (i % 2) : 1)));
    const { candidates } = findCandidates(
      [column(codes, 3)],
      { than: 'champion', values, threshold: 0 },
      { ...options, weights },
    );
    // Ten rows of weight 2 and loss 1, ten of weight 1 and loss 0: mean 2/3.
    const variance = (10 * (2 * (1 / 3)) ** 2 + 10 * (2 / 3) ** 2) / 30 ** 2;
    expect(candidates[0]!.score).toBeCloseTo(2 / 3 - 2 * Math.sqrt(variance), 12);
  });

  it('of two columns are more than what one of them shows', () => {
    const a = repeat(400, (i) => i % 2);
    const b = repeat(400, (i) => Math.floor(i / 2) % 2);
    const both = Float64Array.from(repeat(400, (i) => (a[i] === 1 && b[i] === 1 && i % 8 !== 3 ? 1 : 0)));
    const { candidates, lookedAt } = find([column(a, 2), column(b, 2)], { values: both });
    expect(lookedAt).toBe(8);
    expect(candidates[0]!.parts).toEqual([
      { column: 0, code: 1 },
      { column: 1, code: 1 },
    ]);
    // Where the loss depends on one column alone, its pairs say no more.
    const one = Float64Array.from(repeat(400, (i) => (a[i] === 1 && i % 16 !== 1 && i % 16 !== 3 ? 1 : 0)));
    expect(
      find([column(a, 2), column(b, 2)], { values: one }).candidates.map(({ parts }) => parts.length),
    ).toEqual([1]);
  });

  it('are the worst first, as many as are asked for', () => {
    const three = repeat(120, (i) => i % 3);
    const losses = Float64Array.from(
      repeat(120, (i) => (i % 3 === 2 ? 0.9 + (i % 2) * 0.01 : i % 3 === 1 ? 0.5 + (i % 2) * 0.01 : 0)),
    );
    const found = find([column(three, 3)], { values: losses, than: 'champion' });
    expect(found.candidates.map(({ parts }) => parts[0]!.code)).toEqual([2, 1]);
    expect(
      find([column(three, 3)], { values: losses, than: 'champion' }, { most: 1 }).candidates,
    ).toHaveLength(1);
  });

  it('are not mostly the rows of a worse one', () => {
    // 14 rows in both of 26 in either, and 13 of 27.
    const other = (inBoth: number) =>
      find(
        [
          column(codes, 3),
          column(
            repeat(100, (i) => (i < inBoth || (i >= 20 && i < 40 - inBoth) ? 0 : 1)),
            2,
          ),
        ],
        { than: 'champion' },
      ).candidates.filter(
        ({ parts }) => parts.length === 1 && parts[0]!.column === 1 && parts[0]!.code === 0,
      );
    expect(other(14)).toHaveLength(0);
    expect(other(13)).toHaveLength(1);
  });
});

describe('the rows of a slice', () => {
  it('are those that have the codes of all of its parts', () => {
    const columns = [column([0, 1, 1, 0], 2), column([2, 2, 0, 2], 3)];
    const of = (...parts: { column: number; code: number }[]) => [...rowsIn({ parts }, columns)];
    expect(of({ column: 0, code: 1 })).toEqual([0, 1, 1, 0]);
    expect(of({ column: 0, code: 1 }, { column: 1, code: 2 })).toEqual([0, 1, 0, 0]);
    expect(of()).toEqual([1, 1, 1, 1]);
  });
});
