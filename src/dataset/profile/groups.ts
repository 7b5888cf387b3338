import type { Engine } from '../../engine/engine.js';
import type { ColumnValues } from '../../formats/profile.js';
import { exactLimit, roundBitsSql } from './rounding.js';

type Counts = [number | string, number][];

export interface GroupedColumn {
  /** `v<index>` of the source. */
  readonly index: number;
  readonly text: boolean;
  /** Numbers are rounded to so many bits first. */
  readonly bits?: number;
}

export interface Groups {
  /** Numbers ascending. */
  readonly numbers: ReadonlyMap<number, Counts>;
  /** Texts, the most frequent first. */
  readonly texts: ReadonlyMap<number, Counts>;
  readonly bits: ReadonlyMap<number, number>;
  /** Columns with more values than are listed one by one. */
  readonly tooMany: ReadonlySet<number>;
}

/** Counts the values of many columns in one scan: a grouping set for each. */
export async function countGroups(
  engine: Engine,
  source: string,
  columns: readonly GroupedColumn[],
): Promise<Groups> {
  const numbers = new Map<number, Counts>();
  const texts = new Map<number, Counts>();
  const tooMany = new Set<number>();
  const bits = new Map(
    columns.flatMap(({ index, bits: b }) => (b === undefined ? [] : [[index, b] as const])),
  );
  const found = { numbers, texts, bits, tooMany };
  if (columns.length === 0) return found;
  const keys = columns.map(({ index, text, bits: b }) => {
    const v = `v${index}`;
    if (text) return `${v} AS k${index}`;
    const finite = `CASE WHEN isfinite(${v}) THEN ${v} END`;
    return `${b === undefined ? finite : `CASE WHEN isfinite(${v}) THEN ${roundBitsSql(v, b)} END`} AS k${index}`;
  });
  const names = columns.map(({ index }) => `k${index}`);
  const of = (text: boolean, otherwise: string): string => {
    const list = columns.filter((c) => c.text === text).map(({ index }) => `k${index}`);
    return list.length === 0 ? otherwise : `coalesce(${list.join(', ')}, NULL)`;
  };
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE groups AS
     SELECT GROUPING(${names.join(', ')}) AS g, ${of(false, 'NULL::DOUBLE')} AS num, ${of(true, 'NULL::VARCHAR')} AS txt, count(*) AS n
     FROM (SELECT ${keys.join(', ')} FROM ${source})
     GROUP BY GROUPING SETS (${names.map((name) => `(${name})`).join(', ')})`,
  );
  // A column's set has a 0 in its own place, the first column's being the highest bit.
  const all = 2 ** columns.length - 1;
  const maskOf = (i: number): number => all - 2 ** (columns.length - 1 - i);
  const sizes = new Map(
    (await engine.rows('SELECT g, count(*) AS n FROM groups GROUP BY g')).map((r) => [r.g, Number(r.n)]),
  );
  for (const [i, { index, text, bits: b }] of columns.entries()) {
    const mask = maskOf(i);
    // One group may be that of the missing values.
    if (b === undefined && (sizes.get(mask) ?? 0) > exactLimit + 1) {
      tooMany.add(index);
      continue;
    }
    const order = text ? 'n DESC, txt' : 'num';
    const value = text ? 'txt' : 'num';
    const { columns: read } = await engine.columns(
      `SELECT ${value}, n FROM groups WHERE g = ${mask} AND ${value} IS NOT NULL ORDER BY ${order}`,
    );
    const [values, counts] = read as [Float64Array | string[], Float64Array];
    const list: Counts = Array.from<number | string, [number | string, number]>(values, (x, j) => [
      x,
      counts[j]!,
    ]);
    (text ? texts : numbers).set(index, list);
  }
  await engine.run('DROP TABLE groups');
  return found;
}

/**
 * The most frequent texts of a column with many. A text that occurs once says nothing about the others, so only
 * those that occur more often are listed.
 */
export async function countTopTexts(
  engine: Engine,
  source: string,
  index: number,
  present: number,
): Promise<{ distinct: number; values: ColumnValues }> {
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE texts AS SELECT v${index} AS v, count(*) AS n FROM ${source} WHERE v${index} IS NOT NULL GROUP BY 1`,
  );
  const [size] = await engine.rows('SELECT count(*) AS n FROM texts');
  const distinct = Number(size!.n);
  const whole = distinct <= exactLimit;
  const { columns } = await engine.columns(
    `SELECT v, n FROM texts ${whole ? '' : 'WHERE n > 1'} ORDER BY n DESC, v LIMIT ${exactLimit + 1}`,
  );
  const [values, numbers] = columns as [string[], Float64Array];
  const counts: Counts = values.map((v, i) => [v, numbers[i]!]);
  await engine.run('DROP TABLE texts');
  if (whole) return { distinct, values: { kind: 'exact', counts } };
  const [next] = counts.splice(exactLimit);
  const listed = counts.reduce((sum, [, n]) => sum + n, 0);
  return { distinct, values: { kind: 'top', counts, others: present - listed, error: next?.[1] ?? 1 } };
}
