import { floorToSql, hashParts, numberBits, registersAbove, registersOf } from '../../engine/counting.js';
import { integerLiteral } from '../../engine/sql.js';
import type { Engine } from '../../engine/engine.js';
import type { ColumnProfile, ColumnType } from '../../formats/profile.js';
import { gridStep } from '../../statistics/rounding.js';
import { momentsOf } from './moments.js';
import { exactLimit, isGridded, isTime, joined, summarise } from './numbers.js';
import { encodeRegisters, estimateDistinct } from './registers.js';
import { NumberTally } from './tally.js';

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
 * Sums up numbers that are too many to be counted one by one, in one scan, and one more where they are told apart by
 * a grid, which depends on the smallest and the largest.
 * @returns undefined where the registers show about as few values as are listed one by one
 */
export async function numbersOfMany(
  engine: Engine,
  { type, from, value, hash }: NumberSource,
): Promise<Summary | undefined> {
  const known = hash === undefined ? '' : `, ${hash} AS h`;
  const numbers = `(SELECT *, ${numberSql(type, 'v')} AS x FROM (SELECT ${value} AS v${known} FROM ${from}))`;
  const tally = new NumberTally(!isTime(type));
  await engine.stream(
    `SELECT x, ${hashParts(`CASE WHEN x IS NOT NULL THEN ${hash === undefined ? 'hash(v)' : 'h'} END`)} FROM ${numbers}`,
    ([x, buckets, lows]) => tally.add(x!, buckets!, lows!),
  );
  const registers = encodeRegisters(registersAbove(tally.ranks));
  // Near the limit, only counting tells.
  if (estimateDistinct(registers) < 1.05 * exactLimit) return undefined;
  const moments = tally.moments();
  const { min, max, nonFinite } = moments;
  const summary = { count: tally.finite + nonFinite, registers, moments };
  if (!isGridded(type, min, max)) {
    return {
      ...summary,
      values: { kind: 'rounded', bits: numberBits, counts: joined(tally.rounded.sorted()) },
    };
  }
  const step = gridStep(min, max);
  const columns = await engine.columnsAsIs(
    `SELECT ${floorToSql('x', step)} AS r, count(*)::DOUBLE AS n FROM ${numbers} WHERE ${isFinite('x')} GROUP BY r ORDER BY r`,
  );
  const counts = joined({ values: columns[0] as Float64Array, counts: columns[1] as Float64Array });
  return { ...summary, values: { kind: 'grid', step, counts } };
}
