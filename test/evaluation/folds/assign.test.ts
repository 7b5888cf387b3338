import fc from 'fast-check';
import { assignFolds } from '../../../src/evaluation/folds/assign.js';

const sizesOf = (fold: Uint8Array, folds: number, counts: (row: number) => boolean = () => true): number[] =>
  Array.from({ length: folds }, (_, k) => fold.filter((one, row) => one === k && counts(row)).length);
const spread = (sizes: readonly number[]): number => Math.max(...sizes) - Math.min(...sizes);

describe('folds', () => {
  it('of rows differ by one row at most, in all and of each class', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 20, maxLength: 80 }),
        fc.integer({ min: 2, max: 20 }),
        fc.nat(),
        (classes, folds, seed) => {
          const fold = assignFolds({ rows: classes.length, folds, classes, seed });
          expect(spread(sizesOf(fold, folds))).toBeLessThanOrEqual(1);
          for (const name of new Set(classes)) {
            expect(spread(sizesOf(fold, folds, (row) => classes[row] === name))).toBeLessThanOrEqual(1);
          }
        },
      ),
      { seed: 11 },
    );
  });

  it('never part a group, and hold about as many rows each', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 20, maxLength: 40 }),
        fc.integer({ min: 2, max: 10 }),
        fc.nat(),
        (sizes, folds, seed) => {
          const groups = Uint32Array.from(
            sizes.flatMap((size, group) => new Array<number>(size).fill(group)),
          );
          const fold = assignFolds({ rows: groups.length, folds, groups, seed });
          const pairs = new Set(Array.from(groups, (group, row) => `${group} ${fold[row]}`));
          expect(pairs.size).toBe(sizes.length);
          // Greedy filling: no two folds differ by more than the largest group.
          expect(spread(sizesOf(fold, folds))).toBeLessThanOrEqual(Math.max(...sizes));
        },
      ),
      { seed: 12 },
    );
  });

  it('depend on the seed alone', () => {
    const of = (seed: number): number[] => [...assignFolds({ rows: 50, folds: 5, seed })];
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  it('cannot be more than rows or groups', () => {
    expect(() => assignFolds({ rows: 3, folds: 4, seed: 1 })).toThrow(RangeError);
    const groups = Uint32Array.of(0, 0, 1, 1);
    expect(() => assignFolds({ rows: 4, folds: 3, groups, seed: 1 })).toThrow(RangeError);
  });
});
