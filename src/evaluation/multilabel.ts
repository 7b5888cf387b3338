import { type Problem, failOn } from '../common/errors.js';
import { ownValue } from '../common/own.js';
import type { Column } from '../engine/columns.js';
import type { DataTable } from '../engine/read-table.js';
import { type Read, ordered, probabilityProblems } from './assemble.js';
import { andMore, badRows, placeOfRow, textsOf } from './columns.js';
import type { MultilabelRows } from './rows.js';

const truths: Readonly<Record<string, number>> = { '1': 1, true: 1, '0': 0, false: 0 };

/**
 * Whether each row has each class, row by row.
 * @param of class → column of the hold-out data that holds 1 or 0, true or false
 */
export async function readMultilabels(
  table: DataTable,
  columns: ReadonlyMap<string, Column>,
  of: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const names = Object.values(of);
  const labels = new Uint8Array(table.rows * names.length);
  const problems: Problem[] = [];
  for (const [c, name] of names.entries()) {
    const texts = textsOf(columns.get(name)!);
    const truthOf = (row: number): number | undefined => ownValue(truths, (texts[row] ?? '').toLowerCase());
    const bad = badRows(table.rows, (row) => truthOf(row) === undefined);
    if (bad !== undefined) {
      const found = texts[bad.first] ?? '';
      problems.push({
        message: `${found === '' ? 'nothing' : JSON.stringify(found)} in column "${name}" is neither 0 nor 1${andMore(bad.count)}`,
        where: await placeOfRow(table, bad.first),
        remedy: 'write 1 where the row has the class, otherwise 0',
      });
      continue;
    }
    for (let row = 0; row < table.rows; row++) labels[row * names.length + c] = truthOf(row)!;
  }
  failOn(problems);
  return labels;
}

export async function multilabelRows(read: Read): Promise<MultilabelRows> {
  const { evaluate, labels, order } = read;
  const classes = Object.keys(evaluate.labels!);
  const columns = evaluate.score as Readonly<Record<string, string>>;
  const k = classes.length;
  const scores = new Float64Array(order.length * k);
  const problems: Problem[] = [];
  for (const [c, name] of classes.entries()) {
    const values = ordered(read.numbers(ownValue(columns, name)!), order);
    problems.push(...(await probabilityProblems(read, ownValue(columns, name)!, values)));
    for (let i = 0; i < values.length; i++) scores[i * k + c] = values[i]!;
  }
  failOn(problems);
  return {
    task: 'multilabel-classification',
    classes,
    labels: labels.multilabels!,
    scores,
    predicted: Uint8Array.from(scores, (p) => (p >= (evaluate.threshold as number) ? 1 : 0)),
  };
}
