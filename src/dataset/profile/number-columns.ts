import { hashParts, numberBits, readRegisters, registersOf, roundedCounts } from '../../engine/counting.js';
import type { Engine } from '../../engine/engine.js';
import type { ColumnProfile, ColumnType, ColumnValues } from '../../formats/profile.js';
import { gridStep } from '../../statistics/rounding.js';
import { finite, momentsOf } from './moments.js';
import { add, exactLimit, isGridded, isTime, summarise } from './numbers.js';
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

const pairs = (values: Float64Array, counts: Float64Array): [number, number][] =>
  Array.from(values, (x, i) => [x, counts[i]!]);

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
  const { columns } = await engine.columns(
    `SELECT CASE WHEN isfinite(x) THEN x END AS x, n, v IS NULL::DOUBLE AS missing, ${hashParts('CASE WHEN isfinite(x) THEN hash(v) END')}
     FROM (SELECT v, n, ${numberSql(type, 'v')} AS x FROM ${source} LIMIT ${limit + 1}) ORDER BY x`,
  );
  const [values, counts, missing, buckets, lows] = columns as Float64Array[];
  if (values!.length > limit) return undefined;
  let [nonFinite, present] = [0, 0];
  const finiteOnes: [number, number][] = [];
  for (let i = 0; i < values!.length; i++) {
    if (missing![i] === 1) continue;
    present += counts![i]!;
    if (Number.isNaN(values![i])) nonFinite += counts![i]!;
    else finiteOnes.push([values![i]!, counts![i]!]);
  }
  // Integers beyond 2^53 may be the same number.
  const isRepeated = finiteOnes.some(([x], i) => i > 0 && finiteOnes[i - 1]![0] === x);
  const list = isRepeated ? (add(finiteOnes) as [number, number][]) : finiteOnes;
  const moments = momentsOf(list, nonFinite);
  return {
    count: present,
    counted: finiteOnes.length,
    registers: encodeRegisters(registersOf(buckets!, lows!)),
    ...(moments && { moments }),
    values: summarise(type, list, moments?.min ?? 0, moments?.max ?? 0),
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
  const number = numberSql(type, value);
  const hashes = `(SELECT hash(v) AS h FROM (SELECT ${value} AS v FROM ${source}) WHERE isfinite(${numberSql(type, 'v')}))`;
  const registers = encodeRegisters(await readRegisters(engine, hashes));
  // Near the limit, only counting tells.
  if (estimateDistinct(registers) < 1.05 * exactLimit) return undefined;
  const [row] = await engine.rows(
    `SELECT count(x) AS n, count(x) FILTER (NOT isfinite(x)) AS odd, min(y) AS lo, max(y) AS hi, avg(y) AS mean, var_pop(y) AS var
     FROM (SELECT x, CASE WHEN isfinite(x) THEN x END AS y FROM (SELECT ${number} AS x FROM ${source}))`,
  );
  const [count, nonFinite] = [Number(row!.n), Number(row!.odd)];
  const [min, max] = [Number(row!.lo), Number(row!.hi)];
  const m2 = finite(Number(row!.var) * (count - nonFinite));
  const moments = { mean: finite(Number(row!.mean)), m2, min, max, nonFinite };
  return { count, registers, moments, values: await countValues(engine, type, source, number, min, max) };
}

async function countValues(
  engine: Engine,
  type: ColumnType,
  source: string,
  number: string,
  min: number,
  max: number,
): Promise<ColumnValues> {
  if (!isGridded(type, min, max)) {
    const { columns } = await engine.columns(roundedCounts(source, number));
    const [values, counts] = columns as [Float64Array, Float64Array];
    return { kind: 'rounded', bits: numberBits, counts: pairs(values, counts) };
  }
  const step = gridStep(min, max);
  const { columns } = await engine.columns(
    `SELECT floor(x / ${step}::DOUBLE) * ${step}::DOUBLE AS x, count(*) AS n FROM (SELECT ${number} AS x FROM ${source}) WHERE isfinite(x) GROUP BY 1 ORDER BY 1`,
  );
  const [values, counts] = columns as [Float64Array, Float64Array];
  return { kind: 'grid', step, counts: pairs(values, counts) };
}
