import { readFileSync } from 'node:fs';
import { categoryTail, mostChangedCategory } from '../../src/statistics/one-category.js';
import { binomial, seededRandom } from '../../src/statistics/random.js';
import { expectClose } from './reference.js';

const { oneCategory } = JSON.parse(
  readFileSync(new URL('../reference/drift.json', import.meta.url), 'utf8'),
) as { oneCategory: { x: number; s: number; n: number; m: number; p: number }[] };

describe('one category among many', () => {
  it.each(oneCategory)('against scipy: $x of $s', ({ x, s, n, m, p }) => {
    // lnGamma of a million keeps eight digits of what its exponential gives.
    expectClose(categoryTail(x, s, n, m), p, n > 1e5 ? 1e-7 : 1e-9);
  });

  it('finds the one that is new, which a sum over all hardly sees', () => {
    const even = Array.from({ length: 20 }, () => 50);
    const found = mostChangedCategory({ a: [...even, 0], b: [...even.map((x) => x / 2), 15] }, 0.01);
    expect(found.category).toBe(20);
    expect(found.p).toBeLessThan(1e-4);
    expect(found.z).toBeGreaterThan(4);
  });

  it('does not count categories that could never be certain', () => {
    const rare = Array.from({ length: 300 }, (_, k) => Number(k % 3 > 0));
    const table = { a: [2000, 0, ...rare], b: [1000, 15, ...rare.map((x) => 1 - x)] };
    expect(mostChangedCategory(table, 0.01)).toMatchObject({ category: 1 });
    expect(mostChangedCategory(table, 0.01).p).toBeLessThan(0.01);
    expect(mostChangedCategory({ a: [3, 1], b: [2, 2] }, 0.001)).toEqual({ p: 1, category: -1, z: 0 });
  });

  it('is as rare as it says when nothing has changed', () => {
    const random = seededRandom(8);
    const shares = Array.from({ length: 60 }, (_, k) => 1 / (k + 1) ** 1.3);
    const sum = shares.reduce((x, y) => x + y, 0);
    const draw = (n: number): number[] => shares.map((share) => binomial(random, n, share / sum));
    let alarms = 0;
    for (let run = 0; run < 400; run++) {
      if (mostChangedCategory({ a: draw(3000), b: draw(200) }, 0.05).p <= 0.05) alarms++;
    }
    // Beyond this once in 10,000 times at 5 %.
    expect(alarms).toBeLessThanOrEqual(38);
    expect(alarms).toBeGreaterThan(0);
  });
});
