import { plural } from '../../common/text.js';
import { numberLiteral, quoteName } from '../../engine/sql.js';
import type { DataTable } from '../../engine/read-table.js';
import type { PredictionDrift } from '../../formats/drift-performance.js';
import type { Source } from '../source.js';
import type { PerformanceOptions } from './options.js';

/**
 * Whether the model now says other things than it did on the reference: its scores and predicted classes, column by
 * column, as drift of any column is judged. It needs no labels; what it means for the performance they would tell.
 * @param since seconds since 1970: predictions of the log from then on
 */
export async function checkPredictions(
  { engine, profile, compare, columns, settings }: PerformanceOptions,
  log: DataTable,
  reference: DataTable,
  since: number,
): Promise<PredictionDrift> {
  const { score, prediction, time } = columns;
  const scores = score === undefined ? [] : typeof score === 'string' ? [score] : Object.values(score);
  const names = [...new Set([...scores, ...(prediction === undefined ? [] : [prediction])])];
  const list = names.map(quoteName).join(', ');
  const part = (table: DataTable, where: string, rows: number): Source => ({
    sql: `(SELECT ${list} FROM ${table.sql}${where})`,
    columns: names.map((name) => ({
      name,
      type: table.columns.find((column) => column.name === name)!.type,
      value: quoteName(name),
    })),
    rows,
  });
  const newest = async (): Promise<Source> => {
    if (time === undefined || settings.over === undefined) return part(log, '', log.rows);
    const where = ` WHERE epoch(${quoteName(time)}) > ${numberLiteral(since)}`;
    const [row] = await engine.rows(`SELECT count(*) AS n FROM ${log.sql}${where}`);
    return part(log, where, Number(row!.n));
  };
  const before = await profile(part(reference, '', reference.rows));
  const now = await profile(await newest());
  const compared = compare(before, now);
  const drifted = compared.columns.filter(({ alarm }) => alarm);
  const reasons =
    drifted.length > 0
      ? drifted.map(({ name, reason }) => `The model’s ${name} changed: ${reason}.`)
      : compared.verdict === 'pass'
        ? [`The model says what it said on the reference (${plural(now.rows, 'prediction')}).`]
        : compared.columns
            .filter(({ verdict }) => verdict === 'insufficient')
            .map(({ name, reason }) => `${name}: ${reason}.`);
  return {
    verdict: compared.verdict,
    reasons,
    rows: { reference: before.rows, current: now.rows },
    columns: [...compared.columns],
  };
}
