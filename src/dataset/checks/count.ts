import type { Engine } from '../../engine/engine.js';
import type { Table, TableColumn } from '../../engine/table.js';
import type { CheckContext } from './context.js';
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
  for (const [i, check] of checks.entries()) {
    const column = table.columns.find((c) => c.name === check.column);
    if (column === undefined || check.test.kind === 'expression') continue;
    const { from, ...place } = context.profiled
      ? await countedIn(table, column, check)
      : { from: table.source, column };
    const known = places.get(from) ?? {
      ...place,
      columns: new Map<string, TableColumn>(),
      checks: [],
    };
    known.columns.set(column.name, place.column);
    known.checks.push(i);
    places.set(from, known);
  }
  for (const [source, { weight, columns, checks: asked }] of places) {
    const there = { ...table, source, columns: [...columns.values()] };
    const found = await countIn(
      engine,
      there,
      asked.map((i) => checks[i]!),
      weight,
    );
    asked.forEach((i, k) => (counts[i] = found[k]!));
  }
  for (const [i, check] of checks.entries()) {
    if (check.test.kind !== 'expression') continue;
    const { source, conditions } = testableExpressions(table, context.contract, [check], false);
    const [row] = await runSql(check, () =>
      engine.rows(`SELECT count(*) FILTER (${conditions[0]!}) AS n FROM ${source}`),
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
  /** Column of `from`: how many rows of the file one row there stands for. */
  readonly weight?: string;
  readonly column: TableColumn;
}

/** Where a check is counted, and what its column is there. */
async function countedIn(table: Table, column: TableColumn, { test }: RowCheck): Promise<Counted> {
  const inFile = { from: table.source, column };
  if (table.survey === undefined || column.text === undefined) return inFile;
  const { few, many } = await table.survey();
  const counts = few.get(column.text);
  if (counts !== undefined) return { from: counts, weight: 'n', column };
  const copy = many.get(column.text);
  // Of a value that was copied as what it is, the text is not at hand.
  if (copy?.value !== column.value || (test.kind === 'missing' && test.values.length > 0)) return inFile;
  const { column: value, bad } = copy;
  const raw = bad === undefined ? value : `CASE WHEN ${bad} THEN '' ELSE CAST(${value} AS VARCHAR) END`;
  return { from: copy.from, column: { ...column, raw, value } };
}

async function countIn(
  engine: Engine,
  table: Table,
  checks: readonly RowCheck[],
  weight: string | undefined,
): Promise<number[]> {
  const { source, conditions } = testable(table, checks, false, weight);
  const sum = weight === undefined ? 'count(*)' : `sum(${weight})`;
  const counts = conditions.map((condition, i) => `${sum} FILTER (${condition ?? 'false'}) AS n${i}`);
  const [row] = await engine.rows(`SELECT ${counts.join(', ')} FROM ${source}`);
  return conditions.map((_, i) => Number(row?.[`n${i}`] ?? 0));
}
