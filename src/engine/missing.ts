import type { ColumnType } from '../formats/profile.js';

/*
 * What a missing value is, for every part of this project:
 * - a value that the file does not have: NULL, an empty field of a CSV file, null of JSON;
 * - NaN in a column of numbers: in a FLOAT or DOUBLE of Parquet, and a text that reads as NaN (`NaN`, `nan`, `-nan`)
 *   where the column is of type number;
 * - a text that the contract lists under missingValues (dataset/checks/open.ts).
 * An empty text is a value in a column of texts. Infinity is a value, and no finite one: a minimum or maximum is
 * compared with it, and a profile counts it as `nonFinite`.
 */

const nan = `'nan'::DOUBLE`;

/** Text as DOUBLE; NULL where it is no number. */
const asDouble = (text: string): string => `TRY_CAST(${text} AS DOUBLE)`;

/**
 * SQL of a text as it stands in the file, NULL where it is a missing value of the type.
 * @param text SQL of type VARCHAR
 */
export function presentText(text: string, type: ColumnType): string {
  if (type === 'string') return text;
  if (type !== 'number') return `nullif(${text}, '')`;
  return `CASE WHEN ${asDouble(text)} = ${nan} THEN NULL ELSE nullif(${text}, '') END`;
}

/**
 * SQL of a text as DOUBLE, NULL where it is missing or no number. The engine reads the text once, although it stands
 * here twice, and once more only where `presentText` is asked for in another query.
 */
export function presentNumber(text: string): string {
  // DuckDB takes 1_000 for a number.
  return `CASE WHEN ${asDouble(text)} = ${nan} THEN NULL WHEN contains(${text}, '_') THEN NULL ELSE ${asDouble(text)} END`;
}

/**
 * SQL of a column of a typed file, NULL where it has NaN.
 * @param fileType the engine's word for the column's type
 */
export function presentValue(column: string, fileType: string): string {
  return fileType === 'FLOAT' || fileType === 'DOUBLE' ? `nullif(${column}, 'nan'::${fileType})` : column;
}
