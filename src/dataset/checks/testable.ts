import { quoteName } from '../../engine/sql.js';
import { type Table, sourceOf } from '../../engine/table.js';
import type { Contract } from '../contract/contract.js';
import type { Check, RowTest } from './check.js';
import { failing } from './condition.js';
import { namedColumns } from './context.js';

/** A check that looks at one row at a time. */
export type RowCheck = Check & { readonly test: RowTest };

/** A table whose columns can be tested, each test's condition over it, and what its column is called in it. */
export interface Testable {
  readonly source: string;
  /** Undefined where the file has no such column, which has a finding of its own. */
  readonly conditions: readonly (string | undefined)[];
  readonly shown: readonly string[];
  /** What the row's number is called, where there is one. */
  readonly number: string;
}

/**
 * Columns by position, so that no name of the data is in the way.
 * @param weight column of the source that is kept by its name
 */
export function testable(
  table: Pick<Table, 'columns' | 'source' | 'rowNumber'>,
  checks: readonly RowCheck[],
  numbered: boolean,
  weight?: string,
): Testable {
  const used = new Set<number>();
  const found = checks.map((check) => {
    const index = table.columns.findIndex((c) => c.name === check.column);
    if (index !== -1) used.add(index);
    return index;
  });
  const from = sourceOf(
    table,
    [...used].map((i) => table.columns[i]!),
  );
  const projected = [...used].map((i) => {
    const { raw, value, exact } = table.columns[i]!;
    const parts = [`${raw} AS r${i}`];
    if (raw !== value) parts.push(`${value} AS v${i}`);
    if (exact !== undefined) parts.push(`${exact} AS x${i}`);
    return parts.join(', ');
  });
  const extra = [...(numbered ? [`${table.rowNumber} AS n`] : []), ...(weight === undefined ? [] : [weight])];
  const values = [...extra, ...projected];
  return {
    source: `(SELECT ${values.join(', ')} FROM ${from})`,
    conditions: checks.map(({ test }, k) => {
      const column = table.columns[found[k]!];
      if (column === undefined || test.kind === 'expression') return undefined;
      const value = column.raw === column.value ? `r${found[k]}` : `v${found[k]}`;
      const exact = column.exact === undefined ? {} : { exact: `x${found[k]}` };
      const { type, mismatch = false } = column;
      return failing(test, { type, mismatch, raw: `r${found[k]}`, value, ...exact });
    }),
    shown: found.map((i) => `CAST(r${i} AS VARCHAR)`),
    number: 'n',
  };
}

/** Expressions name the columns as the contract does, so they see nothing else. */
export function testableExpressions(
  table: Table,
  { columns }: Contract,
  checks: readonly RowCheck[],
  numbered: boolean,
): Testable {
  let number = 'n';
  while (columns.some(({ name }) => name.toLowerCase() === number)) number += 'n';
  const sqlOf = ({ test }: RowCheck): string => (test.kind === 'expression' ? test.sql : '');
  return {
    source: namedColumns(table, { columns }, numbered ? [`${table.rowNumber} AS ${quoteName(number)}`] : []),
    conditions: checks.map((check) => `NOT (${sqlOf(check)}\n)`),
    shown: checks.map((check) => {
      const named = columns.filter(({ name }) => isNamed(name, sqlOf(check))).map(({ name }) => name);
      const parts = named.map((name) => `${quoteName(name)}`);
      return parts.length === 0 ? 'NULL' : `concat_ws(', ', ${parts.join(', ')})`;
    }),
    number,
  };
}

function isNamed(name: string, sql: string): boolean {
  const at = sql.toLowerCase().split(name.toLowerCase());
  return at.some((before, i) => i < at.length - 1 && !/\w$/.test(before) && !/^\w/.test(at[i + 1]!));
}
