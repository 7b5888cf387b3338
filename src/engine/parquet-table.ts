import { type Defect, fileDefect, nameDefects } from './defects.js';
import type { Engine } from './engine.js';
import { exactOfTyped } from './exact.js';
import { type RawFile, readBytes } from './file.js';
import { presentValue } from './missing.js';
import { quoteName, quoteText } from './sql.js';
import type { ReadTable, Table, TableColumn } from './table.js';
import {
  columnTypeOf,
  convertedValue,
  isStandard,
  parsedText,
  type WantedTypes,
  wantedType,
} from './types.js';

const magic = 'PAR1';

export async function parquetTable(
  engine: Engine,
  raw: RawFile,
  types: WantedTypes,
): Promise<ReadTable | Defect> {
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
  // Folders are looked at for every format alike: partitions.ts.
  const options = 'hive_partitioning = false';
  const source = `read_parquet(${quoteText(raw.plain)}, file_row_number = true, ${options})`;
  const described = await engine.rows(
    `DESCRIBE SELECT * FROM read_parquet(${quoteText(raw.plain)}, ${options})`,
  );
  const names = await namesOf(engine, raw.plain, described.length);
  const [meta] = await engine.rows(
    `SELECT num_rows AS n FROM parquet_file_metadata(${quoteText(raw.plain)})`,
  );
  const columns: TableColumn[] = described.map((row, i): TableColumn => {
    const stored = quoteName(String(row.column_name));
    const name = names[i] ?? String(row.column_name);
    const fileType = String(row.column_type);
    const column = presentValue(stored, fileType);
    const found = columnTypeOf(fileType);
    const wanted = wantedType(types, name);
    const type = wanted ?? found ?? 'string';
    const value = isStandard(fileType, type) ? column : convertedValue(column, found, type);
    if (value !== undefined) return { name, type, raw: column, value, stored, fileType };
    // A text where another type is wanted is still tried.
    const text = `CAST(${column} AS VARCHAR)`;
    return {
      name,
      type,
      raw: column,
      value: parsedText(text, type),
      stored,
      fileType,
      mismatch: wanted !== undefined,
    };
  });
  const [counted] = await engine.rows(`SELECT count(*) AS n FROM ${source}`);
  const wide = await exactColumns(engine, source, columns);
  const table: Table = {
    file: raw.path,
    format: 'parquet',
    source,
    columns: wide,
    rows: Number(meta?.n ?? 0),
    rejected: 0,
    defects: nameDefects(
      columns.map(({ name }) => name),
      'where the file is written',
    ),
    rowNumber: 'file_row_number',
    unit: 'row',
    linesOf: (rows) => Promise.resolve(rows.map((row) => row + 1)),
  };
  return { table, counted: Number(counted!.n) };
}

/** The columns, those with numbers that BIGINT or DOUBLE does not hold read so that nothing is lost. */
async function exactColumns(
  engine: Engine,
  source: string,
  columns: readonly TableColumn[],
): Promise<TableColumn[]> {
  const asked = columns.map(({ raw, fileType, type, mismatch }) =>
    fileType === undefined || mismatch === true ? undefined : exactOfTyped(raw, fileType, type),
  );
  const counts = asked.flatMap((one, i) => (one === undefined ? [] : [`count(${one.needed}) AS n${i}`]));
  if (counts.length === 0) return [...columns];
  const [row] = await engine.rows(`SELECT ${counts.join(', ')} FROM ${source}`);
  return columns.map((column, i) => {
    const one = asked[i];
    return one === undefined || row![`n${i}`] === 0
      ? column
      : { ...column, value: one.value, exact: one.exact };
  });
}

/**
 * The names of the columns as the file has them, in their order: of names that are doubled, empty or differ in case
 * only, the engine invents others.
 */
async function namesOf(engine: Engine, path: string, columns: number): Promise<readonly string[]> {
  const rows = await engine.rows(
    `SELECT name, num_children AS children FROM parquet_schema(${quoteText(path)})`,
  );
  const names: string[] = [];
  const skip = (at: number): number => {
    let next = at + 1;
    for (let child = 0; child < Number(rows[at]?.children ?? 0); child++) next = skip(next);
    return next;
  };
  for (let at = 1; at < rows.length; at = skip(at)) names.push(String(rows[at]!.name));
  // Another number of columns would be one that the engine adds or leaves out: then its own names are known.
  return names.length === columns ? names : [];
}
