import { meanOverRepeats } from '../../src/statistics/repeats.js';
import { seededRandom } from '../../src/statistics/random.js';
import { normalQuantile, tQuantile } from '../../src/statistics/special.js';

describe('mean over repeats', () => {
  const estimate = (value: number) => ({ value, lower: value - 0.02, upper: value + 0.03 });

  it('adds what repeats differ by to what the rows leave open, as squares', () => {
    const { value, lower, upper, between } = meanOverRepeats([0.7, 0.72, 0.74].map(estimate), 0.9);
    expect(value).toBeCloseTo(0.72, 12);
    expect(between).toBeCloseTo((tQuantile(0.95, 2) * 0.02) / Math.sqrt(3), 10);
    expect(value - lower).toBeCloseTo(Math.hypot(0.02, between), 10);
    expect(upper - value).toBeCloseTo(Math.hypot(0.03, between), 10);
  });

  it('is the interval itself where repeats agree, and open where one is', () => {
    const same = meanOverRepeats([0.7, 0.7].map(estimate), 0.9);
    expect(same).toMatchObject({ value: 0.7, between: 0 });
    expect([same.lower, same.upper]).toEqual([0.7 - 0.02, 0.7 + 0.03].map((x) => expect.closeTo(x, 12)));
    expect(meanOverRepeats([{ ...estimate(0.7), upper: Infinity }, estimate(0.7)], 0.9).upper).toBe(Infinity);
    expect(() => meanOverRepeats([estimate(1)], 0.9)).toThrow(RangeError);
  });

  it.each([
    ['rows matter most', 1, 0.2],
    ['both matter', 1, 1],
    ['seeds matter most', 0.2, 1],
  ])('covers other seeds and other rows as often as it says, where %s', (_, rows, seeds) => {
    const random = seededRandom(5);
    const normal = (): number => normalQuantile(random.uniform());
    const half = normalQuantile(0.95) * rows;
    const trials = 600;
    for (const k of [2, 5]) {
      let [above, below] = [0, 0];
      for (let t = 0; t < trials; t++) {
        const common = rows * normal();
        const values = Array.from({ length: k }, () => common + seeds * normal());
        const found = meanOverRepeats(
          values.map((value) => ({ value, lower: value - half, upper: value + half })),
          0.9,
        );
        if (found.lower > 0) above++;
        if (found.upper < 0) below++;
      }
      // 5 % of 600 is 30, and four standard errors are 21; the seeds' t makes it less where they are few.
      expect(above).toBeLessThan(52);
      expect(below).toBeLessThan(52);
      expect(above + below).toBeGreaterThan(4);
    }
  });
});
