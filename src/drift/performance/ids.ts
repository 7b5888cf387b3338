import { type Problem, failOn } from '../../common/errors.js';
import { formatInteger } from '../../common/text.js';
import type { Engine } from '../../engine/engine.js';
import type { DataTable } from '../../engine/read-table.js';
import { quoteName } from '../../engine/sql.js';
import type { PerformanceOptions } from './options.js';

/** An id must stand for one prediction and one label. */
export async function checkIds(
  engine: Engine,
  log: DataTable,
  labels: DataTable,
  id: string,
  label: string,
  { at }: PerformanceOptions,
): Promise<void> {
  const of = (table: DataTable, having: string) =>
    engine.rows(
      `SELECT "id", count(*) OVER () AS "found" FROM (SELECT CAST(${quoteName(id)} AS VARCHAR) AS "id" FROM ${table.sql}
        WHERE ${quoteName(id)} IS NOT NULL GROUP BY 1 HAVING ${having}) AS "ids" ORDER BY 1 LIMIT 1`,
    );
  const problems: Problem[] = [];
  const [doubled] = await of(log, 'count(*) > 1');
  if (doubled !== undefined) {
    problems.push({
      message: `id ${JSON.stringify(doubled.id)} stands for several predictions${more(Number(doubled.found))}`,
      where: at(['predictions']),
      remedy: 'give every prediction an id of its own, or log the last one only',
    });
  }
  const [torn] = await of(labels, `count(DISTINCT ${quoteName(label)}) > 1`);
  if (torn !== undefined) {
    problems.push({
      message: `id ${JSON.stringify(torn.id)} has labels that contradict each other${more(Number(torn.found))}`,
      where: at(['labels']),
      remedy: 'keep the label that counts',
    });
  }
  failOn(problems);
}

const more = (count: number): string => (count > 1 ? ` (and ${formatInteger(count - 1)} more)` : '');

/** Labels whose id is in no prediction. */
export async function countUnknown(
  engine: Engine,
  log: DataTable,
  labels: DataTable,
  id: string,
): Promise<number> {
  const key = `CAST(${quoteName(id)} AS VARCHAR)`;
  const [row] = await engine.rows(
    `SELECT count(*) AS n FROM (SELECT DISTINCT ${key} AS id FROM ${labels.sql}) AS l WHERE id IS NOT NULL AND id NOT IN (SELECT ${key} FROM ${log.sql} WHERE ${quoteName(id)} IS NOT NULL)`,
  );
  return Number(row!.n);
}
