import { ownValue } from '../common/own.js';
import type { ColumnType } from '../formats/profile.js';
import { presentNumber } from './missing.js';

/** Types by column name; those of other columns are inferred. To be asked with `wantedType`. */
export type WantedTypes = Readonly<Record<string, ColumnType>>;

/** A column may be called `constructor`, which every object has. */
export const wantedType = (types: WantedTypes, name: string): ColumnType | undefined => ownValue(types, name);

/** The column type that stands for a type of DuckDB; undefined for nested and binary ones. */
export function columnTypeOf(duckdbType: string): ColumnType | undefined {
  if (/[[(]/.test(duckdbType.replace(/^(DECIMAL|ENUM)\(.*\)$/, '$1'))) return undefined;
  if (/^U?(TINY|SMALL|BIG|HUGE)INT$|^U?INTEGER$/.test(duckdbType)) return 'integer';
  if (/^(FLOAT|DOUBLE|DECIMAL)/.test(duckdbType)) return 'number';
  if (/^(VARCHAR|ENUM|UUID)/.test(duckdbType)) return 'string';
  if (duckdbType === 'BOOLEAN') return 'boolean';
  if (duckdbType === 'DATE') return 'date';
  if (duckdbType.startsWith('TIMESTAMP')) return 'timestamp';
  return undefined;
}

/**
 * The value of a text as a type, NULL where it is none or missing (missing.ts). DuckDB's own casts take more than they should:
 * `1.5` as the integer 2, `1_000`, `0x1F`, `2001-01-02 10:00` as a date; and they drop a time zone.
 * @param text SQL expression of type VARCHAR
 */
export function parsedText(text: string, type: ColumnType): string {
  switch (type) {
    case 'string':
      return text;
    case 'integer':
      // The cheap test takes the usual way of writing; the pattern the rest (+5, 007).
      return `CASE WHEN CAST(TRY_CAST(${text} AS BIGINT) AS VARCHAR) = ${text} THEN TRY_CAST(${text} AS BIGINT)
        WHEN regexp_full_match(${text}, '\\s*[+-]?[0-9]+\\s*') THEN TRY_CAST(${text} AS BIGINT) END`;
    case 'number':
      return presentNumber(text);
    case 'boolean':
      return `CASE lower(${text}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END`;
    case 'date':
      return `CASE WHEN ${text} LIKE '____-__-__' THEN TRY_CAST(${text} AS DATE) END`;
    case 'timestamp':
      return `CASE WHEN length(${text}) <= 19 AND ${text} LIKE '____-__-__%' THEN TRY_CAST(${text} AS TIMESTAMP)
        WHEN ${text} LIKE '____-__-__%' THEN CAST(TRY_CAST(${text} AS TIMESTAMPTZ) AS TIMESTAMP) END`;
  }
}

/**
 * The value of a column of a typed file as another type; undefined where the file's type cannot stand for it.
 * @param column SQL expression of type `found`; undefined is a type that we have no word for (lists, structs, times of
 * day, bytes …), whose values are texts
 */
export function convertedValue(
  column: string,
  found: ColumnType | undefined,
  wanted: ColumnType,
): string | undefined {
  if (found === undefined) return wanted === 'string' ? `CAST(${column} AS VARCHAR)` : undefined;
  const pair = `${found}→${wanted}`;
  if (found === wanted) return standardValue(column, wanted);
  if (pair === 'integer→number') return `CAST(${column} AS DOUBLE)`;
  if (pair === 'number→integer')
    return `CASE WHEN ${column} = trunc(${column}) THEN TRY_CAST(${column} AS BIGINT) END`;
  if (pair === 'date→timestamp') return `CAST(${column} AS TIMESTAMP)`;
  if (pair === 'timestamp→date') {
    return `CASE WHEN ${column} = date_trunc('day', ${column}) THEN CAST(${column} AS DATE) END`;
  }
  return undefined;
}

const standardTypes: Readonly<Record<ColumnType, string>> = {
  integer: 'BIGINT',
  number: 'DOUBLE',
  string: 'VARCHAR',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

/** Whether values of a type of DuckDB are those of the column type as they stand. */
export const isStandard = (duckdbType: string, type: ColumnType): boolean =>
  standardTypes[type] === duckdbType;

function standardValue(column: string, type: ColumnType): string {
  return `TRY_CAST(${column} AS ${standardTypes[type]})`;
}
