import type { Engine } from '../../engine/engine.js';
import { integerLiteral, quoteText } from '../../engine/sql.js';
import type { WindowsSettings } from '../../spec/sections/drift-windows.js';
import type { Source } from '../source.js';
import { type Split, seasonOf, timeOf } from './split.js';

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
  table: Source,
  settings: WindowsSettings,
  name: string,
  seed: number,
): Promise<Matcher> {
  const time = timeOf(table, settings.time);
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT * EXCLUDE ("number"), row_number() OVER (PARTITION BY "season" ORDER BY hash("number" + ${integerLiteral(seed)} * 7919), "number") AS "place"
      FROM (SELECT *, ${seasonOf(time, settings.season)} AS "season", row_number() OVER () AS "number"
        FROM ${table.sql} WHERE ${time} IS NOT NULL)`,
  );
  const counts = await engine.rows(`SELECT "season", count(*) AS "size" FROM ${name} GROUP BY 1`);
  const have = new Map(counts.map(({ season, size }) => [String(season), Number(size)]));
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
          sql: `(SELECT "from".* EXCLUDE ("place", "season") FROM ${name} AS "from" JOIN (VALUES ${list}) AS "wanted"("key", "quota") ON "from"."season" = "wanted"."key" WHERE "from"."place" <= "wanted"."quota")`,
          columns: table.columns,
          rows: quotas.reduce((sum, { rows }) => sum + rows, 0),
        },
        current: {
          ...source,
          sql: `(SELECT * FROM ${source.sql} WHERE "season" IN (${shared.map(([key]) => quoteText(key)).join(', ')}))`,
          rows: inside,
        },
        unmatched: 1 - inside / source.rows,
      };
    },
  };
}
