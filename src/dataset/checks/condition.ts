import { exactText, identityText } from '../../engine/exact.js';
import { integerLiteral, numberLiteral, quoteText } from '../../engine/sql.js';
import type { TableColumn } from '../../engine/table.js';
import type { RowTest, Value } from './check.js';

/**
 * SQL that is true of a row that fails a test of one column. A row without a value fails nothing but `missing`.
 */
export function failing(
  test: Exclude<RowTest, { kind: 'expression' }>,
  column: Pick<TableColumn, 'type' | 'mismatch' | 'raw' | 'value' | 'exact'>,
): string {
  const { type, mismatch, raw, value, exact } = column;
  switch (test.kind) {
    case 'type':
      // A file whose type is another has a finding for the whole column.
      return mismatch ? 'false' : `${raw} IS NOT NULL AND ${value} IS NULL`;
    case 'missing': {
      const words = test.values.map((word) => quoteText(String(word)));
      const listed = words.length === 0 ? '' : ` OR CAST(${raw} AS VARCHAR) IN (${words.join(', ')})`;
      return `(${raw} IS NULL${listed})`;
    }
    case 'width': {
      const { signed, bits } = test;
      // Whatever fits into BIGINT, and need not be positive, needs no test.
      const negative = signed ? 'false' : `${value} < 0`;
      if (exact === undefined) return `(${negative})`;
      const holder = `${signed ? '' : 'U'}${bits === 64 ? 'BIGINT' : 'HUGEINT'}`;
      return `(${negative} OR (${exact} IS NOT NULL AND TRY_CAST(${exact} AS ${holder}) IS NULL))`;
    }
    case 'values': {
      if (exact !== undefined) {
        const texts = test.values.map(canonicalNumber).filter((one) => one !== undefined);
        const text = identityText(column);
        return texts.length === 0
          ? `${value} IS NOT NULL`
          : `${text} NOT IN (${texts.map((one) => identityOf(one, type)).join(', ')})`;
      }
      const literals = test.values.map((one) => literal(one, type)).filter((one) => one !== undefined);
      return literals.length === 0 ? `${value} IS NOT NULL` : `${value} NOT IN (${literals.join(', ')})`;
    }
    case 'pattern':
      return `NOT ${matches(value, test.pattern)}`;
    case 'length':
      return either(
        test.min === undefined ? undefined : `length(${value}) < ${numberLiteral(test.min)}`,
        test.max === undefined ? undefined : `length(${value}) > ${numberLiteral(test.max)}`,
      );
    case 'range': {
      const bound = (x: number | string): string => literal(x, type) ?? 'NULL';
      return either(
        test.min === undefined ? undefined : `${value} ${test.above ? '<=' : '<'} ${bound(test.min)}`,
        test.max === undefined ? undefined : `${value} ${test.below ? '>=' : '>'} ${bound(test.max)}`,
      );
    }
    case 'multiple':
      // Within rounding: 0.3 is a multiple of 0.1.
      return isOffMultiple(`${value} / ${numberLiteral(test.of)}`);
  }
}

/** Of large numbers, a few units in the last place of a DOUBLE: 1,234,567,891 is no multiple of 2. */
const isOffMultiple = (times: string): string =>
  `abs(${times} - round(${times})) > greatest(1e-9, 1e-15 * abs(${times}))`;

/** A contract's number as digits; undefined where it is none. */
function canonicalNumber(value: Value): string | undefined {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return undefined;
    return Number.isInteger(value) ? String(BigInt(value)) : String(value);
  }
  const isNumber = typeof value === 'string' && /^\s*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)\s*$/.test(value);
  return isNumber ? value.trim() : undefined;
}

/** SQL of the text that `identityText` gives for a number. */
function identityOf(digits: string, type: TableColumn['type']): string {
  const text = quoteText(digits);
  return type === 'integer'
    ? identityText({ type, value: `CAST(${text} AS DOUBLE)`, exact: exactText(text, type) })
    : identityText({ type, value: `CAST(${text} AS DOUBLE)`, exact: exactText(text, 'number') });
}

/** A pattern of the whole text is matched as such: several times as fast as the same one with its anchors. */
function matches(value: string, pattern: string): string {
  // Not where an anchor may be of one alternative only, or mean another thing.
  const isWhole = /^\^.*[^\\]\$$/s.test(pattern) && !/[|]|\(\?[^:]/.test(pattern);
  return isWhole
    ? `regexp_full_match(${value}, ${quoteText(pattern.slice(1, -1))})`
    : `regexp_matches(${value}, ${quoteText(pattern)})`;
}

function either(...conditions: (string | undefined)[]): string {
  return `(${conditions.filter((c) => c !== undefined).join(' OR ')})`;
}

/** A contract's value as SQL of a column's type; undefined where no value of the type is equal to it. */
export function literal(value: Value, type: TableColumn['type']): string | undefined {
  switch (type) {
    case 'string':
      return quoteText(String(value));
    case 'boolean':
      return /^(true|false)$/i.test(String(value)) ? String(value).toLowerCase() : undefined;
    case 'date':
      return isTime(value) ? `CAST(${quoteText(value)} AS DATE)` : undefined;
    case 'timestamp':
      return isTime(value) ? `CAST(CAST(${quoteText(value)} AS TIMESTAMPTZ) AS TIMESTAMP)` : undefined;
    case 'integer':
    case 'number': {
      const x = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
      if (typeof value === 'boolean' || Number.isNaN(x)) return undefined;
      // Of a whole number the text says more than the number, but the engine has none of more than 38 digits.
      const digits = typeof value === 'string' ? /^\+?(-?\d{1,38})$/.exec(value)?.[1] : undefined;
      if (type === 'integer' && digits !== undefined) return integerLiteral(digits);
      return type === 'integer' && Number.isSafeInteger(x) ? integerLiteral(x) : numberLiteral(x);
    }
  }
}

function isTime(value: Value): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value));
}
