import { createHash } from 'node:crypto';
import { batchesOf } from '../../engine/batches.js';
import type { Engine } from '../../engine/engine.js';
import type { Table } from '../../engine/table.js';
import type { ColumnType } from '../../formats/profile.js';
import type { LogicalIdentity } from '../../formats/validation.js';
import { columnOf } from '../data-set.js';
import { canonicalText } from './canonical.js';

export interface LogicalColumn {
  readonly name: string;
  readonly type: ColumnType;
}

const modulus = 1n << 128n;

/**
 * Identity of a data set's content: the same however its rows are ordered, its files cut or its values stored.
 * Each row is the MD5 (128 bits, little-endian) of its values' canonical texts, columns by name, joined by commas;
 * the sum of all rows' hashes modulo 2^128 does not depend on their order and, unlike their XOR, does on how often
 * a row occurs (a multiset hash by addition: Bellare & Micciancio 1997). One scan of the files.
 *
 * Two different sets agree by accident with a chance of 2^-128. It is no seal: who may choose many rows can make a
 * sum come out (Wagner 2002); against that the SHA-256 of the files stands.
 * @param columns those that count, with their types: a file without one of them has no value in it
 */
export async function logicalIdentity(
  engine: Engine,
  tables: readonly Table[],
  columns: readonly LogicalColumn[],
): Promise<LogicalIdentity> {
  const sorted = [...columns].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  let rows = 0;
  let sum = 0n;
  for (const table of tables) {
    const parts = sorted.map(({ name }) => {
      const column = columnOf(table, name);
      return column === undefined ? "''" : canonicalText(column);
    });
    const texts = await textsIn(engine, table.source, parts);
    // The halves add up in 128 bits without overflow, as texts they keep every digit.
    const [found] = await engine.rows(
      `SELECT count(*) AS n, CAST(sum(CAST(h >> 64 AS UBIGINT)) AS VARCHAR) AS high,
         CAST(sum(CAST(h & 18446744073709551615::UHUGEINT AS UBIGINT)) AS VARCHAR) AS low
       FROM (SELECT md5_number(${texts.joined}) AS h FROM ${texts.from})`,
    );
    for (const name of texts.leftOver) await engine.run(`DROP TABLE ${name}`);
    rows += Number(found?.n ?? 0);
    sum += (BigInt(String(found?.high ?? 0)) << 64n) + BigInt(String(found?.low ?? 0));
  }
  return identityOf(
    sorted.map(({ name, type }) => [name, type]),
    rows,
    sum % modulus,
  );
}

/** Columns whose texts are joined by one query; of more, by as many queries as it takes, each into a table. */
const columnsAtOnce = 100;

/** A row's texts joined by commas: SQL, and what it is over. */
async function textsIn(
  engine: Engine,
  source: string,
  parts: readonly string[],
): Promise<{ joined: string; from: string; leftOver: readonly string[] }> {
  const join = (list: readonly string[]): string =>
    list.length === 0 ? "''" : `concat(${list.join(", ',', ")})`;
  if (parts.length <= columnsAtOnce) return { joined: join(parts), from: source, leftOver: [] };
  const names: string[] = [];
  for (const some of batchesOf(parts, columnsAtOnce)) {
    names.push(`texts${names.length}`);
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE ${names.at(-1)!} AS SELECT ${join(some)} AS joined FROM ${source}`,
    );
  }
  const joined = join(names.map((name) => `${name}.joined`));
  return { joined, from: names.join(' POSITIONAL JOIN '), leftOver: names };
}

/**
 * Identity of several sets together: that of one set with all of their rows.
 * @returns undefined where they do not describe the same columns
 */
export function mergeLogical(parts: readonly LogicalIdentity[]): LogicalIdentity | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  if (parts.some(({ columns }) => JSON.stringify(columns) !== JSON.stringify(first.columns)))
    return undefined;
  const rows = parts.reduce((total, part) => total + part.rows, 0);
  const sum = parts.reduce((total, part) => total + BigInt(`0x${part.sum}`), 0n);
  return identityOf(first.columns, rows, sum % modulus);
}

function identityOf(columns: LogicalIdentity['columns'], rows: number, sum: bigint): LogicalIdentity {
  const hex = sum.toString(16).padStart(32, '0');
  const header = JSON.stringify({ version: 1, columns, rows, sum: hex });
  return { digest: `logical1:${createHash('sha256').update(header).digest('hex')}`, columns, rows, sum: hex };
}
