import {
  columnOf,
  cutColumn,
  cutsNumbers,
  cutsTimes,
  none,
  quantileLimits,
} from '../../../src/evaluation/slices/parts.js';

const numbers = (...values: readonly number[]) => Float64Array.from(values);
const cut = (...args: Parameters<typeof cutColumn>) => {
  const { codes, ...more } = cutColumn(...args);
  return { ...more, codes: [...codes] };
};

describe('a part of a slice', () => {
  it('is a column, by its name or with how it is cut', () => {
    expect(columnOf('sex')).toBe('sex');
    expect(columnOf({ column: 'age', ranges: [1, 2] })).toBe('age');
  });

  it('cuts numbers where it has ranges or quantiles, and times where the ranges are times', () => {
    expect(['sex', { column: 'a', values: ['x'] }].map(cutsNumbers)).toEqual([false, false]);
    expect(
      [
        { column: 'a', ranges: [1] },
        { column: 'a', quantiles: 4 },
      ].map(cutsNumbers),
    ).toEqual([true, true]);
    expect(cutsTimes({ column: 'a', ranges: ['2001-01-01', '2002-01-01'] })).toBe(true);
    expect(cutsTimes({ column: 'a', ranges: [1, 2] })).toBe(false);
    expect(cutsTimes({ column: 'a', quantiles: 4 })).toBe(false);
    expect(cutsTimes('a')).toBe(false);
  });
});

describe('a column is cut', () => {
  it('by its values, none of which is asked for', () => {
    expect(cut('sex', ['F', 'M', null])).toEqual({
      ...{ column: 'sex', named: [], codes: [0, 1, 2], texts: ['F', 'M', null] },
    });
    expect(cut({ column: 'sex' }, ['F'])).toMatchObject({ named: [], codes: [0], texts: ['F'] });
  });

  it('by the values that are named; other rows are in no slice', () => {
    expect(cut({ column: 'c', values: ['b', 'a', 7] }, ['a', 'x', null, 'b', 'a'])).toEqual({
      ...{ column: 'c', named: ['b', 'a', '7'], texts: ['b', 'a', '7'], codes: [1, none, none, 0, 1] },
    });
    expect(cut({ column: 'c', values: [7, 1.5] }, numbers(1.5, 7, NaN)).codes).toEqual([1, 0, none]);
  });

  it('by ranges that hold their lower end', () => {
    const part = { column: 'km', ranges: [0, 500, 1234567.8] };
    expect(cut(part, numbers(-1, 0, 499, 500, 1234567, 1234567.8, NaN))).toEqual({
      column: 'km',
      codes: [0, 1, 1, 2, 2, 3, 4],
      texts: ['below 0', '0 to 500', '500 to 1234570', '1234570 or more', null],
      named: ['0 to 500', '500 to 1234570'],
    });
  });

  it('by times, which are shown as they are written', () => {
    const part = { column: 'day', ranges: ['2001-01-01', '2001-02-01'] };
    const seconds = (text: string) => Date.parse(`${text}T00:00:00Z`) / 1000;
    const found = cut(part, numbers(seconds('2000-12-31'), seconds('2001-01-01'), seconds('2001-02-01')));
    expect(found.codes).toEqual([0, 1, 2]);
    expect(found.texts).toEqual(['below 2001-01-01', '2001-01-01 to 2001-02-01', '2001-02-01 or more', null]);
    expect(found.named).toEqual(['2001-01-01 to 2001-02-01']);
  });

  it('by quantiles, none of which is asked for', () => {
    const values = numbers(...Array.from({ length: 8 }, (_, i) => i));
    expect(cut({ column: 'x', quantiles: 4 }, values)).toEqual({
      column: 'x',
      codes: [0, 0, 1, 1, 2, 2, 3, 3],
      texts: ['below 2', '2 to 4', '4 to 6', '6 or more', null],
      named: [],
    });
  });
});

describe('limits between ranges of equally many rows', () => {
  it('are values in their order, NaN left out', () => {
    expect(quantileLimits(numbers(5, NaN, 1, 3, 2, 4, 0), 3)).toEqual([2, 4]);
    expect(quantileLimits(numbers(3, 1, 2), 1)).toEqual([]);
  });

  it('are fewer where values repeat', () => {
    expect(quantileLimits(numbers(0, 0, 0, 0, 0, 0, 1, 2), 4)).toEqual([1]);
    expect(quantileLimits(numbers(0, 1, 1, 1, 1, 1, 1, 1), 4)).toEqual([1]);
    expect(quantileLimits(numbers(7, 7, 7), 4)).toEqual([]);
  });
});
