import { type Problem, failOn } from '../../common/errors.js';
import { ownValue } from '../../common/own.js';
import type { Engine } from '../../engine/engine.js';
import { quoteText } from '../../engine/sql.js';
import {
  type Table,
  type TableColumn,
  type WantedTypes,
  inspectTable,
  sourceOf,
} from '../../engine/table.js';
import { identityHash } from '../../engine/exact.js';
import { columnTypeOf } from '../../engine/types.js';
import { ofType } from '../../engine/infer.js';
import type { ColumnProfile, ColumnType } from '../../formats/profile.js';
import { textFormats } from '../contract/text-formats.js';
import { type ProfiledColumn, profileTables } from '../profile/profile.js';
import { columnOf, sqlTypes } from '../data-set.js';

/** What the data says of one column. */
export interface ColumnFacts {
  readonly profile: ColumnProfile;
  /** Whether no two rows have the same value; only found out where it may be so. */
  readonly unique: boolean;
  /** Integers of a text file that are written with zeros in front. */
  readonly leadingZeros: boolean;
  /** How many files have the column. */
  readonly files: number;
  /** The file says the column's type, whatever its values. */
  readonly typed: boolean;
  /** The file's word for a type that we have none for: a list, a time of day, bytes. Values are read as texts. */
  readonly nested?: string;
  /** Of texts: how every value is built, capital letters as A, others as a, digits as 9; absent where they differ. */
  readonly shape?: string;
  /** Of texts: the format that every value has. */
  readonly format?: string;
  /** Of texts: the type that all values are of but a few that say "no value". */
  readonly hidden?: { readonly type: ColumnType; readonly missing: readonly string[] };
}

export interface DataFacts {
  readonly rows: number;
  readonly files: number;
  readonly columns: readonly ColumnFacts[];
}

/** What people write for "no value". */
const missingWords = ['NA', 'N/A', 'n/a', 'NaN', 'nan', 'null', 'NULL', 'None', '-', '?', '#N/A', 'missing'];
const formats = ['uuid', 'email', 'ipv4', 'uri'];

/**
 * Reads data files as one data set and gathers what a contract can be made of: of every column that any of them has.
 * @throws UserError where a file is broken, or where a column has types in two files that no contract can give it
 */
export async function gatherFacts(engine: Engine, files: readonly string[]): Promise<DataFacts> {
  let tables = await openAll(engine, files, {});
  const types = await commonTypes(engine, tables);
  // Columns that the files do not have in common are read anew with a type that fits all.
  if (tables.some((table) => table.columns.some(({ name, type }) => types.get(name) !== type))) {
    tables = await openAll(engine, files, Object.fromEntries(types));
  }
  const asked = [...types].map(([name, type]): ProfiledColumn => {
    const found = tables.map((table) => columnOf(table, name));
    return {
      name,
      type,
      values: found.map((column) => column?.value ?? `NULL::${sqlTypes[type]}`),
      hashes: found.map((column) => (column?.exact === undefined ? undefined : identityHash(column))),
    };
  });
  const profile = await profileTables(engine, tables, asked);
  const columns: ColumnFacts[] = [];
  for (const column of profile.columns) columns.push(await factsOf(engine, tables, column));
  return { rows: profile.rows, files: files.length, columns };
}

async function openAll(engine: Engine, files: readonly string[], types: WantedTypes): Promise<Table[]> {
  const tables: Table[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const { table, defects } = await inspectTable(engine, file, types);
    for (const { message, remedy, examples } of defects.filter(({ harmless }) => !harmless)) {
      const line = examples[0]?.line;
      problems.push({ message, where: { file, ...(line !== undefined && { line }) }, remedy });
    }
    for (const { name, type, fileType = 'something else' } of table?.columns.filter((c) => c.mismatch) ??
      []) {
      problems.push({
        message: `column "${name}" is ${fileType} here, and values of the other files make it ${type}`,
        where: { file },
        remedy: 'write the column with one type in all files',
      });
    }
    if (table !== undefined) tables.push(table);
  }
  failOn(problems);
  return tables;
}

/** The narrowest type that a column has in every file; a file in which it has no value says nothing of it. */
async function commonTypes(engine: Engine, tables: readonly Table[]): Promise<Map<string, ColumnType>> {
  const found = new Map<string, { table: Table; column: TableColumn }[]>();
  for (const table of tables) {
    for (const column of table.columns) {
      if (column.name === '') continue;
      found.set(column.name, [...(found.get(column.name) ?? []), { table, column }]);
    }
  }
  const types = new Map<string, ColumnType>();
  for (const [name, all] of found) {
    let known = all;
    if (new Set(all.map(({ column }) => column.type)).size > 1) {
      const empty = await Promise.all(all.map(({ table, column }) => isEmpty(engine, table, column)));
      known = all.filter((_, i) => !empty[i]);
    }
    const [first, ...others] = (known.length === 0 ? all : known).map(({ column }) => column.type);
    types.set(name, others.reduce(commonType, first!));
  }
  return types;
}

function commonType(a: ColumnType, b: ColumnType): ColumnType {
  const pair = [a, b].sort().join(' ');
  const wider: Readonly<Record<string, ColumnType>> = {
    'integer number': 'number',
    'date timestamp': 'timestamp',
  };
  return a === b ? a : (ownValue(wider, pair) ?? 'string');
}

/** Whether a column of a file of texts has nothing but empty ones, so that its type was not told. */
async function isEmpty(engine: Engine, { source }: Table, { text }: TableColumn): Promise<boolean> {
  if (text === undefined) return false;
  return (await one(engine, `SELECT count(nullif(${text}, '')) AS n FROM ${source}`)) === 0;
}

async function factsOf(
  engine: Engine,
  tables: readonly Table[],
  profile: ColumnProfile,
): Promise<ColumnFacts> {
  const { name, type, count, distinct } = profile;
  const columns = tables.flatMap((table) => {
    const column = columnOf(table, name);
    return column === undefined ? [] : [{ table, column }];
  });
  const from = (expression: (column: TableColumn) => string): string =>
    `(${columns.map(({ table, column }) => `SELECT ${expression(column)} AS v FROM ${sourceOf(table, [column])}`).join(' UNION ALL ')})`;
  const values = from(({ value }) => value);
  const keys = from((column) => `CASE WHEN (${column.value}) IS NOT NULL THEN ${identityHash(column)} END`);
  // An estimate of the distinct values may be somewhat low.
  const mayBeUnique = count > 1 && distinct.value >= (distinct.exact ? count : 0.9 * count);
  const unique =
    mayBeUnique &&
    (distinct.exact || (await one(engine, `SELECT count(DISTINCT v) AS n FROM ${keys}`)) === count);
  const inTexts = columns.every(({ column }) => column.fileType === undefined);
  const leadingZeros =
    type === 'integer' &&
    inTexts &&
    (await one(
      engine,
      `SELECT count(*) AS n FROM ${from(({ raw }) => raw)} WHERE regexp_matches(v, '^0[0-9]')`,
    )) > 0;
  const [{ column: first }] = columns as [(typeof columns)[number]];
  const told = first.fileType === undefined ? undefined : columnTypeOf(first.fileType);
  const found = {
    ...{ profile, unique, leadingZeros, files: columns.length },
    ...(first.fileType !== undefined && told === undefined && { nested: first.fileType }),
    typed: told !== undefined,
  };
  if (type !== 'string' || count === 0 || 'nested' in found) return found;
  const shape = `regexp_replace(regexp_replace(regexp_replace(v, '[A-Z]', 'A', 'g'), '[a-z]', 'a', 'g'), '[0-9]', '9', 'g')`;
  const matched = formats.map(
    (format) =>
      `count(*) FILTER (regexp_matches(v, ${quoteText(ownValue(textFormats, format)!)})) AS ${format}`,
  );
  const [row] = await engine.rows(
    `SELECT min(${shape}) AS first, max(${shape}) AS last, ${matched.join(', ')} FROM ${values} WHERE v IS NOT NULL`,
  );
  const format = formats.find((one) => ownValue(row, one) === count);
  const hidden = inTexts ? await hiddenType(engine, values, count) : undefined;
  return {
    ...found,
    ...(row?.first === row?.last && typeof row?.first === 'string' && { shape: row.first }),
    ...(format !== undefined && { format }),
    ...(hidden !== undefined && { hidden }),
  };
}

/** A column of numbers or times with NA in some rows has the type of a text column. */
async function hiddenType(engine: Engine, values: string, count: number): Promise<ColumnFacts['hidden']> {
  const words = missingWords.map(quoteText).join(', ');
  const types = ['integer', 'number', 'date', 'timestamp'] as const;
  const fits = types.map(
    (type) => `count(*) FILTER (v IN (${words}) OR v = '' OR (${ofType('v', type)}) IS NOT NULL) AS ${type}`,
  );
  const [row] = await engine.rows(
    `SELECT count(*) FILTER (v IN (${words})) AS words, count(*) FILTER (v = '') AS blank, ${fits.join(', ')} FROM ${values}`,
  );
  const missing = Number(row?.words ?? 0) + Number(row?.blank ?? 0);
  const type = types.find((one) => row?.[one] === count);
  // Where hardly anything else is there, it is a guess too far.
  if (type === undefined || missing === 0 || missing > count / 2) return undefined;
  const found = await engine.rows(`SELECT DISTINCT v FROM ${values} WHERE v IN (${words}) ORDER BY v`);
  return { type, missing: found.map(({ v }) => String(v)) };
}

async function one(engine: Engine, sql: string): Promise<number> {
  const [row] = await engine.rows(sql);
  return Number(row?.n ?? 0);
}
