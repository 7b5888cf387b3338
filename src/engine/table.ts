import { messageOf } from '../common/errors.js';
import { formatInteger, plural } from '../common/text.js';
import type { ColumnType } from '../formats/profile.js';
import { csvTable } from './csv-table.js';
import { type Part, joinParts } from './copy.js';
import { type Defect, fileDefect } from './defects.js';
import type { Engine } from './engine.js';
import { isOwnTrouble } from './errors.js';
import { type Format, openRawFile } from './file.js';
import { jsonlTable } from './jsonl-table.js';
import { parquetTable } from './parquet-table.js';
import { partitionColumns } from './partitions.js';
import type { Survey } from './survey.js';
import type { WantedTypes } from './types.js';
import { widened } from './widen.js';

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** SQL over `source`: the value as it stands in the file, as text or in the file's own type. */
  readonly raw: string;
  /** SQL over `source`: the value as `type`; NULL where the file has none, or one that is not of the type. */
  readonly value: string;
  /**
   * SQL over `source`, of type VARCHAR: the number itself where `value`, a DOUBLE then, does not hold it, otherwise NULL.
   * Absent where every value holds its number. See exact.ts: it is what tells rows apart.
   */
  readonly exact?: string;
  /** Of a table in parts: the one in which the column stands, see `sourceOf`. */
  readonly part?: Part;
  /** Of a typed file: the column in `source`, quoted. */
  readonly stored?: string;
  /** How the file itself types the column, where it does (Parquet): DuckDB's word. */
  readonly fileType?: string;
  /** The file's type cannot hold the type that is wanted. */
  readonly mismatch?: boolean;
  /** Of a file of texts: name of the column in `source`, over which `raw` and `value` are written. */
  readonly text?: string;
  /** Of numbers in a file of texts: SQL over `source` of the text that `value` is parsed from; default `text`. */
  readonly plain?: string;
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
  /** Of a source that takes long to read, a large CSV file: the counts of its values, made in one scan at the first call. */
  readonly survey?: () => Promise<Survey>;
  /** The survey is made, so that asking for it costs nothing. */
  readonly surveyed?: boolean;
}

/** FROM item over which some columns of a table are read, and `rowNumber`: of a table in parts, of those that they are in. */
export function sourceOf(
  { source }: Pick<Table, 'source'>,
  columns: readonly Pick<TableColumn, 'part'>[],
): string {
  const parts = columns.flatMap(({ part }) => part ?? []);
  return parts.length === 0 ? source : joinParts(parts);
}

export interface ReadOptions {
  /** A profile will be asked for: values are then counted in the first scan already. */
  readonly profile?: boolean;
  /** Bytes up to which a CSV file is kept as a table, default 20 million; a larger one is read anew for each scan. */
  readonly kept?: number;
}

/** A table as a reader of one format makes it. */
export interface ReadTable {
  readonly table: Table;
  /** Rows that the engine reads, to be held against those that are there. */
  readonly counted: number;
}

export type { WantedTypes } from './types.js';

/**
 * Opens one data file (CSV, TSV, JSONL, Parquet) and looks at its shape; says what is wrong instead of throwing.
 * @param types columns that are expected, with their types; a file may have others
 * @returns the table, and every defect; without a table where nothing can be read
 */
export async function inspectTable(
  engine: Engine,
  file: string,
  types: WantedTypes = {},
  options: ReadOptions = {},
): Promise<{ table?: Table; defects: readonly Defect[] }> {
  const raw = await openRawFile(file, engine.temp);
  if ('rule' in raw) return { defects: [raw] };
  engine.forget(file);
  try {
    const read =
      raw.format === 'csv'
        ? await csvTable(engine, raw, types, options)
        : raw.format === 'jsonl'
          ? await jsonlTable(engine, raw, types)
          : await parquetTable(engine, raw, types);
    if ('rule' in read) return { defects: [read] };
    const { table, counted } = read;
    const defects = [...table.defects];
    if (table.rows + table.rejected === 0) {
      defects.push(fileDefect('no-rows', 'the file has no rows', 'check the program that writes it'));
    }
    if (counted !== table.rows) {
      const message = `the engine reads ${plural(counted, 'row')} where the file has ${formatInteger(table.rows)}`;
      defects.push(fileDefect('lost-rows', message, 'please report this file as a defect of the action'));
    }
    if (table.source.startsWith('read_')) engine.remember({ path: file, source: table.source });
    const own = table.format === 'parquet' ? table.columns : await widened(engine, table, table.columns);
    const names = own.map(({ name }) => name);
    const columns = [...own, ...partitionColumns(file, names, types)];
    return { table: { ...table, columns, defects }, defects };
  } catch (error) {
    // The engine's own trouble says nothing about the file.
    if (isOwnTrouble(error)) throw error;
    const reason = messageOf(error).split('\n')[0]!;
    return { defects: [fileDefect('unreadable', `the file cannot be read (${reason})`, 'write it again')] };
  }
}
