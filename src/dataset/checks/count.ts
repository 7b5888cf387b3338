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
  const places = new Map<string, { weight?: string; checks: number[] }>();
  for (const [i, check] of checks.entries()) {
    const column = table.columns.find((c) => c.name === check.column);
    if (column === undefined || check.test.kind === 'expression') continue;
    const place = context.profiled ? await placeOf(table, column, check) : { from: table.source };
    if (place === undefined) continue;
    const { from, ...weight } = place;
    const known = places.get(from) ?? { ...weight, checks: [] };
    known.checks.push(i);
    places.set(from, known);
  }
  for (const [source, { weight, checks: asked }] of places) {
    const found = await countIn(
      engine,
      { ...table, source },
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

/** Where a check is counted, and what a row there counts; undefined where it is known that nothing fails. */
async function placeOf(
  table: Table,
  column: TableColumn,
  { test }: RowCheck,
): Promise<{ from: string; weight?: string } | undefined> {
  if (table.survey === undefined || column.text === undefined) return { from: table.source };
  const survey = await table.survey();
  const few = survey.few.get(column.text);
  if (few !== undefined) return { from: few, weight: 'n' };
  const numbers = survey.numbers.get(column.text);
  if (numbers === undefined) return { from: survey.others };
  if (numbers.value !== column.value) return { from: table.source };
  const { min, max, bad, missing, nonFinite } = numbers.groups;
  const proven =
    test.kind === 'type'
      ? bad === 0
      : test.kind === 'missing'
        ? missing === 0 && test.values.length === 0
        : test.kind === 'range' &&
          nonFinite === 0 &&
          (test.min === undefined || (test.above ? min > Number(test.min) : min >= Number(test.min))) &&
          (test.max === undefined || (test.below ? max < Number(test.max) : max <= Number(test.max)));
  return proven ? undefined : { from: table.source };
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
