import type { Engine } from '../engine/engine.js';
import type { Table } from '../engine/table.js';
import type { ColumnProfile, Profile } from '../formats/profile.js';
import type { SpectrumCell } from '../statistics/unseen-values.js';
import type { Overlap } from './measure-unseen.js';
import { type UnionColumn, openUnion } from './tables.js';

export interface OverlapOptions {
  readonly engine: Engine;
  readonly reference: Profile;
  readonly current: Profile;
  /** The rows of both sides; undefined where the reference is only a profile. */
  readonly tables: { readonly reference: readonly Table[]; readonly current: readonly Table[] } | undefined;
  /** Different values by the registers of two profiles (HyperLogLog) together, with the relative standard error. */
  readonly distinct: (registers: readonly string[]) => { readonly value: number; readonly error: number };
}

/**
 * How both sides share the values of the texts of which a profile lists only the most frequent: counted in the rows
 * where both sides have them, otherwise estimated from the registers of the profiles.
 */
export async function overlapsOf(options: OverlapOptions): Promise<Map<string, Overlap>> {
  const { reference, current, tables, engine } = options;
  const found = new Map<string, Overlap>();
  const wanted = reference.columns.flatMap((column) => {
    const other = current.columns.find(({ name }) => name === column.name);
    return other !== undefined && isCut(column, other) ? [{ column, other }] : [];
  });
  if (wanted.length === 0) return found;
  if (tables === undefined) {
    // Profiles of different engines have different hashes.
    if (reference.engine !== current.engine) return found;
    for (const { column, other } of wanted) {
      const overlap = byRegisters(column, other, options);
      if (overlap !== undefined) found.set(column.name, overlap);
    }
    return found;
  }
  const [before, now] = [
    await openUnion(engine, tables.reference, {}),
    await openUnion(engine, tables.current, {}),
  ];
  for (const { column } of wanted) {
    const [a, b] = [before, now].map(({ columns, tables: from }) => {
      const own = columns.find(({ name }) => name === column.name);
      return own && valuesSql(own, from);
    });
    if (a !== undefined && b !== undefined) {
      found.set(column.name, { kind: 'spectrum', spectrum: await spectrumIn(engine, a, b) });
    }
  }
  return found;
}

const isCut = (column: ColumnProfile, other: ColumnProfile): boolean =>
  column.type === 'string' &&
  other.type === 'string' &&
  [column, other].some(({ values }) => values.kind === 'top' && values.others > 0);

function byRegisters(
  column: ColumnProfile,
  other: ColumnProfile,
  { distinct }: OverlapOptions,
): Overlap | undefined {
  if (column.registers === undefined || other.registers === undefined) return undefined;
  const [one, both] = [distinct([column.registers]), distinct([column.registers, other.registers])];
  return { kind: 'distinct', reference: one.value, together: both.value, error: both.error };
}

/** Rows of one column `"value"`, of all tables. */
const valuesSql = ({ values }: UnionColumn, tables: readonly Table[]): string =>
  tables
    .map(({ source }, t) => `SELECT CAST(${values[t]!} AS VARCHAR) AS "value" FROM ${source}`)
    .join(' UNION ALL ');

async function spectrumIn(engine: Engine, before: string, now: string): Promise<SpectrumCell[]> {
  const counted = (sql: string): string =>
    `(SELECT "value", count(*) AS "rows" FROM (${sql}) AS "all" WHERE "value" IS NOT NULL GROUP BY "value")`;
  const rows = await engine.rows(
    `SELECT "before", "now", count(*) AS "values" FROM (
       SELECT coalesce("a"."rows", 0) AS "before", coalesce("b"."rows", 0) AS "now"
       FROM ${counted(before)} AS "a" FULL OUTER JOIN ${counted(now)} AS "b" ON "a"."value" = "b"."value"
     ) AS "joined" GROUP BY "before", "now"`,
  );
  return rows.map((row) => ({
    before: Number(row.before),
    now: Number(row.now),
    values: Number(row.values),
  }));
}
