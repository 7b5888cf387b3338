import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { inspectTable } from '../../../src/engine/table.js';
import { compareRows, notCompared } from '../../../src/drift/multivariate/compare-rows.js';
import { drawRows } from '../../../src/drift/multivariate/draw.js';
import { openUnion } from '../../../src/drift/tables.js';
import { type MultivariateDrift, multivariateSchema } from '../../../src/formats/drift-multivariate.js';
import { seededRandom } from '../../../src/statistics/random.js';
import { duckdbLibrary } from '../../engine/library.js';

const folder = mkdtempSync(join(tmpdir(), 'together-'));
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ library: duckdbLibrary, temp: join(folder, 'tmp'), allowedFolders: [folder] });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const random = seededRandom(32);
const normal = (): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
type Row = Record<string, string | number | null>;

function file(name: string, rows: readonly Row[]): string {
  const path = join(folder, name);
  const columns = Object.keys(rows[0]!);
  const lines = rows.map((row) => columns.map((column) => row[column] ?? '').join(','));
  writeFileSync(path, `${[columns.join(','), ...lines].join('\n')}\n`);
  return path;
}

/** Trips: the fare follows the distance, short trips are rides, and each side has ids of its own. */
function trips(n: number, change: (row: Row) => void = () => undefined): Row[] {
  const first = 1 + random.below(1e6);
  return Array.from({ length: n }, (_, i) => {
    const distance = Math.exp(normal());
    const row: Row = {
      id: first + i,
      code: `t-${random.next32().toString(36)}${i}`,
      at: `2024-01-${String(1 + (i % 28)).padStart(2, '0')}`,
      distance: Number(distance.toFixed(3)),
      fare: Number((3 + 2 * distance + 0.3 * normal()).toFixed(2)),
      kind: distance < 1 ? 'ride' : 'tour',
      tip: random.uniform() < 0.3 ? null : Number((normal() ** 2).toFixed(3)),
      city: `city ${Math.floor(12 * random.uniform() ** 2)}`,
      currency: 'EUR',
      late: random.below(2),
    };
    change(row);
    return row;
  });
}

const settings = { alpha: 0.05, rows: 10_000, auc: 0.55, explained: 0.65, ignore: ['late'] };
const compare = async (
  reference: string[],
  current: string[],
  more: Partial<typeof settings> = {},
): Promise<MultivariateDrift> => {
  const result = await compareRows({
    engine,
    reference,
    current,
    types: {},
    settings: { ...settings, ...more },
    seed: 1,
  });
  v.parse(multivariateSchema, JSON.parse(JSON.stringify(result)));
  return result;
};

describe('columns looked at together', () => {
  it('are alike in two parts of one set, whatever names and numbers the rows', async () => {
    const result = await compare([file('a.csv', trips(2000))], [file('b.csv', trips(2000))]);
    expect(result.verdict).toBe('pass');
    expect(result.columns).toEqual(['distance', 'fare', 'kind', 'tip', 'city']);
    expect(Object.fromEntries(result.excluded.map(({ column, reason }) => [column, reason]))).toEqual({
      id: expect.stringMatching(/numbers? the rows|names of rows/),
      code: 'nearly every row has a value of its own',
      at: 'a time, which only moves on',
      currency: 'every row has the same value',
      late: 'the label, a prediction, an id, a time or a group, or ignored by model.yml',
    });
    expect(result.classifier).toMatchObject({ verdict: 'pass', drivers: [], pairs: [] });
    expect(result.reconstruction!.verdict).toBe('pass');
    expect(result.reasons.join('\n')).toMatch(/cannot tell current rows from the reference/);
  });

  it('show a relation that broke, though each column is what it was', async () => {
    const current = trips(2000);
    const fares = current.map(({ fare }) => fare!);
    current.forEach((row, i) => (row.fare = fares[(i + 1000) % 2000]!));
    const result = await compare([file('a.csv', trips(2000))], [file('b.csv', current)]);
    expect(result.verdict).toBe('fail');
    const { classifier, reconstruction } = result;
    expect(classifier!.lower).toBeGreaterThan(0.8);
    expect(classifier!.drivers.map(({ column }) => column)).toContain('fare');
    expect(classifier!.pairs[0]!.columns).toContain('fare');
    expect(reconstruction!.lower).toBeGreaterThan(0.55);
    expect(reconstruction!.drivers.slice(0, 2).map(({ column }) => column)).toContain('fare');
    expect(result.reasons[0]).toMatch(
      /A classifier tells current rows from the reference \(AUC 0\.\d+.*fare/,
    );
    expect(reconstruction!.shares.reduce((sum, { current: share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it('cannot tell from few rows, and says how many would do', async () => {
    const result = await compare([file('a.csv', trips(120))], [file('b.csv', trips(90))]);
    expect(result.verdict).toBe('inconclusive');
    expect(result.classifier!.verdict).toBe('inconclusive');
    expect(result.classifier!.reason).toMatch(
      /90 current rows and 120 of the reference cannot tell .* about 550 of each would be enough/,
    );
    expect(result.classifier!.detectable!).toBeGreaterThan(0.6);
    const fewer = await compare([file('a.csv', trips(120))], [file('b.csv', trips(29))]);
    expect(fewer).toMatchObject({
      verdict: 'inconclusive',
      notRun: 'the reference has 120 rows, current data 29 rows; each must have at least 30',
      classifier: null,
    });
  });

  it('says that more than 1,000 columns are not looked at together', async () => {
    const path = join(folder, 'wide.csv');
    const names = Array.from({ length: 1_001 }, (_, c) => `x${c}`);
    const lines = Array.from({ length: 40 }, (_, r) => names.map((_name, c) => (r * 7 + c) % 5).join(','));
    writeFileSync(path, `${[names.join(','), ...lines].join('\n')}\n`);
    expect(await compare([path], [path])).toMatchObject({
      verdict: 'inconclusive',
      notRun: expect.stringMatching(/^there are 1,001 columns to look at together, of at most 1,000: /),
      classifier: null,
    });
  });

  it('leaves a small change of a large set alone', async () => {
    const shifted = trips(4000, (row) => (row.distance = (row.distance as number) * 1.08));
    const result = await compare([file('a.csv', trips(4000))], [file('b.csv', shifted)], { auc: 0.7 });
    expect(result.classifier).toMatchObject({ verdict: 'pass' });
  });

  it('take files of several kinds as one set, and columns that one side lacks out of it', async () => {
    const parquet = join(folder, 'c.parquet');
    const half = file('half.csv', trips(300));
    await engine.run(`COPY (SELECT * FROM read_csv('${half}')) TO '${parquet}'`);
    const current = file(
      'b.csv',
      trips(600, (row) => ((row.kind = random.below(3)), delete row.tip)),
    );
    const result = await compare([file('a.csv', trips(300)), parquet], [current]);
    expect(result.reference).toEqual({ rows: 600, of: 600 });
    expect(result.excluded).toEqual(
      expect.arrayContaining([
        { column: 'tip', reason: 'current data does not have it' },
        { column: 'kind', reason: 'string in the reference, integer now' },
      ]),
    );
  });

  it('says the same for an open table as for its file, and the same again', async () => {
    const [a, b] = [file('a.csv', trips(400)), file('b.csv', trips(400))];
    const { table } = await inspectTable(engine, a);
    const options = { engine, current: [b], types: {}, settings: { ...settings, rows: 200 }, seed: 3 };
    const first = await compareRows({ ...options, reference: [a] });
    expect(await compareRows({ ...options, reference: [table!] })).toEqual(first);
    expect(first.reference).toEqual({ rows: 200, of: 400 });
    const other = await compareRows({ ...options, reference: [a], seed: 4 });
    expect(other.classifier!.auc).not.toBe(first.classifier!.auc);
  });

  it('names every file that cannot be read', async () => {
    await expect(compare([join(folder, 'none.csv')], [file('b.csv', trips(50))])).rejects.toThrow(
      /none\.csv/,
    );
  });

  it('say that they were not looked at, where there are no rows', () => {
    const result = notCompared('the reference is a profile without rows', settings);
    v.parse(multivariateSchema, result);
    expect(result.reasons[0]).toMatch(/profile without rows/);
  });
});

describe('drawing rows', () => {
  it('takes each row as likely as any other, equal rows too, from every file', async () => {
    // 900 equal rows among 1,000: a draw by value would take all of them or none.
    const rows = Array.from({ length: 1000 }, (_, i) => ({ x: i < 900 ? 1 : i, y: 'a' }));
    const union = await openUnion(engine, [file('a.csv', rows), file('b.csv', rows)], {});
    const counts: number[] = [];
    for (let seed = 0; seed < 40; seed++) {
      const [x] = await drawRows(engine, union, ['x'], 200, seed);
      expect(x!.values.length).toBe(200);
      counts.push(Array.from(x!.values as Float64Array).filter((value) => value === 1).length);
    }
    const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
    expect(Math.abs(mean - 180)).toBeLessThan(4);
    expect(Math.min(...counts)).toBeGreaterThan(155);
    const [all] = await drawRows(engine, union, ['x'], 5000, 1);
    expect(all!.values.length).toBe(2000);
  });
});
