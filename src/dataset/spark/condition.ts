import type { ColumnType } from '../../formats/profile.js';
import type { RowTest, Value } from '../checks/check.js';
import { javaPattern } from './pattern.js';
import { sparkNumber, sparkText } from './sql.js';

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
  switch (test.kind) {
    case 'type':
      return { sql: `${raw} IS NOT NULL AND ${value} IS NULL` };
    case 'missing': {
      const words = test.values.map((word) => sparkText(String(word)));
      const listed = words.length === 0 ? '' : ` OR CAST(${raw} AS STRING) IN (${words.join(', ')})`;
      return { sql: `(${raw} IS NULL${listed})` };
    }
    case 'values': {
      const literals = test.values.map((one) => literal(one, type)).filter((one) => one !== undefined);
      return {
        sql: literals.length === 0 ? `${value} IS NOT NULL` : `${value} NOT IN (${literals.join(', ')})`,
      };
    }
    case 'pattern': {
      const pattern = javaPattern(test.pattern);
      if (pattern === undefined)
        return { cannot: `the pattern ${test.pattern} means something else to Spark` };
      return { sql: `NOT (${value} RLIKE ${sparkText(pattern)})` };
    }
    case 'length':
      return either(
        test.min === undefined ? undefined : `length(${value}) < ${sparkNumber(test.min)}`,
        test.max === undefined ? undefined : `length(${value}) > ${sparkNumber(test.max)}`,
      );
    case 'range': {
      const bound = (x: number | string): string => literal(x, type) ?? 'NULL';
      return either(
        test.min === undefined ? undefined : `${value} ${test.above ? '<=' : '<'} ${bound(test.min)}`,
        test.max === undefined ? undefined : `${value} ${test.below ? '>=' : '>'} ${bound(test.max)}`,
      );
    }
    case 'width':
      // Spark reads integers as BIGINT: a larger one is not of the type.
      return { sql: test.signed ? 'false' : `${value} < 0` };
    case 'multiple': {
      const times = `(${value} / ${sparkNumber(test.of)})`;
      // Within rounding: 0.3 is a multiple of 0.1.
      return { sql: `abs(${times} - round(${times})) > greatest(1e-9D, 1e-15D * abs(${times}))` };
    }
    case 'expression':
      return { cannot: 'it is SQL for DuckDB' };
  }
}

function either(...conditions: (string | undefined)[]): { sql: string } {
  return { sql: `(${conditions.filter((c) => c !== undefined).join(' OR ')})` };
}

/** As `literal` of DuckDB's conditions; undefined where no value of the type is equal to it. */
function literal(value: Value, type: ColumnType): string | undefined {
  switch (type) {
    case 'string':
      return sparkText(String(value));
    case 'boolean':
      return /^(true|false)$/i.test(String(value)) ? String(value).toLowerCase() : undefined;
    case 'date':
    case 'timestamp': {
      const isTime = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value);
      if (!isTime || Number.isNaN(Date.parse(value))) return undefined;
      return `CAST(${sparkText(value)} AS ${type === 'date' ? 'DATE' : 'TIMESTAMP'})`;
    }
    case 'integer':
    case 'number': {
      const x = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
      if (typeof value === 'boolean' || Number.isNaN(x)) return undefined;
      const digits = typeof value === 'string' ? /^\+?(-?\d{1,38})$/.exec(value)?.[1] : undefined;
      if (type === 'integer' && digits !== undefined) return `(${digits})`;
      return type === 'integer' && Number.isSafeInteger(x) ? `(${x})` : sparkNumber(x);
    }
  }
}
