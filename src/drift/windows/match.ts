import type { Engine } from '../../engine/engine.js';
import type { DataTable } from '../../engine/read-table.js';
import { quoteName, quoteText } from '../../engine/sql.js';
import type { WindowsSettings } from '../../spec/sections/drift-windows.js';
import type { Source } from '../source.js';
import { type Split, ownName, seasonOf } from './split.js';

export interface Matched {
  readonly reference: Source;
  readonly current: Source;
  /** Share of the window's rows whose season the reference has none of. */
  readonly unmatched: number;
}

export interface Matcher {
  /** Reference rows in the seasons of a window, in its proportions; undefined when they share no season. */
  match(window: Split): Matched | undefined;
}

/**
 * Prepares the reference for being matched: its rows in each season, in a seeded random order. A matched reference is a
 * sample of rows, so that tests count its true size; the season whose rows are rarest for the window sets it.
 * @param name of the engine's table that is made
 */
export async function prepareReference(
  engine: Engine,
  table: DataTable,
  { time, season }: WindowsSettings,
  name: string,
  seed: number,
): Promise<Matcher> {
  const [s, r] = [ownName(table, 'season'), ownName(table, 'place')];
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT * EXCLUDE (number), row_number() OVER (PARTITION BY ${quoteName(s)} ORDER BY hash(number + ${seed} * 7919), number) AS ${quoteName(r)}
      FROM (SELECT *, ${seasonOf(time, season)} AS ${quoteName(s)}, row_number() OVER () AS number
        FROM ${table.sql} WHERE ${quoteName(time)} IS NOT NULL)`,
  );
  const counts = await engine.rows(`SELECT ${quoteName(s)} AS s, count(*) AS n FROM ${name} GROUP BY 1`);
  const have = new Map(counts.map(({ s: key, n }) => [String(key), Number(n)]));
  return {
    match: ({ source, seasons }) => {
      const shared = [...seasons].filter(([key]) => have.has(key));
      if (shared.length === 0) return undefined;
      const factor = Math.min(...shared.map(([key, n]) => have.get(key)! / n));
      const quotas = shared.map(([key, n]) => ({ key, rows: Math.floor(factor * n + 1e-9) }));
      const list = quotas.map(({ key, rows }) => `(${quoteText(key)}, ${rows})`).join(', ');
      const inside = shared.reduce((sum, [, n]) => sum + n, 0);
      return {
        reference: {
          sql: `(SELECT f.* EXCLUDE (${quoteName(r)}, ${quoteName(s)}) FROM ${name} AS f JOIN (VALUES ${list}) AS q(k, quota) ON f.${quoteName(s)} = q.k WHERE f.${quoteName(r)} <= q.quota)`,
          columns: table.columns,
          rows: quotas.reduce((sum, { rows }) => sum + rows, 0),
        },
        current: {
          ...source,
          sql: `(SELECT * FROM ${source.sql} WHERE ${quoteName(s)} IN (${shared.map(([key]) => quoteText(key)).join(', ')}))`,
          rows: inside,
        },
        unmatched: 1 - inside / source.rows,
      };
    },
  };
}
