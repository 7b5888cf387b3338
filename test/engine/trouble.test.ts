import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cancelled } from '../../src/common/cancelled.js';
import { UserError } from '../../src/common/errors.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { EngineError, TimeLimitError } from '../../src/engine/errors.js';
import { quoteText } from '../../src/engine/sql.js';
import { inspectTable } from '../../src/engine/table.js';
import { type Place, openPlace } from '../dataset/checks/harness.js';
import { duckdbLibrary } from './library.js';

let place: Place;
let engine: Engine;
beforeAll(async () => {
  place = await openPlace();
  engine = place.engine;
});
afterAll(() => place.close());

/** A Parquet file whose footer is whole; bytes of its pages are not. */
async function parquet(name: string, broken: boolean): Promise<string> {
  const path = join(place.folder, name);
  await engine.run(
    `COPY (SELECT range AS x, 'text ' || range AS s FROM range(50000)) TO ${quoteText(path)} (FORMAT parquet)`,
  );
  const bytes = readFileSync(path);
  if (broken) for (let i = 2000; i < 2200; i++) bytes[i]! ^= 0xff;
  writeFileSync(path, bytes);
  return path;
}

const endless = [
  'SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE hash(a.range, b.range) = 5',
  'WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT count(*) FROM t',
];

describe('an error of the engine', () => {
  it('names the broken one of several files, and the rest can still be read', async () => {
    const [whole, broken] = [await parquet('whole.parquet', false), await parquet('broken.parquet', true)];
    const tables = [];
    for (const path of [whole, broken]) tables.push((await inspectTable(engine, path)).table!);
    const all = tables.map(({ source }) => `SELECT x, s FROM ${source}`).join(' UNION ALL ');
    const error: unknown = await engine.rows(`SELECT max(x), max(s) FROM (${all})`).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    const { problems } = error as UserError;
    expect(problems).toMatchObject([
      { where: { file: broken }, message: expect.stringMatching(/^the file cannot be read to its end \(/) },
    ]);
    expect(problems[0]!.message).not.toContain(place.folder);
    expect(await engine.rows(`SELECT count(*) AS n FROM ${tables[0]!.source}`)).toEqual([{ n: 50_000 }]);
  });

  it('blames no file for SQL that is wrong', async () => {
    await inspectTable(engine, await parquet('right.parquet', false));
    const wrong = {
      Binder: 'SELECT nothing FROM range(3)',
      Parser: 'SELEC 1',
      Conversion: "SELECT CAST('x' AS INTEGER)",
    };
    const other = await openEngine({
      library: duckdbLibrary,
      temp: join(place.folder, 'other'),
      allowedFolders: [],
    });
    for (const [type, sql] of Object.entries(wrong)) {
      const error: unknown = await other.rows(sql).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject({ type, message: expect.stringMatching(`^${type} Error: `) });
    }
    await other.close();
  });

  it('says what to do where memory ends', async () => {
    const temp = join(place.folder, 'small');
    const small = await openEngine({
      library: duckdbLibrary,
      temp,
      allowedFolders: [],
      memoryLimit: '40MB',
      threads: 1,
    });
    const sql = 'SELECT length(string_agg(repeat(CAST(range AS VARCHAR), 1000))) FROM range(100000)';
    const error: unknown = await small.rows(sql).catch((e: unknown) => e);
    await small.close();
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).problems[0]).toMatchObject({
      remedy: expect.stringContaining('a runner with more'),
    });
  });
});

describe('a query', () => {
  it.each(endless)('is ended by a cancellation: %s', async (sql) => {
    const controller = new AbortController();
    const temp = join(place.folder, 'cancelled');
    const own = await openEngine({
      library: duckdbLibrary,
      temp,
      allowedFolders: [],
      signal: controller.signal,
    });
    const reason = new Cancelled('SIGTERM');
    let cancelled = 0;
    setTimeout(() => {
      cancelled = Date.now();
      controller.abort(reason);
    }, 200);
    await expect(own.rows(sql)).rejects.toBe(reason);
    expect(Date.now() - cancelled).toBeLessThan(1500);
    await expect(own.columns('SELECT 1.0::DOUBLE')).rejects.toBe(reason);
    await own.close();
  });

  it.each(endless)('is ended by its limit, and others go on: %s', async (sql) => {
    const began = Date.now();
    await expect(engine.rows(sql, undefined, 300)).rejects.toBeInstanceOf(TimeLimitError);
    expect(Date.now() - began).toBeLessThan(2000);
    expect(await engine.rows('SELECT 1 AS one', undefined, 300)).toEqual([{ one: 1 }]);
  });
});
