import * as v from 'valibot';
import type { Contract } from '../../../src/dataset/contract/contract.js';
import { findOutliers } from '../../../src/dataset/outliers/outliers.js';
import { profileTables } from '../../../src/dataset/profile/profile.js';
import { outliersSchema } from '../../../src/spec/sections/data.js';
import { seededRandom } from '../../../src/statistics/random.js';
import { type Workbench, contractOf, csv, workbench } from '../sets.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
});
afterAll(() => bench.close());

let files = 0;
const outliers = async (
  contract: Contract,
  text: string,
  settings: v.InferInput<typeof outliersSchema> = {},
) => {
  const file = bench.write(`set${++files}.csv`, text);
  const set = await bench.open('train', [file], contract);
  const profile = await profileTables(bench.engine, set.tables);
  return findOutliers({
    engine: bench.engine,
    contract,
    set,
    profile,
    settings: v.parse(outliersSchema, settings),
  });
};
const short = ({ findings }: Awaited<ReturnType<typeof outliers>>) =>
  findings.map((f) => [f.rule, f.column ?? '', f.count, f.examples.map((e) => e.line)]);

const random = seededRandom(4);
const normal = (): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
const pick = (n: number): number => random.below(n);

describe('values', () => {
  const contract = contractOf({
    id: ['integer', 'id'],
    x: 'number',
    day: 'date',
    label: ['integer', 'label'],
  });
  const header = ['id', 'x', 'day', 'label'];
  const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + (i % 90))).toISOString().slice(0, 10);
  const row = (i: number): (string | number)[] => [i, normal(), day(i), Number(i % 500 === 0)];

  it('far from the others are found beyond the budget, the farthest first', async () => {
    const text = csv(header, 1000, (i) =>
      i < 15 ? [i, 40 + i, day(i), 0] : i < 30 ? [i, normal(), '1900-01-01', 0] : row(i),
    );
    const result = await outliers(contract, text);
    expect(short(result)).toEqual([
      ['outlier', 'x', 15, [16, 15, 14, 13, 12]],
      ['outlier', 'day', 15, [17, 18, 19, 20, 21]],
    ]);
    expect(result.findings[0]!.message).toMatch(
      /15 rows \(1\.5 %\) with a value far from the others, below −.* or above .*; the budget is 1 %/,
    );
    expect(result.findings[1]!.message).toMatch(/below 20(0|1|2)\d-/);
    expect(result.findings[1]!.examples[0]!.value).toBe('1900-01-01');
  });

  it('within the budget are counted, and no finding', async () => {
    const text = csv(header, 1000, (i) => (i < 5 ? [i, 40 + i, day(i), 0] : row(i)));
    const result = await outliers(contract, text);
    expect(result.findings).toEqual([]);
    expect(result.outliers).toMatchObject([{ kind: 'value', columns: ['x'], count: 5, budget: 0.01 }]);
    expect(short(await outliers(contract, text, { budget: '0.4%', severity: 'error' }))).toHaveLength(1);
    const own = await outliers(contract, text, { budget: 0, columns: { x: { budget: '1%' } } });
    expect(own.findings).toEqual([]);
    const ignored = await outliers(contract, text, { budget: 0, columns: { x: { ignore: true } } });
    expect(ignored.outliers).toEqual([]);
  });
});

it('texts much longer than the others, and categories that hardly any row has, are found', async () => {
  const contract = contractOf({ note: 'string', city: 'string' });
  const text = csv(['note', 'city'], 1000, (i) => [
    'word '.repeat(i < 12 ? 400 : 3 + pick(6)),
    i >= 980 ? `typo${i}` : `city${pick(20)}`,
  ]);
  const result = await outliers(contract, text);
  expect(short(result)).toEqual([
    ['outlier-length', 'note', 12, [2, 3, 4, 5, 6]],
    ['rare-category', 'city', 20, [982, 983, 984, 985, 986]],
  ]);
  expect(result.findings[1]!.message).toMatch(
    /^city: 20 categories with 1 row or fewer have 20 rows together \(2 %\)/,
  );
});

it('rows that are unusual only as a whole are found', async () => {
  const contract = contractOf({ height: 'number', weight: 'number', age: 'integer' });
  const text = csv(['height', 'weight', 'age'], 2000, (i) => {
    const size = normal();
    const weight = i % 80 === 0 ? -1.6 : size;
    return [170 + (i % 80 === 0 ? 1.6 : size) * 10, 70 + weight * 9 + normal() * 0.8, 20 + pick(50)];
  });
  const result = await outliers(contract, text);
  expect(short(result)).toEqual([['outlier-row', '', 25, expect.any(Array)]]);
  const lines = result.findings[0]!.examples.map(({ line }) => (line! - 2) % 80);
  expect(lines).toEqual([0, 0, 0, 0, 0]);
});

it('estimates from a sample where that is enough', async () => {
  const contract = contractOf({ a: 'number', b: 'number' });
  const text = csv(['a', 'b'], 60_000, (i) => {
    const x = normal();
    return i % 1500 === 0 ? [4 + x * 0.1, -4] : [x, x + normal() * 0.2];
  });
  const { outliers: found, findings } = await outliers(contract, text);
  expect(findings).toEqual([]);
  const [row] = found.filter(({ kind }) => kind === 'distance');
  expect(row).toMatchObject({ columns: ['a', 'b'], estimated: true });
  expect(row!.count).toBeGreaterThan(10);
  expect(row!.count).toBeLessThan(100);
});

describe('nothing is found in what is as it should be', () => {
  const shapes: Record<string, () => number> = {
    normal,
    exponential: () => -Math.log(1 - random.uniform()),
    logNormal: () => Math.exp(normal()),
    uniform: () => random.uniform(),
    counts: () => Math.floor(-4 * Math.log(1 - random.uniform())),
    zeros: () => Math.max(0, Math.round(normal() * 3 - 2)),
  };
  const names = Object.keys(shapes);
  const contract = contractOf({
    ...Object.fromEntries(names.map((name) => [name, 'number' as const])),
    text: 'string',
    city: 'string',
    wide: 'string',
  });
  it.each([20, 60, 300, 3000, 30_000])('of %i rows', async (rows) => {
    for (let run = 0; run < (rows > 1000 ? 1 : 4); run++) {
      const text = csv([...names, 'text', 'city', 'wide'], rows, () => [
        ...names.map((name) => shapes[name]!()),
        'x'.repeat(1 + pick(30)),
        `c${pick(Math.max(2, Math.min(40, rows / 25)))}`,
        `w${pick(rows)}`,
      ]);
      const { findings } = await outliers(contract, text);
      expect(findings.map((f) => f.message)).toEqual([]);
    }
  });
});
