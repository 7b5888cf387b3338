import fc from 'fast-check';
import {
  asWritten,
  chosenRows,
  mistyped,
  normal,
  numbersChanged,
  replaced,
  shuffledPlaces,
  swapped,
  wordsReplaced,
} from '../../../src/evaluation/behaviour/changes.js';
import { drawPlaces } from '../../../src/evaluation/behaviour/draw.js';
import { momentsOf } from '../../../src/statistics/intervals.js';
import { seededRandom } from '../../../src/statistics/random.js';

const seed = fc.integer({ min: 0, max: 1e6 });
const texts = fc.array(fc.option(fc.string({ unit: 'grapheme', maxLength: 8 })), { maxLength: 40 });

describe('changes of columns', () => {
  it('shuffle: every row once, each order about as often as another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), seed, (rows, s) => {
        expect([...shuffledPlaces(rows, seededRandom(s))].sort((a, b) => a - b)).toEqual(
          Array.from({ length: rows }, (_, i) => i),
        );
      }),
      { numRuns: 30 },
    );
    const counts = new Map<string, number>();
    const random = seededRandom(4);
    for (let i = 0; i < 6000; i++) {
      const order = shuffledPlaces(3, random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Five standard deviations of a binomial with n 6,000, p 1/6.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(145);
  });

  it('swap: another of the values, never the own one in another spelling', () => {
    const random = seededRandom(1);
    expect(swapped(['a', 'b', 'a', null], ['a', 'b'], random).slice(0, 3)).toEqual(['b', 'a', 'b']);
    expect(swapped(['1.0', ' 1', '2'], ['1', '2'], random)).toEqual(['2', '2', '1']);
    expect(swapped(['x'], ['x'], random)).toEqual(['x']);
    const found = new Set(swapped(new Array<string>(60).fill('z'), ['a', 'b', 'c'], random));
    expect(found).toEqual(new Set(['a', 'b', 'c']));
  });

  it('values are written as the data write them', () => {
    expect(asWritten('true', ['False', null, 'True'])).toBe('True');
    expect(asWritten('1', ['0.0', '1.0'])).toBe('1.0');
    expect(asWritten('1', ['1.0', '1'])).toBe('1');
    expect(asWritten('f', ['F', 'm'])).toBe('f');
    expect(swapped(['True', 'False'], ['True', 'False'], seededRandom(1))).toEqual(['False', 'True']);
  });

  it('replace: whole values, and whole words of any script', () => {
    const by = new Map([
      ['Mary', 'John'],
      ['Mary Ann', 'Joe'],
      ['c++', 'rust'],
      ['été', 'hiver'],
    ]);
    expect(replaced(['Mary', 'Mary!', null], by)).toEqual(['John', 'Mary!', null]);
    expect(wordsReplaced(['Mary, Maryland; Mary Ann', 'in c++?', 'cet été-là, tété', null], by)).toEqual([
      'John, Maryland; Joe',
      'in rust?',
      'cet hiver-là, tété',
      null,
    ]);
  });

  it('numbers: whole ones stay whole, and what is no number stays', () => {
    expect(numbersChanged(['1', '2.5', '', null, 'x', '1e400'], (x) => x * 1.5, false)).toEqual([
      '1.5',
      '3.75',
      '',
      null,
      'x',
      '1e400',
    ]);
    expect(numbersChanged(['3'], (x) => x * 1.5, true)).toEqual(['5']);
    // 0.1 + 0.2 is written as a person would.
    expect(numbersChanged(['0.1'], (x) => x + 0.2, false)).toEqual(['0.3']);
  });

  it('typos: of every text one, by at most a character in length', () => {
    fc.assert(
      fc.property(texts, seed, (values, s) => {
        mistyped(values, 1, seededRandom(s)).forEach((typed, i) => {
          const value = values[i]!;
          if (value === null || value === '') expect(typed).toBe(value);
          else expect(Math.abs([...typed!].length - [...value].length)).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('noise: of mean 0 and variance 1', () => {
    const random = seededRandom(2);
    const { mean, variance } = momentsOf(Float64Array.from({ length: 40_000 }, () => normal(random)));
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(40_000));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 40_000));
  });

  it('missing: exactly the share of rows', () => {
    const chosen = chosenRows(1000, 0.237, seededRandom(3));
    expect(chosen.reduce((sum, one) => sum + one, 0)).toBe(237);
  });

  it('rows are drawn without repetition, those of a query together', () => {
    const drawn = drawPlaces(1000, 100, seededRandom(5));
    expect(new Set(drawn).size).toBe(100);
    expect([...drawn]).toEqual([...drawn].sort((a, b) => a - b));
    expect(drawPlaces(50, 100, seededRandom(5))).toHaveLength(50);
    const queries = Uint32Array.from({ length: 1000 }, (_, i) => i % 40);
    const together = drawPlaces(1000, 100, seededRandom(5), queries);
    expect(together).toHaveLength(100);
    const counts = new Map<number, number>();
    for (const row of together) counts.set(row % 40, (counts.get(row % 40) ?? 0) + 1);
    expect([...counts.values()]).toEqual([25, 25, 25, 25]);
  });
});
