import { testAndersonDarling } from '../../src/statistics/anderson-darling.js';
import type { BridgeForm } from '../../src/statistics/bridge.js';
import { seededRandom } from '../../src/statistics/random.js';
import { splitTail } from '../../src/statistics/random-splits.js';
import type { ValueCounts } from '../../src/statistics/two-sample.js';

/** Every way to choose so many of these. */
function* choices(from: readonly number[], count: number): Generator<number[]> {
  if (count === 0) yield [];
  else
    for (let i = 0; i <= from.length - count; i++)
      for (const rest of choices(from.slice(i + 1), count - 1)) yield [from[i]!, ...rest];
}

const counted = (sample: readonly number[]): ValueCounts => {
  const counts = new Map<number, number>();
  for (const value of [...sample].sort((a, b) => a - b)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return { values: [...counts.keys()], counts: [...counts.values()] };
};

describe('random splits', () => {
  const form: BridgeForm = {
    steps: Float64Array.of(0.25, 0.25, 0.25, 0.25),
    onSteps: Float64Array.of(1, 2, 2, 1),
    onPoints: Float64Array.of(0.5, 0.2, 3, 0),
  };
  const difference = (small: readonly number[], sums: readonly number[]): number => {
    const [m, n] = [4, 8];
    let [own, all, last, total] = [0, 0, 0, 0];
    small.forEach((count, j) => {
      own += count;
      all += sums[j]!;
      const now = own / m - (all - own) / n;
      total += form.onSteps[j]! * ((last + now) / 2) ** 2 + form.onPoints[j]! * now ** 2;
      last = now;
    });
    return total;
  };

  it.each([
    [
      [0, 0, 1, 3],
      [3, 3, 2, 0],
    ],
    [
      [3, 0, 1, 0],
      [0, 3, 2, 3],
    ],
    [
      [1, 1, 1, 1],
      [2, 2, 2, 2],
    ],
  ])('reach %j beside %j as often as all splits there are', (small, large) => {
    const sums = small.map((count, j) => count + large[j]!);
    const rows = sums.flatMap((count, j) => Array<number>(count).fill(j));
    const own = difference(small, sums);
    let [reached, all] = [0, 0];
    for (const chosen of choices([...rows.keys()], 4)) {
      const cells = sums.map((_, j) => chosen.filter((row) => rows[row] === j).length);
      all++;
      if (difference(cells, sums) >= own * (1 - 1e-9)) reached++;
    }
    const exact = reached / all;
    const found = splitTail(form, { small, large }, seededRandom(3).uniform);
    // Draws end with 50 that reach it: a seventh is one standard error.
    expect(Math.abs(found / exact - 1)).toBeLessThan(4 / Math.sqrt(50));
  });

  it('are drawn for many rows as for few', () => {
    const large = [2_000_000, 1_500_000, 800_000, 5];
    const cells = { small: [10, 20, 30, 0], large };
    const few = { small: cells.small, large: large.map((count) => Math.round(count / 100)) };
    const p = [cells, few].map((one) => splitTail(form, one, seededRandom(5).uniform));
    expect(p[0]! / p[1]!).toBeGreaterThan(0.4);
    expect(p[0]! / p[1]!).toBeLessThan(2.5);
  });
});

describe('Anderson and Darling over both whole tails', () => {
  const { uniform } = seededRandom(17);
  const heavy = (): number => (1 - uniform()) ** -1.2;
  const draw = (n: number, next: () => number): ValueCounts => counted(Array.from({ length: n }, next));

  it('is as rare as it says where one row can be as far out as all others together', () => {
    let five = 0;
    for (let run = 0; run < 300; run++) {
      if (testAndersonDarling(draw(400, heavy), draw(60, heavy), uniform).p <= 0.05) five++;
    }
    // Beyond these in one of 10,000 tests at the stated rate.
    expect(five).toBeLessThanOrEqual(30);
    expect(five).toBeGreaterThanOrEqual(3);
  });

  it('sees a few rows far out, gives the same answer for the same seed, and is sure where ranks are', () => {
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const reference = draw(1000, normal);
    const some = draw(500, () => (uniform() < 0.03 ? 6 : normal()));
    const once = testAndersonDarling(reference, some, seededRandom(1).uniform);
    expect(once).toEqual(testAndersonDarling(reference, some, seededRandom(1).uniform));
    expect(once.p).toBeLessThan(0.001);
    expect(once.method).toBe('anderson-darling-permutation');
    const moved = testAndersonDarling(
      reference,
      draw(500, () => normal() + 1),
      uniform,
    );
    expect(moved).toMatchObject({ method: 'anderson-darling' });
    expect(moved.p).toBeLessThan(1e-9);
  });
});
