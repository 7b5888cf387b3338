import { readFileSync } from 'node:fs';
import { binomial, exponential, gamma, normal, seededRandom } from '../../src/statistics/random.js';
import { expectClose } from './reference.js';

/** Values of test/reference/draws.py. */
const reference = JSON.parse(readFileSync(new URL('../reference/draws.json', import.meta.url), 'utf8')) as {
  next32: [seed: number, draws: number[]][];
  uniform: number[];
  exponential: number[];
  normal: number[];
  gamma: [shape: number, draws: number[]][];
  sums: [n: number, p: number, sums: [plain: number, weighted: number]][];
  binomial: [n: number, p: number, draws: number[]][];
};

const expectAllClose = (draws: readonly number[], expected: readonly number[], tolerance: number): void =>
  expected.forEach((value, i) => expectClose(draws[i]!, value, tolerance));

describe('seededRandom', () => {
  it.each(reference.next32)('draws of seed %d what xoshiro128++ draws', (seed, draws) => {
    const random = seededRandom(seed);
    expect(draws.map(() => random.next32())).toEqual(draws);
  });

  it('makes a uniform number of 27 and 26 bits', () => {
    const random = seededRandom(5);
    expect(reference.uniform.map(() => random.uniform())).toEqual(reference.uniform);
  });

  it('draws whole numbers below a limit by the first digits of 32 bits', () => {
    const [random, bits] = [seededRandom(3), seededRandom(3)];
    for (const n of [1, 2, 7, 1000, 2 ** 31, 2 ** 32]) {
      for (let i = 0; i < 20; i++) expect(random.below(n)).toBe(Math.floor((bits.next32() / 2 ** 32) * n));
    }
  });
});

describe('draws from distributions', () => {
  it('are exponential', () => {
    const random = seededRandom(6);
    expectAllClose(
      reference.exponential.map(() => exponential(random)),
      reference.exponential,
      1e-14,
    );
  });

  it('are normal', () => {
    const random = seededRandom(7);
    expectAllClose(
      reference.normal.map(() => normal(random)),
      reference.normal,
      1e-13,
    );
  });

  it.each(reference.gamma)('are of the gamma distribution of shape %d', (shape, draws) => {
    const random = seededRandom(8);
    expectAllClose(
      draws.map(() => gamma(random, shape)),
      draws,
      1e-12,
    );
  });

  it.each(reference.binomial)('are of the binomial distribution of %d and %d', (n, p, draws) => {
    const random = seededRandom(9);
    expect(draws.map(() => binomial(random, n, p))).toEqual(draws);
  });

  it.each(reference.sums)('stay binomial for many draws of %d and %d', (n, p, [plain, weighted]) => {
    const random = seededRandom(10);
    const draws = Array.from({ length: 20_000 }, () => binomial(random, n, p));
    expect(draws.reduce((sum, k) => sum + k, 0)).toBe(plain);
    expect(draws.reduce((sum, k, i) => sum + i * k, 0)).toBe(weighted);
  });

  it('are certain where the chance is 0 or 1 or there is no trial', () => {
    const [random, untouched] = [seededRandom(1), seededRandom(1)];
    expect([binomial(random, 9, 0), binomial(random, 9, -0.1)]).toEqual([0, 0]);
    expect([binomial(random, 9, 1), binomial(random, 9, 1.1)]).toEqual([9, 9]);
    expect([binomial(random, 0, 0.5), binomial(random, 0, 1), binomial(random, -1, 0.5)]).toEqual([0, 0, 0]);
    // Nothing was drawn for them.
    expect(random.next32()).toBe(untouched.next32());
  });
});
