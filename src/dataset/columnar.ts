import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.js';
import { quoteText } from '../engine/sql.js';
import type { Table } from '../engine/table.js';

let made = 0;

/**
 * The same tables, cheap to read many times: what is text in its file is parsed once more and kept as Parquet in the
 * engine's folder, in the order of its rows, so that these keep their numbers and lines. Parquet files, and small ones
 * that the engine keeps as tables, are what they were.
 * @returns also what removes the files again
 */
export async function columnar(
  engine: Engine,
  tables: readonly Table[],
): Promise<{ readonly tables: Table[]; release(): Promise<void> }> {
  const files: string[] = [];
  const result: Table[] = [];
  for (const table of tables) {
    const isCheap = table.format === 'parquet' || table.rowNumber === 'rowid';
    if (isCheap || table.columns.length === 0) {
      result.push(table);
      continue;
    }
    const file = join(engine.temp, `columnar${++made}.parquet`);
    files.push(file);
    result.push(await written(engine, table, file));
  }
  return {
    tables: result,
    release: async () => {
      for (const file of files) await rm(file, { force: true });
    },
  };
}

async function written(engine: Engine, table: Table, file: string): Promise<Table> {
  // Where there is a value nobody asks how it was written.
  const parts = table.columns.flatMap(({ raw, value, exact }, i) => [
    `${value} AS v${i}`,
    ...(exact === undefined ? [] : [`${exact} AS x${i}`]),
    ...(raw === value ? [] : [`CASE WHEN (${value}) IS NULL THEN CAST(${raw} AS VARCHAR) END AS r${i}`]),
  ]);
  await engine.run(
    `COPY (SELECT ${parts.join(', ')} FROM ${table.source}) TO ${quoteText(file)} (FORMAT parquet, COMPRESSION lz4)`,
  );
  return {
    ...table,
    source: `read_parquet(${quoteText(file)}, file_row_number = true)`,
    rowNumber: 'file_row_number',
    columns: table.columns.map((column, i) => ({
      ...column,
      raw: column.raw === column.value ? `v${i}` : `r${i}`,
      value: `v${i}`,
      ...(column.exact !== undefined && { exact: `x${i}` }),
    })),
  };
}
