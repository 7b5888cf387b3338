import { ownValue } from '../common/own.js';
import { rm } from 'node:fs/promises';
import { batchesOf } from '../engine/batches.js';
import { copyToFile, joinParts } from '../engine/copy.js';
import type { Engine } from '../engine/engine.js';
import { type Table, type TableColumn, sourceOf } from '../engine/table.js';

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
    result.push(await written(engine, table, files));
  }
  return {
    tables: result,
    release: async () => {
      for (const file of files) await rm(file, { force: true });
    },
  };
}

/** Columns that one file has: a value may take three. */
const columnsAtOnce = 300;

/** @param files where the names of the files are put */
async function written(engine: Engine, table: Table, files: string[]): Promise<Table> {
  const columns: TableColumn[] = [];
  for (const some of batchesOf(table.columns, columnsAtOnce)) {
    // Where there is a value nobody asks how it was written.
    const items = some.flatMap(({ raw, value, exact }, k) => {
      const i = columns.length + k;
      return [
        `${value} AS v${i}`,
        ...(exact === undefined ? [] : [`${exact} AS x${i}`]),
        ...(raw === value ? [] : [`CASE WHEN (${value}) IS NULL THEN CAST(${raw} AS VARCHAR) END AS r${i}`]),
      ];
    });
    const { from, file } = await copyToFile(engine, sourceOf(table, some), items);
    files.push(file);
    const first = columns.length;
    const kept = some.map((column, k) => asWritten(column, first + k, from));
    columns.push(...(await plainWhereWhole(engine, kept)));
  }
  return {
    ...table,
    source: joinParts(columns.flatMap(({ part }) => part ?? [])),
    rowNumber: 'file_row_number',
    columns,
  };
}

function asWritten(column: TableColumn, i: number, from: string): TableColumn {
  const [value, raw] = [`v${i}`, column.raw === column.value ? `v${i}` : `r${i}`];
  const exact = column.exact === undefined ? [] : [`x${i}`];
  const part = { from, names: [...new Set([value, raw, ...exact])] };
  return { ...column, part, raw, value, ...(exact.length > 0 && { exact: exact[0]! }) };
}

/** Columns in which every text is a value are read without their texts. */
async function plainWhereWhole(engine: Engine, columns: readonly TableColumn[]): Promise<TableColumn[]> {
  const asked = columns.filter(({ raw, value }) => raw !== value);
  if (asked.length === 0) return [...columns];
  const counts = asked.map(({ raw }) => `count(${raw}) AS ${raw}`);
  const [row] = await engine.rows(`SELECT ${counts.join(', ')} FROM ${asked[0]!.part!.from}`);
  return columns.map((column) => {
    const { raw, value, part } = column;
    if (raw === value || ownValue(row, raw) !== 0) return column;
    return { ...column, raw: value, part: { ...part!, names: part!.names.filter((name) => name !== raw) } };
  });
}
