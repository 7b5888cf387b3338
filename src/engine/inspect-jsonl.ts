import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { plural } from '../common/text.js';
import { type Defect, type DefectRule, Tally } from './defects.js';
import { type RawFile, readBytes } from './file.js';

export interface JsonlFile {
  /** Every key that an object of the file has, in the order of their first appearance. */
  readonly keys: readonly string[];
  /** The file that DuckDB may read: the lines that are JSON objects. */
  readonly readable: string;
  readonly rows: number;
  readonly rejected: number;
  readonly defects: readonly Defect[];
  linesOf(rows: readonly number[]): Promise<number[]>;
}

interface Line {
  readonly number: number;
  readonly start: number;
  readonly bytes: Buffer;
}

/** Parses every line of a JSONL file: DuckDB would drop keys that it was not told of, without a word. */
export async function inspectJsonl(file: RawFile, temp: string): Promise<JsonlFile> {
  const keys = new Set<string>();
  const tally = new Tally();
  const bad = new Set<number>();
  let rows = 0;
  let last = 0;
  let blank = false;
  // DuckDB reads no byte order mark in JSON.
  const marked = (await readBytes(file.plain, 0, Math.min(3, file.plainBytes))).equals(mark);
  for await (const line of lines(file.plain)) {
    if (line.bytes.length === 0) blank = true;
    else {
      const defect = judge(line.bytes, keys);
      if (defect === undefined) rows++;
      else {
        bad.add(line.number);
        tally.add(defect, line.number, [line.start, line.start + line.bytes.length]);
      }
      last = line.number;
    }
  }
  const defects = await tally.defects(describe, async ([start, end]) =>
    (await readBytes(file.plain, start, Math.min(end, start + 1000))).toString('utf8'),
  );
  const whole = async function* (): AsyncGenerator<Line> {
    for await (const line of lines(file.plain)) {
      if (line.bytes.length > 0 && !bad.has(line.number)) yield line;
    }
  };
  let readable = file.plain;
  if (bad.size > 0 || marked) {
    readable = join(temp, `whole-${++copies}.jsonl`);
    await pipeline(Readable.from(withEnds(whole())), createWriteStream(readable));
  }
  return {
    keys: [...keys],
    readable,
    rows,
    rejected: bad.size,
    defects,
    async linesOf(wanted) {
      if (!blank && bad.size === 0 && last === rows) return wanted.map((row) => row + 1);
      const found = new Map<number, number>();
      const rowsWanted = new Set(wanted);
      let row = 0;
      for await (const line of whole()) {
        if (rowsWanted.has(row)) found.set(row, line.number);
        row++;
      }
      return wanted.map((index) => found.get(index) ?? 0);
    },
  };
}
let copies = 0;
const mark = Buffer.from([0xef, 0xbb, 0xbf]);

async function* withEnds(source: AsyncIterable<Line>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const { bytes } of source) {
    parts.push(bytes, Buffer.from('\n'));
    size += bytes.length;
    if (size < 1 << 20) continue;
    yield Buffer.concat(parts);
    [parts, size] = [[], 0];
  }
  yield Buffer.concat(parts);
}

function judge(bytes: Buffer, keys: Set<string>): DefectRule | undefined {
  if (!isUtf8(bytes)) return 'invalid-utf8';
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return 'malformed-json';
    for (const key in value) keys.add(key);
    return undefined;
  } catch {
    return 'malformed-json';
  }
}

function describe(rule: DefectRule, count: number): { message: string; remedy: string } {
  return rule === 'invalid-utf8'
    ? { message: `${plural(count, 'line')} that are not UTF-8`, remedy: 'write the file as UTF-8' }
    : {
        message: `${plural(count, 'line')} that are not a JSON object`,
        remedy: 'write one object on each line, and nothing else',
      };
}

/** The lines of a file without their ends. */
async function* lines(path: string): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  let start = 0;
  const line = (bytes: Buffer): Line => {
    const trimmed = bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes;
    // A byte order mark at the start belongs to no value.
    const isMarked = number === 0 && trimmed.subarray(0, 3).equals(mark);
    const found = { number: ++number, start, bytes: isMarked ? trimmed.subarray(3) : trimmed };
    start += bytes.length + 1;
    return found;
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    let from = 0;
    for (let next = bytes.indexOf(10); next !== -1; next = bytes.indexOf(10, from)) {
      yield line(bytes.subarray(from, next));
      from = next + 1;
    }
    rest = bytes.subarray(from);
  }
  if (rest.length > 0) yield line(rest);
}
