import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { aucComponents } from '../../src/statistics/delong.js';
import { symmetricEigen } from '../../src/statistics/eigen.js';
import { principalComponents, reconstructionErrors } from '../../src/statistics/pca.js';
import { seededRandom } from '../../src/statistics/random.js';
import { expectClose } from './reference.js';

interface Eigen {
  matrix: number[][];
  values: number[];
  vectors: number[][];
}
interface Components {
  explained: number;
  share: number;
  auc: number;
  components: number[][];
  variances: number[];
  made: number[][];
  held: number[][];
  now: number[][];
  heldErrors: number[];
  nowErrors: number[];
  heldColumns: number[];
  nowColumns: number[];
}
const reference: { eigen: Eigen[]; components: Components[] } = JSON.parse(
  readFileSync(new URL('../reference/multivariate.json', import.meta.url), 'utf8'),
);
const rowsOf = (matrix: number[][]): Float64Array[] => matrix.map((row) => Float64Array.from(row));
const numbers = (columns: number[][]) =>
  columns.map((values) => ({ kind: 'numeric' as const, values: Float64Array.from(values) }));

describe('eigenvectors of a symmetric matrix', () => {
  it('are found of many columns in few rows, whose eigenvalues are mostly rounding errors', () => {
    const { uniform } = seededRandom(3);
    const [rows, columns] = [60, 260];
    const data = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, (_, j) => (j % 3 === 0 ? Number(uniform() < 0.1) : uniform() - 0.5)),
    );
    const matrix = Array.from({ length: columns }, (_, i) =>
      Float64Array.from(
        { length: columns },
        (_, j) => data.reduce((sum, x) => sum + x[i]! * x[j]!, 0) / rows,
      ),
    );
    const { values, vectors } = symmetricEigen(matrix);
    expect(values.filter((value) => Math.abs(value) > 1e-12)).toHaveLength(rows);
    const trace = matrix.reduce((sum, row, i) => sum + row[i]!, 0);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 11);
    for (const k of [0, 1, rows - 1, rows, columns - 1]) {
      const product = matrix.map((row) => row.reduce((sum, x, j) => sum + x * vectors[k]![j]!, 0));
      product.forEach((x, i) => expect(Math.abs(x - values[k]! * vectors[k]![i]!)).toBeLessThan(1e-12));
    }
  });

  it.each(reference.eigen)(
    'are those of numpy for the columns of $matrix.length',
    ({ matrix, values, vectors }) => {
      const found = symmetricEigen(rowsOf(matrix));
      values.forEach((value, k) => expect(found.values[k]!).toBeCloseTo(value, 11));
      vectors.forEach((vector, k) =>
        vector.forEach((x, i) => expect(found.vectors[k]![i]!).toBeCloseTo(x, 9)),
      );
    },
  );

  it('rebuild the matrix and are orthonormal, whatever it is', () => {
    const tiny = fc.constantFrom(5e-324, -1e-310, 1e-200, 0);
    const entry = fc.oneof(
      tiny,
      fc.integer({ min: -3, max: 3 }),
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    );
    const matrices = fc
      .integer({ min: 1, max: 9 })
      .chain((p) =>
        fc
          .array(entry, { minLength: p * p, maxLength: p * p })
          .map((all) =>
            Array.from({ length: p }, (_, i) =>
              Float64Array.from({ length: p }, (_, j) => all[Math.min(i, j) * p + Math.max(i, j)]!),
            ),
          ),
      );
    fc.assert(
      fc.property(matrices, (matrix) => {
        const { values, vectors } = symmetricEigen(matrix);
        const size = Math.max(1, ...matrix.flatMap((row) => Array.from(row, Math.abs)));
        matrix.forEach((row, i) =>
          row.forEach((x, j) => {
            let [rebuilt, product] = [0, 0];
            values.forEach((value, k) => (rebuilt += value * vectors[k]![i]! * vectors[k]![j]!));
            vectors[i]!.forEach((u, k) => (product += u * vectors[j]![k]!));
            expect(Math.abs(rebuilt - x) / size).toBeLessThan(1e-12);
            expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-12);
          }),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('are found where all numbers are about the smallest there are', () => {
    const found = symmetricEigen([Float64Array.of(0, 5e-324), Float64Array.of(5e-324, 0)]);
    expect(found.vectors[0]![0]).toBeCloseTo(Math.SQRT1_2, 12);
    expect(found.values[0]).toBe(5e-324);
  });
});

describe('principal components', () => {
  it.each(reference.components)(
    'and the errors of rebuilding are those of sklearn at $explained of the variance',
    (expected) => {
      const pca = principalComponents(numbers(expected.made), expected.explained)!;
      expect(pca.components.length).toBe(expected.components.length);
      expectClose(pca.explained, expected.share);
      pca.components.forEach((component, k) => {
        expectClose(pca.variances[k]!, expected.variances[k]!);
        component.forEach((x, i) => expect(x).toBeCloseTo(expected.components[k]![i]!, 9));
      });
      const held = reconstructionErrors(numbers(expected.held), pca);
      const now = reconstructionErrors(numbers(expected.now), pca);
      held.rows.forEach((x, i) => expectClose(x, expected.heldErrors[i]!));
      now.rows.forEach((x, i) => expectClose(x, expected.nowErrors[i]!));
      held.columns.forEach((x, i) => expectClose(x, expected.heldColumns[i]!));
      now.columns.forEach((x, i) => expectClose(x, expected.nowColumns[i]!));
      const labels = Uint8Array.from([...held.rows.map(() => 0), ...now.rows.map(() => 1)]);
      const { auc } = aucComponents(labels, Float64Array.from([...held.rows, ...now.rows]));
      expectClose(auc, expected.auc);
    },
  );

  it('leave out what does not vary, take the mean for what is missing, and bear absurd values', () => {
    const values = Float64Array.from({ length: 40 }, (_, i) => (i * 7) % 11);
    const other = values.map((x, i) => 2 * x + (i % 3));
    const pca = principalComponents(
      [
        { kind: 'numeric', values },
        { kind: 'numeric', values: values.map(() => 4) },
        { kind: 'numeric', values: other },
        { kind: 'categorical', values: Array.from(values, (x) => (x > 2 ? 'often' : null)) },
        { kind: 'numeric', values: values.map(() => NaN) },
      ],
      0.8,
    )!;
    expect(pca.columns).toEqual([0, 2, 3]);
    const now = [NaN, 1e300].map((x) => Float64Array.of(x));
    const errors = now.map(
      (x) =>
        reconstructionErrors(
          [
            { kind: 'numeric', values: x },
            { kind: 'numeric', values: x },
            { kind: 'numeric', values: Float64Array.of(pca.means[1]!) },
            { kind: 'categorical', values: ['new'] },
            { kind: 'numeric', values: x },
          ],
          pca,
        ).rows[0]!,
    );
    expect(errors[0]).toBeLessThan(3);
    expect(errors[1]).toBeGreaterThan(100);
    expect(Number.isFinite(errors[1]!)).toBe(true);
    expect(principalComponents([{ kind: 'numeric', values }], 0.8)).toBeUndefined();
  });
});
