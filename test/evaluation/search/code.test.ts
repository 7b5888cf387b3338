import { codeNumbers, codeTexts } from '../../../src/evaluation/search/code.js';
import { outside } from '../../../src/evaluation/search/sums.js';

const numbers = (values: readonly number[]) => Float64Array.from(values);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const code = (values: readonly number[]) => {
  const found = codeNumbers('x', numbers(values));
  return found && { texts: found.texts, codes: [...found.codes] };
};

describe('a column of numbers', () => {
  it('has its values as slices where there are up to twenty', () => {
    const { texts, codes } = code([3, 1, NaN, 2, 1])!;
    expect(texts).toEqual(['1', '2', '3', null]);
    expect(codes).toEqual([2, 0, 3, 1, 0]);
    expect(code(range(20))!.texts).toEqual([...range(20).map(String), null]);
    expect(code(range(20))!.codes).toEqual(range(20));
  });

  it('is cut into ten ranges of equally many rows where there are more', () => {
    const { texts, codes } = code([...range(30), NaN])!;
    expect(texts).toEqual([
      ...['below 3', '3 to 6', '6 to 9', '9 to 12', '12 to 15', '15 to 18'],
      ...['18 to 21', '21 to 24', '24 to 27', '27 or more', null],
    ]);
    expect(codes).toEqual([...range(30).map((i) => Math.floor(i / 3)), 10]);
    expect(code(range(21))!.texts).toHaveLength(11);
  });

  it('is none where all values are one, or none is there', () => {
    expect(code([7, 7, NaN])).toBeUndefined();
    expect(code([NaN])).toBeUndefined();
    expect(code([])).toBeUndefined();
    expect(code([7, 8])!.texts).toEqual(['7', '8', null]);
  });

  it('is cut though nearly all values are one', () => {
    const values = [...Array<number>(1000).fill(0), ...range(25).map((i) => i + 1)];
    expect(code(values)).toBeUndefined();
    const more = [...Array<number>(30).fill(0), ...range(30).map((i) => i + 1)];
    expect(code(more)!.texts).toEqual([
      ...['below 1', '1 to 7', '7 to 13', '13 to 19', '19 to 25', '25 or more', null],
    ]);
  });

  it('shows five digits, or as it is told', () => {
    expect(code([1.234567, 123456.7])!.texts).toEqual(['1.2346', '123460', null]);
    expect(codeNumbers('x', numbers([1, 2]), (value) => `<${value}>`)!.texts).toEqual(['<1>', '<2>', null]);
  });

  it('is cut by about 50,000 of its rows', () => {
    // Every second row is looked at: the other ones are all large.
    const values = numbers(range(100_000).map((i) => (i % 2 === 0 ? i / 2 : 1e6 + i)));
    const { texts, codes } = codeNumbers('x', values)!;
    expect(texts[0]).toBe('below 5000');
    expect(texts.at(-2)).toBe('45000 or more');
    expect(codes[1]).toBe(9);
    const fewer = numbers(range(99_998).map((i) => (i % 2 === 0 ? i / 2 : 1e6 + i)));
    expect(codeNumbers('x', fewer)!.texts[0]).toBe('below 9999');
  });
});

describe('a column of texts', () => {
  it('has the codes that the engine made', () => {
    const { codes, texts } = codeTexts('c', numbers([1, -1, NaN, 0]), ['a', 'x'.repeat(101)]);
    expect([...codes]).toEqual([1, 2, outside, 0]);
    expect(texts).toEqual(['a', `${'x'.repeat(99)}…`, null]);
  });
});
