import type { TableColumn } from '../../engine/table.js';
import { identityText } from '../../engine/exact.js';
import { columnTypeOf } from '../../engine/types.js';

/**
 * SQL of a value's canonical text, by which two files are known to hold the same value however they write it:
 *
 * - no value: the empty text
 * - integer: decimal digits; number: the shortest decimal that reads back as the same double, with a point or an
 *   exponent (`2.0`, `1e-05`), −0 as 0; both as Python's repr writes them. A number that no double is equal to (more
 *   than 17 digits): its own digits
 * - boolean: `t`, `f`
 * - date: days since 1970; timestamp: microseconds since 1970, UTC
 * - string: `<characters>:<text>`
 * - what is not of the column's type: `!<characters>:<text as the file has it>`
 *
 * None but the last two holds a comma, and those say how long they are: a row's texts joined by commas are told apart.
 * The result can be NULL, which `concat` takes for the empty text.
 */
export function canonicalText(column: TableColumn): string {
  const { raw, value } = column;
  const text = textOf(column);
  if (raw === value || isWhole(column)) return text;
  const other = `CAST(${raw} AS VARCHAR)`;
  return `CASE WHEN ${value} IS NOT NULL THEN ${text} WHEN ${raw} IS NOT NULL THEN concat('!', length(${other}), ':', ${other}) END`;
}

/** Whether a typed file's column has a value wherever it has anything: its type is ours, and no wider. */
function isWhole({ type, fileType }: TableColumn): boolean {
  const narrow = /^(U?(TINY|SMALL)INT|U?INTEGER|BIGINT|FLOAT|DOUBLE|VARCHAR|BOOLEAN|DATE|TIMESTAMP)$/;
  return fileType !== undefined && narrow.test(fileType) && columnTypeOf(fileType) === type;
}

function textOf(column: TableColumn): string {
  const { type, value, raw, fileType, exact } = column;
  switch (type) {
    case 'integer':
      return identityText(column);
    case 'number': {
      // A 32-bit float means the decimal that it is written as: 0.1, not 0.10000000149.
      const double = fileType === 'FLOAT' ? `CAST(CAST(${raw} AS VARCHAR) AS DOUBLE)` : value;
      const text = `CAST(${double} + 0.0::DOUBLE AS VARCHAR)`;
      return exact === undefined ? text : `coalesce(${exact}, ${text})`;
    }
    case 'boolean':
      return `CASE WHEN ${value} THEN 't' WHEN NOT ${value} THEN 'f' END`;
    case 'date':
      return `CAST(${value} - DATE '1970-01-01' AS VARCHAR)`;
    case 'timestamp':
      // Infinity has no microseconds.
      return `coalesce(CAST(epoch_us(${value}) AS VARCHAR), CAST(${value} AS VARCHAR))`;
    case 'string':
      return `length(${value}) || ':' || ${value}`;
  }
}
