import { type Place, UserError } from '../../common/errors.js';
import { nearest } from '../../common/text.js';
import type { Engine } from '../../engine/engine.js';
import { integerLiteral, numberLiteral } from '../../engine/sql.js';
import type { Season, WindowsSettings } from '../../spec/sections/drift-windows.js';
import type { Source } from '../source.js';
import type { Union } from '../tables.js';

/** A window's rows, and how many of each season. */
export interface Split {
  readonly source: Source;
  readonly from: string;
  readonly until: string;
  readonly seasons: ReadonlyMap<string, number>;
}

export interface Splits {
  /** Oldest first. */
  readonly windows: readonly Split[];
  readonly left: { readonly newer: number; readonly older: number; readonly untimed: number };
}

/** A window at either end with fewer than this share of the others' rows is cut short, not small. */
const wholeFrom = 0.5;
const week = 7 * 86_400;
/** 1970 began on a Thursday; weeks begin on Monday. */
const firstMonday = 4 * 86_400;

/** @throws UserError when the column is not there, or holds no times */
export function checkTime(table: Union, time: string, where: Place): void {
  const column = table.columns.find(({ name }) => name === time);
  if (column?.type === 'timestamp' || column?.type === 'date') return;
  const near = nearest(
    time,
    table.columns.map(({ name }) => name),
  );
  const file = table.tables[0]!.file;
  throw new UserError({
    message:
      column === undefined
        ? `${file} has no column "${time}"`
        : `column "${time}" of ${file} holds no times (${column.type})`,
    where,
    remedy:
      column === undefined
        ? near === undefined
          ? 'name the column with the time of a row'
          : `did you mean "${near}"?`
        : 'write times as 2026-05-03T10:00:00Z',
  });
}

/** SQL of the times of a source, which checkTime has found. */
export const timeOf = ({ columns }: Source, time: string): string =>
  columns.find(({ name }) => name === time)!.value;

/** SQL of a row's season as a text; a constant without seasons. @param time SQL of its time */
export function seasonOf(time: string, seasons: readonly Season[]): string {
  const t = `CAST(${time} AS TIMESTAMP)`;
  const parts: Record<Season, string> = {
    hour: `hour(${t})`,
    weekday: `isodow(${t})`,
    weekend: `isodow(${t}) >= 6`,
    'day-of-month': `day(${t})`,
    month: `month(${t})`,
  };
  return seasons.length === 0 ? `''` : `concat_ws('/', ${seasons.map((season) => parts[season]).join(', ')})`;
}

/** Cuts data into windows of equal size by their time, into a table of the engine; the newest `last` of them. */
export async function splitWindows(
  engine: Engine,
  table: Source,
  settings: WindowsSettings,
  name: string,
): Promise<Splits> {
  const { rows = undefined, every, last, season } = settings;
  const time = timeOf(table, settings.time);
  const seconds = `epoch(${time})`;
  const length = (every ?? 86_400_000) / 1000;
  const origin = length % week === 0 ? firstMonday : 0;
  const number =
    rows === undefined
      ? `CAST(floor((${seconds} - ${numberLiteral(origin)}) / ${numberLiteral(length)}) AS BIGINT)`
      : `CAST(floor((row_number() OVER (ORDER BY ${time}) - 1) / ${integerLiteral(rows)}) AS BIGINT)`;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT *, ${number} AS "window", ${seasonOf(time, season)} AS "season"
      FROM ${table.sql} WHERE ${time} IS NOT NULL`,
  );
  const found = await engine.rows(
    `SELECT "window", count(*) AS "size", epoch(min(${time}))::DOUBLE AS "first", epoch(max(${time}))::DOUBLE AS "last"
      FROM ${name} GROUP BY 1 ORDER BY 1`,
  );
  const all = found.map(({ window: index, size, first, last: newest }) => ({
    index: Number(index),
    rows: Number(size),
    from: iso(Number(first)),
    until: iso(Number(newest)),
  }));
  const timed = all.reduce((sum, one) => sum + one.rows, 0);
  const least = rows ?? wholeFrom * median(all.map((one) => one.rows));
  const newer = all.length > 0 && all.at(-1)!.rows < least ? all.pop()!.rows : 0;
  let older = all.length > 0 && all[0]!.rows < least ? all.shift()!.rows : 0;
  const kept = all.slice(-last);
  for (const one of all.slice(0, -last)) older += one.rows;
  const counts = await engine.rows(
    `SELECT "window", "season", count(*) AS "size" FROM ${name} GROUP BY 1, 2`,
  );
  return {
    windows: kept.map(({ index, rows: n, from, until }) => ({
      source: {
        sql: `(SELECT * EXCLUDE ("window") FROM ${name} WHERE "window" = ${integerLiteral(index)})`,
        columns: table.columns,
        rows: n,
      },
      from,
      until,
      seasons: new Map(
        counts
          .filter((row) => Number(row.window) === index)
          .map((row) => [String(row.season), Number(row.size)]),
      ),
    })),
    left: { newer, older, untimed: table.rows - timed },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

const iso = (seconds: number): string => new Date(Math.round(seconds * 1000)).toISOString();
