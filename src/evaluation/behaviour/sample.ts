import { UserError } from '../../common/errors.js';
import type { Engine } from '../../engine/engine.js';
import { type Format, openRawFile } from '../../engine/file.js';
import { readHead } from '../../engine/inspect-csv.js';
import type { DataTable } from '../../engine/read-table.js';
import { integerLiterals, quoteName, quoteText } from '../../engine/sql.js';
import type { Table } from '../../engine/table.js';
import type { ColumnType } from '../../formats/profile.js';
import type { Values } from './changes.js';

/** How the hold-out data are written, so that changed rows can be written alike. */
export interface DataShape {
  readonly format: Format;
  /** End of the files' names, such as `.csv.gz`. */
  readonly suffix: string;
  /** Of CSV. */
  readonly delimiter: string;
  readonly columns: readonly ShapeColumn[];
}

export interface ShapeColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Of Parquet: DuckDB's word for the type in the file. */
  readonly fileType?: string;
}

/** Some rows of data files, every value as it stands there. */
export interface Sample {
  readonly shape: DataShape;
  /** Rows of the table, counted from 0, in rising order. */
  readonly places: Uint32Array;
  /**
   * By column of the shape: the text of each row's value. Of JSONL it is the JSON text, quotes and all, since
   * `1` and `"1"` are two values.
   */
  readonly values: readonly Values[];
}

/** How the files of a table are written; the first file speaks for all. */
export async function shapeOf(engine: Engine, table: DataTable): Promise<DataShape> {
  const [first] = table.tables;
  const { file, format, columns } = first!;
  const suffix = /\.[a-z]+(\.(gz|zst))?$/i.exec(file)![0].toLowerCase();
  const about = {
    format,
    suffix,
    columns: columns.map(({ name, type, fileType }) => ({ name, type, ...(fileType && { fileType }) })),
  };
  if (format !== 'csv') return { ...about, delimiter: ',' };
  const raw = await openRawFile(file, engine.temp);
  const head = 'rule' in raw ? raw : await readHead(raw, new Set(columns.map(({ name }) => name)));
  return { ...about, delimiter: 'rule' in head ? ',' : head.delimiter };
}

/**
 * Reads rows as they stand in the files of a table.
 * @throws UserError when a file lacks a column that the first one has
 */
export async function readSample(
  engine: Engine,
  table: DataTable,
  shape: DataShape,
  places: Uint32Array,
): Promise<Sample> {
  const values: (string | null)[][] = shape.columns.map(() => []);
  let before = 0;
  for (const part of table.tables) {
    const own = places.filter((place) => place >= before && place < before + part.rows);
    if (own.length > 0) {
      const read = await readRows(
        engine,
        part,
        shape,
        own.map((place) => place - before),
      );
      read.forEach((column, c) => {
        for (const value of column) values[c]!.push(value);
      });
    }
    before += part.rows;
  }
  return { shape, places, values };
}

async function readRows(
  engine: Engine,
  table: Table,
  shape: DataShape,
  rows: Uint32Array,
): Promise<readonly Values[]> {
  const raws = shape.columns.map(({ name }) => {
    const column = table.columns.find((one) => one.name === name);
    if (column !== undefined) return column.raw;
    throw new UserError({
      message: `there is no column "${name}", which the first file of the hold-out data has`,
      where: { file: table.file, line: 1 },
      remedy: 'write all files of the hold-out data with the same columns',
    });
  });
  const list = raws.map((raw, i) => `CAST(${raw} AS VARCHAR) AS c${i}`);
  const numbered =
    table.format === 'jsonl'
      ? await jsonRows(engine, table, shape)
      : `SELECT ${table.rowNumber} AS n, ${list.join(', ')} FROM ${table.source}`;
  const names = raws.map((_, i) => `c${i}`).join(', ');
  const wanted = rows.length === table.rows ? '' : `WHERE n IN (${integerLiterals(rows)})`;
  const { columns } = await engine.columns(`SELECT ${names} FROM (${numbered}) ${wanted} ORDER BY n`);
  return columns as readonly Values[];
}

/** Rows of a JSONL file with the JSON text of every value; the table itself holds texts without quotes. */
async function jsonRows(engine: Engine, table: Table, shape: DataShape): Promise<string> {
  const raw = await openRawFile(table.file, engine.temp);
  if ('rule' in raw)
    throw new UserError({ message: raw.message, where: { file: table.file }, remedy: raw.remedy });
  const types = shape.columns.map(({ name }) => `${quoteText(name)}: 'JSON'`);
  const list = shape.columns.map(({ name }, i) => `CAST(${quoteName(name)} AS VARCHAR) AS c${i}`);
  return `SELECT row_number() OVER () - 1 AS n, ${list.join(', ')} FROM read_json(${quoteText(raw.plain)}, format = 'newline_delimited', columns = {${types.join(', ')}})`;
}

/** The values of a column as tests change them: without the quotes of JSON. */
export function textsOfValues(values: Values, format: Format): Values {
  if (format !== 'jsonl') return values;
  return values.map((value) => {
    if (value === null || value === 'null') return null;
    return value.startsWith('"') ? (JSON.parse(value) as string) : value;
  });
}

/** Changed texts as the data hold them: of JSON, as a text where the column's other values are texts. */
export function valuesOfTexts(texts: Values, like: Values, format: Format): Values {
  if (format !== 'jsonl') return texts;
  const quoted = like.some((value) => value?.startsWith('"'));
  return texts.map((text) => {
    if (text === null) return null;
    return quoted || !isJson(text) ? JSON.stringify(text) : text;
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
