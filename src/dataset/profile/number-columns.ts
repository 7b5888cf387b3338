import {
  floorToSql,
  hashParts,
  numberBits,
  readRegisters,
  registersOf,
  roundBitsSql,
} from '../../engine/counting.js';
import { integerLiteral } from '../../engine/sql.js';
import type { Engine } from '../../engine/engine.js';
import type { ColumnProfile, ColumnType, ColumnValues } from '../../formats/profile.js';
import { gridStep } from '../../statistics/rounding.js';
import { finiteOrNull, momentsOf } from './moments.js';
import { exactLimit, isGridded, isTime, joined, summarise } from './numbers.js';
import { encodeRegisters, estimateDistinct } from './registers.js';

/** A column of numbers or times, summed up; `count` are the rows with a value. */
export interface Summary extends Pick<
  ColumnProfile,
  'registers' | 'moments' | 'lengths' | 'words' | 'values'
> {
  readonly count: number;
  /** Different values, where each was counted. */
  readonly counted?: number;
}

/** Numbers that are read row by row. */
export interface NumberSource {
  readonly type: ColumnType;
  /** FROM item. */
  readonly from: string;
  /** SQL over it. */
  readonly value: string;
  /** SQL over it of what tells numbers apart; undefined: their values do. */
  readonly hash: string | undefined;
}

/** SQL over a value: as DOUBLE, times in seconds since 1970. */
const numberSql = (type: ColumnType, value: string): string =>
  isTime(type) ? `epoch(${value})::DOUBLE` : `CAST(${value} AS DOUBLE)`;

/** Sums of numbers near the largest are made in this unit. */
const huge = 1e300;
/** Squares of larger numbers are not summed up. */
const mostSquared = 1e150;

/** SQL: a number is not infinite or NaN, which times never are; nor are whole numbers of up to 308 digits. */
const isFinite = (x: string): string => `isfinite(${x})`;

/**
 * Query of numbers that were counted one by one, for `sumNumbers`.
 * @param source.from FROM item of values `v`, each once, and their numbers of rows `n`; NULL is no value
 * @param source.hash SQL over it of what tells values apart
 * @param source.group of several columns in one item: the number of each
 */
export function countedNumbers(
  { type, from, hash }: { readonly type: ColumnType; readonly from: string; readonly hash: string },
  group = '0',
): string {
  const finiteOnes = isFinite('x');
  return `SELECT CASE WHEN ${finiteOnes} THEN x ELSE 'nan'::DOUBLE END AS x, n::DOUBLE AS n, (v IS NULL)::DOUBLE AS missing, ${hashParts(`CASE WHEN ${finiteOnes} THEN h END`)}, g::DOUBLE AS g
     FROM (SELECT v, n, ${group} AS g, ${hash} AS h, ${numberSql(type, 'v')} AS x FROM ${from}) ORDER BY g, x`;
}

/**
 * Sums up numbers that are counted one by one.
 * @param source see countedNumbers
 * @param limit of values
 * @returns undefined where there are more
 */
export async function numbersOfFew(
  engine: Engine,
  source: { readonly type: ColumnType; readonly from: string; readonly hash: string },
  limit: number,
): Promise<Summary | undefined> {
  const from = `(SELECT * FROM ${source.from} LIMIT ${integerLiteral(limit + 1)})`;
  const read = (await engine.columnsAsIs(countedNumbers({ ...source, from }))) as Float64Array[];
  return read[0]!.length > limit ? undefined : sumNumbers(source.type, read);
}

/** @param read what `countedNumbers` gives of one column */
export function sumNumbers(type: ColumnType, read: readonly Float64Array[]): Summary {
  const [values, counts, missing, buckets, lows] = read as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  // What is no finite number comes last.
  let length = values.length;
  let nonFinite = 0;
  for (; length > 0 && Number.isNaN(values[length - 1]); length--) {
    if (missing[length - 1] === 0) nonFinite += counts[length - 1]!;
  }
  const numbers = { values: values.subarray(0, length), counts: counts.subarray(0, length) };
  const moments = momentsOf(numbers, nonFinite);
  return {
    count: numbers.counts.reduce((sum, n) => sum + n, nonFinite),
    counted: length,
    registers: encodeRegisters(registersOf(buckets, lows)),
    ...(moments && { moments }),
    values: summarise(type, numbers, moments?.min ?? 0, moments?.max ?? 0),
  };
}

/**
 * Sums up numbers that are too many to be counted one by one.
 * @returns undefined where the registers show about as few values as are listed one by one
 */
export async function numbersOfMany(
  engine: Engine,
  { type, from, value, hash }: NumberSource,
): Promise<Summary | undefined> {
  const known = hash === undefined ? '' : `, ${hash} AS h`;
  const numbers = `(SELECT *, ${numberSql(type, 'v')} AS x FROM (SELECT ${value} AS v${known} FROM ${from}))`;
  const hashes = `(SELECT ${hash === undefined ? 'hash(v)' : 'h'} AS h FROM ${numbers} WHERE ${isFinite('x')})`;
  const registers = encodeRegisters(await readRegisters(engine, hashes));
  // Near the limit, only counting tells.
  if (estimateDistinct(registers) < 1.05 * exactLimit) return undefined;
  const wide = type !== 'integer' || hash !== undefined;
  const y = wide ? 'CASE WHEN isfinite(x) THEN x END' : 'x';
  // The engine's variance fails on an overflow.
  const squared = wide ? `CASE WHEN abs(y) < ${mostSquared} THEN y END` : 'y';
  const [row] = await engine.rows(
    `SELECT count(x) AS n, count(y) AS finite, min(y) AS lo, max(y) AS hi, avg(${squared}) AS mean, ${wide ? `avg(y / ${huge}::DOUBLE)` : '0::DOUBLE'} AS scaled, var_pop(${squared}) AS var, coalesce(bool_and(abs(y) < ${mostSquared}), true) AS squares
     FROM (SELECT x, ${y} AS y FROM ${numbers})`,
  );
  const [count, finiteOnes] = [Number(row!.n), Number(row!.finite)];
  const [min, max] = [Number(row!.lo), Number(row!.hi)];
  const moments = {
    mean: row!.squares === true ? Number(row!.mean) : Number(row!.scaled) * huge,
    m2: row!.squares === true ? finiteOrNull(Number(row!.var) * finiteOnes) : null,
    min,
    max,
    nonFinite: count - finiteOnes,
  };
  const gridded = isGridded(type, min, max);
  const step = gridded ? gridStep(min, max) : 0;
  const key = gridded ? floorToSql('x', step) : roundBitsSql('x', numberBits, wide);
  const columns = await engine.columnsAsIs(
    `SELECT ${key} AS r, count(*)::DOUBLE AS n FROM ${numbers} WHERE ${isFinite('x')} GROUP BY r ORDER BY r`,
  );
  const counts = joined({ values: columns[0] as Float64Array, counts: columns[1] as Float64Array });
  const values: ColumnValues = gridded
    ? { kind: 'grid', step, counts }
    : { kind: 'rounded', bits: numberBits, counts };
  return { count, registers, moments, values };
}
