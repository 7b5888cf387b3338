import type { Column } from '../../engine/columns.js';
import { hashParts, readRegisters, registersOf } from '../../engine/counting.js';
import { integerLiteral } from '../../engine/sql.js';
import type { Engine } from '../../engine/engine.js';
import type { ColumnProfile, ColumnType, ColumnValues } from '../../formats/profile.js';
import { roundBits } from '../../statistics/rounding.js';
import type { Summary } from './number-columns.js';
import { exactLimit } from './numbers.js';
import { encodeRegisters } from './registers.js';
import { lookedAt, vocabulary } from './words.js';

type Counts = [number | string, number][];

/** Lengths up to here are told apart. */
const exactLengths = 4096;
/** Rows with texts of their own that are looked at for words. */
const wordRows = 2 ** 15;
/** Parts that hashes are sorted into to find the frequent texts, and how many of the fullest are looked into. */
const partBits = 20;
const fullParts = 2 ** 14;

export const isText = (type: ColumnType): boolean => type === 'string' || type === 'boolean';

export const byCount = ([x, n]: Counts[number], [y, m]: Counts[number]): number =>
  m - n || (x < y ? -1 : x > y ? 1 : 0);

/**
 * Query of texts that were counted one by one, for `sumTexts`.
 * @param source FROM item of texts `v`, each once, and their numbers of rows `n`; NULL is no value
 * @param group of several columns in one item: the number of each
 */
export const countedTexts = (source: string, group = '0'): string =>
  `SELECT v, n::DOUBLE AS n, coalesce(length(v), 'nan'::DOUBLE) AS l, ${hashParts('CASE WHEN v IS NOT NULL THEN hash(v) END')}, ${group}::DOUBLE AS g FROM ${source}`;

/**
 * Sums up texts that are few enough to be listed.
 * @param source see countedTexts
 * @returns undefined where there are more
 */
export async function textsOfFew(engine: Engine, source: string): Promise<Summary | undefined> {
  return sumTexts(
    await engine.columnsAsIs(`${countedTexts(source)} LIMIT ${integerLiteral(exactLimit + 2)}`),
  );
}

/** @param read what `countedTexts` gives of one column */
export function sumTexts(read: readonly Column[]): Summary | undefined {
  const [texts, rows, lengths, buckets, lows] = read as [
    (string | null)[],
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const counts = texts.flatMap((v, i): Counts => (v === null ? [] : [[v, rows[i]!]]));
  if (counts.length > exactLimit) return undefined;
  const present = lengths.map((length, i) => (Number.isNaN(length) ? 0 : rows[i]!));
  return {
    count: counts.reduce((sum, [, n]) => sum + n, 0),
    counted: counts.length,
    registers: encodeRegisters(registersOf(buckets, lows)),
    ...sumLengths(lengths, present),
    values: { kind: 'exact', counts: counts.sort(byCount) },
  };
}

/**
 * Sums up texts that have been counted one by one, more than are listed.
 * @param table of texts `v`, each once, and their numbers of rows `n`; NULL is no value
 */
export async function textsOfSome(engine: Engine, table: string): Promise<Summary> {
  const [size] = await engine.rows(
    `SELECT count(v) AS texts, coalesce(sum(n) FILTER (v IS NOT NULL), 0)::BIGINT AS rows FROM ${table}`,
  );
  const count = Number(size!.rows);
  const counts = await readCounts(
    engine,
    `SELECT v, n FROM ${table} WHERE v IS NOT NULL AND n > 1 ORDER BY n DESC, v LIMIT ${integerLiteral(exactLimit + 1)}`,
  );
  const values = topOf(counts.sort(byCount), count, 1);
  const hashes = `(SELECT hash(v) AS h FROM ${table} WHERE v IS NOT NULL)`;
  return {
    count,
    counted: Number(size!.texts),
    registers: encodeRegisters(await readRegisters(engine, hashes)),
    ...(await lengthsOf(
      engine,
      `SELECT length(v) AS l, sum(n) AS n FROM ${table} WHERE v IS NOT NULL GROUP BY l`,
    )),
    ...(await wordsOf(engine, table, 'v', 'sum(n)', values, count)),
    values,
  };
}

/**
 * Sums up texts that are too many to be counted one by one. Those that occur often are found by two scans: a text
 * cannot be more frequent than the part of all hashes that its own falls into.
 * @param source FROM item
 * @param text SQL of type VARCHAR
 */
export async function textsOfMany(engine: Engine, source: string, text: string): Promise<Summary> {
  const shift = 64 - partBits;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE parts AS SELECT hash(v) >> ${integerLiteral(shift)} AS part, count(*) AS n, min(hash(v)) AS h
     FROM (SELECT ${text} AS v FROM ${source}) WHERE v IS NOT NULL GROUP BY part`,
  );
  const [size] = await engine.rows('SELECT coalesce(sum(n), 0)::BIGINT AS n FROM parts');
  const count = Number(size!.n);
  const [limit] = await engine.rows(
    `SELECT n FROM parts ORDER BY n DESC LIMIT 1 OFFSET ${integerLiteral(fullParts)}`,
  );
  // A text in a part that is not looked into occurs at most so often.
  const unseen = Number(limit?.n ?? 0);
  const counts = await readCounts(
    engine,
    `SELECT v, count(*) AS n FROM (SELECT ${text} AS v FROM ${source})
     WHERE hash(v) >> ${integerLiteral(shift)} IN (SELECT part FROM parts WHERE n > ${integerLiteral(unseen)})
     GROUP BY v HAVING count(*) > 1 ORDER BY n DESC, v LIMIT ${integerLiteral(exactLimit + 1)}`,
  );
  const values = topOf(counts.sort(byCount), count, Math.max(1, unseen));
  const registers = encodeRegisters(await readRegisters(engine, 'parts'));
  await engine.run('DROP TABLE parts');
  const lengths = `SELECT length(v) AS l, count(*) AS n FROM (SELECT ${text} AS v FROM ${source}) WHERE v IS NOT NULL GROUP BY l`;
  return {
    count,
    registers,
    ...(await lengthsOf(engine, lengths)),
    ...(await wordsOf(engine, source, text, 'count(*)', values, count)),
    values,
  };
}

async function readCounts(engine: Engine, sql: string): Promise<Counts> {
  const { columns } = await engine.columns(sql);
  const [values, counts] = columns as [string[], Float64Array];
  return values.map((v, i): [string, number] => [v, counts[i]!]);
}

/** @param unlisted how often a text that was not found may occur */
function topOf(counts: Counts, rows: number, unlisted: number): ColumnValues {
  const [next] = counts.splice(exactLimit);
  const listed = counts.reduce((sum, [, n]) => sum + n, 0);
  return { kind: 'top', counts, others: rows - listed, error: Math.max(unlisted, next?.[1] ?? 0) };
}

async function lengthsOf(engine: Engine, sql: string): Promise<Pick<ColumnProfile, 'lengths'>> {
  const { columns } = await engine.columns(sql);
  const [lengths, counts] = columns as [Float64Array, Float64Array];
  return sumLengths(lengths, counts);
}

/** @param counts rows of each length; 0 where it is none */
function sumLengths(lengths: Float64Array, counts: Float64Array): Pick<ColumnProfile, 'lengths'> {
  const sums = new Map<number, number>();
  let [rows, sum, min, max] = [0, 0, Infinity, 0];
  lengths.forEach((length, i) => {
    const n = counts[i]!;
    if (n === 0) return;
    const key = length <= exactLengths ? length : roundBits(length, 12);
    sums.set(key, (sums.get(key) ?? 0) + n);
    rows += n;
    sum += n * length;
    min = Math.min(min, length);
    max = Math.max(max, length);
  });
  if (rows === 0) return {};
  return { lengths: { min, max, mean: sum / rows, counts: [...sums].sort(([a], [b]) => a - b) } };
}

/** Words of the listed texts, which are known, and of a sample of the others: the same ones each time, by their hash. */
async function wordsOf(
  engine: Engine,
  source: string,
  text: string,
  count: string,
  values: ColumnValues,
  rows: number,
): Promise<Pick<ColumnProfile, 'words'>> {
  const known = values.counts;
  const others = values.kind === 'top' ? values.others : rows;
  const times = 2 ** Math.max(0, Math.ceil(Math.log2(others / wordRows)));
  // Above the bits that registers and parts are made of.
  const drawn = await readCounts(
    engine,
    `SELECT left(v, ${lookedAt}) AS v, n FROM (
       SELECT v, ${count} AS n FROM (SELECT ${text} AS v${count === 'count(*)' ? '' : ', n'} FROM ${source})
       WHERE hash(v) % ${integerLiteral(times)} = 0 GROUP BY v) LIMIT ${integerLiteral(2 * wordRows)}`,
  );
  const isKnown = new Set(known.map(([value]) => String(value).slice(0, lookedAt)));
  const words = vocabulary(
    known,
    drawn.filter(([value]) => !isKnown.has(String(value))),
    times,
  );
  return words === undefined ? {} : { words };
}
