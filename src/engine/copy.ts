import { join } from 'node:path';
import { batchesOf, groupBy } from './batches.js';
import type { Engine } from './engine.js';
import { quoteText } from './sql.js';

let made = 0;

/** Values that a writer keeps in memory before it writes them; each core has a writer. */
const keptValues = 2 ** 21;
const vectorRows = 2048;

/** A writer's room for dictionaries is a megabyte for each column: where columns are many, there are none. */
function writing(columns: number): string {
  const rows = Math.max(1, Math.floor(keptValues / columns / vectorRows)) * vectorRows;
  if (rows >= 122_880) return 'FORMAT parquet, COMPRESSION lz4';
  return `FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE ${rows}, DICTIONARY_SIZE_LIMIT 1, STRING_DICTIONARY_PAGE_SIZE_LIMIT 32768`;
}

/**
 * Copies columns of a source into a Parquet file of the engine's own, rows in their order.
 * @param columns SQL of what is selected
 * @returns FROM item; it has the rows' numbers as `file_row_number`
 */
export async function copyColumns(
  engine: Engine,
  source: string,
  columns: readonly string[],
): Promise<string> {
  return (await copyToFile(engine, source, columns)).from;
}

/** As copyColumns; the file is there until the engine is closed, or who asked for it removes it. */
export async function copyToFile(
  engine: Engine,
  source: string,
  columns: readonly string[],
): Promise<{ readonly from: string; readonly file: string }> {
  const file = join(engine.temp, `columns-${++made}.parquet`);
  await engine.run(
    `COPY (SELECT ${columns.join(', ')} FROM ${source}) TO ${quoteText(file)} (${writing(columns.length)})`,
  );
  return { from: `read_parquet(${quoteText(file)}, file_row_number = true)`, file };
}

/** A row of more columns does not fit into the memory of every step that a copy takes. */
export const copiedAtOnce = 1_000;

/** Where a column stands that was copied with many others. */
export interface Part {
  /** FROM item of the rows, with `file_row_number`; the same for all columns of a part. */
  readonly from: string;
  /** What it is made of there. */
  readonly names: readonly string[];
}

/** As copyColumns, for any number of columns: each thousand is a part, for which the source is read once. */
export async function copyWide(
  engine: Engine,
  source: string,
  columns: readonly string[],
): Promise<{ readonly source: string; readonly parts: readonly Part[] }> {
  const parts: Part[] = [];
  for (const some of batchesOf(columns, copiedAtOnce)) {
    const from = await copyColumns(engine, source, some);
    parts.push(...some.map((name) => ({ from, names: [name] })));
  }
  return { source: joinParts(parts), parts };
}

/** FROM item of columns, with the row's number. Of several parts each is read for its own columns alone. */
export function joinParts(parts: readonly Part[]): string {
  const places = [...groupBy(parts, ({ from }) => from)];
  const namesOf = (some: readonly Part[]): string => some.flatMap(({ names }) => names).join(', ');
  const [[first, own], ...others] = places as [[string, Part[]], ...[string, Part[]][]];
  if (others.length === 0) return first;
  const joined = others.map(([from, more]) => ` POSITIONAL JOIN (SELECT ${namesOf(more)} FROM ${from})`);
  return `(SELECT * FROM (SELECT file_row_number, ${namesOf(own)} FROM ${first})${joined.join('')})`;
}
