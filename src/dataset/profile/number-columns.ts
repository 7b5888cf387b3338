import {
  floorToSql,
  hashParts,
  numberBits,
  readRegisters,
  registersOf,
  roundBitsSql,
} from '../../engine/counting.js';
import type { Engine } from '../../engine/engine.js';
import type { ColumnProfile, ColumnType, ColumnValues } from '../../formats/profile.js';
import { gridStep } from '../../statistics/rounding.js';
import { finite, momentsOf } from './moments.js';
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

/** SQL over a value: as DOUBLE, times in seconds since 1970. */
const numberSql = (type: ColumnType, value: string): string =>
  isTime(type) ? `epoch(${value})::DOUBLE` : `CAST(${value} AS DOUBLE)`;

/** SQL: a number is not infinite or NaN, which whole numbers never are. */
const isFinite = (type: ColumnType, x: string): string =>
  type === 'integer' ? `${x} IS NOT NULL` : `isfinite(${x})`;

/**
 * Sums up numbers that are counted one by one.
 * @param source FROM item of values `v`, each once, and their numbers of rows `n`; NULL is no value
 * @param limit of values
 * @returns undefined where there are more
 */
export async function numbersOfFew(
  engine: Engine,
  type: ColumnType,
  source: string,
  limit: number,
): Promise<Summary | undefined> {
  const finiteOnes = isFinite(type, 'x');
  const columns = await engine.columnsAsIs(
    `SELECT CASE WHEN ${finiteOnes} THEN x ELSE 'nan'::DOUBLE END AS x, n::DOUBLE AS n, (v IS NULL)::DOUBLE AS missing, ${hashParts(`CASE WHEN ${finiteOnes} THEN hash(v) END`)}
     FROM (SELECT v, n, ${numberSql(type, 'v')} AS x FROM ${source} LIMIT ${limit + 1}) ORDER BY x`,
  );
  const [values, counts, missing, buckets, lows] = columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  if (values.length > limit) return undefined;
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
 * @param source FROM item
 * @param value SQL over it
 * @returns undefined where the registers show about as few values as are listed one by one
 */
export async function numbersOfMany(
  engine: Engine,
  type: ColumnType,
  source: string,
  value: string,
): Promise<Summary | undefined> {
  const numbers = `(SELECT ${numberSql(type, 'v')} AS x, v FROM (SELECT ${value} AS v FROM ${source}))`;
  const hashes = `(SELECT hash(v) AS h FROM ${numbers} WHERE ${isFinite(type, 'x')})`;
  const registers = encodeRegisters(await readRegisters(engine, hashes));
  // Near the limit, only counting tells.
  if (estimateDistinct(registers) < 1.05 * exactLimit) return undefined;
  const y = type === 'integer' ? 'x' : 'CASE WHEN isfinite(x) THEN x END';
  const [row] = await engine.rows(
    `SELECT count(x) AS n, count(y) AS finite, min(y) AS lo, max(y) AS hi, avg(y) AS mean, var_pop(y) AS var
     FROM (SELECT x, ${y} AS y FROM ${numbers})`,
  );
  const [count, finiteOnes] = [Number(row!.n), Number(row!.finite)];
  const [min, max] = [Number(row!.lo), Number(row!.hi)];
  const moments = {
    mean: finite(Number(row!.mean)),
    m2: finite(Number(row!.var) * finiteOnes),
    min,
    max,
    nonFinite: count - finiteOnes,
  };
  const gridded = isGridded(type, min, max);
  const step = gridded ? gridStep(min, max) : 0;
  const key = gridded ? floorToSql('x', step) : roundBitsSql('x', numberBits, type !== 'integer');
  const columns = await engine.columnsAsIs(
    `SELECT ${key} AS r, count(*)::DOUBLE AS n FROM ${numbers} WHERE ${isFinite(type, 'x')} GROUP BY r ORDER BY r`,
  );
  const counts = joined({ values: columns[0] as Float64Array, counts: columns[1] as Float64Array });
  const values: ColumnValues = gridded
    ? { kind: 'grid', step, counts }
    : { kind: 'rounded', bits: numberBits, counts };
  return { count, registers, moments, values };
}
