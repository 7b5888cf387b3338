import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { mixedAndersonDarling } from '../../src/statistics/anderson-darling.js';
import { bridgeTail } from '../../src/statistics/bridge.js';
import { detectableShift } from '../../src/statistics/effect.js';
import { seededRandom } from '../../src/statistics/random.js';
import {
  type ValueCounts,
  trimmedWasserstein1,
  winsorisedDeviation,
} from '../../src/statistics/two-sample.js';
import { expectClose } from './reference.js';

interface Expected {
  name: string;
  a: ValueCounts;
  b: ValueCounts;
  andersonDarling?: number;
  mixed: number;
  mixedP: number;
  trimmed: number;
  winsorised: number;
}
const reference = JSON.parse(readFileSync(new URL('../reference/drift.json', import.meta.url), 'utf8')) as {
  twoSample: Expected[];
  bridge: { steps: number[]; onSteps: number[]; onPoints: number[]; x: number; tail: number }[];
};
const { uniform } = seededRandom(11);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
const draw = (n: number, next: () => number): ValueCounts => counted(Array.from({ length: n }, next));

function counted(sample: readonly number[]): ValueCounts {
  const counts = new Map<number, number>();
  for (const value of [...sample].sort((a, b) => a - b)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return { values: [...counts.keys()], counts: [...counts.values()] };
}

describe('Anderson and Darling', () => {
  it.each(reference.twoSample.filter(({ andersonDarling }) => andersonDarling !== undefined))(
    'against scipy: $name',
    ({ a, b, andersonDarling, mixed, mixedP, trimmed, winsorised }) => {
      expectClose(mixedAndersonDarling(a, b, 0).statistic, andersonDarling!);
      const found = mixedAndersonDarling(a, b);
      expectClose(found.statistic, mixed);
      expect(Math.abs(found.p - mixedP)).toBeLessThan(1e-8);
      expectClose(trimmedWasserstein1(a, b), trimmed);
      if (winsorised > 0) expectClose(winsorisedDeviation(a), winsorised);
    },
  );

  it.each(reference.bridge)('P(Q > $x) of a form of $steps.length steps', (expected) => {
    const [steps, onSteps, onPoints] = [expected.steps, expected.onSteps, expected.onPoints].map((list) =>
      Float64Array.from(list),
    ) as [Float64Array, Float64Array, Float64Array];
    const found = bridgeTail({ steps, onSteps, onPoints }, expected.x);
    // Far out an upper bound is given.
    if (expected.tail < 1e-8) expect(found).toBeGreaterThanOrEqual(expected.tail / 2);
    expect(Math.abs(found - expected.tail)).toBeLessThan(1e-8);
  });

  it('does not depend on which sample is first, nor on unit and origin', () => {
    const sample = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 5, maxLength: 60 }).map(counted);
    const moved = ({ values, counts }: ValueCounts): ValueCounts => ({
      values: Array.from(values, (x) => 8 * x + 1024),
      counts,
    });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const found = mixedAndersonDarling(a, b);
        expect(mixedAndersonDarling(b, a).p).toBeCloseTo(found.p, 8);
        expect(mixedAndersonDarling(moved(a), moved(b)).p).toBeCloseTo(found.p, 8);
        expect(found.p).toBeGreaterThanOrEqual(0);
        expect(found.p).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it('gives nearly the same answer when neighbours among many values are joined', () => {
    const [a, b] = [draw(1200, normal), draw(400, () => normal() + 0.1)];
    // The same rows, rounded to as many values as are still told apart.
    const rounded = ({ values, counts }: ValueCounts): ValueCounts =>
      counted(
        Array.from(values).flatMap((x, i) => Array<number>(counts[i]!).fill(Math.round(x * 100) / 100)),
      );
    const [joined, apart] = [mixedAndersonDarling(a, b), mixedAndersonDarling(rounded(a), rounded(b))];
    expect(joined.statistic / apart.statistic).toBeCloseTo(1, 1);
    expect(joined.p / apart.p).toBeCloseTo(1, 0);
  });

  it('is as rare as it says when nothing has changed, whatever the shape', () => {
    const shapes = [normal, () => (1 - uniform()) ** -0.7, () => Math.round(2 * normal())];
    for (const shape of shapes) {
      let [five, one] = [0, 0];
      for (let run = 0; run < 400; run++) {
        const { p } = mixedAndersonDarling(draw(120, shape), draw(60, shape));
        if (p <= 0.05) five++;
        if (p <= 0.01) one++;
      }
      // Beyond these in one of 10,000 tests at the stated rates.
      expect(five).toBeLessThanOrEqual(38);
      expect(five).toBeGreaterThanOrEqual(6);
      expect(one).toBeLessThanOrEqual(13);
    }
  });

  it('finds the shift that it is stated to find in about four of five tries', () => {
    const shift = detectableShift(400, 200, 0.01);
    let found = 0;
    for (let run = 0; run < 300; run++) {
      if (
        mixedAndersonDarling(
          draw(400, normal),
          draw(200, () => normal() + shift),
        ).p <= 0.01
      )
        found++;
    }
    expect(found / 300).toBeGreaterThan(0.72);
    expect(found / 300).toBeLessThan(0.92);
  });

  it('refuses an empty sample, and finds nothing where nothing varies', () => {
    expect(() => mixedAndersonDarling(counted([]), counted([1]))).toThrow(RangeError);
    expect(mixedAndersonDarling(counted([1, 1]), counted([1]))).toEqual({ statistic: 0, p: 1 });
  });
});
