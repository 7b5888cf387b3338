import { type NumberGroups, countTogether, readRegisters } from '../../engine/counting.js';
import type { Engine } from '../../engine/engine.js';
import { guessDistinct } from '../../engine/sample.js';
import { copyTexts } from '../../engine/survey.js';
import type { Table, TableColumn } from '../../engine/table.js';
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
type Origin =
  /** Texts of the file that were counted one by one, with `n`. */
  | { readonly kind: 'counted'; readonly from: string }
  | { readonly kind: 'grouped'; readonly groups: NumberGroups }
  | { readonly kind: 'rows'; readonly from: string };

async function profileTable(
  engine: Engine,
  table: Table,
  columns: readonly OneColumn[],
): Promise<ColumnProfile[]> {
  const origins: Origin[] = [];
  for (const column of columns) origins.push(await originOf(engine, table, column));
  const guesses = await guessAll(engine, columns, origins);
  const made: ColumnProfile[] = [];
  for (const [i, column] of columns.entries()) {
    made.push(await profileColumn(engine, table, column, origins[i]!, guesses[i]!));
  }
  return made;
}

async function originOf(engine: Engine, table: Table, { name, value }: OneColumn): Promise<Origin> {
  const column: TableColumn | undefined = table.columns.find((c) => c.name === name);
  const text = column?.text;
  if (table.survey === undefined || text === undefined) return { kind: 'rows', from: table.source };
  const survey = await table.survey();
  const from = survey.few.get(text);
  if (from !== undefined) return { kind: 'counted', from };
  const numbers = survey.numbers.get(text);
  if (numbers === undefined) return { kind: 'rows', from: survey.others };
  if (numbers.value === value) return { kind: 'grouped', groups: numbers.groups };
  return { kind: 'rows', from: await copyTexts(engine, table.source, [text]) };
}

/** Different values of the columns that are read row by row; one query for all that are read from one place. */
async function guessAll(
  engine: Engine,
  columns: readonly OneColumn[],
  origins: readonly Origin[],
): Promise<number[]> {
  const guesses = columns.map(() => 0);
  const places = new Set(origins.flatMap((origin) => (origin.kind === 'rows' ? [origin.from] : [])));
  for (const from of places) {
    const asked = [...columns.keys()].filter((i) => {
      const origin = origins[i]!;
      return origin.kind === 'rows' && origin.from === from;
    });
    const values = asked.map((i, k) => `${columns[i]!.value} AS v${k}`);
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
  table: Table,
  { name, type, value }: OneColumn,
  origin: Origin,
  guess: number,
): Promise<ColumnProfile> {
  const { rows } = table;
  const typed = isText(type) ? `CAST(${value} AS VARCHAR)` : value;
  const text = (found: TextSummary): ColumnProfile => {
    const { count, counted: different, ...summary } = found;
    const distinct =
      different === undefined ? distinctOf({ count, ...summary }) : { value: different, exact: true };
    return { name, type, count, nulls: rows - count, distinct, ...summary };
  };
  if (origin.kind === 'grouped') {
    const found = await numbersOfMany(type, rows, origin.groups, () => Promise.resolve(undefined));
    if (found !== undefined) return { name, ...found };
    const column = table.columns.find((c) => c.name === name)!;
    const from = await copyTexts(engine, table.source, [column.text!]);
    return profileColumn(engine, table, { name, type, value }, { kind: 'rows', from }, Infinity);
  }
  const counted = origin.kind === 'counted';
  if (counted || guess <= (isText(type) ? fewTexts : fewNumbers)) {
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE few AS SELECT ${typed} AS v, ${counted ? 'sum(n)::BIGINT' : 'count(*)'} AS n FROM ${origin.from} GROUP BY v`,
    );
    const [size] = await engine.rows('SELECT count(*) AS n FROM few');
    if (counted || Number(size!.n) <= mostValues) {
      const made = isText(type)
        ? text(await textsOfFew(engine, 'few'))
        : { name, ...(await numbersOfFew(engine, type, rows)) };
      await engine.run('DROP TABLE few');
      return made;
    }
  }
  if (isText(type)) return text(await textsOfMany(engine, origin.from, typed));
  const { numbers } = await countTogether(
    engine,
    origin.from,
    [],
    [{ raw: typed, value: typed, isTime: isTime(type) }],
  );
  const found = await numbersOfMany(type, rows, numbers[0]!, async (step) => {
    const x = numberSql(type, typed);
    const { columns } = await engine.columns(
      `SELECT floor(x / ${step}) * ${step} AS x, count(*) AS n FROM (SELECT ${x} AS x FROM ${origin.from}) WHERE isfinite(x) GROUP BY 1 ORDER BY 1`,
    );
    return pairs(columns as Float64Array[]);
  });
  if (found !== undefined) return { name, ...found };
  return profileColumn(engine, table, { name, type, value }, origin, 0);
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

/**
 * @param onGrid counts the values on a grid; undefined where that takes another source
 * @returns undefined where there are few values after all, or where they cannot be counted on their grid
 */
async function numbersOfMany(
  type: ColumnType,
  rows: number,
  groups: NumberGroups,
  onGrid: (step: number) => Promise<[number, number][] | undefined>,
): Promise<Omit<ColumnProfile, 'name'> | undefined> {
  const registers = encodeRegisters(groups.registers);
  // Within five standard errors of the limit, only counting tells.
  if (estimateDistinct(registers) < 1.05 * exactLimit) return undefined;
  const { min, max } = groups;
  const moments = momentsOfGroups(groups)!;
  let values: ColumnProfile['values'];
  if (isGridded(type, min, max)) {
    const step = gridStep(min, max);
    const counts = await onGrid(step);
    if (counts === undefined) return undefined;
    values = { kind: 'grid', step, counts };
  } else values = { kind: 'rounded', bits: 12, counts: pairs([groups.values, groups.counts]) };
  const count = groups.counts.reduce((sum, n) => sum + n, 0) + groups.nonFinite;
  const summary = { registers, moments, values };
  return { type, count, nulls: rows - count, distinct: distinctOf({ count, ...summary }), ...summary };
}
