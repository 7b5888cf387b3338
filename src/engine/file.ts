import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { messageOf } from '../common/errors.js';
import { ownValue } from '../common/own.js';
import { type Defect, fileDefect } from './defects.js';
import type { Format } from './format.js';
import { type Packing, foreignDefect, headBytes, packingOf } from './recognise.js';

export type { Format } from './format.js';

export interface RawFile {
  readonly path: string;
  readonly bytes: number;
  readonly format: Format;
  /** Field delimiter that the name tells: a tab for .tsv. */
  readonly tab: boolean;
  /** Path of the file without compression: `path` itself, or a file in the engine's folder. */
  readonly plain: string;
  readonly plainBytes: number;
}

const formats: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  parquet: 'parquet',
};
let unpacked = 0;

/**
 * Looks at a data file, and unpacks it where it is compressed: DuckDB takes a truncated .gz for a short one.
 * @param temp folder for the unpacked file
 */
export async function openRawFile(path: string, temp: string): Promise<RawFile | Defect> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined || !info.isFile()) {
    return fileDefect(
      'missing-file',
      'the file does not exist',
      'check the path in model.yml, and that data.fetch brings it',
    );
  }
  const match = /\.([a-z]+)(?:\.(gz|zst))?$/.exec(path.toLowerCase());
  const format = ownValue(formats, match?.[1] ?? '');
  if (format === undefined) {
    const known = Object.keys(formats).map((name) => `.${name}`);
    return fileDefect(
      'unknown-format',
      'the name does not tell what is in the file',
      `name it ${known.join(', ')}; CSV and JSONL may be compressed (.gz, .zst)`,
    );
  }
  if (info.size === 0) return fileDefect('empty-file', 'the file is empty (0 bytes)', 'write it again');
  const head = await readBytes(path, 0, Math.min(info.size, headBytes));
  if (info.size < lfsBytes && isLfsPointer(head)) {
    return fileDefect(
      'lfs-pointer',
      'the file is a Git LFS pointer, not the data',
      'set `lfs: true` in actions/checkout, or run `git lfs pull`',
    );
  }
  const found = { path, bytes: info.size, format, tab: match?.[1] === 'tsv' };
  const [named, packing] = [match?.[2], packingOf(head)];
  if (packing === undefined) {
    const foreign = foreignDefect(head, format);
    if (foreign !== undefined) return foreign;
    if (named === undefined) return { ...found, plain: path, plainBytes: info.size };
    return fileDefect(
      'unknown-format',
      `the file is not compressed, though its name ends in .${named}`,
      `remove .${named} from its name`,
    );
  }
  const plain = join(temp, `unpacked-${++unpacked}.${match![1]}`);
  const problem = await unpack(path, packing, plain);
  if (problem !== undefined) return problem;
  const plainBytes = (await stat(plain)).size;
  if (plainBytes === 0) return fileDefect('empty-file', 'the file is empty once unpacked', 'write it again');
  const inside = foreignDefect(await readBytes(plain, 0, Math.min(plainBytes, headBytes)), format);
  return inside ?? { ...found, plain, plainBytes };
}

async function unpack(path: string, packing: Packing, plain: string): Promise<Defect | undefined> {
  const unpacking = packing === 'gz' ? zlib.createGunzip() : zstd();
  if (unpacking === undefined) {
    return fileDefect('unknown-format', 'this Node cannot read .zst', 'use Node 24, or compress with gzip');
  }
  try {
    await pipeline(createReadStream(path), unpacking, createWriteStream(plain));
    return undefined;
  } catch (error) {
    return fileDefect(
      'truncated',
      `the file cannot be unpacked (${messageOf(error)})`,
      'copy or write it again: it is not whole',
    );
  }
}

/** A pointer is smaller than this (git-lfs, docs/spec.md). */
const lfsBytes = 1024;

function isLfsPointer(head: Buffer): boolean {
  const pointer = /^version https:\/\/(git-lfs\.github\.com|hawser\.github\.com)\/spec\/v\d/;
  return pointer.test(head.toString('latin1'));
}

/** Zstandard came with Node 22.15. */
function zstd(): Transform | undefined {
  return (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress?.();
}

/** SHA-256 of a file's bytes, as hexadecimal digits. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Bytes start..end (exclusive) of a file. */
export async function readBytes(path: string, start: number, end: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
