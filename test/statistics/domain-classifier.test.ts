import fc from 'fast-check';
import { type Feature, binFeature } from '../../src/statistics/binning.js';
import { addTree, boost } from '../../src/statistics/boosting.js';
import {
  classifyDomain,
  domainRowsNeeded,
  domainStandardError,
} from '../../src/statistics/domain-classifier.js';
import { findInteractions } from '../../src/statistics/interactions.js';
import { type Random, seededRandom } from '../../src/statistics/random.js';
import { kolmogorovSmirnov } from '../../src/statistics/two-sample.js';

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
const numeric = (values: readonly number[]): Feature => ({
  kind: 'numeric',
  values: Float64Array.from(values),
});

/** Columns of all kinds for n reference rows and n current ones; `change` moves current rows. */
function table(n: number, random: Random, change: (row: (number | string | null)[]) => void): Feature[] {
  const rows = Array.from({ length: 2 * n }, (_, i) => {
    const row: (number | string | null)[] = [
      normal(random),
      normal(random),
      Math.floor(10 * random.uniform() ** 2),
      `c${Math.floor(40 * random.uniform() ** 3)}`,
      random.uniform() < 0.2 ? null : normal(random),
    ];
    if (i >= n) change(row);
    return row;
  });
  return rows[0]!.map((_, c): Feature =>
    c === 3
      ? { kind: 'categorical', values: rows.map((row) => row[c] as string | null) }
      : numeric(rows.map((row) => (row[c] === null ? NaN : (row[c] as number)))),
  );
}
const driver = (losses: Float64Array): number => losses.indexOf(Math.max(...losses));
const z95 = 1.6448536269514722;

describe('a classifier of two samples', () => {
  it('is not fooled in more than 5 % of runs when nothing has changed, nor doubts more than it must', () => {
    // So many false alarms come by chance once in 1,000 tries when the rate is 5 %.
    for (const [n, m, runs, bound] of [
      [40, 40, 300, 28],
      [120, 40, 150, 17],
    ] as const) {
      const random = seededRandom(n);
      let [above, squares, sum] = [0, 0, 0];
      for (let run = 0; run < runs; run++) {
        const { auc, standardError } = classifyDomain(
          table((n + m) / 2, random, () => undefined),
          n,
          m,
          run,
        );
        if (auc - z95 * standardError > 0.5) above++;
        squares += ((auc - 0.5) / standardError) ** 2;
        sum += auc;
      }
      expect(above).toBeLessThanOrEqual(bound);
      expect(squares / runs).toBeGreaterThan(0.65);
      expect(squares / runs).toBeLessThan(1.35);
      expect(Math.abs(sum / runs - 0.5)).toBeLessThan(0.015);
    }
  });

  it('finds an exclusive or, which no column shows by itself, and names the pair', () => {
    const random = seededRandom(5);
    const n = 1500;
    const features = table(n, random, () => undefined);
    const [x, y] = features.map(({ values }) => values as Float64Array);
    for (let i = 0; i < 2 * n; i++) {
      const flip = i < n ? x![i]! * y![i]! < 0 : x![i]! * y![i]! > 0;
      if (flip) y![i] = -y![i]!;
    }
    for (const values of [x!, y!]) {
      const sorted = (part: Float64Array) => ({
        values: Float64Array.from(part).sort(),
        counts: part.map(() => 1),
      });
      expect(kolmogorovSmirnov(sorted(values.subarray(0, n)), sorted(values.subarray(n))).p).toBeGreaterThan(
        0.01,
      );
    }
    const { auc, standardError, pairs, losses } = classifyDomain(features, n, n, 1);
    expect(auc - z95 * standardError).toBeGreaterThan(0.9);
    expect(pairs[0]).toMatchObject({ a: 0, b: 1 });
    expect(pairs[0]!.share).toBeGreaterThan(0.5);
    expect(
      [...losses.keys()]
        .sort((a, b) => losses[b]! - losses[a]!)
        .slice(0, 2)
        .sort(),
    ).toEqual([0, 1]);
  });

  it.each([
    ['a shift of a number', 0, (row: (number | string | null)[]) => (row[0] = (row[0] as number) + 1)],
    ['a number in other places of the same range', 2, (row) => (row[2] = (Number(row[2]) * 7 + 3) % 10)],
    ['new categories', 3, (row) => (row[3] = row[3] === 'c0' ? 'new' : row[3]!)],
    ['missing values', 4, (row) => (row[4] = row[4] !== null && Number(row[4]) > 0 ? null : row[4]!)],
  ] satisfies [string, number, (row: (number | string | null)[]) => unknown][])(
    'finds %s, and the column',
    (_what, column, change) => {
      const { auc, standardError, losses } = classifyDomain(table(600, seededRandom(9), change), 600, 600, 3);
      expect(auc - z95 * standardError).toBeGreaterThan(0.55);
      expect(driver(losses)).toBe(column);
    },
  );

  it('is hardly misled by categories that are many and say nothing', () => {
    const random = seededRandom(12);
    const n = 1500;
    const moved = numeric(Array.from({ length: 2 * n }, (_, i) => normal(random) + (i < n ? 0 : 0.5)));
    const noise = Array.from({ length: 4 }, (): Feature => ({
      kind: 'categorical',
      values: Array.from({ length: 2 * n }, () => `c${random.below(200)}`),
    }));
    const alone = classifyDomain([moved], n, n, 1);
    const among = classifyDomain([moved, ...noise], n, n, 1);
    expect(among.auc).toBeGreaterThan(alone.auc - 0.015);
    expect(driver(among.losses)).toBe(0);
  });

  it('says the same for the same seed, and sees only the order of numbers', () => {
    const make = (bend: (x: number) => number) =>
      table(200, seededRandom(2), (row) => (row[0] = (row[0] as number) + 0.5)).map((feature) =>
        feature.kind === 'numeric' ? { kind: 'numeric' as const, values: feature.values.map(bend) } : feature,
      );
    const plain = classifyDomain(
      make((x) => x),
      200,
      200,
      4,
    );
    expect(
      classifyDomain(
        make((x) => x),
        200,
        200,
        4,
      ),
    ).toEqual(plain);
    expect(
      classifyDomain(
        make((x) => Math.exp(3 * x)),
        200,
        200,
        4,
      ),
    ).toEqual(plain);
    expect(
      classifyDomain(
        make((x) => x),
        200,
        200,
        5,
      ).auc,
    ).not.toBe(plain.auc);
  });

  it('does not take separation in a few rows for certainty, and says how many rows would do', () => {
    const features = [numeric(Array.from({ length: 24 }, (_, i) => (i < 12 ? i : 100 + i)))];
    const { auc, standardError, blocks } = classifyDomain(features, 12, 12, 1);
    expect(blocks.map(({ learned, scored }) => [learned, scored])).toEqual([
      [6, 6],
      [12, 6],
      [18, 6],
    ]);
    expect(standardError).toBeGreaterThanOrEqual(domainStandardError(12, 12));
    expect(auc - z95 * standardError).toBeLessThan(0.9);
    const rows = domainRowsNeeded(0.55, 0.05);
    expect((z95 + 0.8416212335729143) * domainStandardError(rows, rows)).toBeLessThanOrEqual(0.05);
    expect((z95 + 0.8416212335729143) * domainStandardError(rows - 2, rows - 2)).toBeGreaterThan(0.05);
    expect(() => classifyDomain(features, 12, 7, 1)).toThrow(RangeError);
  });

  it('bears hundreds of columns, and columns without anything in them', () => {
    const random = seededRandom(8);
    const features = Array.from({ length: 150 }, (_, c) =>
      numeric(Array.from({ length: 600 }, (_, i) => normal(random) + (c === 137 && i >= 300 ? 1 : 0))),
    );
    features[3] = numeric(new Array<number>(600).fill(NaN));
    features[4] = { kind: 'categorical', values: new Array<null>(600).fill(null) };
    const { auc, losses } = classifyDomain(features, 300, 300, 1);
    expect(driver(losses)).toBe(137);
    expect(auc).toBeGreaterThan(0.65);
    const nothing = classifyDomain([features[3]!], 300, 300, 1);
    expect(nothing.auc).toBe(0.5);
    expect(nothing.standardError).toBeGreaterThan(0.01);
  });
});

describe('bins', () => {
  it('keep the order of numbers, hold missing apart, and are never too many', () => {
    const values = fc.array(fc.oneof(fc.double(), fc.integer({ min: 0, max: 5 }), fc.constant(NaN)), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(values, (all) => {
        const { fine, coarse } = binFeature(numeric(all));
        for (const { bins, width } of [fine, coarse]) {
          expect(Math.max(...bins)).toBeLessThan(width);
          const places = all.map((x, i) => [x, bins[i]!] as const);
          for (const [x, bin] of places) expect(bin === 0).toBe(Number.isNaN(x));
          const sorted = places.filter(([x]) => !Number.isNaN(x)).sort(([a], [b]) => a - b);
          sorted.forEach(([x, bin], i) => {
            if (i === 0) return;
            expect(bin).toBeGreaterThanOrEqual(sorted[i - 1]![1]);
            if (x === sorted[i - 1]![0]) expect(bin).toBe(sorted[i - 1]![1]);
          });
        }
        expect(fine.width).toBeLessThanOrEqual(33);
        expect(coarse.width).toBeLessThanOrEqual(7);
      }),
      { numRuns: 60 },
    );
  });
});

describe('boosted trees', () => {
  it('learn a table of three columns that must be asked together', () => {
    const random = seededRandom(6);
    const rows = 4000;
    const bit = () => Uint8Array.from({ length: rows }, () => random.below(2));
    const bits = [bit(), bit(), bit()];
    const labels = Uint8Array.from({ length: rows }, (_, i) => (bits[0]![i]! & bits[1]![i]!) | bits[2]![i]!);
    const columns = bits.map((bins) => ({ bins, width: 2 }));
    const trees = boost(columns, labels, {
      rows: 3000,
      rounds: 60,
      depth: 3,
      rate: 0.3,
      ridge: 1,
      sample: 1000,
      random,
    });
    const scores = new Float64Array(1000);
    for (const tree of trees) addTree(tree, columns, 3000, scores);
    const ones = scores.filter((_, i) => labels[3000 + i] === 1);
    const zeros = scores.filter((_, i) => labels[3000 + i] === 0);
    expect(Math.min(...ones)).toBeGreaterThan(Math.max(...zeros));
  });
});

describe('pairs of columns', () => {
  it('are rarely found where columns act by themselves or not at all', () => {
    let found = 0;
    for (let run = 0; run < 40; run++) {
      const random = seededRandom(run);
      const columns = Array.from({ length: 10 }, () => ({
        bins: Uint8Array.from({ length: 800 }, () => random.below(6)),
        width: 6,
      }));
      const labels = Uint8Array.from({ length: 800 }, (_, i) =>
        random.uniform() < 0.3 + 0.08 * columns[0]!.bins[i]! ? 1 : 0,
      );
      found += findInteractions(columns, labels, 800, 10).length;
    }
    expect(found).toBeLessThanOrEqual(8);
  });
});
