import { quoteText } from '../../engine/sql.js';
import type { TableColumn } from '../../engine/table.js';
import type { Test } from './check.js';

/**
 * SQL that is true of a row that fails a test of one column; undefined for tests of the whole table.
 * A row without a value fails nothing but `missing`.
 * @param raw SQL of the value as the file has it
 * @param value SQL of the value as the column's type
 */
export function failing(
  test: Test,
  { type }: Pick<TableColumn, 'type'>,
  raw: string,
  value: string,
): string | undefined {
  const literal = (x: number | string | boolean): string => {
    if (typeof x === 'string' && type === 'timestamp')
      return `CAST(CAST(${quoteText(x)} AS TIMESTAMPTZ) AS TIMESTAMP)`;
    if (typeof x === 'string' && type === 'date') return `CAST(${quoteText(x)} AS DATE)`;
    return typeof x === 'string' ? quoteText(x) : String(x);
  };
  switch (test.kind) {
    case 'missing': {
      const words = test.values.map((word) => quoteText(String(word)));
      const listed = words.length === 0 ? '' : ` OR CAST(${raw} AS VARCHAR) IN (${words.join(', ')})`;
      return `(${raw} IS NULL${listed})`;
    }
    case 'values':
      return `CAST(${value} AS VARCHAR) NOT IN (${test.values.map((x) => asText(x, type)).join(', ')})`;
    case 'pattern':
      return `NOT regexp_matches(${value}, ${quoteText(test.pattern)})`;
    case 'length':
      return either(
        test.min === undefined ? undefined : `length(${value}) < ${test.min}`,
        test.max === undefined ? undefined : `length(${value}) > ${test.max}`,
      );
    case 'range':
      return either(
        test.min === undefined ? undefined : `${value} ${test.above ? '<=' : '<'} ${literal(test.min)}`,
        test.max === undefined ? undefined : `${value} ${test.below ? '>=' : '>'} ${literal(test.max)}`,
      );
    case 'multiple':
      // Within rounding: 0.3 is a multiple of 0.1.
      return `abs(${value} / ${test.of} - round(${value} / ${test.of})) > 1e-9 * greatest(1, abs(${value} / ${test.of}))`;
    case 'duplicates':
    case 'rows':
      return undefined;
  }
}

function either(...conditions: (string | undefined)[]): string {
  return `(${conditions.filter((c) => c !== undefined).join(' OR ')})`;
}

/** Values are compared as DuckDB writes them, so that 1 and 1.0 in a contract mean the same. */
function asText(value: number | string | boolean, type: TableColumn['type']): string {
  if (type === 'number' && typeof value === 'number') return `CAST(CAST(${value} AS DOUBLE) AS VARCHAR)`;
  return quoteText(String(value));
}
