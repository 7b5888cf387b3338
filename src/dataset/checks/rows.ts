import type { Finding } from '../../formats/validation.js';
import type { Contract } from '../contract/contract.js';
import { isRowTest, none } from './check.js';
import { type CheckContext, keptRows } from './context.js';
import { countFailing } from './count.js';
import { firstRows } from './first-rows.js';
import { describeFinding } from './row-words.js';
import type { RowCheck } from './testable.js';
import { tolerated } from './tolerance.js';

export /**
 * The checks that look at one row at a time, and that every value is of its column's type.
 * One scan of a file counts what fails of all of them; a file with failures is read once more, for its first rows.
 */
async function rowFindings(context: CheckContext): Promise<Finding[]> {
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
