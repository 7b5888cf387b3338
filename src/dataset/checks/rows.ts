import { formatNumber, formatPercent, plural } from '../../common/text.js';
import type { Engine } from '../../engine/engine.js';
import type { Table, TableColumn } from '../../engine/table.js';
import type { Finding } from '../../formats/validation.js';
import { type Check, none } from './check.js';
import { failing } from './condition.js';
import type { Contract } from '../contract/contract.js';
import { isStrict, tolerated, toleranceText } from './tolerance.js';

export interface CheckContext {
  readonly engine: Engine;
  readonly contract: Contract;
  readonly tables: readonly Table[];
  /** Of all files together, the broken ones left out. */
  readonly rows: number;
  pathOf(file: string): string;
}

export const keptRows = 5;

/**
 * The checks that look at one row at a time, and that every value is of its column's type.
 * One scan of a file counts what fails of all of them; only a file with failures is read again, for its first rows.
 */
export async function rowFindings(context: CheckContext): Promise<Finding[]> {
  const { contract, tables, rows } = context;
  const checks = [...contract.columns.map(typeCheck), ...contract.checks.filter((c) => isRowCheck(c))];
  const counts = checks.map(() => 0);
  const perTable: number[][] = [];
  for (const table of tables) {
    const found = await countFailing(context.engine, table, checks);
    perTable.push(found);
    found.forEach((n, i) => (counts[i]! += n));
  }
  const findings: Finding[] = [];
  for (const [i, check] of checks.entries()) {
    const count = counts[i]!;
    if (tolerated(check.tolerance, count, rows)) continue;
    const examples: Finding['examples'] = [];
    for (const [t, table] of tables.entries()) {
      const missing = keptRows - examples.length;
      if (missing > 0 && perTable[t]![i]! > 0)
        examples.push(...(await firstRows(context, table, check, missing)));
    }
    findings.push({
      ...describeFinding(check, count, rows),
      count,
      share: rows === 0 ? 0 : count / rows,
      examples,
    });
  }
  return findings;
}

type ColumnCheck = Check & { readonly column: string };

function isRowCheck(check: Check): check is ColumnCheck {
  return check.column !== undefined && check.test.kind !== 'duplicates' && check.test.kind !== 'rows';
}

function typeCheck({ name, where }: Contract['columns'][number]): ColumnCheck {
  // A value that does not become one of the type is what `failing` cannot say: see `condition`.
  return { rule: 'type', column: name, severity: 'error', test: { kind: 'rows' }, tolerance: none, where };
}

function condition(check: Check, column: TableColumn, raw: string, value: string): string {
  if (check.rule === 'type') return column.mismatch ? 'false' : `${raw} IS NOT NULL AND ${value} IS NULL`;
  return failing(check.test, column, raw, value) ?? 'false';
}

async function countFailing(engine: Engine, table: Table, checks: readonly Check[]): Promise<number[]> {
  const columns = table.columns.map((column, i) => ({ column, raw: `r${i}`, value: `v${i}` }));
  const used = new Set<string>();
  const counts = checks.map((check, i) => {
    const found = columns.find(({ column }) => column.name === check.column);
    if (found === undefined) return `0 AS n${i}`;
    used.add(found.raw);
    return `count(*) FILTER (${condition(check, found.column, found.raw, found.value)}) AS n${i}`;
  });
  if (used.size === 0) return checks.map(() => 0);
  const projected = columns
    .filter(({ raw }) => used.has(raw))
    .map(({ column, raw, value }) => `${column.raw} AS ${raw}, ${column.value} AS ${value}`);
  const [row] = await engine.rows(
    `SELECT ${counts.join(', ')} FROM (SELECT ${projected.join(', ')} FROM ${table.source})`,
  );
  return checks.map((_, i) => Number(row?.[`n${i}`] ?? 0));
}

async function firstRows(
  { engine, pathOf }: CheckContext,
  table: Table,
  check: Check,
  limit: number,
): Promise<Finding['examples']> {
  const column = table.columns.find((c) => c.name === check.column)!;
  const rows = await engine.rows(
    `SELECT n, left(CAST(r AS VARCHAR), 200) AS shown FROM
       (SELECT ${table.rowNumber} AS n, ${column.raw} AS r, ${column.value} AS v FROM ${table.source})
     WHERE ${condition(check, column, 'r', 'v')} ORDER BY n LIMIT ${limit}`,
  );
  const lines = await table.linesOf(rows.map((row) => Number(row.n)));
  return rows.map((row, i) => ({
    file: pathOf(table.file),
    [table.unit]: lines[i]!,
    ...(row.shown !== null && { value: String(row.shown) }),
  }));
}

function describeFinding(
  check: Check,
  count: number,
  rows: number,
): Pick<Finding, 'rule' | 'severity' | 'column' | 'message' | 'remedy'> {
  const { rule, severity, column, tolerance, description } = check;
  const share = count === 0 || rows === 0 ? '' : ` (${formatPercent(count / rows)})`;
  const limit = isStrict(tolerance)
    ? ''
    : `; the contract wants ${toleranceText(tolerance, (value) => formatNumber(value))}`;
  const { what, remedy } = words(check);
  return {
    rule,
    severity,
    ...(column !== undefined && { column }),
    message: `${column ?? ''}: ${plural(count, 'row')}${share} ${what}${limit}`,
    remedy: description ?? remedy,
  };
}

function words({ rule, test, where }: Check): { what: string; remedy: string } {
  const there = where.line === undefined ? 'the contract' : `the contract (line ${where.line})`;
  const correct = `correct the values, or ${there} if they are right`;
  if (rule === 'type') return { what: 'with a value that is not of the type', remedy: correct };
  switch (test.kind) {
    case 'missing':
      return {
        what: 'without a value',
        remedy: `fill the values in, leave the rows out, or let ${there} allow it`,
      };
    case 'values':
      return {
        what: `with a value that is none of ${test.values.slice(0, 8).join(', ')}${test.values.length > 8 ? ', …' : ''}`,
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
    default:
      return { what: '', remedy: correct };
  }
}
