import { join } from 'node:path';
import type { Engine } from '../../engine/engine.js';
import { quoteText } from '../../engine/sql.js';
import type { Table } from '../../engine/table.js';
import type { Shard } from '../../formats/shard.js';
import type { Contract } from '../contract/contract.js';
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
      const values = names.map((name) => table.columns.find((column) => column.name === name)?.value);
      if (values.includes(undefined)) return [];
      const whole = partial ? '' : ` WHERE ${values.map((value) => `(${value}) IS NOT NULL`).join(' AND ')}`;
      return [`SELECT hash(${values.join(', ')}) AS h, ${f}::INTEGER AS f FROM ${table.source}${whole}`];
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

/** Hashes that are counted at a time: about 1 GB. */
const atOnce = 30_000_000;

/**
 * Rows of all shards whose key an earlier row has, and the files they lie in. By 64-bit hashes: among a hundred
 * million different keys, two agree with a chance below 1 in 3,000.
 * @param files of one check: absolute paths, in the shards' order, with their numbers of rows
 */
export async function countDoubled(
  engine: Engine,
  files: readonly { readonly path: string; readonly rows: number }[],
): Promise<{ count: number; places: { shard: number; file: number; rows: number }[] }> {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const passes = Math.max(1, Math.ceil(rows / atOnce));
  const all = files.map(
    ({ path }, shard) => `SELECT h, f, ${shard} AS shard FROM read_parquet(${quoteText(path)})`,
  );
  const places = new Map<string, { shard: number; file: number; rows: number }>();
  let count = 0;
  for (let pass = 0; pass < passes; pass++) {
    const source = `(SELECT * FROM (${all.join(' UNION ALL ')}) WHERE h % ${passes} = ${pass})`;
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE doubled AS SELECT h, count(*) AS n FROM ${source} GROUP BY h HAVING count(*) > 1`,
    );
    const [sum] = await engine.rows('SELECT coalesce(sum(n - 1), 0)::BIGINT AS n FROM doubled');
    count += Number(sum?.n ?? 0);
    if (sum?.n === 0) continue;
    const found = await engine.rows(
      `SELECT shard, f, count(*) AS n FROM ${source} SEMI JOIN doubled USING (h) GROUP BY ALL ORDER BY shard, f LIMIT 1000`,
    );
    for (const { shard, f, n } of found) {
      const key = `${shard}/${f}`;
      const before = places.get(key)?.rows ?? 0;
      places.set(key, { shard: Number(shard), file: Number(f), rows: before + Number(n) });
    }
  }
  await engine.run('DROP TABLE IF EXISTS doubled');
  return { count, places: [...places.values()].sort((a, b) => a.shard - b.shard || a.file - b.file) };
}
