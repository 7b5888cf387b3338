import { batchesOf } from '../../engine/batches.js';
import type { Table } from '../../engine/table.js';
import type { Finding } from '../../formats/validation.js';
import { type CheckContext, examplesOf, keptCharacters, keptRows } from './context.js';
import { type RowCheck, type Testable, testable, testableExpressions } from './testable.js';

/** The first rows that fail each of some checks, fifty of them in one scan: row numbers make it a slow one. */
export async function firstRows(
  context: CheckContext,
  table: Table,
  checks: readonly RowCheck[],
): Promise<Finding['examples'][]> {
  const first = async (from: Testable): Promise<{ n: number; shown: string | null }[][]> => {
    const n = from.number;
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
  const rows: { n: number; shown: string | null }[][] = [];
  for (const some of batchesOf(checks)) rows.push(...(await first(testable(table, some, true))));
  for (const [i, check] of checks.entries()) {
    if (check.test.kind !== 'expression') continue;
    rows[i] = (await first(testableExpressions(table, context.contract, [check], true)))[0]!;
  }
  // Lines are found in one go.
  const all = await examplesOf(context, table, rows.flat());
  let at = 0;
  return rows.map((list) => all.slice(at, (at += list.length)));
}
