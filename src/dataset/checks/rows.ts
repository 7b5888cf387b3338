import { formatPercent, plural } from '../../common/text.js';
import { quoteName } from '../../engine/sql.js';
import type { Table } from '../../engine/table.js';
import type { Finding } from '../../formats/validation.js';
import type { Contract } from '../contract/contract.js';
import { type Check, type RowTest, isRowTest, none } from './check.js';
import { failing } from './condition.js';
import {
  type CheckContext,
  contractPlace,
  examplesOf,
  keptCharacters,
  keptRows,
  namedColumns,
} from './context.js';
import { runSql } from './sql.js';
import { tolerated, wanted } from './tolerance.js';

export type RowCheck = Check & { readonly test: RowTest };

/**
 * The checks that look at one row at a time, and that every value is of its column's type.
 * One scan of a file counts what fails of all of them; a file with failures is read once more, for its first rows.
 */
export async function rowFindings(context: CheckContext): Promise<Finding[]> {
  const { contract, tables, rows } = context;
  const typed = contract.columns.filter((column) => column.untyped !== true);
  const checks: RowCheck[] = [
    ...typed.map(typeCheck),
    ...context.checks.filter((check): check is RowCheck => isRowTest(check.test)),
  ];
  const perTable: number[][] = [];
  for (const table of tables) perTable.push(await countFailing(context, table, checks));
  const counts = checks.map((_, i) => perTable.reduce((sum, found) => sum + found[i]!, 0));
  const failed = checks.flatMap((check, i) => (tolerated(check.tolerance, counts[i]!, rows) ? [] : [i]));
  const examples = new Map(failed.map((i): [number, Finding['examples']] => [i, []]));
  for (const [t, table] of tables.entries()) {
    const asked = failed.filter((i) => perTable[t]![i]! > 0 && examples.get(i)!.length < keptRows);
    const found = await firstRows(
      context,
      table,
      asked.map((i) => checks[i]!),
    );
    asked.forEach((i, k) => examples.get(i)!.push(...found[k]!.slice(0, keptRows - examples.get(i)!.length)));
  }
  return failed.map((i) => ({
    ...describeFinding(checks[i]!, counts[i]!, rows),
    count: counts[i]!,
    share: rows === 0 ? 0 : counts[i]! / rows,
    examples: examples.get(i)!,
  }));
}

export function typeCheck({ name, where }: Contract['columns'][number]): RowCheck {
  return { rule: 'type', column: name, severity: 'error', test: { kind: 'type' }, tolerance: none, where };
}

/** A table whose columns can be tested, each test's condition over it, and what its column is called in it. */
interface Testable {
  readonly source: string;
  /** Undefined where the file has no such column, which has a finding of its own. */
  readonly conditions: readonly (string | undefined)[];
  readonly shown: readonly string[];
}

/** Columns by position, so that no name of the data is in the way. */
function testable(table: Table, checks: readonly RowCheck[], numbered: boolean): Testable {
  const used = new Set<number>();
  const found = checks.map((check) => {
    const index = table.columns.findIndex((c) => c.name === check.column);
    if (index !== -1) used.add(index);
    return index;
  });
  const projected = [...used].map((i) => {
    const { raw, value } = table.columns[i]!;
    return `${raw} AS r${i}${raw === value ? '' : `, ${value} AS v${i}`}`;
  });
  const values = [...(numbered ? [`${table.rowNumber} AS n`] : []), ...projected];
  return {
    source: `(SELECT ${values.join(', ')} FROM ${table.source})`,
    conditions: checks.map(({ test }, k) => {
      const column = table.columns[found[k]!];
      if (column === undefined || test.kind === 'expression') return undefined;
      const value = column.raw === column.value ? `r${found[k]}` : `v${found[k]}`;
      return failing(test, column, `r${found[k]}`, value);
    }),
    shown: found.map((i) => `CAST(r${i} AS VARCHAR)`),
  };
}

/** Expressions name the columns as the contract does, so they see nothing else. */
function testableExpressions(
  table: Table,
  { columns }: Contract,
  checks: readonly RowCheck[],
  numbered: boolean,
): Testable {
  const number = columns.some(({ name }) => name.toLowerCase() === 'n') ? 'row number' : 'n';
  const sqlOf = ({ test }: RowCheck): string => (test.kind === 'expression' ? test.sql : '');
  return {
    source: namedColumns(table, { columns }, numbered ? [`${table.rowNumber} AS ${quoteName(number)}`] : []),
    conditions: checks.map((check) => `NOT (${sqlOf(check)}\n)`),
    shown: checks.map((check) => {
      const named = columns.filter(({ name }) => sqlOf(check).includes(name)).map(({ name }) => name);
      const parts = named.map((name) => `${quoteName(name)}`);
      return parts.length === 0 ? 'NULL' : `concat_ws(', ', ${parts.join(', ')})`;
    }),
  };
}

async function countFailing(
  context: CheckContext,
  table: Table,
  checks: readonly RowCheck[],
): Promise<number[]> {
  const count = async ({ source, conditions }: Testable): Promise<number[]> => {
    const counts = conditions.flatMap((condition, i) =>
      condition === undefined ? [] : [`count(*) FILTER (${condition}) AS n${i}`],
    );
    if (counts.length === 0) return conditions.map(() => 0);
    const [row] = await context.engine.rows(`SELECT ${counts.join(', ')} FROM ${source}`);
    return conditions.map((_, i) => Number(row?.[`n${i}`] ?? 0));
  };
  const found = await count(testable(table, checks, false));
  for (const [i, check] of checks.entries()) {
    if (check.test.kind !== 'expression') continue;
    const one = testableExpressions(table, context.contract, [check], false);
    found[i] = (await runSql(check, () => count(one)))[0]!;
  }
  return found;
}

/** The first rows that fail each of some checks, all of them in one scan: row numbers make it a slow one. */
async function firstRows(
  context: CheckContext,
  table: Table,
  checks: readonly RowCheck[],
): Promise<Finding['examples'][]> {
  const number = (testable: Testable): string =>
    /AS "row number"/.test(testable.source) ? '"row number"' : 'n';
  const first = async (from: Testable): Promise<{ n: number; shown: string | null }[][]> => {
    const n = number(from);
    const lists = from.conditions.flatMap((condition, i) =>
      condition === undefined
        ? []
        : [
            `arg_min({'n': ${n}, 'shown': left(${from.shown[i]!}, ${keptCharacters})}, ${n}, ${keptRows}) FILTER (${condition}) AS l${i}`,
          ],
    );
    if (lists.length === 0) return from.conditions.map(() => []);
    const [row] = await context.engine.rows(`SELECT ${lists.join(', ')} FROM ${from.source}`);
    return from.conditions.map((_, i) => {
      const list = row?.[`l${i}`];
      return typeof list === 'string' ? (JSON.parse(list) as { n: number; shown: string | null }[]) : [];
    });
  };
  if (checks.length === 0) return [];
  const rows = await first(testable(table, checks, true));
  for (const [i, check] of checks.entries()) {
    if (check.test.kind !== 'expression') continue;
    rows[i] = (await first(testableExpressions(table, context.contract, [check], true)))[0]!;
  }
  // Lines are found in one go.
  const all = await examplesOf(context, table, rows.flat());
  let at = 0;
  return rows.map((list) => all.slice(at, (at += list.length)));
}

export function describeFinding(
  check: RowCheck,
  count: number,
  rows: number,
): Pick<Finding, 'rule' | 'severity' | 'column' | 'message' | 'remedy'> {
  const { rule, severity, column, tolerance, description } = check;
  const share = count === 0 || rows === 0 ? '' : ` (${formatPercent(count / rows)})`;
  const { what, remedy } = words(check);
  return {
    rule,
    severity,
    ...(column !== undefined && { column }),
    message: `${column === undefined ? '' : `${column}: `}${plural(count, 'row')}${share} ${what}${wanted(tolerance)}`,
    remedy: description ?? remedy,
  };
}

function words(check: RowCheck): { what: string; remedy: string } {
  const { test } = check;
  const there = contractPlace(check);
  const correct = `correct the values, or ${there} if they are right`;
  const list = (values: readonly unknown[]): string =>
    `${values.slice(0, 8).join(', ')}${values.length > 8 ? ', …' : ''}`;
  switch (test.kind) {
    case 'type':
      return { what: 'with a value that is not of the type', remedy: correct };
    case 'missing':
      return {
        what: 'without a value',
        remedy: `fill the values in, leave the rows out, or let ${there} allow it`,
      };
    case 'values':
      return test.unseen
        ? {
            what: 'with a value that the reference data does not have',
            remedy:
              'see whether the new values are meant; if so, train with them and renew the reference profile',
          }
        : {
            what: `with a value that is none of ${list(test.values)}`,
            remedy: `correct the values, or add them to ${there}`,
          };
    case 'pattern':
      return { what: `that do not match ${test.whole ?? test.pattern}`, remedy: correct };
    case 'length':
      return {
        what: test.min === undefined ? `longer than ${test.max}` : `shorter than ${test.min}`,
        remedy: correct,
      };
    case 'range': {
      const below = test.min === undefined ? '' : `${test.above ? 'not above' : 'below'} ${test.min}`;
      const over = test.max === undefined ? '' : `${test.below ? 'not below' : 'above'} ${test.max}`;
      return { what: [below, over].filter((text) => text !== '').join(' or '), remedy: correct };
    }
    case 'multiple':
      return { what: `that are no multiple of ${test.of}`, remedy: correct };
    case 'expression':
      return { what: `for which it is not true that ${test.sql.trim()}`, remedy: correct };
  }
}
