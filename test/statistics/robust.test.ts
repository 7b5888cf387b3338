import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  choleskyOf,
  minimumCovarianceDeterminant,
  squaredDistances,
  whitening,
} from '../../src/statistics/covariance.js';
import { seededRandom } from '../../src/statistics/random.js';
import {
  adjustedFences,
  fences,
  medcouple,
  sidesOf,
  skewness,
  weightedQuantile,
} from '../../src/statistics/robust.js';

interface Sample {
  name: string;
  values: number[];
  q1: number;
  median: number;
  q3: number;
  medcouple: number;
  below: number;
  above: number;
  lower: number;
  upper: number;
}
interface Cloud {
  name: string;
  points: number[][];
  logDeterminant: number;
  rawLocation: number[];
  rawCovariance: number[][];
  location: number[];
  covariance: number[][];
  distances: number[];
}
const reference = JSON.parse(
  readFileSync(new URL('../reference/outliers.json', import.meta.url), 'utf8'),
) as { samples: Sample[]; clouds: Cloud[]; searched: Cloud[] };
const once = (values: readonly number[]) => ({ values, counts: values.map(() => 1) });
const close = (a: ArrayLike<number>, b: ArrayLike<number>): void => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < b.length; i++)
    expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(1e-9 * (1 + Math.abs(b[i]!)));
};

describe.each(reference.samples)('of $name', (expected) => {
  const sample = once(expected.values);
  it('quartiles, spreads, medcouple and fences are those of numpy and statsmodels', () => {
    close(
      [0.25, 0.5, 0.75].map((p) => weightedQuantile(sample, p)),
      [expected.q1, expected.median, expected.q3],
    );
    close([medcouple(expected.values), skewness(sample)], [expected.medcouple, expected.medcouple]);
    const { below, above } = sidesOf(sample);
    close([below, above], [expected.below, expected.above]);
    const { lower, upper } = adjustedFences(sample, 1.5);
    close([lower, upper], [expected.lower, expected.upper]);
  });
});

it('weighs values as if they were written out', () => {
  const counted = fc.uniqueArray(
    fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 5 })),
    {
      selector: ([value]) => value,
      minLength: 1,
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(counted, fc.double({ min: 0, max: 1, noNaN: true }), (pairs, p) => {
      const sorted = [...pairs].sort(([a], [b]) => a - b);
      const weighted = { values: sorted.map(([v]) => v), counts: sorted.map(([, n]) => n) };
      const plain = once(sorted.flatMap(([v, n]) => new Array<number>(n).fill(v)));
      expect(weightedQuantile(weighted, p)).toBeCloseTo(weightedQuantile(plain, p), 12);
      expect(sidesOf(weighted)).toEqual(sidesOf(plain));
      expect(skewness(weighted)).toBeCloseTo(skewness(plain), 12);
    }),
    { numRuns: 200 },
  );
});

describe('outside both fences', () => {
  const random = seededRandom(9);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const t3 = (): number => normal() / Math.sqrt((normal() ** 2 + normal() ** 2 + normal() ** 2) / 3);
  it.each<[string, () => number]>([
    ['normal', normal],
    ['uniform', () => random.uniform()],
    ['exponential', () => -Math.log(1 - random.uniform())],
    ['log-normal', () => Math.exp(normal())],
    ['Student t, 3 degrees', t3],
    ['mostly zero', () => Math.max(0, normal() - 0.5)],
    ['counts', () => Math.floor(-3 * Math.log(1 - random.uniform()))],
  ])('lies less than 1 %% of what is %s', (_, draw) => {
    const values = Array.from({ length: 20_000 }, draw).sort((a, b) => a - b);
    const { lower, upper } = fences(once(values), { z: 6, k: 3 });
    expect(values.filter((x) => x < lower || x > upper).length).toBeLessThan(200);
  });

  it('lies what was put there', () => {
    const values = [...Array.from({ length: 2000 }, normal), 30, -25].sort((a, b) => a - b);
    const { lower, upper } = fences(once(values), { z: 6, k: 3 });
    expect(values.filter((x) => x < lower || x > upper)).toEqual([-25, 30]);
  });
});

describe.each(reference.clouds)('the covariance of $name', (expected) => {
  const points = expected.points.map((row) => Float64Array.from(row));
  it('by minimum determinant is that of scikit-learn', () => {
    const found = minimumCovarianceDeterminant(points)!;
    close(found.raw.location, expected.rawLocation);
    found.raw.covariance.forEach((row, i) => close(row, expected.rawCovariance[i]!));
    close(found.location, expected.location);
    found.covariance.forEach((row, i) => close(row, expected.covariance[i]!));
    const distances = squaredDistances(points, found)!;
    close(distances.slice(0, 20), expected.distances);
    const w = whitening(found.covariance)!;
    const x = points[3]!.map((value, j) => value - found.location[j]!);
    const square = w.reduce((sum, row) => sum + row.reduce((s, c, j) => s + c * x[j]!, 0) ** 2, 0);
    expect(square).toBeCloseTo(distances[3]!, 9);
  });
});

it.each(reference.searched)(
  'finds at least as small a determinant for $name',
  ({ points, logDeterminant }) => {
    const found = minimumCovarianceDeterminant(points.map((row) => Float64Array.from(row)))!;
    const lower = choleskyOf(found.raw.covariance)!;
    const sum = lower.reduce((total, row, i) => total + 2 * Math.log(row[i]!), 0);
    expect(sum).toBeLessThan(logDeterminant + 0.005);
  },
);

it('finds no covariance where the points lie in a plane', () => {
  const random = seededRandom(2);
  const points = Array.from({ length: 50 }, () => {
    const x = random.uniform();
    return Float64Array.of(x, 2 * x, random.uniform());
  });
  expect(minimumCovarianceDeterminant(points)).toBeUndefined();
});
