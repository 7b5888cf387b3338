import type { Engine } from './engine.js';

/** Significant bits that are kept of numbers with many values: 2^-12 is 0.024 %. */
export const numberBits = 12;

/** SQL of `roundBits`: the same arithmetic, so that both give the same groups. */
function roundBitsSql(x: string, bits: number): string {
  const product = `${x} * ${2 ** (53 - bits) + 1}::DOUBLE`;
  return `CASE WHEN abs(${x}) > 1e290 THEN ${x} ELSE ${product} - (${product} - ${x}) END`;
}

/** Texts that were counted in one scan. */
export interface TextCounts {
  /** FROM item of a column's different texts, under its own name, and `n`, how often each is there; NULL is among them. */
  few(column: string): string;
  /** Number of a column's different texts, NULL among them. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Undefined where no column was counted. */
  readonly rows: number | undefined;
}

let made = 0;

/**
 * Counts the texts of many columns in one scan: a grouping set for each.
 * @param columns names of the source, plain and of type VARCHAR; each should have fewer than a million texts
 */
export async function countTexts(
  engine: Engine,
  source: string,
  columns: readonly string[],
): Promise<TextCounts> {
  if (columns.length === 0) return { few: () => '', sizes: new Map(), rows: undefined };
  const table = `counted${++made}`;
  const keys = columns.join(', ');
  await engine.run(
    `CREATE TEMP TABLE ${table} AS SELECT GROUPING(${keys}) AS g, coalesce(${keys}, NULL) AS text, count(*) AS n
     FROM ${source} GROUP BY GROUPING SETS (${columns.map((column) => `(${column})`).join(', ')})`,
  );
  // A column's set has a 0 in its own place, the first column's being the highest bit.
  const maskOf = (i: number): number => 2 ** columns.length - 1 - 2 ** (columns.length - 1 - i);
  const found = await engine.rows(
    `SELECT g, count(*) AS texts, sum(n)::BIGINT AS n FROM ${table} GROUP BY g`,
  );
  return {
    rows: Number(found[0]?.n ?? 0),
    sizes: new Map(
      columns.map((column, i) => [column, Number(found.find(({ g }) => g === maskOf(i))?.texts ?? 0)]),
    ),
    few: (column) =>
      `(SELECT text AS ${column}, n FROM ${table} WHERE g = ${maskOf(columns.indexOf(column))})`,
  };
}

/** Numbers with many values, counted by what they are when rounded. */
export interface NumberGroups {
  /** Rounded values, ascending; of the values of each: sum and sum of squares of what rounding took off. */
  readonly values: Float64Array;
  readonly counts: Float64Array;
  readonly rests: Float64Array;
  readonly squares: Float64Array;
  readonly min: number;
  readonly max: number;
  /** Values that are NaN or infinite. */
  readonly nonFinite: number;
  readonly registers: readonly (readonly [index: number, rank: number])[];
}

/**
 * @param value SQL over the source; what it is hashed as
 * @param number SQL over `v`, the value: as DOUBLE
 */
export async function countNumbers(
  engine: Engine,
  source: string,
  value: string,
  number: string,
): Promise<NumberGroups> {
  const table = `numbers${++made}`;
  await engine.run(
    `CREATE TEMP TABLE ${table} AS
     SELECT GROUPING(r) AS g, r, count(*) AS n, sum(x - r) AS s, sum((x - r) * (x - r)) AS q, min(x) AS lo, max(x) AS hi, min(h) AS h
     FROM (
       SELECT x, ${roundBitsSql('x', numberBits)} AS r, h, h >> 50 AS b
       FROM (SELECT CASE WHEN isfinite(x) THEN x END AS x, CASE WHEN isfinite(x) THEN hash(v) END AS h
         FROM (SELECT v, ${number} AS x FROM (SELECT ${value} AS v FROM ${source}) WHERE v IS NOT NULL))
     ) GROUP BY GROUPING SETS ((r), (b))`,
  );
  const { columns } = await engine.columns(
    `SELECT r, n, s, q FROM ${table} WHERE g = 0 AND r IS NOT NULL ORDER BY r`,
  );
  const [values, counts, rests, squares] = columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [ends] = await engine.rows(
    `SELECT min(lo) AS lo, max(hi) AS hi, coalesce(sum(n) FILTER (r IS NULL), 0)::BIGINT AS odd FROM ${table} WHERE g = 0`,
  );
  const registers = await readRegisters(engine, `(SELECT h FROM ${table} WHERE g = 1 AND h IS NOT NULL)`);
  await engine.run(`DROP TABLE ${table}`);
  const [min, max, nonFinite] = [Number(ends!.lo), Number(ends!.hi), Number(ends!.odd)];
  return { values, counts, rests, squares, min, max, nonFinite, registers };
}

/** @param source FROM item with hashes `h` of values */
export async function readRegisters(engine: Engine, source: string): Promise<[number, number][]> {
  const low = `(h & ${2n ** 50n - 1n})`;
  const rank = `CASE WHEN ${low} = 0 THEN 51 ELSE 51 - length(bin(${low})) END`;
  const { columns } = await engine.columns(
    `SELECT b::INTEGER AS b, max(rank)::INTEGER AS rank FROM (SELECT h >> 50 AS b, ${rank} AS rank FROM ${source}) GROUP BY b ORDER BY b`,
  );
  const [index, ranks] = columns as [Float64Array, Float64Array];
  return Array.from(index, (b, k): [number, number] => [b, ranks[k]!]);
}
