import type { ColumnType } from '../../formats/profile.js';
import type { RowTest } from '../checks/check.js';
import { javaPattern } from './pattern.js';
import { sparkText } from './sql.js';

/**
 * Spark SQL that is true of a row that fails a test of one column: the sibling of `failing`, which says the same to
 * DuckDB.
 * @param raw SQL of the value as the file has it
 * @param value SQL of the value as the column's type
 * @returns a sentence for what Spark cannot test in the same way
 */
export function sparkFailing(
  test: RowTest,
  type: ColumnType,
  raw: string,
  value: string,
): { readonly sql: string } | { readonly cannot: string } {
  const literal = (x: number | string): string => {
    if (typeof x === 'string' && type === 'timestamp') return `CAST(${sparkText(x)} AS TIMESTAMP)`;
    if (typeof x === 'string' && type === 'date') return `CAST(${sparkText(x)} AS DATE)`;
    return typeof x === 'string' ? sparkText(x) : number(x);
  };
  switch (test.kind) {
    case 'type':
      return { sql: `${raw} IS NOT NULL AND ${value} IS NULL` };
    case 'missing': {
      const words = test.values.map((word) => sparkText(String(word)));
      const listed = words.length === 0 ? '' : ` OR CAST(${raw} AS STRING) IN (${words.join(', ')})`;
      return { sql: `(${raw} IS NULL${listed})` };
    }
    case 'values':
      return { sql: `NOT (${among(test.values, type, value)})` };
    case 'pattern': {
      const pattern = javaPattern(test.pattern);
      if (pattern === undefined)
        return { cannot: `the pattern ${test.pattern} means something else to Spark` };
      return { sql: `NOT (${value} RLIKE ${sparkText(pattern)})` };
    }
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
    case 'multiple': {
      const times = `(${value} / ${number(test.of)})`;
      // Within rounding: 0.3 is a multiple of 0.1.
      return { sql: `abs(${times} - round(${times})) > 1e-9D * greatest(1D, abs(${times}))` };
    }
    case 'expression':
      return { cannot: 'it is SQL for DuckDB' };
  }
}

/** An integer stays one, so that large ones are compared exactly. */
function number(x: number): string {
  return Number.isSafeInteger(x) ? String(x) : `${x}D`;
}

function either(...conditions: (string | undefined)[]): { sql: string } {
  return { sql: `(${conditions.filter((c) => c !== undefined).join(' OR ')})` };
}

/** Numbers are compared as such: Spark writes 1e10 otherwise than DuckDB. */
function among(values: readonly (string | number | boolean)[], type: ColumnType, value: string): string {
  const given =
    type === 'number'
      ? values.filter((x) => typeof x === 'number').map((x) => `${x}D`)
      : values.map((x) => sparkText(String(x)));
  if (given.length === 0) return 'false';
  return `${type === 'number' ? value : `CAST(${value} AS STRING)`} IN (${given.join(', ')})`;
}
