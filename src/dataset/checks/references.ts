import { dirname } from 'node:path';
import { UserError } from '../../common/errors.js';
import { expandGlobs } from '../../common/files.js';
import { ownValue } from '../../common/own.js';
import { formatPercent, plural } from '../../common/text.js';
import { identityText } from '../../engine/exact.js';
import { integerLiteral } from '../../engine/sql.js';
import type { Table } from '../../engine/table.js';
import type { Finding } from '../../formats/validation.js';
import type { Contract, ContractColumn } from '../contract/contract.js';
import type { Check, SetTest } from './check.js';
import { type CheckContext, contractPlace, examplesOf, keptCharacters, keptRows } from './context.js';
import { openByContract } from './open.js';
import { tolerated, wanted } from './tolerance.js';

export type ReferenceCheck = Check & { readonly test: Extract<SetTest, { kind: 'reference' }> };

/**
 * The files of the tables that a contract refers to, by the table's name; their folders must be open to the engine.
 * @throws UserError naming every pattern that matches no file
 */
export async function referencedFiles(
  contract: Pick<Contract, 'path' | 'references'>,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const entries = Object.entries(contract.references).map(
    async ([table, patterns]): Promise<[string, readonly string[]]> => [
      table,
      await expandGlobs(patterns, dirname(contract.path), { file: contract.path }),
    ],
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** Foreign keys: rows whose values another table, or the table itself, does not have. Rows without a value refer to nothing. */
export async function referenceFindings(context: CheckContext): Promise<Finding[]> {
  const checks = context.checks.filter((check): check is ReferenceCheck => check.test.kind === 'reference');
  if (checks.length === 0) return [];
  const files = await referencedFiles(context.contract);
  const findings: Finding[] = [];
  for (const check of checks) {
    const { table, columns, to } = check.test;
    const own = columns.map((name) => context.contract.columns.find((c) => c.name === name)!);
    const targets =
      table === undefined
        ? context.tables
        : await openTargets(context, check, ownValue(files, table) ?? [], own);
    // Both sides alike: where one has numbers of any size, these are compared as texts.
    const exact = isWide(targets, to) || isWide(context.tables, columns);
    const known = keysOf(targets, to, exact);
    const found = known === undefined ? undefined : await missing(context, columns, { known, exact });
    if (found === undefined || tolerated(check.tolerance, found.count, context.rows)) continue;
    findings.push(describe(check, found, context));
  }
  return findings;
}

const isWide = (tables: readonly Table[], names: readonly string[]): boolean =>
  tables.some(({ columns }) =>
    columns.some(({ name, exact }) => exact !== undefined && names.includes(name)),
  );

/** The other table's key columns are read as those that refer to them are. */
async function openTargets(
  { engine, pathOf }: CheckContext,
  { test, where }: ReferenceCheck,
  files: readonly string[],
  own: readonly ContractColumn[],
): Promise<Table[]> {
  const columns = own.map((column, i) => ({ ...column, name: test.to[i]! }));
  const tables: Table[] = [];
  for (const file of files) {
    const { table, defects } = await openByContract(engine, file, { columns });
    const defect = defects.find(({ harmless }) => !harmless);
    const absent = test.to.find((name) => !table?.columns.some((column) => column.name === name));
    if (defect !== undefined || table === undefined || absent !== undefined) {
      throw new UserError({
        message: `${pathOf(file)}, which this refers to: ${defect?.message ?? `there is no column "${absent!}"`}`,
        where,
        remedy: defect?.remedy ?? 'correct the file or the contract',
      });
    }
    tables.push(table);
  }
  return tables;
}

/** FROM item of the keys `k0`, `k1`, … that are there; undefined where a file has no such column. */
function keysOf(tables: readonly Table[], names: readonly string[], exact: boolean): string | undefined {
  const parts = tables.map((table) => keysIn(table, names, exact)).filter((part) => part !== undefined);
  if (parts.length < tables.length || parts.length === 0) return undefined;
  const all = parts.map(({ keys, source }) => `SELECT ${keys} FROM ${source}`).join(' UNION ALL ');
  return `(SELECT DISTINCT * FROM (${all}))`;
}

/** @param exact as texts that tell numbers of any size apart */
function keysIn(
  table: Table,
  names: readonly string[],
  exact: boolean,
): { keys: string; source: string } | undefined {
  const columns = names.map((name) => table.columns.find((c) => c.name === name));
  if (columns.includes(undefined)) return undefined;
  const keys = columns.map((column, i) => `${exact ? identityText(column!) : column!.value} AS k${i}`);
  return { keys: keys.join(', '), source: table.source };
}

async function missing(
  context: CheckContext,
  columns: readonly string[],
  { known, exact }: { readonly known: string; readonly exact: boolean },
): Promise<{ count: number; examples: Finding['examples'] } | undefined> {
  const { engine, tables } = context;
  const names = columns.map((_, i) => `k${i}`);
  const whole = names.map((name) => `${name} IS NOT NULL`).join(' AND ');
  await engine.run(`CREATE OR REPLACE TEMP TABLE known AS SELECT * FROM ${known}`);
  try {
    let count = 0;
    const examples: Finding['examples'] = [];
    for (const table of tables) {
      const keys = keysIn(table, columns, exact);
      // A file without the column has a finding for that already.
      if (keys === undefined) continue;
      const unknown = (extra: string): string =>
        `(SELECT * FROM (SELECT ${keys.keys}${extra} FROM ${keys.source}) WHERE ${whole}) AS a ANTI JOIN known USING (${names.join(', ')})`;
      const [counted] = await engine.rows(`SELECT count(*) AS n FROM ${unknown('')}`);
      count += Number(counted?.n ?? 0);
      if (Number(counted?.n ?? 0) === 0 || examples.length >= keptRows) continue;
      const shown = names.map((name) => `CAST(${name} AS VARCHAR)`).join(', ');
      const first = await engine.rows(
        `SELECT n, left(concat_ws(', ', ${shown}), ${keptCharacters}) AS shown FROM ${unknown(`, ${table.rowNumber} AS n`)}
         ORDER BY n LIMIT ${integerLiteral(keptRows - examples.length)}`,
      );
      const rows = first.map((row) => ({ n: Number(row.n), shown: String(row.shown) }));
      examples.push(...(await examplesOf(context, table, rows)));
    }
    return { count, examples };
  } finally {
    await engine.run('DROP TABLE known');
  }
}

export function describe(
  check: ReferenceCheck,
  { count, examples }: { count: number; examples: Finding['examples'] },
  { rows, contract }: Pick<CheckContext, 'rows' | 'contract'>,
): Finding {
  const { rule, severity, column, test, tolerance, description } = check;
  const share = rows === 0 ? 0 : count / rows;
  const target = `${test.table ?? contract.table}.${test.to.join(' + ')}`;
  return {
    rule,
    severity,
    ...(column !== undefined && { column }),
    message: `${test.columns.join(' + ')}: ${plural(count, 'row')} (${formatPercent(share)}) that ${target} does not have${wanted(tolerance)}`,
    remedy:
      description ??
      `correct the values, add them to ${test.table ?? contract.table}, or correct ${contractPlace(check)}`,
    count,
    share,
    examples,
  };
}
