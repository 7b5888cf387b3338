import { findLeakage } from '../../../src/dataset/leakage/leakage.js';
import { seededRandom } from '../../../src/statistics/random.js';
import type { ColumnType } from '../../../src/formats/profile.js';
import { type Workbench, contractOf, csv, workbench } from '../sets.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
});
afterAll(() => bench.close());

const random = seededRandom(11);
const pick = (n: number): number => random.below(n);
const normal = (): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());

type Row = readonly (number | string | boolean)[];
interface Source {
  readonly types: Record<string, ColumnType>;
  draw(): Row;
}

/* Train and holdout drawn from one source, independent of each other: whatever is found is a false alarm. */
const sources: Record<string, Source> = {
  'numbers and categories': {
    types: { a: 'number', b: 'number', c: 'string', d: 'integer', y: 'string' },
    draw: () => [normal(), Math.exp(normal()), `c${pick(30)}`, pick(1000), pick(3)],
  },
  'a few small categories': {
    types: { a: 'string', b: 'integer', c: 'boolean', y: 'string' },
    draw: () => ['xyz'[pick(3)]!, pick(4), pick(2) === 0, pick(2)],
  },
  'skewed categories': {
    types: { a: 'string', b: 'string', c: 'string', d: 'string', e: 'string', y: 'string' },
    draw: () => [
      ...Array.from({ length: 5 }, () => `v${Math.floor(random.uniform() ** 8 * 6)}`),
      pick(3) === 0,
    ],
  },
  'columns that follow from each other': {
    types: { city: 'string', zip: 'integer', lat: 'number', size: 'integer', y: 'string' },
    draw: () => {
      const city = pick(60);
      return [`city${city}`, 10_000 + city * 7, 40 + city * 0.137, pick(12), pick(2)];
    },
  },
  'numbers that follow from one': {
    types: { a: 'number', b: 'number', c: 'number', y: 'string' },
    draw: () => {
      const x = normal();
      return [x, x * 3 + normal() * 1e-4, Math.exp(x), pick(2)];
    },
  },
  'rounded numbers': {
    types: { a: 'number', b: 'number', c: 'number', y: 'string' },
    draw: () => [normal().toFixed(1), normal().toFixed(2), (pick(100) * 0.5).toFixed(1), normal() > 0],
  },
  'one column': { types: { a: 'integer', y: 'string' }, draw: () => [pick(500), pick(2)] },
};

describe.each(Object.entries(sources))('nothing is found between independent sets of %s', (_, source) => {
  it.each([
    [100, 40],
    [900, 900],
    [3000, 500],
  ])('of %i and %i rows', async (trainRows, holdoutRows) => {
    const { y, ...features } = source.types;
    const contract = contractOf({ ...features, y: [y!, 'label'] });
    const names = Object.keys(source.types);
    const made = async (name: string, rows: number) =>
      bench.open(
        name,
        [
          bench.write(
            `${name}.csv`,
            csv(names, rows, () => source.draw()),
          ),
        ],
        contract,
      );
    for (let run = 0; run < (trainRows > 500 ? 1 : 3); run++) {
      const { findings } = await findLeakage({
        engine: bench.engine,
        contract,
        train: await made('train', trainRows),
        holdout: await made('holdout', holdoutRows),
        regression: false,
        settings: {},
      });
      expect(findings.map((f) => f.message)).toEqual([]);
    }
  });
});
