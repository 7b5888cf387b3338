import type { Engine } from './engine.js';
import { integerLiteral, numberLiteral } from './sql.js';

/** Significant bits that are kept of numbers with many values: 2^-12 is 0.024 %. */
export const numberBits = 12;

/** SQL of `floorTo`. */
export const floorToSql = (x: string, step: number): string =>
  `floor(${x} / ${numberLiteral(step)}) * ${numberLiteral(step)}`;

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
      `(SELECT text AS ${column}, n FROM ${table} WHERE g = ${integerLiteral(maskOf(columns.indexOf(column)))})`,
  };
}

/** SQL of the two columns, both DOUBLE, that `registersOf` reads: index of a hash's register, and its other bits. */
export const hashParts = (hash: string): string =>
  `coalesce(CAST(${hash} >> 50 AS DOUBLE), 'nan'::DOUBLE) AS bucket, coalesce(CAST(${hash} & ${integerLiteral(2n ** 50n - 1n)} AS DOUBLE), 'nan'::DOUBLE) AS low`;

export const registerCount = 2 ** 14;

/** Registers above 0 of hashes in their two parts; NaN is no hash. */
export function registersOf(
  buckets: Float64Array,
  lows: Float64Array,
): (readonly [index: number, rank: number])[] {
  const ranks = new Uint8Array(registerCount);
  raiseRegisters(ranks, buckets, lows);
  return registersAbove(ranks);
}

/** Raises registers by hashes in their two parts; NaN is no hash. */
export function raiseRegisters(ranks: Uint8Array, buckets: Float64Array, lows: Float64Array): void {
  for (let i = 0; i < buckets.length; i++) {
    const bucket = buckets[i]!;
    if (Number.isNaN(bucket)) continue;
    const low = lows[i]!;
    // Leading zeros of 50 bits: those of the upper 18, then of the lower 32.
    const upper = Math.floor(low / 0x100000000);
    const zeros = upper > 0 ? Math.clz32(upper) - 14 : 18 + Math.clz32(low);
    if (zeros + 1 > ranks[bucket]!) ranks[bucket] = zeros + 1;
  }
}

/** Those above 0. */
export function registersAbove(ranks: Uint8Array): (readonly [index: number, rank: number])[] {
  const entries: [number, number][] = [];
  for (let index = 0; index < ranks.length; index++) {
    if (ranks[index]! > 0) entries.push([index, ranks[index]!]);
  }
  return entries;
}

/** Registers of all hashes `h` of a FROM item. */
export async function readRegisters(
  engine: Engine,
  source: string,
): Promise<(readonly [index: number, rank: number])[]> {
  const [buckets, lows] = await engine.columnsAsIs(
    `SELECT ${hashParts('h')} FROM (SELECT min(h) AS h FROM ${source} GROUP BY h >> 50)`,
  );
  return registersOf(buckets as Float64Array, lows as Float64Array);
}
