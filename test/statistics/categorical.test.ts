import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  chiSquareOf,
  cramersV,
  fisherExact,
  homogeneity,
  poolRare,
  smallestExpected,
} from '../../src/statistics/categorical.js';
import {
  correctedJensenShannonDistance,
  correctedPopulationStability,
  detectableDistance,
  detectableShift,
  detectableShiftByKs,
  hellinger,
  jensenShannonDistance,
  largestShareDifference,
  noncentralTail,
  populationStability,
  sharesOf,
} from '../../src/statistics/effect.js';
import { chiSquareSf } from '../../src/statistics/special.js';
import { expectClose } from './reference.js';

interface Table {
  a: number[];
  b: number[];
  chiSquare: number;
  p: number;
  df: number;
  g: number;
  v: number;
  js2: number;
  hellinger: number;
  largest: number;
  psi?: number;
}
const reference = JSON.parse(readFileSync(new URL('../reference/drift.json', import.meta.url), 'utf8')) as {
  detectable: { categories: number; n: number; m: number; alpha: number; distance: number }[];
  detectableShift: { n: number; m: number; alpha: number; shift: number }[];
  tables: Table[];
  fisher: { table: [number, number, number, number]; p: number }[];
  permutation: { a: number[]; b: number[]; p: number }[];
  noncentral: { x: number; df: number; lambda: number; sf: number }[];
};

const generator = (seed: number): (() => number) => {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
};

describe('categories, against scipy', () => {
  it.each(reference.tables)('$a against $b', (expected) => {
    const { a, b } = expected;
    const { chiSquare, g, df } = chiSquareOf({ a, b });
    const [p, q] = [sharesOf(a), sharesOf(b)];
    const close = (found: number, wanted: number): void =>
      expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
    expect(df).toBe(expected.df);
    close(chiSquare, expected.chiSquare);
    close(g, expected.g);
    close(chiSquareSf(chiSquare, df), expected.p);
    close(cramersV({ a, b }), expected.v);
    close(jensenShannonDistance(p, q), expected.js2);
    close(hellinger(p, q), expected.hellinger);
    close(largestShareDifference(p, q), expected.largest);
    if (expected.psi !== undefined) close(populationStability(p, q), expected.psi);
  });

  it.each(reference.fisher)('Fisher’s test of $table', ({ table, p }) => {
    expect(Math.abs(fisherExact(...table) - p)).toBeLessThan(1e-9);
  });

  it.each(reference.permutation)('the permutation test of $a against $b', ({ a, b, p }) => {
    const found = homogeneity({ a, b }, generator(5), 20_000);
    expect(found.method).toBe('permutation');
    // Drawing ends at 50 tables at least as extreme: the relative standard error is below 1/√50.
    expect(Math.abs(found.p / p - 1)).toBeLessThan(4 / Math.sqrt(50));
  });

  it.each(reference.noncentral)('P(χ′² > $x), df $df, λ $lambda', ({ x, df, lambda, sf }) => {
    expect(Math.abs(noncentralTail(x, df, lambda) - sf)).toBeLessThan(1e-9);
  });
});

describe('categories, always', () => {
  const counts = fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { minLength: 2, maxLength: 12 });

  it('pools without losing a row, and asks both samples alike', () => {
    fc.assert(
      fc.property(counts, (pairs) => {
        const table = { a: pairs.map(([x]) => x), b: pairs.map(([, y]) => y) };
        const sum = (list: readonly number[]): number => list.reduce((x, y) => x + y, 0);
        fc.pre(sum(table.a) > 0 && sum(table.b) > 0);
        const pooled = poolRare(table);
        expect(sum(pooled.table.a)).toBe(sum(table.a));
        expect(sum(pooled.table.b)).toBe(sum(table.b));
        const other = poolRare({ a: table.b, b: table.a });
        expect(other.pooled).toBe(pooled.pooled);
        expect(smallestExpected(pooled.table)).toBeGreaterThan(0);
      }),
    );
  });

  it('keeps p within 0 and 1 and repeats itself', () => {
    fc.assert(
      fc.property(counts, (pairs) => {
        const table = { a: pairs.map(([x]) => x + 1), b: pairs.map(([, y]) => y) };
        fc.pre(table.b.some((count) => count > 0));
        const found = homogeneity(table, generator(3), 200);
        expect(found.p).toBeGreaterThan(0);
        expect(found.p).toBeLessThanOrEqual(1);
        expect(homogeneity(table, generator(3), 200)).toEqual(found);
      }),
    );
  });

  it('finds no effect between a sample and itself, with or without empty categories', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1 }), (a) => {
        fc.pre(a.some((count) => count > 0));
        expect(correctedJensenShannonDistance(a, a)).toBe(0);
        expect(correctedPopulationStability(a, a)).toBeLessThanOrEqual(1e-9);
        expect(correctedJensenShannonDistance([...a, 0], [...a, 0])).toBe(0);
      }),
    );
  });
});

describe('what can be detected at all', () => {
  it('shrinks with the rows and grows with the categories', () => {
    expect(detectableShift(100, 100, 0.05)).toBeGreaterThan(detectableShift(10_000, 10_000, 0.05));
    expect(detectableShiftByKs(2, 2, 0.05)).toBe(Infinity);
    expect(detectableShiftByKs(40, 400, 0.01)).toBeGreaterThan(detectableShift(40, 400, 0.01));
    expect(detectableDistance(20, 500, 500, 0.05)).toBeGreaterThan(detectableDistance(2, 500, 500, 0.05));
    expect(detectableDistance(1, 500, 500, 0.05)).toBe(1);
  });

  it('is as scipy says, also at levels that are nothing beside 1', () => {
    for (const { categories, n, m, alpha, distance } of reference.detectable) {
      expectClose(detectableDistance(categories, n, m, alpha), distance, 1e-6);
    }
    for (const { n, m, alpha, shift } of reference.detectableShift) {
      expectClose(detectableShift(n, m, alpha), shift, 1e-9);
    }
  });

  it('is found by the test in about four of five tries', () => {
    const random = generator(11);
    const n = 1000;
    const distance = detectableDistance(2, n, n, 0.05);
    // A table of two categories at that distance: bisected on the share.
    let [low, high] = [0.5, 1];
    for (let i = 0; i < 50; i++) {
      const middle = (low + high) / 2;
      if (jensenShannonDistance([0.5, 0.5], [middle, 1 - middle]) < distance) low = middle;
      else high = middle;
    }
    const draw = (share: number): number[] => {
      let x = 0;
      for (let i = 0; i < n; i++) if (random() < share) x++;
      return [x, n - x];
    };
    let found = 0;
    for (let run = 0; run < 400; run++) {
      if (homogeneity({ a: draw(0.5), b: draw(low) }, random).p <= 0.05) found++;
    }
    expect(found / 400).toBeGreaterThan(0.72);
    expect(found / 400).toBeLessThan(0.88);
  });
});
