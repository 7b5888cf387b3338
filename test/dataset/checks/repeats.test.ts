import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { RepeatFinder } from '../../../src/dataset/checks/repeats.js';

const folder = mkdtempSync(join(tmpdir(), 'repeats-'));
afterAll(() => rmSync(folder, { recursive: true }));

const naive = (keys: readonly number[]): number[] => {
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].filter(([, n]) => n > 1).map(([key]) => key);
};
const ascending = (a: number, b: number): number => a - b;

describe('RepeatFinder', () => {
  it('finds what a plain count finds', () => {
    const key = fc.oneof(
      fc.integer({ min: 0, max: 20 }),
      fc.nat({ max: 2 ** 31 - 1 }).map((x) => x * 2 ** 21 + (x % 7)),
      fc.constantFrom(0, 1, 2 ** 44, 2 ** 52 - 1, 2 ** 52 - 2 ** 44),
    );
    fc.assert(
      fc.property(fc.array(fc.array(key, { maxLength: 50 }), { maxLength: 5 }), (parts) => {
        const finder = new RepeatFinder(join(folder, 'none'), 1e9);
        for (const part of parts) finder.add(Float64Array.from([...part, Number.NaN]));
        expect(finder.repeated().sort(ascending)).toEqual(naive(parts.flat()).sort(ascending));
      }),
      { numRuns: 100 },
    );
  });

  it('keeps what does not fit into a file, and removes it', () => {
    const file = join(folder, 'keys');
    const finder = new RepeatFinder(file, 100_000);
    const keys = Float64Array.from({ length: 60_000 }, (_, i) => (i * 2_654_435_761) % 2 ** 44);
    finder.add(keys);
    finder.add(keys.subarray(100, 103));
    expect(existsSync(file)).toBe(true);
    expect(finder.repeated().sort(ascending)).toEqual([...keys.subarray(100, 103)].sort(ascending));
    finder.close();
    expect(existsSync(file)).toBe(false);
  });
});
