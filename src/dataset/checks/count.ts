import { batchesOf } from '../../engine/batches.js';
import type { Engine } from '../../engine/engine.js';
import { guessDistinct } from '../../engine/sample.js';
import { quoteName } from '../../engine/sql.js';
import type { Survey } from '../../engine/survey.js';
import { type Table, type TableColumn, sourceOf } from '../../engine/table.js';
import { columnOf } from '../data-set.js';
import type { CheckContext } from './context.js';
import { provenChecks } from './prove.js';
import { runSql } from './sql.js';
import { type RowCheck, testable, testableExpressions } from './testable.js';

/**
 * How many rows of a file fail each check. One scan counts them all. Where the values of a column have been counted
 * already, for the profile, it is enough to look at each of its different values once.
 */
export async function countFailing(
  context: CheckContext,
  table: Table,
  checks: readonly RowCheck[],
): Promise<number[]> {
  const { engine } = context;
  const counts = checks.map(() => 0);
  const places = new Map<string, Place>();
  const few = await countFew(engine, table, checks);
  for (const [i, check] of checks.entries()) {
    const column = columnOf(table, check.column ?? '');
    if (column === undefined || check.test.kind === 'expression') continue;
    if (check.test.kind === 'type' && isTyped(column)) continue;
    const counts = few.get(column.name);
    const { from, ...place } =
      counts === undefined
        ? await countedIn(table, column, check, context.profiled ?? false)
        : { from: counts, weight: weightName, column };
    const known = places.get(from) ?? {
      ...place,
      columns: new Map<string, TableColumn>(),
      checks: [],
    };
    known.columns.set(column.name, place.column);
    known.checks.push(i);
    places.set(from, known);
  }
  for (const [source, place] of places) {
    for (const columns of batchesOf([...place.columns.values()])) {
      const names = new Set(columns.map(({ name }) => name));
      const asked = place.checks.filter((i) => names.has(checks[i]!.column!));
      const found = await countIn(
        engine,
        { ...table, source, columns: columns.map(({ part: _, ...column }) => column) },
        asked.map((i) => checks[i]!),
        // Another scan of a text file would cost more than it saves.
        {
          ...(place.weight !== undefined && { weight: place.weight }),
          provable: place.weight === undefined && (table.format === 'parquet' || source !== table.source),
        },
      );
      asked.forEach((i, k) => (counts[i] = found[k]!));
    }
  }
  for (const counts of few.values()) await engine.run(`DROP TABLE ${counts}`);
  for (const [i, check] of checks.entries()) {
    if (check.test.kind !== 'expression') continue;
    const { source, conditions } = testableExpressions(table, context.contract, [check], false);
    const [row] = await runSql(check, () =>
      engine.rows(
        `SELECT count(*) FILTER (${conditions[0]!}) AS n FROM ${source}`,
        undefined,
        context.sqlLimitMs,
      ),
    );
    counts[i] = Number(row?.n ?? 0);
  }
  return counts;
}

/** Checks that are counted in one scan. */
interface Place {
  readonly weight?: string;
  readonly columns: Map<string, TableColumn>;
  readonly checks: number[];
}

interface Counted {
  readonly from: string;
  /** SQL over `from`: how many rows of the file one row there stands for. */
  readonly weight?: string;
  readonly column: TableColumn;
}

/** Where a check is counted, and what its column is there. */
async function countedIn(
  table: Table,
  column: TableColumn,
  { test }: RowCheck,
  profiled: boolean,
): Promise<Counted> {
  const inFile = { from: sourceOf(table, [column]), column };
  if (!profiled || table.survey === undefined || column.text === undefined) return inFile;
  const { few, many } = await table.survey();
  const counts = few.get(column.text);
  if (counts !== undefined) return { from: counts, weight: 'n', column };
  const copy = many.get(column.text);
  if (copy !== undefined && copy.value === column.text) return { from: textsIn(copy.from, many), column };
  // A value that was copied with its type has no text.
  if (copy?.value !== column.value || (test.kind === 'missing' && test.values.length > 0)) return inFile;
  const { column: value, bad, exact } = copy;
  const raw = bad === undefined ? value : `CASE WHEN ${bad} THEN '' ELSE CAST(${value} AS VARCHAR) END`;
  return { from: copy.from, column: { ...column, raw, value, ...(exact !== undefined && { exact }) } };
}

/** FROM item of a copy with the names that its texts have in the source, besides those that they have in the copy. */
function textsIn(from: string, many: Survey['many']): string {
  const renamed = [...many]
    .filter(([text, copy]) => copy.from === from && copy.value === text && copy.column !== text)
    .map(([text, { column }]) => `${column} AS ${text}`);
  return renamed.length === 0 ? from : `(SELECT *, ${renamed.join(', ')} FROM ${from})`;
}

const weightName = quoteName('rows with this value');

/**
 * Counts the values of those columns of a Parquet file that have few: reading one column is quick there, and most
 * tests take far longer than counting.
 * @returns by column name: FROM item of the different values, with how often each is there
 */
async function countFew(
  engine: Engine,
  table: Table,
  checks: readonly RowCheck[],
): Promise<ReadonlyMap<string, string>> {
  const few = new Map<string, string>();
  // Of few rows, reading them takes less time than one more query for each column.
  if (table.format !== 'parquet' || table.rows <= mostValues) return few;
  const asked = checks.filter(({ test }) => test.kind !== 'type' && !isCheap(test));
  const stored = new Map(table.columns.map(({ name, stored: column }) => [name, column]));
  const names = [...new Set(asked.map(({ column }) => column!))].filter(
    (name) => stored.get(name) !== undefined,
  );
  const guesses = await guessDistinct(
    engine,
    `(SELECT * FROM ${table.source} LIMIT ${sampleRows})`,
    names.map((name) => stored.get(name)!),
  );
  for (const [i, name] of names.entries()) {
    if (guesses[i]! > mostValues) continue;
    // The engine has tables of its own, `counted…`, for text files of the same set.
    const counts = `tested${++made}`;
    const column = stored.get(name)!;
    await engine.run(
      `CREATE TEMP TABLE ${counts} AS SELECT ${column}, count(*) AS ${weightName} FROM ${table.source} GROUP BY ${column}`,
    );
    few.set(name, counts);
  }
  return few;
}

const sampleRows = 20_000;
const mostValues = 10_000;
let made = 0;

/** A test that takes no longer than counting the values would. */
function isCheap(test: RowCheck['test']): boolean {
  return test.kind === 'missing' && test.values.length === 0;
}

/** Types of Parquet columns whose values are all of the contract's type. */
const lossless: Readonly<Record<string, RegExp>> = {
  integer: /^(U?(TINY|SMALL)INT|U?INTEGER|BIGINT)$/,
  number: /^(FLOAT|DOUBLE|U?(TINY|SMALL|BIG)INT|U?INTEGER|DECIMAL.*)$/,
  string: /^VARCHAR$/,
  boolean: /^BOOLEAN$/,
  date: /^DATE$/,
  timestamp: /^(TIMESTAMP|DATE)$/,
};

/** Whether every value of the file is of the type anyway. */
function isTyped({ fileType, type, mismatch }: TableColumn): boolean {
  return !mismatch && fileType !== undefined && lossless[type]!.test(fileType);
}

/** @param how.provable an aggregate of each column is quick to find: it may spare the tests */
async function countIn(
  engine: Engine,
  table: Table,
  all: readonly RowCheck[],
  { weight, provable }: { readonly weight?: string; readonly provable: boolean },
): Promise<number[]> {
  const proven = provable ? await provenChecks(engine, table.source, table.columns, all) : new Set<number>();
  const checks = all.filter((_, i) => !proven.has(i));
  if (checks.length === 0) return all.map(() => 0);
  const { source, conditions } = testable(table, checks, false, weight);
  const sum = weight === undefined ? 'count(*)' : `sum(${weight})`;
  const counts = conditions.map((condition, i) => {
    const { test, column } = checks[i]!;
    const index = table.columns.findIndex(({ name }) => name === column);
    // What has a value is counted several times as fast as what is tested.
    if (isCheap(test) && weight === undefined && index !== -1) return `count(*) - count(r${index}) AS n${i}`;
    const isTypeTest = test.kind === 'type' && index !== -1 && table.columns[index]!.mismatch !== true;
    if (isTypeTest && weight === undefined) {
      const { raw, value } = table.columns[index]!;
      return raw === value ? `0 AS n${i}` : `count(r${index}) - count(v${index}) AS n${i}`;
    }
    return `${sum} FILTER (${condition ?? 'false'}) AS n${i}`;
  });
  const [row] = await engine.rows(`SELECT ${counts.join(', ')} FROM ${source}`);
  let next = 0;
  return all.map((_, i) => (proven.has(i) ? 0 : Number(row?.[`n${next++}`] ?? 0)));
}
