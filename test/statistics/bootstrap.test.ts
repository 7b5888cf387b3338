import { bcaInterval, resampleInterval } from '../../src/statistics/bootstrap.js';
import { binomial, seededRandom } from '../../src/statistics/random.js';
import { expectClose, reference } from './reference.js';

const known = reference.bootstrap;

/** The ratio of means of the reference, on weighted rows. */
function ratio(weights: Uint32Array): number {
  let [a, b] = [0, 0];
  weights.forEach((w, i) => {
    a += w * known.first[i];
    b += w * known.second[i];
  });
  return a / b;
}
const ones = new Uint32Array(30).fill(1);

describe('bootstrap', () => {
  it('makes of scipy’s resamples scipy’s interval', () => {
    const replicates = Float64Array.from(known.replicates as number[]);
    const found = bcaInterval(known.value, replicates, known.acceleration, known.confidence);
    expectClose(found.lower, known.interval[0]);
    expectClose(found.upper, known.interval[1]);
  });

  it('with its own resamples agrees with many of scipy’s', () => {
    const found = resampleInterval(
      { counts: ones, statistic: ratio },
      { confidence: known.confidence, seed: 5, replicates: 20_000 },
    );
    // Not surer than scipy's, and at 30 skewed rows not much less sure.
    const [low, high] = [known.manyReplicates[0] - found.lower, found.upper - known.manyReplicates[1]];
    for (const room of [low, high]) {
      expect(room).toBeGreaterThan(-0.1 * known.standardError);
      expect(room).toBeLessThan(0.6 * known.standardError);
    }
    expect(found.method).toBe('bootstrap-bca');
  });

  it('repeats itself with a seed, and differs with another', () => {
    const once = (seed: number) =>
      resampleInterval({ counts: ones, statistic: ratio }, { confidence: 0.9, seed });
    expect(once(1)).toEqual(once(1));
    expect(once(1)).not.toEqual(once(2));
  });

  it('of cells is that of their rows', () => {
    const share = (weights: Uint32Array) => weights[0]! / (weights[0]! + weights[1]!);
    const byCell = resampleInterval(
      { counts: Uint32Array.of(300, 700), statistic: share },
      { confidence: 0.9, seed: 1, replicates: 20_000 },
    );
    const rows = new Uint32Array(1000).fill(1);
    const byRow = resampleInterval(
      {
        counts: rows,
        statistic: (w) => share(Uint32Array.of(sum(w.subarray(0, 300)), sum(w.subarray(300)))),
      },
      { confidence: 0.9, seed: 2, replicates: 4000 },
    );
    const expected = 1.6449 * Math.sqrt(0.21 / 1000);
    for (const { lower, upper } of [byCell, byRow]) {
      expect(Math.abs((0.3 - lower) / expected - 1)).toBeLessThan(0.06);
      expect(Math.abs((upper - 0.3) / expected - 1)).toBeLessThan(0.06);
    }
  });

  it('by groups, where rows are many, has the standard error of theory', () => {
    const random = seededRandom(3);
    const values = Float64Array.from({ length: 50_000 }, () => random.uniform());
    const mean = (weights: Uint32Array): number => {
      let [total, n] = [0, 0];
      for (let i = 0; i < values.length; i++) {
        total += weights[i]! * values[i]!;
        n += weights[i]!;
      }
      return total / n;
    };
    const counts = new Uint32Array(values.length).fill(1);
    const found = resampleInterval({ counts, statistic: mean }, { confidence: 0.9, seed: 1 });
    expect(found.method).toBe('group-jackknife');
    expect(Math.abs(found.standardError! / Math.sqrt(1 / 12 / 50_000) - 1)).toBeLessThan(0.2);
  });

  it('says nothing about a statistic that resamples leave undefined', () => {
    const counts = Uint32Array.of(1, 30);
    const rare = (weights: Uint32Array) => (weights[0] === 0 ? NaN : 1 / weights[0]!);
    expect(resampleInterval({ counts, statistic: rare }, { confidence: 0.9, seed: 1 })).toMatchObject({
      value: 1,
      lower: -Infinity,
      upper: Infinity,
    });
  });
});

describe('random numbers', () => {
  it.each([
    [20, 0.2],
    [1000, 0.004],
    [1000, 0.3],
    [500_000, 0.9],
  ])('binomial(%d, %d) has its mean and variance', (n, p) => {
    const random = seededRandom(9);
    const draws = Float64Array.from({ length: 20_000 }, () => binomial(random, n, p));
    const mean = draws.reduce((a, b) => a + b) / draws.length;
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean - n * p)).toBeLessThan(4 * Math.sqrt((n * p * (1 - p)) / draws.length));
    expect(Math.abs(variance / (n * p * (1 - p)) - 1)).toBeLessThan(0.05);
    expect(draws.every((k) => Number.isInteger(k) && k >= 0 && k <= n)).toBe(true);
  });

  it('are evenly spread', () => {
    const random = seededRandom(1);
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 160_000; i++) counts[random.below(16)]!++;
    const chi = counts.reduce((total, n) => total + (n - 10_000) ** 2 / 10_000, 0);
    expect(chi).toBeLessThan(37.7);
    expect(random.uniform()).toBeLessThan(1);
  });
});

function sum(values: Uint32Array): number {
  return values.reduce((a, b) => a + b, 0);
}
