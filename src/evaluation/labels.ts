import { type Place, type Problem, UserError, failOn } from '../common/errors.js';
import { formatInteger, nearest } from '../common/text.js';
import type { Column } from '../engine/columns.js';
import type { Engine } from '../engine/engine.js';
import { type DataTable, readTable } from '../engine/read-table.js';
import type { Spec } from '../spec/schema.js';
import { andMore, badRows, placeOfRow, readColumnsOf, textsOf } from './columns.js';
import { designColumns, readDesign } from './design.js';
import type { Task } from './metrics/metric.js';
import { readMultilabels } from './multilabel.js';
import { type Slicing, sliceColumns } from './slices/define.js';
import { readSlices } from './slices/read.js';

export type EvaluateSpec = Spec['evaluate'];

/** What is true of the hold-out rows; every model is judged against the same. */
export interface Labels {
  readonly table: DataTable;
  readonly rows: number;
  /** Text of evaluate.id for each row; absent when rows match by position. */
  readonly ids?: readonly string[];
  /** Text of the label for each row: of classifiers. */
  readonly texts?: readonly string[];
  /** The label as a number: of regressions, and the relevance of rankings. */
  readonly numbers?: Float64Array;
  /** Whether each row has each class of evaluate.labels, row by row: of multilabel classifiers. */
  readonly multilabels?: Uint8Array;
  readonly weights?: Float64Array;
  readonly clusters?: Uint32Array;
  /** The query of each row: of rankings. */
  readonly queries?: Uint32Array;
  /** Of binary classifiers: which text is the positive class. */
  readonly positive?: string;
  readonly slices: readonly Slicing[];
  /** Every column that was read: those that the spec names, and `more`. */
  readonly columns: ReadonlyMap<string, Column>;
}

const maxClasses = 1000;

/**
 * Reads labels, ids and slice columns of the hold-out data.
 * @param at place of a key of `evaluate` in model.yml
 * @param more columns to read besides; `all` that the data have
 * @throws UserError naming the line of what is missing, doubled or no label
 */
export async function readLabels(
  engine: Engine,
  files: readonly string[],
  task: Task,
  evaluate: EvaluateSpec,
  at: (path: readonly (string | number)[]) => Place,
  more: readonly string[] | 'all' = [],
): Promise<Labels> {
  const { label, id, slices } = evaluate;
  const labelColumns = labelColumnsOf(task, evaluate);
  const numeric = task === 'regression' || task === 'ranking';
  const weight = evaluate['sample-weight'];
  const named = [
    ...labelColumns,
    ...(id === undefined ? [] : [id]),
    ...designColumns(evaluate),
    ...sliceColumns(slices),
  ];
  const inSlices = new Set(sliceColumns(slices));
  const identities = [id, evaluate.group, evaluate.query].filter((name) => name !== undefined);
  const table = await readTable(engine, files, {
    identities: identities.filter((name) => !inSlices.has(name)),
    ...(more === 'all' ? { required: named } : { columns: [...new Set([...named, ...more])] }),
    types: Object.fromEntries(
      [...(numeric ? labelColumns : []), ...(weight === undefined ? [] : [weight])].map((name) => [
        name,
        'number',
      ]),
    ),
  });
  if (table.rows === 0) throw new UserError({ message: 'the hold-out data have no rows', where: at([]) });
  const names = table.columns.map(({ name }) => name);
  const columns = await readColumnsOf(engine, table, names, new Set(id === undefined ? [] : [id]));
  const problems: Problem[] = [];
  const found = columns.get(labelColumns[0] ?? '');
  for (const name of labelColumns) problems.push(...(await missingLabels(columns.get(name)!, table, name)));
  const ids = id === undefined ? undefined : textsOf(columns.get(id)!);
  if (ids !== undefined) problems.push(...(await idProblems(ids, table, id!)));
  if (task === 'ranking' && problems.length === 0)
    problems.push(...(await badRelevance(found as Float64Array, table, labelColumns[0]!)));
  failOn(problems);

  const common = {
    table,
    rows: table.rows,
    ...(ids !== undefined && { ids: ids as string[] }),
    slices: await readSlices(engine, table, slices, columns, (i) => at(['slices', i])),
    columns,
    ...(await readDesign(table, columns, evaluate)),
  };
  if (numeric) return { ...common, numbers: found as Float64Array };
  if (task === 'example-scores') return common;
  if (task === 'multilabel-classification') {
    return { ...common, multilabels: await readMultilabels(table, columns, evaluate.labels!) };
  }
  const texts = textsOf(found!) as string[];
  const classes = [...new Set(texts)].sort();
  if (task === 'binary-classification') {
    return { ...common, texts, positive: positiveOf(classes, evaluate, at) };
  }
  if (classes.length > maxClasses) {
    throw new UserError({
      message: `column "${label}" has ${formatInteger(classes.length)} different labels: these are no classes`,
      where: at(['label']),
      remedy: 'check evaluate.label, or use task: regression',
    });
  }
  return { ...common, texts };
}

function labelColumnsOf(task: Task, { label, labels }: EvaluateSpec): string[] {
  if (task === 'multilabel-classification') return Object.values(labels ?? {});
  return task === 'example-scores' || label === undefined ? [] : [label];
}

async function missingLabels(found: Column, table: DataTable, name: string): Promise<Problem[]> {
  const missing =
    found instanceof Float64Array
      ? badRows(table.rows, (row) => !Number.isFinite(found[row]!))
      : badRows(table.rows, (row) => found[row] === null || found[row] === '');
  if (missing === undefined) return [];
  return [
    {
      message: `no label in column "${name}"${andMore(missing.count)}`,
      where: await placeOfRow(table, missing.first),
      remedy: 'every hold-out row needs its label: remove the rows without one, or complete them',
    },
  ];
}

async function badRelevance(found: Float64Array, table: DataTable, name: string): Promise<Problem[]> {
  const bad = badRows(table.rows, (row) => found[row]! < 0);
  if (bad === undefined) return [];
  return [
    {
      message: `${found[bad.first]} in column "${name}" is no relevance${andMore(bad.count)}`,
      where: await placeOfRow(table, bad.first),
      remedy: 'write 0 for a document that is of no use, and more the better it is',
    },
  ];
}

/** Ids that are absent or not unique. */
export async function idProblems(
  ids: readonly (string | null)[],
  table: DataTable,
  name: string,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const absent = badRows(ids.length, (row) => ids[row] === null || ids[row] === '');
  if (absent !== undefined) {
    problems.push({
      message: `no id in column "${name}"${andMore(absent.count)}`,
      where: await placeOfRow(table, absent.first),
      remedy: 'every row needs an id; without evaluate.id, rows match by position',
    });
  }
  const seen = new Map<string, number>();
  let first: number | undefined;
  let doubled = 0;
  ids.forEach((id, row) => {
    if (id === null || id === '') return;
    if (seen.has(id)) {
      first ??= row;
      doubled++;
    } else seen.set(id, row);
  });
  if (first !== undefined) {
    const earlier = await placeOfRow(table, seen.get(ids[first]!)!);
    problems.push({
      message: `id ${JSON.stringify(ids[first])} is there already in line ${earlier.line}${andMore(doubled)}`,
      where: await placeOfRow(table, first),
      remedy: 'an id must stand for one row: remove the copies, or name a column that is unique',
    });
  }
  return problems;
}

function positiveOf(
  classes: readonly string[],
  { positive, label }: EvaluateSpec,
  at: (path: readonly string[]) => Place,
): string {
  if (classes.length > 2) {
    const shown = classes.slice(0, 5).join(', ');
    throw new UserError({
      message: `column "${label}" has ${formatInteger(classes.length)} labels (${shown}${classes.length > 5 ? ', …' : ''}), and a binary classifier knows two`,
      where: at(['label']),
      remedy: 'check evaluate.label, or use task: multiclass-classification',
    });
  }
  if (positive !== undefined) {
    const text = String(positive);
    if (classes.length < 2 || classes.includes(text)) return text;
    const near = nearest(text, classes);
    throw new UserError({
      message: `no row is labelled "${text}", the positive class; the labels are ${classes.join(' and ')}`,
      where: at(['positive']),
      remedy: near === undefined ? `use one of them` : `did you mean "${near}"?`,
    });
  }
  for (const [negative, usual] of [
    ['0', '1'],
    ['false', 'true'],
  ] as const) {
    if (classes.every((c) => c === negative || c === usual)) return usual;
  }
  if (classes.length === 1) {
    throw new UserError({
      message: `every hold-out row is labelled "${classes[0]}", so that the positive class cannot be told`,
      where: at(['label']),
      remedy:
        'add evaluate.positive with the label of the positive class, and hold-out rows of the class that is missing',
    });
  }
  throw new UserError({
    message: `which of the labels ${classes.join(' and ')} is the positive class?`,
    where: at(['label']),
    remedy: `add ${classes.map((text) => `evaluate.positive: ${text}`).join(', or ')}`,
  });
}
