import type { ColumnType } from '../formats/profile.js';
import type { Engine } from './engine.js';
import { parsedText } from './types.js';

/** The narrower first: what is an integer throughout is no number, what is 0 and 1 throughout is an integer. */
const candidates: readonly ColumnType[] = ['integer', 'number', 'boolean', 'date', 'timestamp'];

/**
 * Types of text columns from all of their values, not from a sample: a column is of a type when every value is.
 * @param source FROM item
 * @param columns SQL expressions of type VARCHAR
 */
export async function inferTypes(
  engine: Engine,
  source: string,
  columns: readonly string[],
): Promise<ReadonlyMap<string, ColumnType>> {
  const types = new Map<string, ColumnType>();
  // Most columns show what they are not in their first rows.
  const possible = await fitting(engine, `(SELECT * FROM ${source} LIMIT 1000)`, columns, () => candidates);
  const sure = await fitting(engine, source, columns, (column) => possible.get(column) ?? []);
  for (const column of columns) types.set(column, sure.get(column)?.[0] ?? 'string');
  return types;
}

/** The types that all values of each text column can be read as, the narrowest first. */
export async function fittingTypes(
  engine: Engine,
  source: string,
  columns: readonly string[],
): Promise<Map<string, ColumnType[]>> {
  return fitting(engine, source, columns, () => candidates);
}

async function fitting(
  engine: Engine,
  source: string,
  columns: readonly string[],
  tried: (column: string) => readonly ColumnType[],
): Promise<Map<string, ColumnType[]>> {
  const found = new Map<string, ColumnType[]>();
  // The time that planning takes grows with the square of what is asked.
  for (let from = 0; from < columns.length; from += 20) {
    await fitSome(engine, source, columns.slice(from, from + 20), tried, found);
  }
  return found;
}

async function fitSome(
  engine: Engine,
  source: string,
  columns: readonly string[],
  tried: (column: string) => readonly ColumnType[],
  found: Map<string, ColumnType[]>,
): Promise<void> {
  const tests = columns.flatMap((column) => tried(column).map((type) => ({ column, type })));
  if (tests.length === 0) return;
  const value = (column: string): string => `nullif(${column}, '')`;
  const counts = tests.map(
    ({ column, type }, i) => `count(*) FILTER ((${parsedText(value(column), type)}) IS NOT NULL) AS t${i}`,
  );
  const totals = columns.map((column, i) => `count(${value(column)}) AS n${i}`);
  const [row] = await engine.rows(`SELECT ${[...counts, ...totals].join(', ')} FROM ${source}`);
  tests.forEach(({ column, type }, i) => {
    const total = row![`n${columns.indexOf(column)}`];
    if (total !== 0 && row![`t${i}`] === total) found.set(column, [...(found.get(column) ?? []), type]);
  });
}
