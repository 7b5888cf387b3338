import { readFileSync } from 'node:fs';
import { clopperPearson } from '../../src/statistics/intervals.js';
import {
  countUnseen,
  detectableUnseen,
  excessUnseen,
  goodTuring,
  rowsToDetectUnseen,
  spectrumOf,
} from '../../src/statistics/unseen-values.js';
import { chernoffBound, testUnseen } from '../../src/statistics/unseen-splits.js';
import { many, seeded } from '../drift/profiles.js';
import { expectClose } from './reference.js';

interface Reference {
  readonly tails: readonly { before: number[]; now: number[]; exact: number; bound: number }[];
  readonly goodTuring: readonly Record<
    'n' | 'once' | 'twice' | 'value' | 'standardError' | 'lower' | 'upper',
    number
  >[];
}

/** Values of test/reference/unseen.py. */
const reference = JSON.parse(
  readFileSync(new URL('../reference/unseen.json', import.meta.url), 'utf8'),
) as Reference;

/** The spectrum of two samples of values. */
function sampled(before: readonly number[], now: readonly number[]) {
  const count = (values: readonly number[]): Map<number, number> => {
    const counts = new Map<number, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    return counts;
  };
  const [a, b] = [count(before), count(now)];
  const values = [...new Set([...a.keys(), ...b.keys()])];
  return spectrumOf(
    values.map((value) => a.get(value) ?? 0),
    values.map((value) => b.get(value) ?? 0),
  );
}

describe('the share of the next rows with a new value', () => {
  it.each(reference.goodTuring)('is $once / $n, with Esty’s interval', (expected) => {
    const { n, once, twice, ...values } = expected;
    const found = goodTuring({ reference: n, once, twice }, 0.95);
    for (const key of ['value', 'standardError', 'lower', 'upper'] as const) {
      expectClose(found[key]!, values[key], 1e-8);
    }
  });

  it('has an interval that holds the truth, for steep and flat distributions', () => {
    const random = seeded(5);
    for (const [size, power] of [
      [500, 1],
      [500, 3],
      [5_000, 1],
    ] as const) {
      const draw = (): number => Math.floor(size * random() ** power);
      let held = 0;
      const runs = 400;
      for (let run = 0; run < runs; run++) {
        const seen = sampled(many(400, draw), many(400, draw));
        const { lower, upper } = excessUnseen(countUnseen(seen));
        if (lower <= 0 && upper >= 0) held++;
      }
      // 95 % are promised; the chance of fewer than 92 % in 400 runs is below 1 %.
      expect({ size, power, enough: held / runs >= 0.92 }).toEqual({ size, power, enough: true });
    }
  });
});

describe('the test of unseen rows', () => {
  it.each(reference.tails)(
    'of $before against $now agrees with all splits',
    ({ before, now, exact, bound }) => {
      const spectrum = spectrumOf(before, now);
      const { reference: n, current: m, unseen } = countUnseen(spectrum);
      expectClose(chernoffBound(spectrum, n, m, unseen), bound, 1e-6);
      expect(bound).toBeGreaterThanOrEqual(exact);
      const found = testUnseen(spectrum, seeded(3));
      expect(found.method).toBe('random-splits');
      // Draws end at 50 that reach it: then p is known to about a seventh.
      expect(found.p).toBeGreaterThan(exact * 0.55);
      expect(found.p).toBeLessThan(exact * 1.6 + 1e-9);
    },
  );

  it.each([
    ['few values', 30, 1],
    ['a steep tail', 3_000, 4],
    ['a flat tail', 3_000, 1],
    ['nearly all different', 1e9, 1],
  ])('says p ≤ 5 %% at most so often when nothing changed: %s', (_, size, power) => {
    const random = seeded(size % 1009);
    const draw = (): number => Math.floor(size * random() ** power);
    const runs = 300;
    let certain = 0;
    for (let run = 0; run < runs; run++) {
      if (testUnseen(sampled(many(300, draw), many(200, draw)), random).p <= 0.05) certain++;
    }
    // One-sided 99.9 %: a true rate of 5 % exceeds it once in 1,000 seeds.
    expect(clopperPearson(certain, runs, 0.998).lower).toBeLessThanOrEqual(0.05);
  });

  it('is certain of values that are all new, and of nothing where all values always are', () => {
    const before = many(2_000, (): number => 0).map((_, i) => i % 1_000);
    const other = before.map((value) => value + 1_000);
    expect(testUnseen(sampled(before, other), seeded(1)).p).toBeLessThan(1e-50);
    const ids = before.map((_, i) => i);
    expect(
      testUnseen(
        sampled(
          ids,
          ids.map((id) => id + 2_000),
        ),
        seeded(1),
      ).p,
    ).toBe(1);
    expect(testUnseen(sampled(before, before), seeded(1)).p).toBe(1);
    expect(() => testUnseen(sampled([], [1]), seeded(1))).toThrow(RangeError);
  });

  it('finds the detectable share in about four of five tries', () => {
    const random = seeded(77);
    const draw = (): number => Math.floor(2_000 * random() ** 2);
    const [n, m] = [2_000, 400];
    let found = 0;
    const runs = 100;
    for (let run = 0; run < runs; run++) {
      const before = many(n, draw);
      const { once, twice } = countUnseen(sampled(before, before));
      const excess = detectableUnseen({ reference: n, current: m, once, twice }, 0.01);
      const usual = once / n;
      // Of the rows that are replaced by new values, a usual share had been new anyway.
      const replaced = excess / (1 - usual);
      const now = many(m, () => (random() < replaced ? 1e6 + draw() : draw()));
      if (testUnseen(sampled(before, now), random).p <= 0.01) found++;
    }
    expect(found / runs).toBeGreaterThan(0.65);
    const counts = { reference: n, once: 200, twice: 100 };
    const rows = rowsToDetectUnseen(0.1, counts, 0.01);
    expect(detectableUnseen({ ...counts, current: rows }, 0.01)).toBeLessThanOrEqual(0.1);
    expect(detectableUnseen({ ...counts, current: rows - 1 }, 0.01)).toBeGreaterThan(0.1);
    expect(rowsToDetectUnseen(0.1, { reference: 20, once: 10, twice: 2 }, 0.01)).toBe(Infinity);
  });
});
