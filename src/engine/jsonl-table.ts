import { copyWide } from './copy.js';
import type { Engine } from './engine.js';
import type { RawFile } from './file.js';
import { inspectJsonl } from './inspect-jsonl.js';
import { quoteText } from './sql.js';
import type { ReadTable, Table, WantedTypes } from './table.js';
import { textColumns } from './text-columns.js';

/** Reading JSON takes long, so it is read once, into a file that the following scans read. */
export async function jsonlTable(engine: Engine, raw: RawFile, types: WantedTypes): Promise<ReadTable> {
  const jsonl = await inspectJsonl(raw, engine.temp);
  const keys = jsonl.keys.map((key) => `${quoteText(key)}: 'VARCHAR'`);
  // By position: the names of two keys may differ in their case only.
  const names = jsonl.keys.map((name, i) => ({ name, text: `c${i}` }));
  const { source, parts } =
    jsonl.keys.length === 0
      ? { source: '(SELECT 1 WHERE false)', parts: [] }
      : await copyWide(
          engine,
          `(SELECT * FROM read_json(${quoteText(jsonl.readable)}, format = 'newline_delimited', columns = {${keys.join(', ')}})) AS t(${names.map(({ text }) => text).join(', ')})`,
          names.map(({ text }) => text),
        );
  const [counted] = await engine.rows(`SELECT count(*) AS n FROM ${source}`);
  const table: Table = {
    file: raw.path,
    format: 'jsonl',
    source,
    columns: await textColumns(
      engine,
      source,
      names.map((named, i) => ({ ...named, part: parts[i]! })),
      types,
    ),
    rows: jsonl.rows,
    rejected: jsonl.rejected,
    defects: jsonl.defects,
    rowNumber: jsonl.keys.length === 0 ? '0' : 'file_row_number',
    unit: 'line',
    linesOf: jsonl.linesOf,
  };
  return { table, counted: Number(counted!.n) };
}
