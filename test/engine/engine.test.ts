import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import {
  integerLiteral,
  integerLiterals,
  numberLiteral,
  quoteName,
  quoteText,
} from '../../src/engine/sql.js';
import { duckdbLibrary } from './library.js';

const folder = mkdtempSync(join(tmpdir(), 'engine-'));
let engine: Engine;
beforeAll(async () => {
  writeFileSync(join(folder, 'a.csv'), 'x,y\n1,a\n2,b\n');
  engine = await openEngine({ library: duckdbLibrary, temp: join(folder, 'tmp'), allowedFolders: [folder] });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

describe('engine', () => {
  it('answers rows as plain values', async () => {
    const [row] = await engine.rows(
      "SELECT 1::BIGINT AS i, 2.5 AS d, DATE '2020-02-03' AS day, TIMESTAMP '2020-02-03 04:05:06' AS at, NULL AS n, $1 AS p",
      ["it's"],
    );
    expect(row).toEqual({
      i: 1,
      d: 2.5,
      day: '2020-02-03',
      at: '2020-02-03T04:05:06.000Z',
      n: null,
      p: "it's",
    });
    expect(engine.version).toBe('duckdb 1.5.5');
  });

  it('answers columns as typed arrays, whatever their types and however many rows', async () => {
    const { names, columns } = await engine.columns(
      `SELECT i::INTEGER AS i, CASE WHEN i % 2 = 0 THEN i / 4 END AS half, 'r' || i AS name,
              TIMESTAMP '1970-01-01' + INTERVAL 1 SECOND * i AS at, i > 1 AS big, i AS name
       FROM range(10000) AS t(i) ORDER BY i`,
    );
    expect(names).toEqual(['i', 'half', 'name', 'at', 'big', 'name']);
    expect(columns[0]).toBeInstanceOf(Float64Array);
    expect(columns[0]![9999]).toBe(9999);
    expect(columns[1]![2]).toBe(0.5);
    expect(columns[1]![3]).toBeNaN();
    expect((columns[2] as string[]).slice(-2)).toEqual(['r9998', 'r9999']);
    expect(columns[3]![61]).toBe(61);
    expect(columns[4]![2]).toBe('true');
    expect(columns[5]![5]).toBe(5);
    const empty = await engine.columns("SELECT 1 AS a, 'x' AS b WHERE false");
    expect(empty.columns).toEqual([new Float64Array(0), []]);
  });

  it('reads its own folders and nothing else', async () => {
    const rows = await engine.rows(`SELECT count(*) AS n FROM read_csv(${quoteText(join(folder, 'a.csv'))})`);
    expect(rows).toEqual([{ n: 2 }]);
    await expect(engine.rows("SELECT * FROM read_text('/etc/hostname')")).rejects.toThrow(
      /Permission|disabled/,
    );
    await expect(engine.rows("SELECT * FROM 'https://example.org/a.csv'")).rejects.toThrow();
    await expect(engine.run('INSTALL httpfs')).rejects.toThrow();
    await expect(engine.run("SET memory_limit = '64GB'")).rejects.toThrow(/locked/);
    await expect(engine.run('SET enable_external_access = true')).rejects.toThrow();
  });

  it('writes every number as a literal that reads as itself', async () => {
    const numbers = [Infinity, -Infinity, NaN, 0, -0.1, 5e-324, 1.7976931348623157e308, 2 ** 53 + 2];
    for (const x of numbers) {
      const [row] = await engine.rows(`SELECT 1-${numberLiteral(x)} AS less, ${numberLiteral(x)} AS same`);
      expect(row).toEqual({ less: 1 - x, same: x });
    }
    const wholes = [0, -7, 2n ** 64n - 1n, -(2n ** 63n), '18446744073709551615'];
    const [row] = await engine.rows(
      `SELECT 1-${integerLiteral(-7)} AS less, list_transform([${integerLiterals(wholes)}], lambda x: CAST(x AS VARCHAR)) AS texts`,
    );
    expect(row).toEqual({ less: 8, texts: JSON.stringify(wholes.map(String)) });
    expect(() => integerLiteral('1; DROP TABLE t')).toThrow(SyntaxError);
  });

  it('quotes whatever names and texts hold', async () => {
    const name = `a"b'; --\n☃`;
    const [row] = await engine.rows(`SELECT ${quoteText(`x'y\0z`)} AS ${quoteName(name)}`);
    expect(row).toEqual({ [name]: `x'y\0z` });
  });

  it('works in many engines at once, and leaves nothing behind', async () => {
    const own = await openEngine({
      library: duckdbLibrary,
      temp: join(folder, 'other'),
      allowedFolders: [],
      threads: 1,
    });
    expect(await own.rows('SELECT 42 AS x')).toEqual([{ x: 42 }]);
    await own.close();
    await own.close();
    expect(existsSync(own.temp)).toBe(false);
    await expect(own.rows('SELECT 1')).rejects.toThrow('closed');
  });
});
