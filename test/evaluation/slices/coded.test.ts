import { codeColumn, crossCodes, placesOf, shortText, tally } from '../../../src/evaluation/slices/coded.js';

const u32 = (...values: readonly number[]) => Uint32Array.from(values);
const none = 0xffffffff;

describe('a column as numbers of its values', () => {
  it('numbers texts in the order in which they first occur; none and the empty one are one', () => {
    const { codes, texts } = codeColumn(['b', null, 'a', '', 'b']);
    expect([...codes]).toEqual([0, 1, 2, 1, 0]);
    expect(texts).toEqual(['b', null, 'a']);
  });

  it('numbers numbers in the same way; NaN is none', () => {
    const { codes, texts } = codeColumn(Float64Array.of(2, NaN, 1.5, 2, NaN));
    expect([...codes]).toEqual([0, 1, 2, 0, 1]);
    expect(texts).toEqual(['2', null, '1.5']);
  });

  it('shows of a text longer than 100 characters the beginning', () => {
    expect(shortText('x'.repeat(100))).toBe('x'.repeat(100));
    expect(shortText('x'.repeat(101))).toBe(`${'x'.repeat(99)}…`);
    expect(codeColumn(['x'.repeat(200)]).texts[0]).toHaveLength(100);
  });
});

describe('pairs of two columns', () => {
  it('are numbered in the order in which they first occur', () => {
    const { codes, count } = crossCodes(u32(0, 1, 0, 1, 0), u32(0, 2, 1, 2, 0), none);
    expect([...codes]).toEqual([0, 1, 2, 1, 0]);
    expect(count).toBe(3);
  });

  it('are told apart however many values the second column has', () => {
    // 0 × 4 + 3 and 1 × 4 + 3 would meet 3 × 1 and 7 × 1 in a narrower numbering.
    const { codes, count } = crossCodes(u32(0, 1, 2, 3), u32(3, 0, 1, 2), none);
    expect([...codes]).toEqual([0, 1, 2, 3]);
    expect(count).toBe(4);
  });

  it('are none where either column is none', () => {
    const { codes, count } = crossCodes(u32(none, 1, 0), u32(0, none, 1), none);
    expect([...codes]).toEqual([none, none, 0]);
    expect(count).toBe(1);
  });
});

describe('rows by their code', () => {
  const codes = u32(2, 0, none, 2, 0, 2);
  const { sizes, first } = tally(codes, 4, none);

  it('are counted, with the first of each', () => {
    expect([...sizes]).toEqual([2, 0, 3, 0]);
    expect([...first]).toEqual([1, 0, 0, 0]);
  });

  it('are listed for the codes that are asked for', () => {
    const places = placesOf(codes, [2, 1, 0], sizes).map((rows) => [...rows]);
    expect(places).toEqual([[0, 3, 5], [], [1, 4]]);
    expect(placesOf(codes, [], sizes)).toEqual([]);
  });
});
