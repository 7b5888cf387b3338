import { type Place, UserError } from '../../common/errors.js';
import { nearest } from '../../common/text.js';
import type { Engine } from '../../engine/engine.js';
import type { DataTable } from '../../engine/read-table.js';
import { quoteName } from '../../engine/sql.js';
import type { Season, WindowsSettings } from '../../spec/sections/drift-windows.js';
import type { Source } from '../source.js';

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
export function checkTime(table: DataTable, time: string, where: Place): void {
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

/** SQL of a row's season as a text; a constant without seasons. */
export function seasonOf(time: string, seasons: readonly Season[]): string {
  const t = `CAST(${quoteName(time)} AS TIMESTAMP)`;
  const parts: Record<Season, string> = {
    hour: `hour(${t})`,
    weekday: `isodow(${t})`,
    weekend: `isodow(${t}) >= 6`,
    'day-of-month': `day(${t})`,
    month: `month(${t})`,
  };
  return seasons.length === 0 ? `''` : `concat_ws('/', ${seasons.map((season) => parts[season]).join(', ')})`;
}

/** Names for columns of our own that no column of the data has. */
export function ownName(table: Pick<DataTable, 'columns'>, name: string): string {
  let own = name;
  while (table.columns.some((column) => column.name === own)) own = `_${own}`;
  return own;
}

/** Cuts data into windows of equal size by their time, into a table of the engine; the newest `last` of them. */
export async function splitWindows(
  engine: Engine,
  table: DataTable,
  settings: WindowsSettings,
  name: string,
): Promise<Splits> {
  const { time, rows = undefined, every, last, season } = settings;
  const [w, s] = [ownName(table, 'window'), ownName(table, 'season')];
  const seconds = `epoch(${quoteName(time)})`;
  const length = (every ?? 86_400_000) / 1000;
  const origin = length % week === 0 ? firstMonday : 0;
  const number =
    rows === undefined
      ? `CAST(floor((${seconds} - ${origin}) / ${length}) AS BIGINT)`
      : `CAST(floor((row_number() OVER (ORDER BY ${quoteName(time)}) - 1) / ${rows}) AS BIGINT)`;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT *, ${number} AS ${quoteName(w)}, ${seasonOf(time, season)} AS ${quoteName(s)}
      FROM ${table.sql} WHERE ${quoteName(time)} IS NOT NULL`,
  );
  const found = await engine.rows(
    `SELECT ${quoteName(w)} AS w, count(*) AS n, epoch(min(${quoteName(time)}))::DOUBLE AS a, epoch(max(${quoteName(time)}))::DOUBLE AS b
      FROM ${name} GROUP BY 1 ORDER BY 1`,
  );
  const all = found.map(({ w: index, n, a, b }) => ({
    index: Number(index),
    rows: Number(n),
    from: iso(Number(a)),
    until: iso(Number(b)),
  }));
  const timed = all.reduce((sum, one) => sum + one.rows, 0);
  const least = rows ?? wholeFrom * median(all.map((one) => one.rows));
  const newer = all.length > 0 && all.at(-1)!.rows < least ? all.pop()!.rows : 0;
  let older = all.length > 0 && all[0]!.rows < least ? all.shift()!.rows : 0;
  const kept = all.slice(-last);
  for (const one of all.slice(0, -last)) older += one.rows;
  const counts = await engine.rows(
    `SELECT ${quoteName(w)} AS w, ${quoteName(s)} AS s, count(*) AS n FROM ${name} GROUP BY ALL`,
  );
  return {
    windows: kept.map(({ index, rows: n, from, until }) => ({
      source: {
        sql: `(SELECT * EXCLUDE (${quoteName(w)}) FROM ${name} WHERE ${quoteName(w)} = ${index})`,
        columns: table.columns,
        rows: n,
      },
      from,
      until,
      seasons: new Map(
        counts.filter((row) => Number(row.w) === index).map((row) => [String(row.s), Number(row.n)]),
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
