import { type RowTest, none } from '../../../src/dataset/checks/check.js';
import { countFailing } from '../../../src/dataset/checks/count.js';
import type { RowCheck } from '../../../src/dataset/checks/testable.js';
import type { Contract } from '../../../src/dataset/contract/contract.js';
import type { Engine } from '../../../src/engine/engine.js';
import { quoteText } from '../../../src/engine/sql.js';
import { type Table, inspectTable } from '../../../src/engine/table.js';
import type { ColumnType } from '../../../src/formats/profile.js';
import { type Place, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const checkOf = (column: string | undefined, test: RowTest): RowCheck => ({
  ...{ rule: 'r', severity: 'error', test, tolerance: none, where: {} },
  ...(column !== undefined && { column }),
});

/** How many rows fail each check, and the queries that told. */
async function count(table: Table, checks: readonly RowCheck[], profiled = false) {
  const asked: string[] = [];
  const engine: Engine = {
    ...place.engine,
    rows: (sql, ...more) => {
      asked.push(sql);
      return place.engine.rows(sql, ...more);
    },
    run: (sql) => {
      asked.push(sql);
      return place.engine.run(sql);
    },
  };
  const columns = table.columns.map(({ name }) => ({ name }));
  const contract = { columns } as unknown as Contract;
  const context = { engine, contract, tables: [table], rows: table.rows, checks, profiled };
  const pathOf = (file: string) => file;
  const counts = await countFailing({ ...context, now: new Date(0), pathOf }, table, checks);
  return { counts, asked };
}
async function parquet(select: string, types: Readonly<Record<string, ColumnType>> = {}): Promise<Table> {
  const path = `${place.folder}/t.parquet`;
  await place.engine.run(`COPY (${select}) TO ${quoteText(path)}`);
  return (await inspectTable(place.engine, path, types)).table!;
}
const csv = async (text: string, types: Readonly<Record<string, ColumnType>>, kept?: number) => {
  const path = place.write('t.csv', text);
  const options = { profile: true, ...(kept !== undefined && { kept }) };
  return (await inspectTable(place.engine, path, types, options)).table!;
};

describe('rows that fail', () => {
  const rows = Array.from(
    { length: 300 },
    (_, i) => `${i % 7 === 0 ? '' : i % 11 === 0 ? 'x' : i},c${i % 3}\n`,
  );
  const text = `n,c\n${rows.join('')}`;
  const types = { n: 'integer', c: 'string' } as const;
  const checks = [
    checkOf('n', { kind: 'type' }),
    checkOf('n', { kind: 'missing', values: [] }),
    checkOf('n', { kind: 'range', min: 100 }),
    checkOf('c', { kind: 'values', values: ['c0', 'c1'] }),
    checkOf('c', { kind: 'type' }),
    checkOf('c', { kind: 'missing', values: ['c2'] }),
    checkOf('nothing', { kind: 'missing', values: [] }),
    checkOf(undefined, { kind: 'expression', sql: 'n > 250' }),
    checkOf('n', { kind: 'missing', values: ['x'] }),
  ];
  const numbers = rows.map((_, i) => i).filter((i) => i % 7 !== 0);
  const read = numbers.filter((i) => i % 11 !== 0);
  const expected = [
    ...[numbers.length - read.length, 300 - numbers.length, read.filter((i) => i < 100).length],
    ...[100, 0, 100, 0, read.filter((i) => i <= 250).length, 300 - read.length],
  ];

  it.each([
    ['a text file', undefined, false],
    ['a text file that is profiled, too', undefined, true],
    ['a large one, which is surveyed', 10, true],
    ['a large one that nobody surveys', 10, false],
  ])('are counted in %s', async (_, kept, profiled) => {
    expect((await count(await csv(text, types, kept), checks, profiled)).counts).toEqual(expected);
  });

  it('are counted in a surveyed file with many different values, and texts of them', async () => {
    const many = Array.from({ length: 200 }, (_, i) => `${i === 5 ? 'x' : i === 6 ? '' : i * 1.5},t${i}\n`);
    const of = (kept?: number) => csv(`n,c\n${many.join('')}`, { n: 'number', c: 'string' }, kept);
    for (const table of [await of(), await of(10)]) {
      const { counts } = await count(table, checks.slice(0, 6), true);
      expect(counts).toEqual([1, 1, 65, 200, 0, 0]);
    }
  });

  it('are counted in one scan of the file for the checks of all columns', async () => {
    const { asked } = await count(await csv(text, types), checks.slice(0, 4));
    expect(asked).toHaveLength(1);
    // What has a value, and what is of the type, is counted and not tested.
    expect(asked[0]).toMatch(/count\(r0\) - count\(v0\) AS n0, count\(\*\) - count\(r0\) AS n1/);
  });
});

describe('a Parquet file', () => {
  const few = (rows: number) => `SELECT i % 3 AS n, 'c' || (i % 2) AS c FROM range(${rows}) t(i)`;
  const checks = [
    checkOf('n', { kind: 'values', values: [0, 1] }),
    checkOf('c', { kind: 'pattern', pattern: '^c0$' }),
  ];
  const counted = (asked: readonly string[]) =>
    asked.filter((sql) => sql.startsWith('CREATE TEMP TABLE tested'));

  it('of more than 10,000 rows has each of few different values tested once', async () => {
    const large = await count(await parquet(few(10_001)), checks);
    expect(large.counts).toEqual([3333, 5000]);
    expect(counted(large.asked)).toHaveLength(2);
    expect(large.asked.filter((sql) => sql.startsWith('DROP TABLE tested'))).toHaveLength(2);
    const small = await count(await parquet(few(10_000)), checks);
    expect(small.counts).toEqual([3333, 5000]);
    expect(counted(small.asked)).toEqual([]);
  });

  it('has its different values guessed from the first 20,000 rows', async () => {
    const { asked } = await count(await parquet(few(10_001)), checks);
    expect(asked[0]).toMatch(/count\(DISTINCT "n"\).*count\(DISTINCT "c"\).* LIMIT 20000\)$/);
  });

  it('has many different values tested row by row', async () => {
    const table = await parquet('SELECT i % 10500 AS n, i AS c FROM range(20000) t(i)');
    const { counts, asked } = await count(table, [
      checkOf('n', { kind: 'values', values: [0, 1] }),
      checkOf('c', { kind: 'multiple', of: 2 }),
    ]);
    expect(counts).toEqual([19_996, 10_000]);
    expect(counted(asked)).toEqual([]);
  });

  it('has no value counted for what is quick to find', async () => {
    const table = await parquet('SELECT nullif(i % 3, 0) AS n FROM range(10002) t(i)');
    const { counts, asked } = await count(table, [checkOf('n', { kind: 'missing', values: [] })]);
    expect(counts).toEqual([3334]);
    expect(counted(asked)).toEqual([]);
  });

  it('is not read where its ends prove that nothing fails', async () => {
    const table = await parquet('SELECT i AS n FROM range(100) t(i)');
    const { counts, asked } = await count(table, [
      checkOf('n', { kind: 'range', min: 0 }),
      checkOf('n', { kind: 'missing', values: [] }),
    ]);
    expect(counts).toEqual([0, 0]);
    expect(asked).toEqual([expect.stringMatching(/^SELECT coalesce\(min\("n"\) >= 0, true\) AS p0, /)]);
    const some = await count(table, [
      checkOf('n', { kind: 'range', min: 0 }),
      checkOf('n', { kind: 'range', min: 1 }),
      checkOf('n', { kind: 'range', max: 99 }),
      checkOf('n', { kind: 'range', max: 97 }),
    ]);
    expect(some.counts).toEqual([0, 1, 0, 2]);
  });

  it.each<[string, ColumnType, boolean]>([
    ['TINYINT', 'integer', true],
    ['UINTEGER', 'integer', true],
    ['BIGINT', 'integer', true],
    ['UBIGINT', 'integer', false],
    ['DOUBLE', 'integer', false],
    ['FLOAT', 'number', true],
    ['DECIMAL(9,2)', 'number', true],
    ['BIGINT', 'number', true],
    ['VARCHAR', 'string', true],
    ['VARCHAR', 'integer', false],
    ['BOOLEAN', 'boolean', true],
    ['DATE', 'date', true],
    ['DATE', 'timestamp', true],
    ['TIMESTAMP', 'timestamp', true],
    ['TIMESTAMP', 'date', false],
  ])('of %s needs no test of whether its values are of the type %s: %s', async (sqlType, type, typed) => {
    const value = /DATE|TIMESTAMP/.test(sqlType) ? "'2001-02-03'" : sqlType === 'BOOLEAN' ? 'true' : "'1'";
    const table = await parquet(`SELECT CAST(${value} AS ${sqlType}) AS x`, { x: type });
    const { counts, asked } = await count(table, [checkOf('x', { kind: 'type' })]);
    expect([counts, asked.length === 0]).toEqual([[0], typed]);
  });

  it('whose column is of another type has a finding for that, and not one for each value', async () => {
    const table = await parquet("SELECT x FROM (VALUES ('1'), ('a'), (NULL)) t(x)", { x: 'integer' });
    expect((await count(table, [checkOf('x', { kind: 'type' })])).counts).toEqual([0]);
  });
});

describe('a surveyed text file', () => {
  it('is counted beside a Parquet file, each in tables of its own', async () => {
    const small = await csv(
      `n,c\n${Array.from({ length: 300 }, (_, i) => `${i % 3},c${i % 2}\n`).join('')}`,
      {},
      10,
    );
    await small.survey!();
    const checks = [checkOf('n', { kind: 'values', values: [0, 1] })];
    expect((await count(small, checks, true)).counts).toEqual([100]);
    for (let n = 0; n < 3; n++) {
      const table = await parquet('SELECT i % 3 AS n FROM range(10001) t(i)');
      expect((await count(table, checks)).counts).toEqual([3333]);
    }
  });
});
