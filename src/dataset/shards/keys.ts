import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../common/errors.js';
import { formatInteger } from '../../common/text.js';
import type { Engine } from '../../engine/engine.js';
import { isOwnTrouble } from '../../engine/errors.js';
import { identityHash } from '../../engine/exact.js';
import { integerLiteral, quoteText } from '../../engine/sql.js';
import type { Table } from '../../engine/table.js';
import type { Shard } from '../../formats/shard.js';
import type { Contract } from '../contract/contract.js';
import { RepeatFinder } from '../checks/repeats.js';
import { checkKey } from './measure.js';

type KeyFile = Shard['keys'][number];

/**
 * Writes the hash of every row's key, for each check that no two rows agree: two rows of different shards are only
 * seen side by side when the shards are merged. 8 bytes a row.
 * @param folder is one that the engine may write
 */
export async function writeKeys(
  engine: Engine,
  contract: Contract,
  tables: readonly Table[],
  folder: string,
): Promise<KeyFile[]> {
  const written: KeyFile[] = [];
  for (const [i, { test }] of contract.checks.entries()) {
    if (test.kind !== 'duplicates') continue;
    const names = test.columns.length === 0 ? contract.columns.map(({ name }) => name) : test.columns;
    // As in one set: a row without a part of its key is no duplicate, but of whole rows every one is compared.
    const partial = test.columns.length === 0;
    const parts = tables.flatMap((table, f) => {
      const found = names.map((name) => table.columns.find((column) => column.name === name));
      const columns = found.filter((column) => column !== undefined);
      if (columns.length < names.length) return [];
      const isThere = columns.map(({ value }) => `(${value}) IS NOT NULL`).join(' AND ');
      const whole = partial ? '' : ` WHERE ${isThere}`;
      return [
        `SELECT hash(${columns.map(identityHash).join(', ')}) AS h, ${integerLiteral(f)}::INTEGER AS f FROM ${table.source}${whole}`,
      ];
    });
    if (parts.length === 0) continue;
    const file = `keys-${i}.parquet`;
    const path = join(folder, file);
    // Hashes do not get smaller.
    await engine.run(
      `COPY (${parts.join(' UNION ALL ')}) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION uncompressed)`,
    );
    const [found] = await engine.rows(`SELECT count(*) AS n FROM read_parquet(${quoteText(path)})`);
    written.push({ check: checkKey(i), file, rows: Number(found?.n ?? 0) });
  }
  return written;
}

/**
 * Refuses a file of keys that is not there, not whole, or not the one that its shard has written.
 * @param keys as its shard.json describes it
 * @throws UserError with what is wrong with it, and the remedy
 */
export async function checkKeys(engine: Engine, path: string, keys: KeyFile): Promise<void> {
  const refuse = (what: string, cause?: unknown): never => {
    const remedy = 'download the artifact of this shard again, whole; else run its job again';
    throw new UserError(
      { message: `the keys of the shard ${what}`, where: { file: path }, remedy },
      { cause },
    );
  };
  if (!existsSync(path)) refuse('are not beside its shard.json');
  let rows: number;
  try {
    // Every value is read: the end of a file may be whole, and its middle not.
    const [found] = await engine.rows(
      `SELECT count(h) AS n, max(h) AS h, max(f) AS f FROM read_parquet(${quoteText(path)})`,
    );
    rows = Number(found?.n ?? 0);
  } catch (error) {
    if (isOwnTrouble(error)) throw error;
    return refuse('cannot be read: the file is not whole, or no Parquet', error);
  }
  if (rows !== keys.rows) {
    refuse(`are ${formatInteger(rows)} rows, and ${formatInteger(keys.rows)} in its shard.json`);
  }
}

/** Bytes of hashes that are held at once; the rest goes to the engine's folder. */
const heldBytes = 256e6;

/**
 * Rows of all shards whose key an earlier row has, and the files they lie in. By 64-bit hashes: among a hundred
 * million different keys, two agree with a chance below 1 in 3,000.
 * @param files of one check: absolute paths, in the shards' order
 */
export async function countDoubled(
  engine: Engine,
  files: readonly string[],
): Promise<{ count: number; places: { shard: number; file: number }[] }> {
  const all = files
    .map(
      (path, shard) => `SELECT h, f, ${integerLiteral(shard)} AS shard FROM read_parquet(${quoteText(path)})`,
    )
    .join(' UNION ALL ');
  // The first 52 bits fit into a number; of those that come more than once, all 64 are compared.
  const repeated = await repeatedIn(engine, `SELECT CAST(h >> 12 AS DOUBLE) AS p FROM (${all})`);
  if (repeated.length === 0) return { count: 0, places: [] };
  const list = join(engine.temp, 'repeated.csv');
  await writeFile(list, repeated.join('\n'));
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE doubled AS SELECT h, f, shard, count(*) OVER (PARTITION BY h) AS n
     FROM (SELECT * FROM (${all}) WHERE CAST(h >> 12 AS DOUBLE) IN
       (SELECT p FROM read_csv(${quoteText(list)}, auto_detect = false, header = false, columns = {'p': 'DOUBLE'})))`,
  );
  const [sum] = await engine.rows('SELECT count(*) - count(DISTINCT h) AS n FROM doubled WHERE n > 1');
  const places = await engine.rows(
    'SELECT DISTINCT shard, f FROM doubled WHERE n > 1 ORDER BY shard, f LIMIT 1000',
  );
  await engine.run('DROP TABLE doubled');
  return {
    count: Number(sum?.n ?? 0),
    places: places.map(({ shard, f }) => ({ shard: Number(shard), file: Number(f) })),
  };
}

async function repeatedIn(engine: Engine, sql: string): Promise<number[]> {
  const finder = new RepeatFinder(join(engine.temp, 'keys'), heldBytes);
  try {
    await engine.stream(sql, ([keys]) => finder.add(keys!));
    return finder.repeated();
  } finally {
    finder.close();
  }
}
