import { dirname, join } from 'node:path';
import { UserError } from '../../common/errors.js';
import { openByContract } from '../../dataset/checks/open.js';
import type { ContractColumn } from '../../dataset/contract/contract.js';
import { type ProfiledColumn, profileTables } from '../../dataset/profile/profile.js';
import type { ProfileSource, Source } from '../../drift/source.js';
import { type Engine, openEngine } from '../../engine/engine.js';
import { quoteName } from '../../engine/sql.js';
import type { Table, TableColumn, WantedTypes } from '../../engine/table.js';
import type { ColumnType, Profile } from '../../formats/profile.js';
import type { Dependencies } from '../dependencies.js';
import { codeColumns, withTypes } from './contract.js';

/** The data files of a run, each opened once in one engine. */
export interface OpenData {
  readonly engine: Engine;
  /**
   * @param types of columns by name that the contract does not fix; those of others are found out from their values
   * @throws UserError naming every file that cannot be read whole
   */
  open(files: readonly string[], types: WantedTypes): Promise<Table[]>;
  /** Profile of tables, read as one set. */
  profile(tables: readonly Table[]): Promise<Profile>;
  profileSource: ProfileSource;
  close(): Promise<void>;
}

/**
 * @param files all that will be opened: the engine reads from no other folder
 * @param typed columns of the contract: their types, missing values and ways of writing hold in every file
 */
export async function openData(
  files: readonly string[],
  { duckdb, run, signal }: Pick<Dependencies, 'duckdb' | 'run' | 'signal'>,
  typed: readonly ContractColumn[] = [],
): Promise<OpenData> {
  const engine = await openEngine({
    library: await duckdb(),
    temp: join(run.temp, 'drift-check'),
    allowedFolders: [...new Set(files.map((file) => dirname(file)))],
    signal,
  });
  return {
    engine,
    open: (wanted, types) => openTables(engine, wanted, types, typed),
    profile: (tables) => profileTables(engine, tables, columnsOf(tables)),
    profileSource: (source) => profileTables(engine, [asTable(source)]),
    close: () => engine.close(),
  };
}

/** Profile of data files, in an engine of their own. */
export async function profileFiles(
  files: readonly string[],
  types: WantedTypes,
  dependencies: Pick<Dependencies, 'duckdb' | 'run' | 'signal'>,
): Promise<Profile> {
  const data = await openData(files, dependencies);
  try {
    return await data.profile(await data.open(files, types));
  } finally {
    await data.close();
  }
}

async function openTables(
  engine: Engine,
  files: readonly string[],
  types: WantedTypes,
  typed: readonly ContractColumn[],
): Promise<Table[]> {
  const tables = await openAs(engine, files, types, typed);
  const codes = (await codeColumns(engine, tables)).filter((name) => !Object.hasOwn(types, name));
  if (codes.length === 0) return tables;
  const texts = codes.map((name) => [name, 'string'] as const);
  return openAs(engine, files, Object.fromEntries([...Object.entries(types), ...texts]), typed);
}

async function openAs(
  engine: Engine,
  files: readonly string[],
  types: WantedTypes,
  typed: readonly ContractColumn[],
): Promise<Table[]> {
  const contract = withTypes(typed, types);
  const found = [];
  for (const file of files) found.push(await openByContract(engine, file, contract, { profile: true }));
  const problems = found.flatMap(({ defects }, i) =>
    defects
      .filter(({ harmless }) => !harmless)
      .map(({ message, remedy, examples: [first] }) => ({
        message,
        remedy,
        where: { file: files[i]!, ...(first !== undefined && { line: first.line }) },
      })),
  );
  if (problems.length > 0) throw new UserError(problems);
  return found.map(({ table }) => (table!.format === 'parquet' ? byPosition(table!) : table!));
}

/** Rows of a query as the table of a file. */
function asTable({ sql, columns, rows }: Source): Table {
  return byPosition({
    file: '',
    format: 'parquet',
    source: sql,
    columns: columns.map(({ name, type, value }) => ({ name, type, raw: value, value })),
    rows,
    rejected: 0,
    defects: [],
    rowNumber: 'row_number() OVER () - 1',
    unit: 'row',
    linesOf: (wanted) => Promise.resolve(wanted.map((row) => row + 1)),
  });
}

/**
 * A table whose source has the columns by position instead of by the data's names: a column that is called like a
 * name of our own in SQL (`v`, `n`, `rows`) would otherwise be read instead of it.
 */
function byPosition(table: Table): Table {
  const number = table.rowNumber === 'file_row_number' ? ['file_row_number'] : [];
  const parts = table.columns.flatMap(({ raw, value }, i) => [
    `${value} AS ${quoteName(`column ${i}`)}`,
    ...(raw === value ? [] : [`${raw} AS ${quoteName(`raw ${i}`)}`]),
  ]);
  if (parts.length === 0) return table;
  return {
    ...table,
    source: `(SELECT ${[...parts, ...number].join(', ')} FROM ${table.source})`,
    columns: table.columns.map((column, i) => ({
      ...column,
      value: quoteName(`column ${i}`),
      raw: quoteName(column.raw === column.value ? `column ${i}` : `raw ${i}`),
    })),
  };
}

/** Every column that any file has, as one type; a file that lacks it has no values of it. */
function columnsOf(tables: readonly Table[]): ProfiledColumn[] {
  const names = [...new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  return names.map((name) => {
    const found = tables.map(({ columns }) => columns.find((column) => column.name === name));
    const type = commonType(found.flatMap((column) => (column === undefined ? [] : [column.type])));
    const values = found.map((column) => {
      if (column === undefined) return 'NULL';
      return column.type === type ? column.value : cast(column, type);
    });
    return { name, type, values };
  });
}

/** The type that holds the values of all files; texts hold anything. */
function commonType(types: readonly ColumnType[]): ColumnType {
  const kinds = new Set(types);
  if (kinds.size === 1) return types[0]!;
  const within = (...wider: ColumnType[]): boolean => [...kinds].every((type) => wider.includes(type));
  if (within('integer', 'number')) return 'number';
  return within('date', 'timestamp') ? 'timestamp' : 'string';
}

function cast({ value, raw }: TableColumn, type: ColumnType): string {
  if (type === 'number') return `CAST(${value} AS DOUBLE)`;
  return type === 'timestamp' ? `CAST(${value} AS TIMESTAMP)` : `CAST(${raw} AS VARCHAR)`;
}
