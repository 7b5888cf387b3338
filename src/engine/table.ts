import { messageOf } from '../common/errors.js';
import type { ColumnType } from '../formats/profile.js';
import { type Defect, fileDefect } from './defects.js';
import type { Engine } from './engine.js';
import { type Format, openRawFile, readBytes } from './file.js';
import { inspectCsv } from './inspect-csv.js';
import { inspectJsonl } from './inspect-jsonl.js';
import { inferTypes } from './infer.js';
import { quoteName, quoteText } from './sql.js';
import { columnTypeOf, convertedValue, parsedText } from './types.js';

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** SQL over `source`: the value as it stands in the file, as text or in the file's own type. */
  readonly raw: string;
  /** SQL over `source`: the value as `type`; NULL where the file has none, or one that is not of the type. */
  readonly value: string;
  /** How the file itself types the column, where it does (Parquet): DuckDB's word. */
  readonly fileType?: string;
  /** The file's type cannot hold the type that is wanted. */
  readonly mismatch?: boolean;
}

/** One data file, ready to be queried. */
export interface Table {
  readonly file: string;
  readonly format: Format;
  /** FROM item. Its columns are named by position: use the expressions of `columns`. */
  readonly source: string;
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  /** Records that are broken and so not in `source`. */
  readonly rejected: number;
  readonly defects: readonly Defect[];
  /** SQL for the row's number from 0, over `source`; reading it makes the scan single-threaded in CSV. */
  readonly rowNumber: string;
  /** What `linesOf` counts. */
  readonly unit: 'line' | 'row';
  /** Lines from 1 (Parquet: rows from 1) of rows counted from 0. */
  linesOf(rows: readonly number[]): Promise<number[]>;
}

/** A CSV file up to this size is kept as a table; a larger one is read anew for each scan, which takes no memory. */
const keptBytes = 200e6;

/** Types by column name; those of other columns are inferred. */
export type WantedTypes = Readonly<Record<string, ColumnType>>;

/**
 * Opens one data file (CSV, TSV, JSONL, Parquet) and looks at its shape; says what is wrong instead of throwing.
 * @param types columns that are expected, with their types; a file may have others
 * @returns the table, and every defect; without a table where nothing can be read
 */
export async function inspectTable(
  engine: Engine,
  file: string,
  types: WantedTypes = {},
): Promise<{ table?: Table; defects: readonly Defect[] }> {
  const raw = await openRawFile(file, engine.temp);
  if ('rule' in raw) return { defects: [raw] };
  try {
    const table =
      raw.format === 'csv'
        ? await csvTable(engine, raw, types)
        : raw.format === 'jsonl'
          ? await jsonlTable(engine, raw, types)
          : await parquetTable(engine, raw, types);
    if ('rule' in table) return { defects: [table] };
    const defects = [...table.defects];
    if (table.rows + table.rejected === 0) {
      defects.push(fileDefect('no-rows', 'the file has no rows', 'check the program that writes it'));
    }
    const [counted] = await engine.rows(`SELECT count(*) AS n FROM ${table.source}`);
    if (counted?.n !== table.rows) {
      const message = `the engine reads ${String(counted?.n)} rows where the file has ${table.rows}`;
      defects.push(fileDefect('lost-rows', message, 'please report this file as a defect of the action'));
    }
    return { table: { ...table, defects }, defects };
  } catch (error) {
    const reason = messageOf(error).split('\n')[0]!;
    // The engine's own trouble says nothing about the file.
    if (/out of memory|interrupt|engine is closed/i.test(reason)) throw error;
    return { defects: [fileDefect('unreadable', `the file cannot be read (${reason})`, 'write it again')] };
  }
}

type Raw = Exclude<Awaited<ReturnType<typeof openRawFile>>, Defect>;

async function csvTable(engine: Engine, raw: Raw, types: WantedTypes): Promise<Table | Defect> {
  const csv = await inspectCsv(raw, engine.temp, new Set(Object.keys(types)));
  if ('rule' in csv) return csv;
  const texts = csv.header.map((_, i) => `'c${i}': 'VARCHAR'`);
  // No detection of any kind: what DuckDB guesses from the first rows can be silently wrong for the others.
  const source =
    `read_csv(${quoteText(csv.readable)}, auto_detect = false, header = true, delim = ${quoteText(csv.delimiter)}, ` +
    `quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, columns = {${texts.join(', ')}})`;
  const names = csv.header.map((name, i) => ({ name, text: `c${i}` }));
  const columns = await textColumns(engine, source, names, types);
  return {
    ...(raw.plainBytes <= keptBytes
      ? await keep(engine, source, columns)
      : { source, columns, rowNumber: 'row_number() OVER () - 1' }),
    file: raw.path,
    format: 'csv',
    rows: csv.rows,
    rejected: csv.rejected,
    defects: csv.defects,
    unit: 'line',
    linesOf: csv.linesOf,
  };
}

let kept = 0;

/** Parses a file once, into a table that the following scans read; beyond the memory limit it is spilled. */
async function keep(
  engine: Engine,
  source: string,
  columns: readonly TableColumn[],
): Promise<Pick<Table, 'source' | 'columns' | 'rowNumber'>> {
  const table = `kept${++kept}`;
  const parts = columns.flatMap(({ raw, value }, i) => [
    `${raw} AS r${i}`,
    ...(value === raw ? [] : [`${value} AS v${i}`]),
  ]);
  await engine.run(`CREATE TEMP TABLE ${table} AS SELECT ${parts.join(', ')} FROM ${source}`);
  return {
    source: table,
    columns: columns.map((column, i) => ({
      ...column,
      raw: `r${i}`,
      value: column.value === column.raw ? `r${i}` : `v${i}`,
    })),
    rowNumber: 'rowid',
  };
}

async function jsonlTable(engine: Engine, raw: Raw, types: WantedTypes): Promise<Table> {
  const jsonl = await inspectJsonl(raw, engine.temp);
  const columns = jsonl.keys.map((key) => `${quoteText(key)}: 'VARCHAR'`);
  const source =
    jsonl.keys.length === 0
      ? '(SELECT 1 WHERE false)'
      : `read_json(${quoteText(jsonl.readable)}, format = 'newline_delimited', columns = {${columns.join(', ')}})`;
  const names = jsonl.keys.map((name) => ({ name, text: quoteName(name) }));
  return {
    file: raw.path,
    format: 'jsonl',
    source,
    columns: await textColumns(engine, source, names, types),
    rows: jsonl.rows,
    rejected: jsonl.rejected,
    defects: jsonl.defects,
    rowNumber: 'row_number() OVER () - 1',
    unit: 'line',
    linesOf: jsonl.linesOf,
  };
}

/** An empty text is a value of a string column, and none of any other type. */
async function textColumns(
  engine: Engine,
  source: string,
  names: readonly { name: string; text: string }[],
  types: WantedTypes,
): Promise<TableColumn[]> {
  const unknown = names.filter(({ name }) => types[name] === undefined);
  const inferred = await inferTypes(
    engine,
    source,
    unknown.map(({ text }) => text),
  );
  return names.map(({ name, text }) => {
    const type = types[name] ?? inferred.get(text) ?? 'string';
    const raw = type === 'string' ? text : `nullif(${text}, '')`;
    return { name, type, raw, value: parsedText(raw, type) };
  });
}

async function parquetTable(engine: Engine, raw: Raw, types: WantedTypes): Promise<Table | Defect> {
  const magic = 'PAR1';
  const head = await readBytes(raw.plain, 0, 4);
  const tail = await readBytes(raw.plain, Math.max(0, raw.plainBytes - 8), raw.plainBytes);
  if (head.toString('latin1') !== magic) {
    return fileDefect(
      'unreadable',
      'the file is not Parquet',
      'name it after what is in it, or write it again',
    );
  }
  if (tail.length < 8 || tail.toString('latin1', 4) !== magic) {
    return fileDefect('truncated', 'the file ends before its end: it is not whole', 'copy or write it again');
  }
  const source = `read_parquet(${quoteText(raw.plain)}, file_row_number = true)`;
  const described = await engine.rows(`DESCRIBE SELECT * FROM read_parquet(${quoteText(raw.plain)})`);
  const [meta] = await engine.rows(
    `SELECT num_rows AS n FROM parquet_file_metadata(${quoteText(raw.plain)})`,
  );
  const columns = described.map((row): TableColumn => {
    const name = String(row.column_name);
    const fileType = String(row.column_type);
    const column = quoteName(name);
    const found = columnTypeOf(fileType);
    const type = types[name] ?? found ?? 'string';
    const value = found && convertedValue(column, found, type);
    if (value !== undefined) return { name, type, raw: column, value, fileType };
    // Types that we have no word for are texts; a text where another type is wanted is still tried.
    const text = `CAST(${column} AS VARCHAR)`;
    const mismatch = types[name] !== undefined;
    return { name, type, raw: column, value: parsedText(text, type), fileType, mismatch };
  });
  return {
    file: raw.path,
    format: 'parquet',
    source,
    columns,
    rows: Number(meta?.n ?? 0),
    rejected: 0,
    defects: [],
    rowNumber: 'file_row_number',
    unit: 'row',
    linesOf: (rows) => Promise.resolve(rows.map((row) => row + 1)),
  };
}
