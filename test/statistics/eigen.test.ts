import { symmetricEigen } from '../../src/statistics/eigen.js';
import { seededRandom } from '../../src/statistics/random.js';

const matrixOf = (rows: readonly (readonly number[])[]) => rows.map((row) => Float64Array.from(row));

/** A symmetric matrix of random numbers. */
function drawn(p: number, seed: number, scale = 1): Float64Array[] {
  const random = seededRandom(seed);
  const matrix = Array.from({ length: p }, () => new Float64Array(p));
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) matrix[i]![j] = matrix[j]![i] = (random.uniform() - 0.5) * scale;
  }
  return matrix;
}

/** Checks A·v = λ·v, that vectors are orthonormal, the order of values and the sign of vectors. */
function expectEigen(matrix: readonly Float64Array[], tolerance = 1e-13): Float64Array {
  const { values, vectors } = symmetricEigen(matrix);
  const size = Math.max(...matrix.flatMap((row) => [...row].map(Math.abs)), 1e-300) * matrix.length;
  expect(vectors).toHaveLength(matrix.length);
  vectors.forEach((v, k) => {
    matrix.forEach((row, i) => {
      const product = row.reduce((sum, x, j) => sum + x * v[j]!, 0);
      expect(Math.abs(product - values[k]! * v[i]!) / size).toBeLessThan(tolerance);
    });
    vectors.forEach((w, l) => {
      const product = v.reduce((sum, x, i) => sum + x * w[i]!, 0);
      expect(Math.abs(product - (k === l ? 1 : 0))).toBeLessThan(tolerance);
    });
    if (k > 0) expect(values[k]).toBeLessThanOrEqual(values[k - 1]!);
    const most = Math.max(...v.map(Math.abs));
    expect(v.find((x) => Math.abs(x) > most - 1e-12)).toBeGreaterThan(0);
  });
  return values;
}

describe('symmetricEigen', () => {
  it('finds the values that numpy finds', () => {
    // numpy.linalg.eigvalsh of the same matrices, the largest first.
    const four = matrixOf([
      [4, 1, -2, 2],
      [1, 2, 0, 1],
      [-2, 0, 3, -2],
      [2, 1, -2, -1],
    ]);
    const expected = [6.844621107235, 2.268531406431, 1.084364463773, -2.197516977439];
    expectEigen(four).forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 8));
    const hilbert = matrixOf([0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => 1 / (i + j + 1))));
    const values = [1.5002142800592426, 0.16914122022144987, 0.006738273605760745, 9.670230402261226e-5];
    expectEigen(hilbert).forEach((value, k) => expect(value).toBeCloseTo(values[k]!, 14));
  });

  it.each([1, 2, 3, 5, 12, 40])('solves the equation of %d drawn rows', (p) => {
    for (const seed of [1, 2, 3]) expectEigen(drawn(p, seed));
  });

  it('solves it of very small and of very large numbers', () => {
    for (const scale of [1e-300, 1e-150, 1e150, 1e300]) expectEigen(drawn(6, 4, scale));
    const [small, usual] = [symmetricEigen(drawn(5, 5, 2 ** -900)), symmetricEigen(drawn(5, 5, 1))];
    usual.values.forEach((value, k) => expect(small.values[k]! * 2 ** 900).toBeCloseTo(value, 12));
  });

  it('leaves a diagonal matrix as it is, the largest value first', () => {
    const { values, vectors } = symmetricEigen(
      matrixOf([
        [2, 0, 0],
        [0, -5, 0],
        [0, 0, 7],
      ]),
    );
    expect([...values]).toEqual([7, 2, -5]);
    expect(vectors.map((v) => [...v].map(Math.abs))).toEqual([
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  it('finds parts that do not touch each other', () => {
    expectEigen(
      matrixOf([
        [1, 2, 0, 0],
        [2, 1, 0, 0],
        [0, 0, 5, -1],
        [0, 0, -1, 5],
      ]),
    ).forEach((value, k) => expect(value).toBeCloseTo([6, 4, 3, -1][k]!, 13));
    // Coupled by less than can count, and by just enough.
    expectEigen(
      matrixOf([
        [1, 1e-40, 3],
        [1e-40, 2, 1e-40],
        [3, 1e-40, 1],
      ]),
    );
    expectEigen(
      matrixOf([
        [1, 1e-12, 0, 1e-9],
        [1e-12, 1, 1e-20, 0],
        [0, 1e-20, 1, 1e-30],
        [1e-9, 0, 1e-30, 1],
      ]),
    );
  });

  it('finds values that occur more than once', () => {
    const ones = matrixOf(Array.from({ length: 6 }, () => new Array<number>(6).fill(1)));
    const values = expectEigen(ones);
    expect(values[0]).toBeCloseTo(6, 13);
    values.slice(1).forEach((value) => expect(Math.abs(value)).toBeLessThan(1e-13));
    expect([
      ...symmetricEigen(
        matrixOf([
          [0, 0],
          [0, 0],
        ]),
      ).values,
    ]).toEqual([0, 0]);
  });

  it('shows a vector with its largest component positive, the first of equals', () => {
    const { vectors } = symmetricEigen(
      matrixOf([
        [0, -1],
        [-1, 0],
      ]),
    );
    expect(vectors[0]![0]).toBeCloseTo(Math.SQRT1_2, 14);
    expect(vectors[0]![1]).toBeCloseTo(-Math.SQRT1_2, 14);
    expect(vectors[1]!.every((x) => x > 0)).toBe(true);
  });

  it('reads the matrix only', () => {
    const matrix = drawn(4, 9);
    const copy = matrix.map((row) => [...row]);
    symmetricEigen(matrix);
    expect(matrix.map((row) => [...row])).toEqual(copy);
  });
});
