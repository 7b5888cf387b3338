import { countNumbers, numberBits, readRegisters } from '../../engine/counting.js';
import type { Engine } from '../../engine/engine.js';
import { guessDistinct } from '../../engine/sample.js';
import { copyColumns } from '../../engine/survey.js';
import type { Table } from '../../engine/table.js';
import type { ColumnProfile, ColumnType, Profile } from '../../formats/profile.js';
import { gridStep } from '../../statistics/rounding.js';
import { distinctOf, mergeProfiles } from './merge.js';
import { momentsOf } from './moments.js';
import { exactLimit, isGridded, isTime, momentsOfGroups, summarise } from './numbers.js';
import { encodeRegisters, estimateDistinct } from './registers.js';
import { type TextSummary, isText, textsOfFew, textsOfMany } from './texts.js';

/** A column to profile: its SQL over each table, in the tables' order. */
export interface ProfiledColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: readonly string[];
}

/** A column with more different values than this, guessed from a sample, is not counted one by one. */
const fewNumbers = 1 << 17;
const fewTexts = 1 << 20;
/** Where the guess was wrong. */
const mostValues = 1 << 21;
const sampleRows = 20_000;

/**
 * Profile of data files, read as one data set. What has few different values is counted in full; numbers and times
 * with many are counted after rounding, texts with many by their most frequent ones. A large CSV file is scanned once,
 * and once more for columns with very many values; of Parquet each column is read once or a few times, by itself.
 * @param columns that are profiled; default: those of the first table that every table has
 */
export async function profileTables(
  engine: Engine,
  tables: readonly Table[],
  columns: readonly ProfiledColumn[] = commonColumns(tables),
): Promise<Profile> {
  const parts: Profile[] = [];
  for (const [t, table] of tables.entries()) {
    const made = await profileTable(
      engine,
      table,
      columns.map(({ name, type, values }) => ({ name, type, value: values[t]! })),
    );
    parts.push({
      kind: 'profile',
      schemaVersion: 1,
      engine: engine.version,
      rows: table.rows,
      columns: made,
    });
  }
  const none: Profile = {
    kind: 'profile',
    schemaVersion: 1,
    engine: engine.version,
    rows: 0,
    columns: [],
  };
  return parts.length === 0 ? none : parts.reduce(mergeProfiles);
}

function commonColumns(tables: readonly Table[]): ProfiledColumn[] {
  return (tables[0]?.columns ?? []).flatMap(({ name, type }) => {
    const found = tables.map((table) => table.columns.find((c) => c.name === name));
    if (name === '' || !found.every((c) => c !== undefined && c.type === type)) return [];
    return [{ name, type, values: found.map((c) => c!.value) }];
  });
}

interface OneColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** SQL over the table's source. */
  readonly value: string;
}

/** Where the values of a column are read from. */
interface Origin {
  readonly from: string;
  /** SQL over `from`. */
  readonly value: string;
  /** Each value of the file stands there once, and `n`, how often it occurs. */
  readonly counted: boolean;
}

async function profileTable(
  engine: Engine,
  table: Table,
  columns: readonly OneColumn[],
): Promise<ColumnProfile[]> {
  const origins: Origin[] = [];
  for (const column of columns) origins.push(await originOf(engine, table, column));
  const guesses = await guessAll(engine, origins);
  const made: ColumnProfile[] = [];
  for (const [i, { name, type }] of columns.entries()) {
    made.push({ name, ...(await profileColumn(engine, table.rows, type, origins[i]!, guesses[i]!)) });
  }
  return made;
}

async function originOf(engine: Engine, table: Table, { name, value }: OneColumn): Promise<Origin> {
  const text = table.columns.find((c) => c.name === name)?.text;
  if (table.survey === undefined || text === undefined) {
    return { from: table.source, value, counted: false };
  }
  const survey = await table.survey();
  const from = survey.few.get(text);
  if (from !== undefined) return { from, value, counted: true };
  const copied = survey.many.get(text)!;
  if (copied.value === value) return { from: copied.from, value: copied.column, counted: false };
  const raw = copied.value === text ? copied.from : await copyColumns(engine, table.source, [text]);
  return { from: raw, value, counted: false };
}

/** Different values of the columns that are read row by row; one query for all that are read from one place. */
async function guessAll(engine: Engine, origins: readonly Origin[]): Promise<number[]> {
  const guesses = origins.map(() => 0);
  const rows = [...origins.keys()].filter((i) => !origins[i]!.counted);
  for (const from of new Set(rows.map((i) => origins[i]!.from))) {
    const asked = rows.filter((i) => origins[i]!.from === from);
    const values = asked.map((i, k) => `${origins[i]!.value} AS v${k}`);
    const found = await guessDistinct(
      engine,
      `(SELECT ${values.join(', ')} FROM ${from} LIMIT ${sampleRows})`,
      asked.map((_, k) => `v${k}`),
    );
    asked.forEach((i, k) => (guesses[i] = found[k]!));
  }
  return guesses;
}

async function profileColumn(
  engine: Engine,
  rows: number,
  type: ColumnType,
  origin: Origin,
  guess: number,
): Promise<Omit<ColumnProfile, 'name'>> {
  const { from, counted } = origin;
  const value = isText(type) ? `CAST(${origin.value} AS VARCHAR)` : origin.value;
  if (counted || guess <= (isText(type) ? fewTexts : fewNumbers)) {
    const n = counted ? 'sum(n)::BIGINT' : 'count(*)';
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE few AS SELECT ${value} AS v, ${n} AS n FROM ${from} GROUP BY v`,
    );
    const [size] = await engine.rows('SELECT count(*) AS n FROM few');
    if (counted || Number(size!.n) <= mostValues) {
      const made = isText(type)
        ? ofTexts(type, rows, await textsOfFew(engine, 'few'))
        : await numbersOfFew(engine, type, rows);
      await engine.run('DROP TABLE few');
      return made;
    }
  }
  if (isText(type)) return ofTexts(type, rows, await textsOfMany(engine, from, value));
  const found = await numbersOfMany(engine, type, rows, from, value);
  // There are few values after all.
  return found ?? profileColumn(engine, rows, type, origin, 0);
}

function ofTexts(type: ColumnType, rows: number, found: TextSummary): Omit<ColumnProfile, 'name'> {
  const { count, counted, ...summary } = found;
  const distinct =
    counted === undefined ? distinctOf({ count, ...summary }) : { value: counted, exact: true };
  return { type, count, nulls: rows - count, distinct, ...summary };
}

const numberSql = (type: ColumnType, value: string): string =>
  isTime(type) ? `epoch(${value})::DOUBLE` : `CAST(${value} AS DOUBLE)`;

const pairs = ([values, counts]: readonly Float64Array[]): [number, number][] =>
  Array.from(values!, (x, i) => [x, counts![i]!]);

/** Of the table `few`. */
async function numbersOfFew(
  engine: Engine,
  type: ColumnType,
  rows: number,
): Promise<Omit<ColumnProfile, 'name'>> {
  const x = numberSql(type, 'v');
  const { columns } = await engine.columns(
    `SELECT ${x} AS x, sum(n)::BIGINT AS n FROM few WHERE isfinite(${x}) GROUP BY 1 ORDER BY 1`,
  );
  const counts = pairs(columns as Float64Array[]);
  const [other] = await engine.rows(
    `SELECT coalesce(sum(n) FILTER (NOT isfinite(${x})), 0)::BIGINT AS odd, coalesce(sum(n) FILTER (v IS NOT NULL), 0)::BIGINT AS n FROM few`,
  );
  const moments = momentsOf(counts, Number(other!.odd));
  const registers = encodeRegisters(
    await readRegisters(engine, `(SELECT hash(v) AS h FROM few WHERE isfinite(${x}))`),
  );
  const values = summarise(type, counts, moments?.min ?? 0, moments?.max ?? 0);
  const count = Number(other!.n);
  return {
    type,
    count,
    nulls: rows - count,
    distinct: { value: counts.length, exact: true },
    registers,
    ...(moments && { moments }),
    values,
  };
}

/** @returns undefined where the registers show about as few values as are listed one by one */
async function numbersOfMany(
  engine: Engine,
  type: ColumnType,
  rows: number,
  from: string,
  value: string,
): Promise<Omit<ColumnProfile, 'name'> | undefined> {
  const groups = await countNumbers(engine, from, value, numberSql(type, 'v'));
  const registers = encodeRegisters(groups.registers);
  // Near the limit, only counting tells.
  if (estimateDistinct(registers) < 1.05 * exactLimit) return undefined;
  const { min, max } = groups;
  const moments = momentsOfGroups(groups)!;
  const values: ColumnProfile['values'] = isGridded(type, min, max)
    ? await onGrid(engine, from, numberSql(type, value), gridStep(min, max))
    : { kind: 'rounded', bits: numberBits, counts: pairs([groups.values, groups.counts]) };
  const count = groups.counts.reduce((sum, n) => sum + n, 0) + groups.nonFinite;
  const summary = { registers, moments, values };
  return { type, count, nulls: rows - count, distinct: distinctOf({ count, ...summary }), ...summary };
}

async function onGrid(
  engine: Engine,
  from: string,
  number: string,
  step: number,
): Promise<ColumnProfile['values']> {
  const { columns } = await engine.columns(
    `SELECT floor(x / ${step}) * ${step} AS x, count(*) AS n FROM (SELECT ${number} AS x FROM ${from}) WHERE isfinite(x) GROUP BY 1 ORDER BY 1`,
  );
  return { kind: 'grid', step, counts: pairs(columns as Float64Array[]) };
}
