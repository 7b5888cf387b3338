import type { Place } from '../common/errors.js';
import { formatInteger } from '../common/text.js';
import type { Column } from '../engine/columns.js';
import type { Engine } from '../engine/engine.js';
import type { DataTable } from '../engine/read-table.js';
import { quoteName } from '../engine/sql.js';

/** Reads columns in the order of the file's rows; those of `texts` as they are written. */
export async function readColumnsOf(
  engine: Engine,
  table: DataTable,
  names: readonly string[],
  texts: ReadonlySet<string> = new Set(),
): Promise<ReadonlyMap<string, Column>> {
  const wanted = [...new Set(names)];
  const list = wanted.map((name) =>
    texts.has(name) ? `CAST(${quoteName(name)} AS VARCHAR)` : quoteName(name),
  );
  const { columns } = await engine.columns(`SELECT ${list.join(', ')} FROM ${table.sql}`);
  return new Map(wanted.map((name, i) => [name, columns[i]!]));
}

/** Values as texts that compare equal where the values do: 1, 1.0 and "1" are one. Null where there is none. */
export function textsOf(column: Column): (string | null)[] {
  if (!(column instanceof Float64Array)) return column;
  return Array.from(column, (value) => (Number.isNaN(value) ? null : String(value)));
}

/** File and line of a row counted from 0 over all files of a table. */
export async function placeOfRow(table: DataTable, row: number): Promise<Place> {
  let before = 0;
  for (const part of table.tables) {
    if (row < before + part.rows) {
      const [line] = await part.linesOf([row - before]);
      return { file: part.file, ...(line !== undefined && { line }) };
    }
    before += part.rows;
  }
  return {};
}

/** The first rows that fail a test, and how many do. */
export function badRows(
  count: number,
  isBad: (row: number) => boolean,
): { first: number; count: number } | undefined {
  let [first, bad] = [-1, 0];
  for (let row = 0; row < count; row++) {
    if (!isBad(row)) continue;
    if (bad++ === 0) first = row;
  }
  return bad === 0 ? undefined : { first, count: bad };
}

/** " (and 3 more)". */
export function andMore(count: number): string {
  return count <= 1 ? '' : ` (and ${formatInteger(count - 1)} more)`;
}
