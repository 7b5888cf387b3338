import { type Problem, UserError, failOn } from '../../common/errors.js';
import { nearest } from '../../common/text.js';
import { type DataTable, readTable } from '../../engine/read-table.js';
import { quoteName } from '../../engine/sql.js';
import { codeClasses, noCoding } from './classes.js';
import { checkIds, countUnknown, filesWithRows, labelNotes } from './ids.js';
import type { PerformanceOptions } from './options.js';

/** Predictions in the order of their times, with the labels that are known. */
export interface LogRows {
  readonly rows: number;
  /** Seconds since 1970; undefined without a column of times. Rows without a time come last, as NaN. */
  readonly times?: Float64Array;
  /** Index into `classes`, or the target of a regression; NaN where it is not known. */
  readonly labels: Float64Array;
  /** Index of the predicted class, or the predicted value; undefined without such a column. NaN where there is none. */
  readonly predicted?: Float64Array;
  /** A probability for each class of a multiclass model in the order of `classes`, or the one of the positive class. */
  readonly scores: readonly Float64Array[];
}

export interface ReadLog {
  readonly log: LogRows;
  /** The labelled predictions of the reference. */
  readonly reference?: LogRows;
  readonly classes: readonly string[];
  /** Index of the positive class of a binary model. */
  readonly positive: number;
  /** Labels whose id is in no prediction. */
  readonly unknownLabels: number;
  /** What keeps labels from being used, in sentences. */
  readonly notes: readonly string[];
  /** Whether labels were looked for at all. */
  readonly hasLabels: boolean;
  /** The tables that were read, for comparing predictions. */
  readonly tables: { readonly log: DataTable; readonly reference?: DataTable };
}

/**
 * Reads the log of predictions, joins the labels by id, and reads the reference.
 * @throws UserError for columns that are missing, ids that are not unique, labels that contradict each other, and
 *   probabilities that are none
 */
export async function readLog(options: PerformanceOptions): Promise<ReadLog> {
  const { engine, files, columns, task, at } = options;
  const { id, time, label, score, prediction } = columns;
  const scoreColumns = score === undefined ? [] : typeof score === 'string' ? [score] : Object.values(score);
  const numbers = task === 'regression' ? [(prediction ?? score) as string] : scoreColumns;
  const types = Object.fromEntries(numbers.map((name) => [name, 'number' as const]));
  const identities = id === undefined ? [] : [id];
  const log = await readTable(engine, files.predictions, { types, identities });
  const separate = files.labels !== undefined;
  const names = [...numbers, ...(task !== 'regression' && prediction !== undefined ? [prediction] : [])];
  const problems = [
    ...missing(log, [...names, ...(time === undefined ? [] : [time])], at(['predictions'])),
    ...(separate && id !== undefined ? missing(log, [id], at(['predictions'])) : []),
  ];
  if (separate && id === undefined) {
    problems.push({
      message: 'labels of their own match predictions by an id, and none is named',
      where: at(['labels']),
      remedy: 'name its column in drift.performance.id or evaluate.id',
    });
  }
  const timeType = log.columns.find(({ name }) => name === time)?.type;
  if (timeType !== undefined && timeType !== 'timestamp' && timeType !== 'date') {
    problems.push({
      message: `column "${time}" of the predictions holds no times (${timeType})`,
      where: at(['time']),
      remedy: 'write times as 2026-05-03T10:00:00Z',
    });
  }
  const labelFiles = separate ? await filesWithRows(engine, files.labels!) : [];
  const labels =
    labelFiles.length > 0
      ? await readTable(engine, labelFiles, { columns: [id ?? label, label], identities })
      : undefined;
  const reference =
    files.reference === undefined ? undefined : await readTable(engine, files.reference, { types });
  if (reference !== undefined) problems.push(...missing(reference, [...names, label], at(['reference'])));
  failOn(problems);

  const hasLabels = separate || log.columns.some(({ name }) => name === label);
  const sources = [
    ...(hasLabels && !(separate && labels === undefined) ? [{ table: labels ?? log, column: label }] : []),
    ...(reference === undefined ? [] : [{ table: reference, column: label }]),
    ...(task === 'regression' || prediction === undefined
      ? []
      : [log, ...(reference === undefined ? [] : [reference])].map((table) => ({
          table,
          column: prediction,
        }))),
  ];
  const named = typeof score === 'object' ? Object.keys(score) : [];
  const coding = task === 'regression' ? noCoding : await codeClasses(engine, sources, named, options);
  if (labels !== undefined) await checkIds(engine, log, labels, id!, label, options);

  const read = async (table: DataTable, own: DataTable | undefined): Promise<LogRows> => {
    const select = (name: string, of: DataTable, alias: string): string =>
      task === 'regression' ? `CAST(${alias}.${quoteName(name)} AS DOUBLE)` : coding.sql(name, of, alias);
    // Labels that come in files of their own are not those of the log.
    const inTable = !(separate && table === log) && table.columns.some(({ name }) => name === label);
    const withLabel = own !== undefined || inTable;
    const y = own !== undefined ? 'l.y' : withLabel ? select(label, table, 'p') : 'CAST(NULL AS DOUBLE)';
    const t = time !== undefined && table.columns.some(({ name }) => name === time);
    const inner =
      own === undefined
        ? ''
        : ` LEFT JOIN (SELECT CAST(${quoteName(id!)} AS VARCHAR) AS id, any_value(${select(label, own, 'r')}) AS y
            FROM ${own.sql} AS r WHERE ${quoteName(label)} IS NOT NULL GROUP BY 1) AS l ON CAST(p.${quoteName(id!)} AS VARCHAR) = l.id`;
    const parts = [
      t ? `epoch(p.${quoteName(time)})::DOUBLE AS t` : 'CAST(NULL AS DOUBLE) AS t',
      `CAST(${y} AS DOUBLE) AS y`,
      ...numbers.map((name, i) => `CAST(p.${quoteName(name)} AS DOUBLE) AS s${i}`),
      ...(task !== 'regression' && prediction !== undefined
        ? [`CAST(${select(prediction, table, 'p')} AS DOUBLE) AS c`]
        : []),
    ];
    const sql = `SELECT ${parts.join(', ')} FROM ${table.sql} AS p${inner}${t ? ' ORDER BY t NULLS LAST' : ''}`;
    const found = (await engine.columns(sql)).columns as Float64Array[];
    const scores = found.slice(2, 2 + numbers.length);
    const predicted = task === 'regression' ? scores[0] : found[2 + numbers.length];
    return {
      rows: found[1]!.length,
      ...(t && { times: found[0]! }),
      labels: found[1]!,
      ...(predicted !== undefined && { predicted }),
      scores: task === 'regression' ? [] : scores,
    };
  };
  const [logRows, referenceRows] = [
    await read(log, labels),
    reference === undefined ? undefined : await read(reference, undefined),
  ];
  for (const rows of [logRows, referenceRows]) refuseScores(rows, scoreColumns, options);
  return {
    log: logRows,
    ...(referenceRows !== undefined && { reference: referenceRows }),
    classes: coding.classes,
    positive: coding.positive,
    unknownLabels: labels === undefined ? 0 : await countUnknown(engine, log, labels, id!),
    notes: separate ? await labelNotes(engine, log, labels, id!) : [],
    hasLabels,
    tables: { log, ...(reference !== undefined && { reference }) },
  };
}

function missing(table: DataTable, names: readonly string[], where: Problem['where']): Problem[] {
  const there = table.columns.map(({ name }) => name);
  return [...new Set(names)]
    .filter((name) => !there.includes(name))
    .map((name) => {
      const near = nearest(name, there);
      return {
        message: `${table.tables[0]!.file} has no column "${name}"`,
        ...(where && { where }),
        remedy: near === undefined ? `it has ${there.join(', ')}` : `did you mean "${near}"?`,
      };
    });
}

function refuseScores(
  rows: LogRows | undefined,
  names: readonly string[],
  { at, task }: PerformanceOptions,
): void {
  if (rows === undefined || task === 'regression') return;
  rows.scores.forEach((list, i) => {
    const bad = list.findIndex((value) => value < 0 || value > 1);
    if (bad < 0) return;
    throw new UserError({
      message: `column "${names[i]}" holds ${list[bad]}, which is no probability`,
      where: at(['score']),
      remedy: 'log the probability, from 0 to 1',
    });
  });
}
