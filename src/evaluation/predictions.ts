import { type Place, type Problem, UserError, failOn } from '../common/errors.js';
import { formatInteger, plural } from '../common/text.js';
import type { Engine } from '../engine/engine.js';
import { type DataTable, readTable } from '../engine/read-table.js';
import {
  type Read,
  binaryRows,
  finiteNumbers,
  multiclassRows,
  rankingRows,
  regressionRows,
} from './assemble.js';
import { andMore, placeOfRow, readColumnsOf, textsOf } from './columns.js';
import { type EvaluateSpec, type Labels, idProblems } from './labels.js';
import { columnOfMean } from './metrics/column.js';
import type { Task } from './metrics/metric.js';
import { multilabelRows } from './multilabel.js';
import type { EvaluationRows, RowDesign } from './rows.js';
import { Spellings } from '../common/spelling.js';

/**
 * Reads a model's predictions and puts them beside the labels, row by row.
 * @param file of all rows, or several that hold them one after another
 * @param at place of a key of `evaluate` in model.yml
 * @throws UserError for rows that do not match one to one, and for values that are no predictions
 */
export async function readPredictions(
  engine: Engine,
  file: string | readonly string[],
  labels: Labels,
  task: Task,
  evaluate: EvaluateSpec,
  at: (path: readonly string[]) => Place,
): Promise<EvaluationRows> {
  const { id, score, prediction } = evaluate;
  const scores = score === undefined ? [] : typeof score === 'string' ? [score] : Object.values(score);
  const numbers = numberColumns(task, evaluate, scores);
  const extras = [
    ...new Set(
      [...evaluate.gates, ...(evaluate['slice-gates'] ?? [])].flatMap(
        ({ metric }) => columnOfMean(metric) ?? [],
      ),
    ),
  ];
  const classColumn = classifies(task) && prediction !== undefined ? [prediction] : [];
  if (task === 'multiclass-classification' && typeof score === 'string') {
    throw new UserError({
      message: 'one column cannot hold the probabilities of several classes',
      where: at(['score']),
      remedy: 'write evaluate.score as class: column, or name the predicted class in evaluate.prediction',
    });
  }
  if (typeof evaluate.threshold === 'object' && task !== 'binary-classification') {
    throw new UserError({
      message: `a threshold is chosen for a binary classifier, and this model's task is ${task}`,
      where: at(['threshold']),
      remedy: 'write it as a number',
    });
  }
  if (typeof evaluate.threshold === 'object' && prediction !== undefined) {
    throw new UserError({
      message: 'evaluate.prediction names the predicted class, so that no threshold can be chosen',
      where: at(['threshold']),
      remedy: 'leave one of the two out',
    });
  }
  if (task === 'regression' && typeof numbers[0] !== 'string') {
    throw new UserError({
      message: 'a regression predicts one number',
      where: at(['score']),
      remedy: 'name its column in evaluate.prediction',
    });
  }
  const ids = id === undefined ? [] : [id];
  const names = [...new Set([...ids, ...numbers, ...classColumn, ...extras])];
  const table = await readTable(engine, file, {
    columns: names,
    identities: ids,
    types: Object.fromEntries([...numbers, ...extras].map((name) => [name, 'number'])),
  });
  const columns = await readColumnsOf(engine, table, names, new Set(ids));
  const order = await orderOf(labels, table, id === undefined ? undefined : textsOf(columns.get(id)!), id);
  const read: Read = {
    labels,
    evaluate,
    order,
    numbers: (name) => columns.get(name) as Float64Array,
    texts: (name) => textsOf(columns.get(name)!),
    placeOf: (row) => placeOfRow(table, order[row]!),
  };
  const rows = await rowsOf(task, read, numbers, at);
  const means = new Map<string, Float64Array>();
  for (const name of extras) means.set(name, await finiteNumbers(read, name, 'number'));
  const design: RowDesign = {
    ...(labels.weights && { weights: labels.weights }),
    ...(labels.clusters && { clusters: labels.clusters }),
    ...(means.size > 0 && { extras: means }),
  };
  return { ...rows, ...design };
}

function rowsOf(
  task: Task,
  read: Read,
  numbers: readonly string[],
  at: (path: readonly string[]) => Place,
): EvaluationRows | Promise<EvaluationRows> {
  switch (task) {
    case 'binary-classification':
      return binaryRows(read, at);
    case 'multiclass-classification':
      return multiclassRows(read, at);
    case 'regression':
      return regressionRows(read, numbers[0]!);
    case 'multilabel-classification':
      return multilabelRows(read);
    case 'ranking':
      return rankingRows(read);
    case 'example-scores':
      return { task, rows: read.order.length };
  }
}

function classifies(task: Task): boolean {
  return task === 'binary-classification' || task === 'multiclass-classification';
}

/** Columns of the predictions file that must hold numbers. */
function numberColumns(
  task: Task,
  { score, prediction }: EvaluateSpec,
  scores: readonly string[],
): readonly string[] {
  switch (task) {
    case 'regression':
      return [(prediction ?? score) as string];
    case 'ranking':
      return [(score ?? prediction) as string];
    case 'example-scores':
      return [];
    default:
      return scores;
  }
}

/** '; the predictions write it "1.0"', where they have the id in another spelling. */
function written(id: string, ids: Iterable<string | null>): string {
  const meant = new Spellings([...ids].filter((one) => one !== null)).meantBy(id);
  return meant === undefined ? '' : `; the predictions write it ${JSON.stringify(meant)}`;
}

/** For each row of the labels, the row of the predictions. */
async function orderOf(
  labels: Labels,
  table: DataTable,
  ids: readonly (string | null)[] | undefined,
  name: string | undefined,
): Promise<Uint32Array> {
  const file = table.tables[0]!.file;
  if (ids === undefined || labels.ids === undefined) {
    if (table.rows !== labels.rows) {
      throw new UserError({
        message: `${plural(table.rows, 'prediction')} for ${plural(labels.rows, 'hold-out row')}`,
        where: { file },
        remedy:
          'write one prediction for each row, in the same order, or match them by a column: evaluate.id',
      });
    }
    return Uint32Array.from({ length: labels.rows }, (_, row) => row);
  }
  const problems: Problem[] = await idProblems(ids, table, name!);
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const order = new Uint32Array(labels.rows);
  const missing: number[] = [];
  labels.ids.forEach((id, row) => {
    const found = rowOf.get(id);
    if (found === undefined) missing.push(row);
    else order[row] = found;
    rowOf.delete(id);
  });
  if (missing.length > 0) {
    const where = await placeOfRow(labels.table, missing[0]!);
    problems.push({
      message: `no prediction for the hold-out row with id ${JSON.stringify(labels.ids[missing[0]!])}, line ${formatInteger(where.line ?? 0)} of ${where.file}${andMore(missing.length)}${written(labels.ids[missing[0]!]!, rowOf.keys())}`,
      where: { file },
      remedy: 'predict every row; a model that leaves rows out is not judged on the rest',
    });
  }
  const unknown = [...rowOf].filter(([id]) => id !== null && id !== '');
  if (unknown.length > 0) {
    problems.push({
      message: `id ${JSON.stringify(unknown[0]![0])} is in no hold-out row${andMore(unknown.length)}`,
      where: await placeOfRow(table, unknown[0]![1]),
      remedy: 'predict the hold-out rows and no others',
    });
  }
  failOn(problems);
  return order;
}
