import {
  choleskyOf,
  minimumCovarianceDeterminant,
  scatterOf,
  squaredDistances,
  whitening,
} from '../../src/statistics/covariance.js';
import { normal, seededRandom } from '../../src/statistics/random.js';
import { chiSquareQuantile, chiSquareSf } from '../../src/statistics/special.js';
import { expectClose } from './reference.js';

const points = (...rows: number[][]) => rows.map((row) => Float64Array.from(row));

function cloud(n: number, seed: number, outliers = 0): Float64Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, (_, i) => {
    const [x, y] = [normal(random), normal(random)];
    return i < outliers ? Float64Array.of(40 + x, -30 + y) : Float64Array.of(3 + x, 1 + 0.6 * x + 0.8 * y);
  });
}

describe('scatterOf', () => {
  it('divides by the number of points', () => {
    const { location, covariance } = scatterOf(points([1, 2], [3, 8], [5, 2]));
    expect([...location].map((x) => x.toFixed(12))).toEqual(['3.000000000000', '4.000000000000']);
    expect(covariance.flatMap((row) => [...row].map((x) => Number(x.toFixed(12))))).toEqual([
      2.666666666667, 0, 0, 8,
    ]);
    expect(scatterOf(points([1, 2, 0], [2, 4, 1])).covariance.map((row) => [...row])).toEqual([
      [0.25, 0.5, 0.25],
      [0.5, 1, 0.5],
      [0.25, 0.5, 0.25],
    ]);
    expect(scatterOf([]).location).toHaveLength(0);
  });
});

describe('choleskyOf', () => {
  it('is the lower triangle whose square is the matrix', () => {
    const matrix = points([4, 2, -2], [2, 10, 2], [-2, 2, 6]);
    expect(choleskyOf(matrix)!.map((row) => [...row])).toEqual([
      [2, 0, 0],
      [1, 3, 0],
      [-1, 1, 2],
    ]);
  });

  it('knows none of a matrix that is singular to ten digits', () => {
    expect(choleskyOf(points([1, 2], [2, 4]))).toBeUndefined();
    expect(choleskyOf(points([1, 1], [1, 1 + 1e-11]))).toBeUndefined();
    expect(choleskyOf(points([1, 1], [1, 1 + 1e-9]))).toBeDefined();
    expect(choleskyOf(points([0]))).toBeUndefined();
    expect(choleskyOf(points([-1]))).toBeUndefined();
    expect(choleskyOf(points([NaN]))).toBeUndefined();
  });
});

describe('distances', () => {
  const scatter = { location: Float64Array.of(1, -1), covariance: points([4, 2], [2, 10]) };

  it('are those of Mahalanobis', () => {
    // (x − 1, y + 1)·[[10, −2], [−2, 4]]/36·(x − 1, y + 1)ᵀ
    const found = squaredDistances(points([1, -1], [3, -1], [1, 2], [3, 2]), scatter)!;
    [0, 40 / 36, 36 / 36, (40 - 24 + 36) / 36].forEach((square, i) =>
      expect(found[i]).toBeCloseTo(square, 14),
    );
    expect(
      squaredDistances(points([1, 1]), { ...scatter, covariance: points([1, 1], [1, 1]) }),
    ).toBeUndefined();
  });

  it('are lengths after whitening', () => {
    const inverse = whitening(points([4, 2, -2], [2, 10, 2], [-2, 2, 6]))!;
    // The inverse of [[2, 0, 0], [1, 3, 0], [−1, 1, 2]].
    const expected = [
      [1 / 2, 0, 0],
      [-1 / 6, 1 / 3, 0],
      [1 / 3, -1 / 6, 1 / 2],
    ];
    inverse.forEach((row, i) => row.forEach((x, j) => expect(x).toBeCloseTo(expected[i]![j]!, 14)));
    expect(whitening(points([1, 1], [1, 1]))).toBeUndefined();
  });
});

describe('minimumCovarianceDeterminant', () => {
  it('is not drawn away by two fifths of the points', () => {
    const found = minimumCovarianceDeterminant(cloud(200, 1, 80))!;
    const clean = scatterOf(cloud(200, 1, 80).slice(80));
    found.location.forEach((x, j) => expect(Math.abs(x - clean.location[j]!)).toBeLessThan(0.25));
    expect(found.covariance[0]![0]).toBeGreaterThan(0.6);
    expect(found.covariance[0]![0]).toBeLessThan(1.6);
  });

  it('is made consistent at the normal distribution twice', () => {
    const sample = cloud(300, 2);
    const { raw, location, covariance } = minimumCovarianceDeterminant(sample)!;
    const factor = (share: number) => share / (1 - chiSquareSf(chiSquareQuantile(share, 2), 4));
    // Half of the points: ⌈(n + p + 1) / 2⌉ of them, as they are.
    const h = 152;
    const distances = squaredDistances(sample, raw)!;
    const nearest = [...sample.keys()].sort((a, b) => distances[a]! - distances[b]!).slice(0, h);
    const half = scatterOf(nearest.map((i) => sample[i]!));
    half.covariance.forEach((row, i) => row.forEach((x, j) => expectClose(raw.covariance[i]![j]!, x, 1e-9)));
    const limit = chiSquareQuantile(0.975, 2) * factor(h / 300);
    const near = scatterOf(sample.filter((_, i) => distances[i]! < limit));
    near.location.forEach((x, j) => expectClose(location[j]!, x, 1e-12));
    near.covariance.forEach((row, i) =>
      row.forEach((x, j) => expectClose(covariance[i]![j]!, x * factor(0.975), 1e-9)),
    );
  });

  it('searches many points in a part of them first and finds the same half', () => {
    const sample = cloud(1500, 3, 500);
    const { raw } = minimumCovarianceDeterminant(sample)!;
    const distances = squaredDistances(sample, raw)!;
    const half = [...sample.keys()].sort((a, b) => distances[a]! - distances[b]!).slice(0, 752);
    expect(half.every((i) => i >= 500)).toBe(true);
    const scatter = scatterOf(half.map((i) => sample[i]!));
    scatter.covariance.forEach((row, i) =>
      row.forEach((x, j) => expectClose(raw.covariance[i]![j]!, x, 1e-9)),
    );
  });

  it('knows nothing of too few points, of none, and of points in a plane', () => {
    expect(minimumCovarianceDeterminant([])).toBeUndefined();
    expect(minimumCovarianceDeterminant(cloud(5, 4))).toBeUndefined();
    expect(minimumCovarianceDeterminant(cloud(6, 4))).toBeDefined();
    expect(minimumCovarianceDeterminant(points([], [], []))).toBeUndefined();
    const flat = cloud(40, 5).map(([x], i) => Float64Array.of(x!, i < 30 ? 2 * x! : x! - i));
    expect(minimumCovarianceDeterminant(flat)).toBeUndefined();
  });

  it('repeats its answer', () => {
    const sample = cloud(80, 6, 20);
    expect(minimumCovarianceDeterminant(sample, 7)).toEqual(minimumCovarianceDeterminant(sample, 7));
  });
});
