import {
  areCopies,
  differByNature,
  excess,
  isCertain,
  poissonTail,
} from '../../../src/dataset/leakage/evidence.js';
import type { Agreement, Keys } from '../../../src/dataset/leakage/keys.js';

const agreement = (part: Partial<Agreement>): Agreement => ({
  pairs: 0,
  anyLabel: 0,
  matched: 0,
  rows: 1000,
  spread: 0,
  ...part,
});
const sizes = { train: 4000, holdout: 1000, scale: () => 1 };

describe('copies', () => {
  /** Two bands and all columns; pairs that agree without the first, without the second, in all. */
  const keys = (pairs: readonly number[], bands: readonly number[], label = 0.5): Keys => ({
    between: pairs.map((n) => agreement({ pairs: n, anyLabel: n, matched: n, spread: n })),
    within: pairs.map(() => agreement({ rows: 4000 })),
    collision: { bands, label },
  });

  it('agree where chance and nature would not let them', () => {
    expect(areCopies(keys([5, 6, 5], [1e-4, 1e-4]), 2, sizes)).toBe(true);
    // Of columns that agree often, so many pairs come about by chance.
    expect(areCopies(keys([20_000, 20_000, 20_000], [0.1, 0.1]), 2, sizes)).toBe(false);
    // Of columns that hardly ever agree, so many do not; yet most that agree in one differ in the other.
    expect(areCopies(keys([900, 50, 50], [1e-3, 1e-3]), 2, sizes)).toBe(false);
    expect(differByNature(keys([900, 50, 50], [1e-3, 1e-3]), 2, sizes)).toBe(true);
    // A column that is nearly constant is not informative, and is not tested.
    expect(areCopies(keys([900, 50, 50], [0.9, 1e-5]), 2, sizes)).toBe(true);
  });

  it('are never what says nothing at all', () => {
    expect(areCopies(keys([1e6, 1e6, 1e6], [0.6, 0.9]), 2, sizes)).toBe(false);
    expect(areCopies(keys([0, 0, 0], [1e-4, 1e-4]), 2, sizes)).toBe(false);
  });
});

describe('more twins than a set has in itself', () => {
  const keys = (ours: Partial<Agreement>, own: Partial<Agreement>): Keys => ({
    between: [agreement(ours)],
    within: [agreement({ rows: 4000, ...own })],
    collision: { bands: [], label: 1 },
  });

  it('have the chance of a binomial number', () => {
    // 10 of 1,000 against none of 4,000, which would come as pairs: (1000 / 3000)^10.
    const { p, share } = excess(keys({ matched: 10, spread: 10 }, {}), 0);
    expect(p).toBeCloseTo((1 / 3) ** 10, 12);
    expect(share).toBeCloseTo(0.01, 12);
    expect(isCertain({ p, share })).toBe(true);
  });

  it('are as many in two sets of one source', () => {
    // Twins of 1 % of the rows in both: 10 rows of holdout, 20 pairs in train.
    const even = excess(keys({ matched: 10, spread: 10 }, { matched: 40, spread: 80 }), 0);
    expect(even.p).toBeGreaterThan(0.3);
    expect(even.share).toBeCloseTo(0, 12);
  });

  it('count rows of one key once', () => {
    // A hundred equal rows are one draw, however many they are.
    const clump = excess(keys({ matched: 100, spread: 10_000 }, {}), 0);
    expect(clump.p).toBeCloseTo(1 / 201, 12);
    expect(isCertain(clump)).toBe(false);
  });
});

it('has the tail of a Poisson number', () => {
  expect(poissonTail(1, 1e-4)).toBeCloseTo(1 - Math.exp(-1e-4), 12);
  expect(poissonTail(3, 1)).toBeCloseTo(1 - 2.5 * Math.exp(-1), 12);
  expect(poissonTail(0, 5)).toBe(1);
});
