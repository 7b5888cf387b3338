import { UserError, messageOf } from '../../common/errors.js';
import { formatDuration, formatNumber } from '../../common/text.js';
import { TimeLimitError, isOwnTrouble } from '../../engine/errors.js';
import { quoteName, quoteText } from '../../engine/sql.js';
import type { Finding } from '../../formats/validation.js';
import type { Check, SetTest } from './check.js';
import { type CheckContext, contractPlace, namedColumns } from './context.js';
import { tolerated, toleranceText } from './tolerance.js';

/**
 * Looks at the SQL of a contract before any of it is run: it may be one SELECT, and nothing else. What it can read is
 * the engine's to limit; that it can only read is held here.
 * @throws UserError with every problem at its place in the contract
 */
export async function refuseOtherSql({
  engine,
  checks,
}: Pick<CheckContext, 'engine' | 'checks'>): Promise<void> {
  const problems = [];
  for (const { test, where } of checks) {
    if (test.kind !== 'sql' && test.kind !== 'expression') continue;
    const isQuery = test.kind === 'sql';
    // Without brackets around it, so that it must close its own.
    const sql = isQuery ? test.query : `SELECT ${test.sql}\nFROM t`;
    const [row] = await engine.rows(
      `SELECT CAST(json_serialize_sql(${quoteText(sql)}) AS VARCHAR) AS parsed`,
    );
    const problem = problemOf(String(row?.parsed), isQuery);
    if (problem !== undefined) problems.push({ ...problem, where });
  }
  if (problems.length > 0) throw new UserError(problems);
}

interface Parsed {
  readonly error: boolean;
  readonly error_message?: string;
  readonly statements?: readonly {
    readonly node: {
      readonly type: string;
      readonly select_list?: readonly unknown[];
      readonly from_table?: { readonly table_name?: string };
    };
  }[];
}

function problemOf(text: string, isQuery: boolean): { message: string; remedy: string } | undefined {
  const { error, error_message: reason = '', statements = [] } = JSON.parse(text) as Parsed;
  if (error) {
    const message = /only SELECT/i.test(reason)
      ? 'the query does something else than to read'
      : `the SQL cannot be read: ${reason}`;
    return { message, remedy: 'write it as one SELECT of DuckDB’s SQL' };
  }
  const [only, ...more] = statements;
  if (only === undefined || more.length > 0) {
    return { message: `the query is ${statements.length} statements`, remedy: 'write one SELECT' };
  }
  const { select_list: selected = [], from_table: from } = only.node;
  if (!isQuery && (selected.length !== 1 || from?.table_name !== 't')) {
    return { message: 'the expression is more than one expression', remedy: 'write it as in a WHERE' };
  }
  return undefined;
}

/**
 * Runs a contract's SQL.
 * @throws UserError at its place in the contract when the engine refuses it, or it takes too long
 */
export async function runSql<T>(
  { where, rule }: Pick<Check, 'where' | 'rule'>,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof TimeLimitError) {
      const message = `the SQL of the rule ${rule} does not end within ${formatDuration(error.limitMs)}`;
      throw new UserError({ message, where, remedy: endlessRemedy }, { cause: error });
    }
    if (isOwnTrouble(error)) throw error;
    const reason = messageOf(error)
      .split('\n')[0]!
      .replace(/^Error: /, '');
    throw new UserError(
      {
        message: `the SQL cannot be run: ${reason}`,
        where,
        remedy: 'correct it; it is read as DuckDB’s SQL',
      },
      { cause: error },
    );
  }
}

const endlessRemedy =
  'let its joins have conditions and its recursion an end, or raise the input `sql-time-limit`';

/** Rules of type `sql`: one SELECT over a table that has the contract's name and columns, which gives one number. */
export async function sqlFindings(context: CheckContext): Promise<Finding[]> {
  const { engine, contract, tables, rows, sqlLimitMs } = context;
  const checks = context.checks.filter((check) => check.test.kind === 'sql');
  if (checks.length === 0 || tables.length === 0) return [];
  const name = quoteName(contract.table);
  const parts = tables.map((table) => `SELECT * FROM ${namedColumns(table, contract)}`);
  await engine.run(`CREATE OR REPLACE TEMP VIEW ${name} AS ${parts.join(' UNION ALL ')}`);
  const findings: Finding[] = [];
  try {
    for (const check of checks) {
      const { query } = check.test as Extract<SetTest, { kind: 'sql' }>;
      const found = await runSql(check, () =>
        engine.rows(`SELECT * FROM (${query}\n) LIMIT 2`, undefined, sqlLimitMs),
      );
      const value = oneNumber(found, check);
      if (tolerated(check.tolerance, value, rows)) continue;
      const asked = toleranceText(check.tolerance, (x) => formatNumber(x));
      const { rule, column, severity, description } = check;
      findings.push({
        rule,
        severity,
        ...(column !== undefined && { column }),
        message: `${column === undefined ? '' : `${column}: `}the query gives ${formatNumber(value)}; the contract wants ${asked} (${excerpt(query)})`,
        remedy: description ?? `see what is behind the number, or correct ${contractPlace(check)}`,
        count: 1,
        share: 1,
        examples: [],
      });
    }
  } finally {
    await engine.run(`DROP VIEW ${name}`);
  }
  return findings;
}

function oneNumber(rows: readonly Readonly<Record<string, unknown>>[], { where }: Check): number {
  const values = rows.flatMap((row) => Object.values(row));
  const value = typeof values[0] === 'boolean' ? Number(values[0]) : values[0];
  if (values.length === 1 && typeof value === 'number') return value;
  throw new UserError({
    message: `the query gives ${rows.length === 0 ? 'no row' : values.length === 1 ? 'no number' : 'more than one value'}`,
    where,
    remedy: 'let it give one number, or true or false',
  });
}

function excerpt(query: string): string {
  const line = query.trim().replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
