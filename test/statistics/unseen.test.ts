import { boundedMeanInterval, lowerRatioBound } from '../../src/statistics/gamma-sums.js';
import { clopperPearson } from '../../src/statistics/intervals.js';
import { reachingMean } from '../../src/statistics/mean-interval.js';
import { exponential, gamma, normal, seededRandom } from '../../src/statistics/random.js';
import { betaInc, gammaInc, normalCdf } from '../../src/statistics/special.js';
import { unseenInterval } from '../../src/statistics/unseen.js';

const share = (hits: number, n: number) => ({
  counts: Float64Array.of(hits, n - hits),
  next: [0, 1],
  statistic: (w: Float64Array) => w[0]! / (w[0]! + w[1]!),
});
const shares: readonly [number, number][] = [
  [8, 8],
  [1, 1],
  [0, 5],
  [5, 8],
  [95, 100],
  [1000, 1000],
  [3, 2000],
];

describe('bounds that allow for one row that was not seen', () => {
  it.each(shares)('of a share are those of Clopper & Pearson (%d of %d)', (hits, n) => {
    const found = unseenInterval(share(hits, n), { confidence: 0.9, seed: 1, replicates: 20_000 });
    // In the probability that it bounds: 20,000 replicates leave an error of 0.0015.
    const missed = hits === 0 ? 0 : betaInc(found.lower, hits, n - hits + 1);
    const above = hits === n ? 0 : 1 - betaInc(found.upper, hits + 1, n - hits);
    if (hits > 0) expect(Math.abs(missed - 0.05)).toBeLessThan(0.006);
    if (hits < n) expect(Math.abs(above - 0.05)).toBeLessThan(0.006);
    expect([found.lower >= 0, found.upper <= 1]).toEqual([true, true]);
  });

  it('repeat themselves, and widen with confidence far beyond what replicates hold', () => {
    const at = (confidence: number) => unseenInterval(share(40, 40), { confidence, seed: 3 });
    expect(at(0.9)).toEqual(at(0.9));
    const lower = [0.8, 0.9, 0.98, 0.9998, 1 - 1e-9].map((confidence) => at(confidence).lower);
    expect(lower).toEqual([...lower].sort((a, b) => b - a));
    const exact = clopperPearson(40, 40, 0.9998).lower;
    expect(Math.abs(lower[3]! - exact)).toBeLessThan(0.03);
  });

  it('draw only that row where there are many cells: the rule of three', () => {
    const n = 30_000;
    const counts = new Float64Array(n + 1).fill(1, 0, n);
    const { value, lower, upper } = unseenInterval(
      { counts, next: [n, 0], statistic: (w) => 1 - w[n]! / w.reduce((sum, weight) => sum + weight, 0) },
      { confidence: 0.9, seed: 1 },
    );
    expect([value, upper]).toEqual([1, 1]);
    expect(1 - lower).toBeCloseTo(-Math.log(0.05) / n, 7);
  });

  it('are open where the statistic is often undefined', () => {
    const found = unseenInterval(
      { counts: Float64Array.of(5), next: [0], statistic: (w) => (w[0]! > 5 ? NaN : w[0]!) },
      { confidence: 0.9, seed: 1 },
    );
    expect([found.lower, found.upper]).toEqual([-Infinity, Infinity]);
  });
});

describe('bounds of a ratio of sums', () => {
  it.each(shares)(
    'of a share are those of Clopper & Pearson, to a few per cent of the tail (%d of %d)',
    (hits, n) => {
      for (const tail of [0.05, 0.01, 1e-6]) {
        const { lower, upper } = boundedMeanInterval(
          Float64Array.of(0, 1),
          Float64Array.of(n - hits, hits),
          [0, 1],
          1 - 2 * tail,
        );
        const missed = hits === 0 ? tail : betaInc(lower, hits, n - hits + 1);
        const above = hits === n ? tail : betaInc(1 - upper, n - hits, hits + 1);
        for (const found of [missed, above]) expect(Math.abs(Math.log(found / tail))).toBeLessThan(0.12);
        if (hits === 0) expect(lower).toBe(0);
        if (hits === n) expect(upper).toBeCloseTo(1, 9);
      }
    },
  );

  it('of Fβ are those of the share that it is a function of, where β is 1', () => {
    const [hits, missed, falsely] = [12, 3, 4];
    const lower = lowerRatioBound(
      {
        counts: Float64Array.of(hits, missed, falsely),
        numerators: Float64Array.of(2, 0, 0),
        denominators: Float64Array.of(2, 1, 1),
      },
      { numerator: 0, denominator: 1 },
      0.05,
      0,
    );
    const bound = clopperPearson(hits, hits + missed + falsely, 0.9).lower;
    expect(lower).toBeCloseTo((2 * bound) / (1 + bound), 3);
  });

  it('of a mean of many values are those of one of few, where values lie close', () => {
    const values = Float64Array.from({ length: 20_000 }, (_, i) => ((i * 7919) % 20_000) / 20_000);
    const [many, few] = [values, values.map((value) => Math.round(value * 200) / 200)].map((of) =>
      boundedMeanInterval(of, new Float64Array(of.length).fill(1), [0, 1], 0.9),
    );
    expect(many!.lower).toBeCloseTo(few!.lower, 4);
    expect(many!.upper).toBeCloseTo(few!.upper, 4);
  });
});

describe('a mean of rows', () => {
  const bounds = [0, 1] as const;

  it('that all agree reaches as far as three more rows in n', () => {
    const { lower, upper } = reachingMean(new Float64Array(300), {}, { bounds, ifAlike: 0 }, 0.9);
    expect(lower).toBe(0);
    expect(upper).toBeCloseTo(1 - 0.05 ** (1 / 300), 3);
  });

  it('without bounds reaches as its largest values do, and is open where there are none', () => {
    const open = { bounds: [-Infinity, Infinity] as const, ifAlike: 0 };
    expect(reachingMean(new Float64Array(50), {}, open, 0.9)).toMatchObject({ lower: -Infinity });
    const { lower, upper } = reachingMean(new Float64Array(50).fill(2), {}, { ...open, ifAlike: 2 }, 0.9);
    expect([lower, upper].map((bound) => Math.abs(bound - 2) > 0.05)).toEqual([true, true]);
  });

  it('of clusters that agree counts the clusters', () => {
    const clusters = Uint32Array.from({ length: 300 }, (_, i) => i % 30);
    const { upper } = reachingMean(new Float64Array(300), { clusters }, { bounds, ifAlike: 0 }, 0.9);
    expect(upper).toBeGreaterThan(1 - 0.05 ** (1 / 31));
    expect(upper).toBeLessThan(1 - 0.05 ** (1 / 25));
  });
});

describe('draws', () => {
  const random = seededRandom(4);
  const n = 4000;
  /** Kolmogorov's distance of draws from a distribution function. */
  const distance = (draw: () => number, cdf: (x: number) => number): number => {
    const sorted = Float64Array.from({ length: n }, draw).sort();
    return sorted.reduce((most, x, i) => Math.max(most, Math.abs(cdf(x) - (i + 0.5) / n)), 0);
  };

  it.each<[string, () => number, (x: number) => number]>([
    ['exponential', () => exponential(random), (x) => 1 - Math.exp(-x)],
    ['normal', () => normal(random), normalCdf],
    ...[0.2, 1, 2.5, 400].map(
      (shape) =>
        [`gamma of shape ${shape}`, () => gamma(random, shape), (x: number) => gammaInc(shape, x)] as [
          string,
          () => number,
          (x: number) => number,
        ],
    ),
  ])('are %s', (_, draw, cdf) => {
    // Beyond 1.95/√n once in 1,000 times.
    expect(distance(draw, cdf)).toBeLessThan(1.95 / Math.sqrt(n));
  });
});
