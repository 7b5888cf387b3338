import type { Engine } from '../engine/engine.js';
import { integerLiteral } from '../engine/sql.js';
import type { ColumnType } from '../formats/profile.js';
import { type DataSet, rowCount, rowsOf } from './data-set.js';

interface NamedType {
  readonly name: string;
  readonly type: ColumnType;
}

let made = 0;
/** So many further columns tell rows apart as well as all of them do, and take less time to read. */
const tellingColumns = 64;

/**
 * A table of about `limit` rows, or all, as `v0`, `v1`, … of `columns`; the same rows each time. Rows are chosen by the
 * hash of what is in them, whatever their order; where many rows are alike, by their number.
 * @param content columns that tell rows apart: all of them
 * @returns the table's name (drop it when done), and how many rows there are in it
 */
export async function sampleRows(
  engine: Engine,
  set: DataSet,
  columns: readonly NamedType[],
  { limit, content }: { limit: number; content: readonly NamedType[] },
): Promise<{ table: string; rows: number }> {
  const table = `sample${++made}`;
  const total = rowCount(set);
  const step = 2 ** Math.max(0, Math.ceil(Math.log2(total / limit)));
  const make = async (sql: string): Promise<number> => {
    await engine.run(`CREATE OR REPLACE TEMP TABLE ${table} AS ${sql}`);
    const [row] = await engine.rows(`SELECT count(*) AS n FROM ${table}`);
    return Number(row?.n ?? 0);
  };
  const names = columns.map((_, i) => `v${i}`).join(', ');
  if (step === 1) return { table, rows: await make(`SELECT ${names} FROM ${rowsOf(set, columns)}`) };
  const own = new Set(columns.map(({ name }) => name));
  const all = [...columns, ...content.filter(({ name }) => !own.has(name)).slice(0, tellingColumns)];
  const hashed = `hash(${all.map((_, i) => `v${i}`).join(', ')})`;
  const rows = await make(
    `SELECT ${names} FROM ${rowsOf(set, all)} WHERE (${hashed} >> 20) & ${integerLiteral(step - 1)}::UBIGINT = 0`,
  );
  const expected = total / step;
  if (Math.abs(rows - expected) <= 6 * Math.sqrt(expected)) return { table, rows };
  return {
    table,
    rows: await make(
      `SELECT ${names} FROM ${rowsOf(set, columns, { place: true })} WHERE n % ${integerLiteral(step)} = 0`,
    ),
  };
}
