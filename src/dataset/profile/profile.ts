import { batchesOf } from '../../engine/batches.js';
import type { Engine } from '../../engine/engine.js';
import { identityHash } from '../../engine/exact.js';
import { guessDistinct } from '../../engine/sample.js';
import { copyColumns } from '../../engine/copy.js';
import { type Table, sourceOf } from '../../engine/table.js';
import type { ColumnProfile, ColumnType, Profile } from '../../formats/profile.js';
import { columnOf } from '../data-set.js';
import { distinctOf, mergeProfiles } from './merge.js';
import { type NumberSource, type Summary, numbersOfFew, numbersOfMany } from './number-columns.js';
import { profileShort } from './few-rows.js';
import { exactLimit } from './numbers.js';
import { isText, textsOfFew, textsOfMany, textsOfSome } from './texts.js';

/** A column to profile: its SQL over each table, in the tables' order. */
export interface ProfiledColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: readonly string[];
  /** For each table: SQL of the hash that tells numbers apart which a DOUBLE does not; undefined where the value does. */
  readonly hashes?: readonly (string | undefined)[];
}

/** A column with more different values than this, guessed from a sample, is not counted one by one; */
const fewNumbers = 1 << 17;
const someTexts = 1 << 20;
/** nor is it where the guess turns out wrong. */
const mostNumbers = 1 << 19;
const mostTexts = 1 << 21;
const sampleRows = 8_192;

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
      columns.map(({ name, type, values, hashes }) => {
        const hash = hashes?.[t];
        return { name, type, value: values[t]!, ...(hash !== undefined && { hash }) };
      }),
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
    const found = tables.map((table) => columnOf(table, name));
    if (name === '' || !found.every((c) => c !== undefined && c.type === type)) return [];
    const hashes = found.map((c) => (c!.exact === undefined ? undefined : identityHash(c!)));
    return [{ name, type, values: found.map((c) => c!.value), hashes }];
  });
}

interface OneColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** SQL over the table's source. */
  readonly value: string;
  readonly hash?: string;
}

/** Where the values of a column are read from. */
interface Origin {
  readonly from: string;
  /** SQL over `from`. */
  readonly value: string;
  /** SQL over `from` of what tells values apart; default the hash of the value. */
  readonly hash?: string;
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
  // Fewer rows than that need no guess.
  const guesses =
    table.rows <= 2 * exactLimit ? origins.map(() => table.rows) : await guessAll(engine, origins);
  const short = columns.map(({ type }, i) => ({ type, ...origins[i]! }));
  const listed =
    table.rows > exactLimit
      ? new Map<object, Summary>()
      : await profileShort(
          engine,
          short.filter(({ counted, hash }) => !counted && hash === undefined),
        );
  const made: ColumnProfile[] = [];
  for (const [i, { name, type }] of columns.entries()) {
    const found = listed.get(short[i]!) ?? (await sumUp(engine, type, origins[i]!, guesses[i]!));
    made.push({ name, ...described(table.rows, type, found) });
  }
  return made;
}

async function originOf(
  engine: Engine,
  table: Table,
  { name, type, value, hash }: OneColumn,
): Promise<Origin> {
  const exactly = hash === undefined ? {} : { hash };
  const column = columnOf(table, name);
  const text = column?.text;
  if (table.survey === undefined || text === undefined) {
    return { from: sourceOf(table, column === undefined ? [] : [column]), value, ...exactly, counted: false };
  }
  const survey = await table.survey();
  const from = survey.few.get(text);
  if (from !== undefined) return { from, value, ...exactly, counted: true };
  const copied = survey.many.get(text)!;
  if (copied.value === value) {
    const { column, exact } = copied;
    const own = exact === undefined ? {} : { hash: identityHash({ type, value: column, exact }) };
    return { from: copied.from, value: column, ...own, counted: false };
  }
  const raw = copied.value === text ? copied.from : await copyColumns(engine, table.source, [text]);
  return { from: raw, value, ...exactly, counted: false };
}

/** Different values of the columns that are read row by row; one query for all that are read from one place. */
async function guessAll(engine: Engine, origins: readonly Origin[]): Promise<number[]> {
  const guesses = origins.map(() => 0);
  const rows = [...origins.keys()].filter((i) => !origins[i]!.counted);
  for (const from of new Set(rows.map((i) => origins[i]!.from))) {
    const asked = rows.filter((i) => origins[i]!.from === from);
    for (const some of batchesOf(asked)) {
      const values = some.map((i, k) => `${origins[i]!.value} AS v${k}`);
      const found = await guessDistinct(
        engine,
        `(SELECT ${values.join(', ')} FROM ${from} LIMIT ${sampleRows})`,
        some.map((_, k) => `v${k}`),
      );
      some.forEach((i, k) => (guesses[i] = found[k]!));
    }
  }
  return guesses;
}

async function sumUp(
  engine: Engine,
  type: ColumnType,
  { from, value, hash, counted }: Origin,
  guess: number,
): Promise<Summary> {
  const typed = isText(type) ? `CAST(${value} AS VARCHAR)` : value;
  const rowsOf = counted ? 'sum(n)::BIGINT' : 'count(*)';
  const each =
    hash === undefined
      ? `(SELECT ${typed} AS v, ${rowsOf} AS n FROM ${from} GROUP BY v)`
      : `(SELECT any_value(v) AS v, h, ${rowsOf} AS n FROM (SELECT ${typed} AS v, ${hash} AS h${counted ? ', n' : ''} FROM ${from}) GROUP BY h)`;
  return isText(type)
    ? profileTexts(engine, from, typed, each, counted ? 0 : guess)
    : profileNumbers(engine, { type, from, value: typed, hash, each }, counted ? 0 : guess);
}

function described(rows: number, type: ColumnType, found: Summary): Omit<ColumnProfile, 'name'> {
  const { count, counted: different, ...summary } = found;
  const distinct =
    different === undefined ? distinctOf({ count, ...summary }) : { value: different, exact: true };
  return { type, count, nulls: rows - count, distinct, ...summary };
}

async function profileNumbers(
  engine: Engine,
  { each, ...numbers }: NumberSource & { readonly each: string },
  guess: number,
): Promise<Summary> {
  const counts = { type: numbers.type, from: each, hash: numbers.hash === undefined ? 'hash(v)' : 'h' };
  const few = guess > fewNumbers ? undefined : await numbersOfFew(engine, counts, mostNumbers);
  const found = few ?? (await numbersOfMany(engine, numbers));
  return found ?? (await numbersOfFew(engine, counts, mostNumbers))!;
}

async function profileTexts(
  engine: Engine,
  from: string,
  text: string,
  each: string,
  guess: number,
): Promise<Summary> {
  const few = guess > 2 * exactLimit ? undefined : await textsOfFew(engine, each);
  if (few !== undefined) return few;
  if (guess <= someTexts) {
    await engine.run(`CREATE OR REPLACE TEMP TABLE listed AS SELECT * FROM ${each}`);
    const [size] = await engine.rows('SELECT count(*) AS n FROM listed');
    if (Number(size!.n) <= mostTexts) {
      // Those that are just few enough were not tried above.
      const made = (await textsOfFew(engine, 'listed')) ?? (await textsOfSome(engine, 'listed'));
      await engine.run('DROP TABLE listed');
      return made;
    }
  }
  return textsOfMany(engine, from, text);
}
