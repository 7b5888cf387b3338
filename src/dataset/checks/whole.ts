import { stat } from 'node:fs/promises';
import { formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import type { Finding } from '../../formats/validation.js';
import type { Check, SetTest, Value } from './check.js';
import { literal } from './condition.js';
import { type CheckContext, contractPlace } from './context.js';
import { tolerated, toleranceText } from './tolerance.js';

/** Findings about a data set as a whole name no rows. */
const whole = { count: 1, share: 1, examples: [] };

/** Number of rows, age of the data, shares of values. */
export async function wholeFindings(context: CheckContext, name: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of context.checks) {
    const { test } = check;
    const found =
      test.kind === 'rows'
        ? rowCountFinding(context.rows, check, name)
        : test.kind === 'age'
          ? ageFinding(context, check, test, await newest(context, check))
          : test.kind === 'shares'
            ? await sharesFinding(context, check, test)
            : undefined;
    if (found !== undefined) findings.push(named(check, found));
  }
  return findings;
}

/**
 * Number of rows and age of the data, where both are known already.
 * @param newestOf when the newest value or file is from (ms since 1970), by the check
 */
export function knownFindings(
  context: Pick<CheckContext, 'checks' | 'rows' | 'now'>,
  name: string,
  newestOf: (check: Check) => number | undefined,
): Finding[] {
  return context.checks.flatMap((check) => {
    const { test } = check;
    const found =
      test.kind === 'rows'
        ? rowCountFinding(context.rows, check, name)
        : test.kind === 'age'
          ? ageFinding(context, check, test, newestOf(check))
          : undefined;
    return found === undefined ? [] : [named(check, found)];
  });
}

function named({ column, rule, severity, description }: Check, found: NonNullable<Found>): Finding {
  return {
    rule,
    severity,
    ...(column !== undefined && { column }),
    ...found,
    remedy: description ?? found.remedy,
  };
}

type Found = Pick<Finding, 'message' | 'remedy' | 'count' | 'share' | 'examples'> | undefined;

function rowCountFinding(rows: number, { tolerance }: Check, name: string): Found {
  if (tolerated(tolerance, rows, rows)) return undefined;
  return {
    ...whole,
    message: `${name} has ${plural(rows, 'row')}; the contract wants ${toleranceText(tolerance, formatInteger)}`,
    remedy: 'check that the data is whole, or correct the contract',
  };
}

/** When the newest value of a check's column, or the newest file, is from: ms since 1970. */
export function newest(
  context: Pick<CheckContext, 'engine' | 'tables'>,
  { column }: Check,
): Promise<number | undefined> {
  return column === undefined ? newestFile(context) : newestValue(context, column);
}

function ageFinding(
  { now, rows }: Pick<CheckContext, 'now' | 'rows'>,
  check: Check,
  test: Extract<SetTest, { kind: 'age' }>,
  newest: number | undefined,
): Found {
  // Without rows or a column there is a finding for that.
  if (newest === undefined && (rows === 0 || check.column === undefined)) return undefined;
  const what = check.column === undefined ? 'the newest file' : `${check.column}: the newest value`;
  const remedy = 'bring newer data, or see why no more comes';
  if (newest === undefined)
    return { ...whole, message: `${check.column ?? ''}: there is no value to tell the age by`, remedy };
  const age = now.getTime() - newest;
  if (age <= test.ms) return undefined;
  return {
    ...whole,
    message: `${what} is ${ageText(age)} old (${new Date(newest).toISOString().slice(0, 16).replace('T', ' ')} UTC); the contract wants at most ${test.text}`,
    remedy,
  };
}

async function newestFile({ tables }: Pick<CheckContext, 'tables'>): Promise<number | undefined> {
  const times = await Promise.all(tables.map(async ({ file }) => (await stat(file)).mtimeMs));
  return times.length === 0 ? undefined : Math.max(...times);
}

async function newestValue(
  { engine, tables }: Pick<CheckContext, 'engine' | 'tables'>,
  column: string,
): Promise<number | undefined> {
  let newest: number | undefined;
  for (const table of tables) {
    const value = table.columns.find((c) => c.name === column)?.value;
    if (value === undefined) continue;
    const [row] = await engine.rows(
      `SELECT epoch(max(CAST(${value} AS TIMESTAMP))) AS newest FROM ${table.source}`,
    );
    if (typeof row?.newest === 'number') newest = Math.max(newest ?? -Infinity, row.newest * 1000);
  }
  return newest;
}

/** Days where it is two or more, otherwise hours, otherwise minutes. */
function ageText(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return plural(Math.floor(hours / 24), 'day');
  return hours >= 2 ? plural(Math.floor(hours), 'hour') : plural(Math.floor(ms / 60_000), 'minute');
}

async function sharesFinding(
  { engine, tables, contract }: CheckContext,
  check: Check,
  { expected, within }: Extract<SetTest, { kind: 'shares' }>,
): Promise<Found> {
  const type = contract.columns.find(({ name }) => name === check.column)!.type;
  const counts = expected.map(() => 0);
  let rows = 0;
  for (const table of tables) {
    const value = table.columns.find((c) => c.name === check.column)?.value;
    if (value === undefined) return undefined;
    const parts = expected.map(
      ([one], i) => `count(*) FILTER (v = ${literal(one, type) ?? 'NULL'}) AS n${i}`,
    );
    const [row] = await engine.rows(
      `SELECT count(v) AS n, ${parts.join(', ')} FROM (SELECT ${value} AS v FROM ${table.source})`,
    );
    rows += Number(row?.n ?? 0);
    counts.forEach((_, i) => (counts[i]! += Number(row?.[`n${i}`] ?? 0)));
  }
  if (rows === 0) return undefined;
  const named: { name: Value; share: number; wanted: number }[] = expected.map(([name, share], i) => ({
    name,
    share: counts[i]! / rows,
    wanted: share,
  }));
  const listed = counts.reduce((sum, n) => sum + n, 0);
  const sum = expected.reduce((total, [, share]) => total + share, 0);
  // Where the shares make a whole, nothing else is expected.
  if (sum > 1 - 1e-9) named.push({ name: 'other values', share: 1 - listed / rows, wanted: 0 });
  const off = named.filter(({ share, wanted }) => Math.abs(share - wanted) > within + 1e-12);
  if (off.length === 0) return undefined;
  const worst = off.sort((a, b) => Math.abs(b.share - b.wanted) - Math.abs(a.share - a.wanted)).slice(0, 3);
  const parts = worst.map(
    ({ name, share, wanted }) => `${name} is ${formatPercent(share)} instead of ${formatPercent(wanted)}`,
  );
  return {
    message: `${check.column!}: ${parts.join(', ')}${off.length > 3 ? `, and ${off.length - 3} more` : ''}; the contract wants each within ${formatNumber(within * 100)} points`,
    remedy: `see whether the data was drawn as it should be, or correct ${contractPlace(check)}`,
    count: off.length,
    share: Math.min(1, off.reduce((total, { share, wanted }) => total + Math.abs(share - wanted), 0) / 2),
    examples: [],
  };
}
