import type { Engine } from './engine.js';
import { quoteName } from './sql.js';

/** Significant bits that are kept of numbers with many values: 2^-12 is 0.024 %. */
export const numberBits = 12;

/** SQL of `roundBits`: the same arithmetic, so that both give the same groups. */
export function roundBitsSql(x: string, bits: number): string {
  const product = `${x} * ${2 ** (53 - bits) + 1}::DOUBLE`;
  return `CASE WHEN abs(${x}) > 1e290 THEN ${x} ELSE ${product} - (${product} - ${x}) END`;
}

/** Numbers that are too many to be counted one by one. */
export interface ManyNumbers {
  /** SQL over the source: the value as it stands there, and as DOUBLE, BIGINT, DATE or TIMESTAMP. */
  readonly raw: string;
  readonly value: string;
  readonly isTime: boolean;
}

/** What one scan found of them. */
export interface NumberGroups {
  /** Rounded values, ascending; of the values of each: sum and sum of squares of what rounding took off, and the ends. */
  readonly values: Float64Array;
  readonly counts: Float64Array;
  readonly rests: Float64Array;
  readonly squares: Float64Array;
  readonly min: number;
  readonly max: number;
  readonly nonFinite: number;
  /** Rows whose value is not of the type. */
  readonly bad: number;
  readonly missing: number;
  readonly registers: readonly (readonly [index: number, rank: number])[];
}

export interface Counting {
  /** FROM item of a text column's values: the column itself, and `n`. */
  few(column: string): string;
  /** Different values of a text column, the missing one among them. */
  sizes: ReadonlyMap<string, number>;
  numbers: readonly NumberGroups[];
  rows: number;
}

/** Ranks of registers: 1 + the leading zeros of the 50 low bits of a hash. */
export const rankSql = (low: string): string =>
  `CASE WHEN ${low} = 0 THEN 51 ELSE 51 - length(bin(${low})) END`;

let made = 0;

/**
 * Counts values of many columns in one scan: a grouping set for each text column, and two for each column of many
 * numbers (its rounded values, and its registers).
 * @param texts column names of the source, of type VARCHAR; their values should be fewer than a million
 */
export async function countTogether(
  engine: Engine,
  source: string,
  texts: readonly string[],
  many: readonly ManyNumbers[],
): Promise<Counting> {
  const table = `counted${++made}`;
  const inner = [...texts.map((c, i) => `${c} AS t${i}`)];
  const middle = [...texts.map((_, i) => `t${i}`)];
  const sums: string[] = [];
  many.forEach(({ raw, value, isTime }, i) => {
    const [v, x, r] = [`v${i}`, `x${i}`, `r${i}`];
    inner.push(`${value} AS ${v}`, `(${raw}) IS NOT NULL AS p${i}`);
    const number = isTime ? `epoch(${v})::DOUBLE` : `CAST(${v} AS DOUBLE)`;
    middle.push(v, `p${i}`, `CASE WHEN isfinite(${number}) THEN ${number} END AS ${x}`);
    sums.push(
      `sum(${x} - ${r}) AS s${i}`,
      `sum((${x} - ${r}) * (${x} - ${r})) AS q${i}`,
      `min(${x}) AS lo${i}`,
      `max(${x}) AS hi${i}`,
      `min(h${i}) AS h${i}`,
    );
  });
  const outer = [
    ...texts.map((_, i) => `t${i}`),
    ...many.flatMap((_, i) => {
      const [v, x, r] = [`v${i}`, `x${i}`, `r${i}`];
      // What is no finite number is told apart by keys that no number is rounded to.
      const other = `CASE WHEN ${v} IS NOT NULL THEN 'infinity'::DOUBLE WHEN p${i} THEN 'nan'::DOUBLE END`;
      return [
        x,
        `CASE WHEN ${x} IS NOT NULL THEN ${roundBitsSql(x, numberBits)} ELSE ${other} END AS ${r}`,
        `CASE WHEN ${x} IS NOT NULL THEN hash(${v}) END AS h${i}`,
        `CASE WHEN ${x} IS NOT NULL THEN hash(${v}) >> 50 END AS b${i}`,
      ];
    }),
  ];
  const keys = [...texts.map((_, i) => `t${i}`), ...many.flatMap((_, i) => [`r${i}`, `b${i}`])];
  const first = (list: readonly string[], type: string): string =>
    list.length === 0 ? `NULL::${type}` : `coalesce(${list.join(', ')}, NULL)`;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS
     SELECT GROUPING(${keys.join(', ')}) AS g,
       ${first(
         texts.map((_, i) => `t${i}`),
         'VARCHAR',
       )} AS txt, ${first(
         many.map((_, i) => `r${i}`),
         'DOUBLE',
       )} AS num,
       ${first(
         many.map((_, i) => `b${i}`),
         'UBIGINT',
       )} AS bucket, count(*) AS n${sums.map((sum) => `, ${sum}`).join('')}
     FROM (SELECT ${outer.join(', ')} FROM (SELECT ${middle.join(', ')} FROM (SELECT ${inner.join(', ')} FROM ${source})))
     GROUP BY GROUPING SETS (${keys.map((key) => `(${key})`).join(', ')})`,
  );
  // A key's set has a 0 in its own place, the first key's being the highest bit.
  const maskOf = (key: string): number => 2 ** keys.length - 1 - 2 ** (keys.length - 1 - keys.indexOf(key));
  const sized = await engine.rows(
    `SELECT g, count(*) AS groups, sum(n)::BIGINT AS n FROM ${table} GROUP BY g`,
  );
  const groupsOf = (key: string): number => Number(sized.find(({ g }) => g === maskOf(key))?.groups ?? 0);
  const numbers: NumberGroups[] = [];
  for (const i of many.keys()) {
    numbers.push(await readNumbers(engine, table, i, maskOf(`r${i}`), maskOf(`b${i}`)));
  }
  return {
    rows: Number(sized[0]?.n ?? 0),
    sizes: new Map(texts.map((column, i) => [column, groupsOf(`t${i}`)])),
    few: (column) =>
      `(SELECT txt AS ${quoteName(column.replace(/^"|"$/g, '').replaceAll('""', '"'))}, n FROM ${table} WHERE g = ${maskOf(`t${texts.indexOf(column)}`)})`,
    numbers,
  };
}

async function readNumbers(
  engine: Engine,
  table: string,
  i: number,
  rounded: number,
  buckets: number,
): Promise<NumberGroups> {
  const { columns } = await engine.columns(
    `SELECT num, n, s${i}, q${i} FROM ${table} WHERE g = ${rounded} AND isfinite(num) ORDER BY num`,
  );
  const [values, counts, rests, squares] = columns as Float64Array[];
  const [others] = await engine.rows(
    `SELECT min(lo${i}) AS lo, max(hi${i}) AS hi, coalesce(sum(n) FILTER (isinf(num)), 0)::BIGINT AS odd,
       coalesce(sum(n) FILTER (isnan(num)), 0)::BIGINT AS bad, coalesce(sum(n) FILTER (num IS NULL), 0)::BIGINT AS missing
     FROM ${table} WHERE g = ${rounded}`,
  );
  return {
    values: values!,
    counts: counts!,
    rests: rests!,
    squares: squares!,
    min: Number(others!.lo),
    max: Number(others!.hi),
    nonFinite: Number(others!.odd),
    bad: Number(others!.bad),
    missing: Number(others!.missing),
    registers: await readRegisters(
      engine,
      `(SELECT bucket, h${i} AS h FROM ${table} WHERE g = ${buckets} AND bucket IS NOT NULL)`,
    ),
  };
}

/** @param source FROM item with hashes `h` of values */
export async function readRegisters(engine: Engine, source: string): Promise<[number, number][]> {
  const low = `(h & ${2n ** 50n - 1n})`;
  const { columns } = await engine.columns(
    `SELECT b::INTEGER AS b, max(rank)::INTEGER AS rank FROM (SELECT h >> 50 AS b, ${rankSql(low)} AS rank FROM ${source}) GROUP BY b ORDER BY b`,
  );
  const [index, rank] = columns as [Float64Array, Float64Array];
  return Array.from(index, (b, k): [number, number] => [b, rank[k]!]);
}
