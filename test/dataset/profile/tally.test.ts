import fc from 'fast-check';
import { momentsOf } from '../../../src/dataset/profile/moments.js';
import { sorted } from '../../../src/dataset/profile/numbers.js';
import { NumberTally } from '../../../src/dataset/profile/tally.js';
import { registersAbove, registersOf } from '../../../src/engine/counting.js';
import { roundBits } from '../../../src/statistics/rounding.js';

/** Rows with a number of any size, infinite ones and rows without one, in parts. */
const rows = (number: fc.Arbitrary<number>): fc.Arbitrary<(number | null)[][]> =>
  fc.array(
    fc.array(
      fc.oneof(fc.option(number), fc.option(number), fc.constantFrom(Infinity, -Infinity, NaN, 0, -0)),
      { maxLength: 20 },
    ),
    { maxLength: 6 },
  );
const sizes = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, min: -1e3, max: 1e3 }),
  fc.integer({ min: -5, max: 5 }),
);

function tallyOf(parts: readonly (readonly (number | null)[])[]) {
  const tally = new NumberTally(true);
  const [buckets, lows]: [number[], number[]] = [[], []];
  for (const part of parts) {
    const hashes = part.map((_, i) => [(i * 7919) % 2 ** 14, (i * 104729 * 2 ** 20) % 2 ** 50] as const);
    part.forEach((x, i) => {
      if (x === null || !Number.isFinite(x)) return;
      buckets.push(hashes[i]![0]);
      lows.push(hashes[i]![1]);
    });
    tally.add(
      Float64Array.from(part, (x) => x ?? NaN),
      Float64Array.from(part, (x, i) => (x === null ? NaN : hashes[i]![0])),
      Float64Array.from(part, (x, i) => (x === null ? NaN : hashes[i]![1])),
    );
  }
  return { tally, registers: registersOf(Float64Array.from(buckets), Float64Array.from(lows)) };
}

it('sums up numbers part by part as all of them at once', () => {
  fc.assert(
    fc.property(rows(sizes), (parts) => {
      const { tally, registers } = tallyOf(parts);
      const values = parts.flat().flatMap((x) => x ?? []);
      const finite = values.filter((x) => Number.isFinite(x)).map((x) => x + 0);
      expect(tally.finite).toBe(finite.length);
      expect(registersAbove(tally.ranks)).toEqual(registers);
      const { values: rounded, counts } = tally.rounded.sorted();
      const expected = sorted(finite.map((x): [number, number] => [roundBits(x, 12) + 0, 1]));
      expect([...rounded]).toEqual(Array.from(expected.values));
      expect([...counts]).toEqual(Array.from(expected.counts));
      if (finite.length === 0) return;
      const whole = momentsOf(
        sorted(finite.map((x): [number, number] => [x, 1])),
        values.length - finite.length,
      )!;
      const found = tally.moments();
      expect({ ...found, mean: 0, m2: 0 }).toEqual({ ...whole, mean: 0, m2: 0 });
      const scale = Math.max(Math.abs(whole.min), Math.abs(whole.max));
      expect(Math.abs(found.mean - whole.mean)).toBeLessThanOrEqual(1e-13 * scale);
      if (scale >= 1e150) expect(found.m2).toBeNull();
      else expect(Math.abs(found.m2! - whole.m2!)).toBeLessThanOrEqual(1e-12 * scale * scale * finite.length);
    }),
  );
});

it('counts numbers of which there are very many', () => {
  const tally = new NumberTally(true);
  const numbers = Float64Array.from({ length: 60_000 }, (_, i) => (i - 30_000) * 1.001 ** (i % 700));
  const none = new Float64Array(numbers.length).fill(1);
  tally.add(numbers, none, none);
  const expected = sorted([...numbers].map((x): [number, number] => [roundBits(x, 12), 1]));
  const { values, counts } = tally.rounded.sorted();
  expect([...values]).toEqual(Array.from(expected.values));
  expect([...counts]).toEqual(Array.from(expected.counts));
  expect(values.length).toBeGreaterThan(10_000);
});
