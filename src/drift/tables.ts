import { type Problem, failOn } from '../common/errors.js';
import type { Engine } from '../engine/engine.js';
import { type Table, type TableColumn, type WantedTypes, inspectTable } from '../engine/table.js';
import type { ColumnType } from '../formats/profile.js';
import { quoteName } from '../engine/sql.js';
import type { Source } from './source.js';

/** One column of several tables read one after another. */
export interface UnionColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** SQL for each table; NULL where a table lacks the column. */
  readonly values: readonly string[];
}

/** Several tables as one. */
export interface Union {
  readonly tables: readonly Table[];
  readonly columns: readonly UnionColumn[];
  readonly rows: number;
}

/**
 * Opens data files as one set of rows; tables that are open already are taken as they are.
 * @throws UserError naming everything in the files that cannot be read
 */
export async function openUnion(
  engine: Engine,
  sources: readonly (string | Table)[],
  types: WantedTypes,
): Promise<Union> {
  const tables: Table[] = [];
  const problems: Problem[] = [];
  for (const source of sources) {
    if (typeof source !== 'string') {
      tables.push(source);
      continue;
    }
    const { table, defects } = await inspectTable(engine, source, types);
    if (table !== undefined) tables.push(table);
    for (const { harmless, message, remedy, examples } of defects) {
      const [first] = examples;
      const where = { file: source, ...(first !== undefined && { line: first.line }) };
      if (!harmless) problems.push({ message, remedy, where });
    }
  }
  failOn(problems);
  const names = [...new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  return {
    tables,
    columns: names.map((name) => unite(name, tables)),
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
  };
}

function unite(name: string, tables: readonly Table[]): UnionColumn {
  const found = tables.map(({ columns }) => columns.find((column) => column.name === name));
  const type = commonType(found.flatMap((column) => (column === undefined ? [] : [column.type])));
  const values = found.map((column) => (column === undefined ? 'NULL' : valueAs(column, type)));
  return { name, type, values };
}

/** The type that holds the values of all; texts hold anything. */
export function commonType(types: readonly ColumnType[]): ColumnType {
  const all = new Set(types);
  if (all.size === 1) return types[0]!;
  const within = (...wider: ColumnType[]): boolean => [...all].every((type) => wider.includes(type));
  if (within('integer', 'number')) return 'number';
  return within('date', 'timestamp') ? 'timestamp' : 'string';
}

function valueAs({ type, value, raw }: TableColumn, wanted: ColumnType): string {
  if (type === wanted) return value;
  if (wanted === 'number') return `CAST(${value} AS DOUBLE)`;
  return wanted === 'timestamp' ? `CAST(${value} AS TIMESTAMP)` : `CAST(${raw} AS VARCHAR)`;
}

/**
 * The rows of all tables as one FROM item. Its columns are called by their position (`"column 0"`), never by the data's
 * names: these may be anything, and the engine takes `V` and `v` for one.
 */
export function sourceOf({ tables, columns, rows }: Union): Source {
  const named = columns.map((column, i) => ({ ...column, own: quoteName(`column ${i}`) }));
  const parts = tables.map(({ source }, t) => {
    const values = named.map(({ values: sql, own }) => `${sql[t]!} AS ${own}`);
    return `SELECT ${values.length === 0 ? '1 AS "nothing"' : values.join(', ')} FROM ${source}`;
  });
  return {
    sql: `(${parts.join(' UNION ALL ')})`,
    columns: named.map(({ name, type, own }) => ({ name, type, value: own })),
    rows,
  };
}
