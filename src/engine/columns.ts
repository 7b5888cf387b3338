import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteName } from './sql.js';

export type Column = Float64Array | (string | null)[];

const numeric = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/;
const temporal = /^(DATE|TIMESTAMP)/;

/** DuckDB's number for the type DOUBLE. */
const doubleId = 11;

/**
 * Runs a query and collects its columns. Each is cast to DOUBLE or VARCHAR inside DuckDB, whose vectors of
 * these two types are read without an object for each value.
 */
export async function readColumns(
  connection: DuckDBConnection,
  sql: string,
): Promise<{ names: readonly string[]; columns: readonly Column[] }> {
  const described = await (await connection.run(`DESCRIBE (${sql})`)).getRowObjectsJS();
  const names = described.map((row) => String(row.column_name));
  // By position: a query may well give two columns one name.
  const aliases = names.map((_, i) => `c${i}`);
  const casts = described.map((row, i) => `${cast(`c${i}`, String(row.column_type))} AS c${i}`);
  const read = await readAsIs(
    connection,
    `SELECT ${casts.join(', ')} FROM (${sql}) AS t(${aliases.map(quoteName).join(', ')})`,
  );
  return { names, columns: read };
}

/** Collects the columns of a query that are all DOUBLE or VARCHAR: nothing is asked about it first. */
export async function readAsIs(connection: DuckDBConnection, sql: string): Promise<readonly Column[]> {
  const result = await connection.stream(sql);
  const isNumber = result.columnTypes().map((type) => type.typeId === doubleId);
  const parts: Column[][] = isNumber.map(() => []);
  let rows = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0;) {
    const count = chunk.rowCount;
    for (let c = 0; c < parts.length; c++) {
      const vector = chunk.getColumnVector(c);
      parts[c]!.push(isNumber[c] ? numbersOf(vector, count) : textsOf(vector, count));
    }
    rows += count;
    chunk = await result.fetchChunk();
  }
  return parts.map((list, c) => join(list, rows, isNumber[c]!));
}

interface Vector {
  getItem(index: number): unknown;
}

/** The memory of a vector of DOUBLE; a bit for each item says that it is valid, where not all are. */
interface Numbers {
  readonly items?: unknown;
  readonly validity?: { readonly data: BigUint64Array | null; itemValid(index: number): boolean };
}

const allValid = 2n ** 64n - 1n;

/** A copy of a vector of DOUBLE, NaN for NULL, from its own memory: value by value it takes ten times as long. */
function numbersOf(vector: Vector, count: number): Float64Array {
  const { items, validity } = vector as Numbers;
  if (!(items instanceof Float64Array) || validity === undefined) {
    return Float64Array.from({ length: count }, (_, r) => (vector.getItem(r) as number | null) ?? Number.NaN);
  }
  const numbers = items.slice(0, count);
  for (const [word, bits] of (validity.data ?? []).entries()) {
    if (bits === allValid) continue;
    for (let r = word * 64; r < Math.min(count, word * 64 + 64); r++) {
      if (!validity.itemValid(r)) numbers[r] = Number.NaN;
    }
  }
  return numbers;
}

const textsOf = (vector: Vector, count: number): (string | null)[] =>
  Array.from({ length: count }, (_, r) => vector.getItem(r) as string | null);

function isNumeric(type: string): boolean {
  return (numeric.test(type) || temporal.test(type)) && !type.endsWith(']');
}

function cast(name: string, type: string): string {
  if (!isNumeric(type)) return `CAST(${name} AS VARCHAR)`;
  const number = temporal.test(type) ? `epoch(${name})` : `CAST(${name} AS DOUBLE)`;
  return `coalesce(${number}, 'nan'::DOUBLE)`;
}

function join(parts: readonly Column[], rows: number, isNumber: boolean): Column {
  if (!isNumber) return (parts as (string | null)[][]).flat();
  const all = new Float64Array(rows);
  let at = 0;
  for (const part of parts as Float64Array[]) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Every column of the result must be of type DOUBLE. */
export async function streamNumbers(
  connection: DuckDBConnection,
  sql: string,
  each: (columns: readonly Float64Array[]) => void,
): Promise<void> {
  const result = await connection.stream(sql);
  const columns = result.columnCount;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0;) {
    const count = chunk.rowCount;
    const parts: Float64Array[] = [];
    for (let c = 0; c < columns; c++) {
      parts.push(numbersOf(chunk.getColumnVector(c), count));
    }
    each(parts);
    chunk = await result.fetchChunk();
  }
}
