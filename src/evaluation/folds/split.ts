import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Engine } from '../../engine/engine.js';
import { readTable } from '../../engine/read-table.js';
import { integerLiterals, quoteName, quoteText } from '../../engine/sql.js';
import type { Table } from '../../engine/table.js';
import { type Sample, readSample, shapeOf } from '../behaviour/sample.js';
import { writeRows } from '../behaviour/write.js';

/** A data file of which parts are written. */
export interface SplitFile {
  readonly table: Table;
  /** Of text formats: all rows as they stand there. Parquet is copied by the engine. */
  readonly sample?: Sample;
}

/**
 * Reads data files, so that some of their rows can be written to other files.
 * @throws UserError for a file that is broken
 */
export async function readToSplit(engine: Engine, files: readonly string[]): Promise<SplitFile[]> {
  const read: SplitFile[] = [];
  for (const file of files) {
    const whole = await readTable(engine, file);
    const [table] = whole.tables;
    if (table!.format === 'parquet') {
      read.push({ table: table! });
      continue;
    }
    const places = Uint32Array.from({ length: whole.rows }, (_, row) => row);
    const shape = await shapeOf(engine, whole);
    read.push({ table: table!, sample: await readSample(engine, whole, shape, places) });
  }
  return read;
}

/**
 * Writes the rows that are wanted, file by file: the same format, columns, values and file names, in numbered folders
 * since two files can have one name. A file without a wanted row is left out.
 * @param isWanted by the row's number from 0 over all files
 * @returns the paths of the files that were written
 */
export async function writePart(
  engine: Engine,
  files: readonly SplitFile[],
  isWanted: (row: number) => boolean,
  folder: string,
): Promise<string[]> {
  await rm(folder, { recursive: true, force: true });
  const paths: string[] = [];
  let before = 0;
  for (const [i, file] of files.entries()) {
    const rows = Array.from({ length: file.table.rows }, (_, row) => row).filter((row) =>
      isWanted(before + row),
    );
    before += file.table.rows;
    if (rows.length === 0) continue;
    const path = join(folder, String(i + 1), basename(file.table.file));
    await writeFileOf(engine, file, rows, path);
    paths.push(path);
  }
  return paths;
}

async function writeFileOf(
  engine: Engine,
  { table, sample }: SplitFile,
  rows: readonly number[],
  path: string,
): Promise<void> {
  if (sample !== undefined) {
    const value = (row: number, column: number): string | null => sample.values[column]![rows[row]!]!;
    return writeRows(engine, sample.shape, [{ rows: rows.length, value }], path);
  }
  await mkdir(dirname(path), { recursive: true });
  const columns = table.columns.map(({ raw, name }) => `${raw} AS ${quoteName(name)}`).join(', ');
  await engine.run(
    `COPY (SELECT ${columns} FROM ${table.source} WHERE ${table.rowNumber} IN (${integerLiterals(Uint32Array.from(rows))})
       ORDER BY ${table.rowNumber}) TO ${quoteText(path)} (FORMAT parquet)`,
  );
}
