import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { UserError, messageOf } from '../../common/errors.js';
import type { Engine } from '../../engine/engine.js';
import { quoteName, quoteText } from '../../engine/sql.js';
import type { DataShape } from './sample.js';

/** Rows to write, one after another. */
export interface Block {
  readonly rows: number;
  /** The text of a value, as Sample.values hold it. */
  value(row: number, column: number): string | null;
}

let written = 0;

/**
 * Writes rows as the hold-out data are written: the same format, columns and types.
 * @param path ends with shape.suffix
 * @throws UserError for values that a typed file cannot hold
 */
export async function writeRows(
  engine: Engine,
  shape: DataShape,
  blocks: readonly Block[],
  path: string,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  if (shape.format === 'jsonl') return writeLines(path, jsonLines(shape, blocks));
  if (shape.format === 'csv') return writeLines(path, csvLines(shape, blocks));
  const texts = join(engine.temp, `changed-${++written}.csv`);
  const parquet = `${texts}.parquet`;
  await writeLines(texts, csvLines({ ...shape, delimiter: ',' }, blocks));
  const columns = shape.columns.map((_, i) => `'c${i}': 'VARCHAR'`).join(', ');
  const casts = shape.columns.map(
    ({ name, fileType = 'VARCHAR' }, i) => `CAST(c${i} AS ${fileType}) AS ${quoteName(name)}`,
  );
  const source = `read_csv(${quoteText(texts)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, max_line_size = 8388608, columns = {${columns}})`;
  try {
    await engine.run(
      `COPY (SELECT ${casts.join(', ')} FROM ${source}) TO ${quoteText(parquet)} (FORMAT parquet)`,
    );
  } catch (error) {
    const [reason] = messageOf(error).split('\n');
    if (!reason!.includes('Conversion Error')) throw error;
    throw new UserError(
      {
        message: `changed values are not of their columns' types, and the hold-out data are Parquet: ${reason}`,
        remedy: 'let tests set values of the type that the column has in the file',
      },
      { cause: error },
    );
  }
  await pipeline(createReadStream(parquet), createWriteStream(path));
  await Promise.all([rm(texts), rm(parquet)]);
}

async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const pack = path.endsWith('.gz') ? zlib.createGzip() : path.endsWith('.zst') ? zstd() : undefined;
  const source = Readable.from(inChunks(lines));
  const target = createWriteStream(path);
  await (pack === undefined ? pipeline(source, target) : pipeline(source, pack, target));
}

/** Zstandard came with Node 22.15, without which the hold-out data could not have been read. */
function zstd(): Transform {
  return (zlib as { createZstdCompress?: () => Transform }).createZstdCompress!();
}

const chunkLength = 1 << 16;

function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

function* csvLines({ columns, delimiter }: DataShape, blocks: readonly Block[]): Generator<string> {
  const special = new RegExp(`["\\r\\n${delimiter === '|' ? '\\|' : delimiter}]|^\\s|\\s$`);
  const field = (value: string | null): string => {
    if (value === null) return '';
    return value === '' || special.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  };
  yield `${columns.map(({ name }) => field(name)).join(delimiter)}\n`;
  for (const { rows, value } of blocks) {
    for (let row = 0; row < rows; row++) {
      const line = columns.map((_, c) => field(value(row, c))).join(delimiter);
      // A blank line would be none.
      yield line === '' ? '""\n' : `${line}\n`;
    }
  }
}

function* jsonLines({ columns }: DataShape, blocks: readonly Block[]): Generator<string> {
  const keys = columns.map(({ name }) => JSON.stringify(name));
  for (const { rows, value } of blocks) {
    for (let row = 0; row < rows; row++) {
      yield `{${keys.map((key, c) => `${key}:${value(row, c) ?? 'null'}`).join(',')}}\n`;
    }
  }
}
