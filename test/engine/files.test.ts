import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Engine } from '../../src/engine/engine.js';
import { readTable } from '../../src/engine/read-table.js';
import { quoteText } from '../../src/engine/sql.js';
import { inspectTable } from '../../src/engine/table.js';
import { type Place, openPlace } from '../dataset/checks/harness.js';

let opened: Place;
let folder: string;
let engine: Engine;
beforeAll(async () => {
  opened = await openPlace();
  ({ folder, engine } = opened);
});
afterAll(() => opened.close());
const place = (name: string): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  return path;
};
const parquet = async (name: string, sql: string): Promise<string> => {
  const path = place(name);
  await engine.run(`COPY (${sql}) TO ${quoteText(path)} (FORMAT parquet)`);
  return path;
};

describe('a Git LFS pointer', () => {
  it('is recognised, whatever its name', async () => {
    for (const name of ['x.csv', 'x.parquet', 'x.jsonl', 'x.csv.gz']) {
      const path = place(name);
      writeFileSync(
        path,
        `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`,
      );
      const { table, defects } = await inspectTable(engine, path);
      expect(table).toBeUndefined();
      expect(defects).toMatchObject([
        { rule: 'lfs-pointer', remedy: expect.stringContaining('`lfs: true`') },
      ]);
    }
  });
});

describe('names of Parquet columns', () => {
  it('are those of the file where they differ in case only', async () => {
    // DuckDB itself cannot write such a file: three bytes of a name are changed.
    const path = await parquet('case.parquet', 'SELECT 1::BIGINT AS id, 2::BIGINT AS zz, 3::BIGINT AS y');
    const bytes = readFileSync(path).toString('latin1').replaceAll('zz', 'ID');
    writeFileSync(path, Buffer.from(bytes, 'latin1'));
    const { table, defects } = await inspectTable(engine, path, {
      id: 'integer',
      ID: 'integer',
      y: 'integer',
    });
    expect(defects).toEqual([]);
    expect(table!.columns.map(({ name }) => name)).toEqual(['id', 'ID', 'y']);
    const values = table!.columns.map(({ value }, i) => `${value} AS v${i}`).join(', ');
    expect(await engine.rows(`SELECT ${values} FROM ${table!.source}`)).toEqual([{ v0: 1, v1: 2, v2: 3 }]);
    const twice = place('twice.parquet');
    writeFileSync(twice, Buffer.from(bytes.replaceAll('ID', 'id'), 'latin1'));
    const doubled = await inspectTable(engine, twice);
    expect(doubled.defects).toMatchObject([{ rule: 'duplicate-column', column: 'id' }]);
  });

  it('are the columns at the top where there are structs', async () => {
    const path = await parquet(
      'nested.parquet',
      "SELECT {'a': 1, 'b': {'c': [2]}} AS s, [1] AS l, MAP {'k': 1} AS m, 5 AS x",
    );
    const { table, defects } = await inspectTable(engine, path);
    expect(defects).toEqual([]);
    expect(table!.columns.map(({ name }) => name)).toEqual(['s', 'l', 'm', 'x']);
  });
});

describe('folders that name a column', () => {
  it('make it one, in every format', async () => {
    const files = [
      await parquet('hive/country=de/year=2023/p.parquet', 'SELECT 1 AS x'),
      await parquet('hive/country=f%20r/year=2024/p.parquet', 'SELECT 2 AS x'),
    ];
    const csv = place('hive/country=it/year=2024/p.csv');
    writeFileSync(csv, 'x\n3\n');
    const none = place('hive/country=__HIVE_DEFAULT_PARTITION__/year=2025/p.csv');
    writeFileSync(none, 'x\n4\n');
    const read = await readTable(engine, [...files, csv, none]);
    expect(read.columns).toEqual([
      { name: 'x', type: 'integer' },
      { name: 'country', type: 'string' },
      { name: 'year', type: 'integer' },
    ]);
    expect(await engine.rows(`SELECT * FROM ${read.sql} ORDER BY x`)).toEqual([
      { x: 1, country: 'de', year: 2023 },
      { x: 2, country: 'f r', year: 2024 },
      { x: 3, country: 'it', year: 2024 },
      { x: 4, country: null, year: 2025 },
    ]);
  });

  it('say nothing of a column that the file has, nor above a folder that names none', async () => {
    const own = await parquet('other/a=1/plain/x=9/p.parquet', 'SELECT 1 AS x');
    const { table } = await inspectTable(engine, own);
    expect(table!.columns.map(({ name }) => name)).toEqual(['x']);
    expect(await engine.rows(`SELECT ${table!.columns[0]!.value} AS x FROM ${table!.source}`)).toEqual([
      { x: 1 },
    ]);
  });
});
