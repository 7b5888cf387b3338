import type { Engine } from '../engine/engine.js';
import { integerLiteral } from '../engine/sql.js';
import { identityHash, identityText } from '../engine/exact.js';
import { type Table, type TableColumn, sourceOf } from '../engine/table.js';
import type { ColumnType } from '../formats/profile.js';
import type { Finding } from '../formats/validation.js';

/** The files of a data set that can be read, as one set of rows. */
export interface DataSet {
  /** `train`, `holdout`. */
  readonly name: string;
  readonly tables: readonly Table[];
  /** A file's path as people see it. */
  pathOf(file: string): string;
}

/** A row by its file (index in `tables`) and its number there, from 0. */
export interface RowPlace {
  readonly table: number;
  readonly row: number;
}

type Example = Finding['examples'][number];

export const sqlTypes: Readonly<Record<ColumnType, string>> = {
  integer: 'BIGINT',
  number: 'DOUBLE',
  string: 'VARCHAR',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

export const rowCount = ({ tables }: DataSet): number => tables.reduce((sum, table) => sum + table.rows, 0);

const byName = new WeakMap<readonly TableColumn[], ReadonlyMap<string, TableColumn>>();

/** The column of that name; of several the first. */
export function columnOf({ columns }: Pick<Table, 'columns'>, name: string): TableColumn | undefined {
  let known = byName.get(columns);
  if (known === undefined) {
    known = new Map([...columns].reverse().map((column) => [column.name, column]));
    byName.set(columns, known);
  }
  return known.get(name);
}

/** Whether every file of the set has the column, with values that can be read as its type. */
export function hasColumn({ tables }: DataSet, name: string): boolean {
  return (
    tables.length > 0 && tables.every((table) => [false, undefined].includes(columnOf(table, name)?.mismatch))
  );
}

type Readable = Pick<TableColumn, 'type' | 'value' | 'exact' | 'part'>;

/** A column that a file does not have. */
const absent = (type: ColumnType): Readable => ({ type, value: `NULL::${sqlTypes[type]}` });

/**
 * FROM item over all files: columns as `v0`, `v1`, … in the order of `columns`, NULL where a file has none.
 * @param place also `t` (the file's index) and `n` (the row's number from 0): slower in CSV
 * @param hashes also what tells values apart exactly: `h0`, … (UBIGINT)
 * @param identity also `h0`, … and `x0`, … (texts that tell them apart, NULL for no value)
 */
export function rowsOf(
  { tables }: DataSet,
  columns: readonly { readonly name: string; readonly type: ColumnType }[],
  { place = false, hashes = false, identity = false } = {},
): string {
  const parts = tables.map((table, index) => {
    const found = columns.map(({ name, type }): Readable => columnOf(table, name) ?? absent(type));
    const values = found.flatMap((column, i) => {
      return [
        `${column.value} AS v${i}`,
        ...(identity || hashes ? [`${identityHash(column)} AS h${i}`] : []),
        ...(identity ? [`${identityText(column)} AS x${i}`] : []),
      ];
    });
    const where = place ? [`${integerLiteral(index)} AS t`, `${table.rowNumber} AS n`] : [];
    const list = [...where, ...values];
    return `SELECT ${list.length === 0 ? '1 AS nothing' : list.join(', ')} FROM ${sourceOf(table, found)}`;
  });
  return parts.length === 0 ? '(SELECT 1 WHERE false)' : `(${parts.join(' UNION ALL ')})`;
}

/** Rows as examples of a finding, by file and line. */
export async function examplesAt(
  { tables, pathOf }: DataSet,
  rows: readonly (RowPlace & { readonly value?: string })[],
): Promise<Example[]> {
  const examples: Example[] = [];
  for (const { table: index, row, value } of rows) {
    const table = tables[index]!;
    const [line] = await table.linesOf([row]);
    examples.push({
      file: pathOf(table.file),
      [table.unit]: line!,
      ...(value !== undefined && { value }),
    });
  }
  return examples;
}

/**
 * The first rows that meet a condition over `v0`, `v1`, ….
 * @param shown SQL of the value that is shown
 */
export async function firstRows(
  engine: Engine,
  set: DataSet,
  columns: readonly { readonly name: string; readonly type: ColumnType }[],
  { condition, shown, limit }: { condition: string; shown: string; limit: number },
): Promise<Example[]> {
  const found = await engine.rows(
    `SELECT t, n, left(CAST(${shown} AS VARCHAR), 200) AS shown FROM ${rowsOf(set, columns, { place: true })}
     WHERE ${condition} ORDER BY t, n LIMIT ${integerLiteral(limit)}`,
  );
  return examplesAt(
    set,
    found.map(({ t, n, shown: value }) => ({
      table: Number(t),
      row: Number(n),
      ...(value !== null && { value: String(value) }),
    })),
  );
}
