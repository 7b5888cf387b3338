import { type Problem, failOn } from '../../common/errors.js';
import { spellingSql } from '../../common/spelling.js';
import { formatInteger } from '../../common/text.js';
import type { Engine } from '../../engine/engine.js';
import type { DataTable } from '../../engine/read-table.js';
import { quoteName } from '../../engine/sql.js';
import { inspectTable } from '../../engine/table.js';
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

/** Files that have a row: a file of labels that is written before the first label comes is no fault. */
export async function filesWithRows(engine: Engine, files: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const file of files) {
    const { table, defects } = await inspectTable(engine, file);
    const real = defects.filter(({ harmless, rule }) => !harmless && rule !== 'no-rows');
    if ((table?.rows ?? 0) > 0 || real.length > 0) found.push(file);
  }
  return found;
}

/** Why no label is used: there is none yet, or none joins a prediction. */
export async function labelNotes(
  engine: Engine,
  log: DataTable,
  labels: DataTable | undefined,
  id: string,
): Promise<string[]> {
  if (labels === undefined) return ['No labels yet: the files of labels have no rows.'];
  const keys = ({ sql }: DataTable, key: string): string =>
    `(SELECT ${key} AS "key", min(CAST(${quoteName(id)} AS VARCHAR)) AS "id" FROM ${sql} WHERE ${quoteName(id)} IS NOT NULL GROUP BY 1)`;
  const joined = async (key: string) => {
    const [row] = await engine.rows(
      `SELECT count(*) AS "found", min("a"."id") AS "log", min("b"."id") AS "label"
       FROM ${keys(log, key)} AS "a" JOIN ${keys(labels, key)} AS "b" ON "a"."key" = "b"."key"`,
    );
    return { found: Number(row!.found), log: row!.log, label: row!.label };
  };
  const written = `CAST(${quoteName(id)} AS VARCHAR)`;
  if (log.rows === 0 || (await joined(written)).found > 0) return [];
  const plain = await joined(spellingSql(written));
  if (plain.found === 0) return ['No label belongs to a prediction: not one id of the labels is in the log.'];
  return [
    `No label belongs to a prediction, since ids are written differently: ${JSON.stringify(plain.log)} in the log, ${JSON.stringify(plain.label)} with the labels. Written alike, ${formatInteger(plain.found)} would: write both as text, in the same way.`,
  ];
}
