import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ownValue } from '../common/own.js';
import { formatInteger, plural } from '../common/text.js';
import { type CsvRecord, CsvScanner, parseRecord } from './csv-scan.js';
import { type Defect, type DefectRule, Tally, fileDefect, nameDefects } from './defects.js';
import { type RawFile, readBytes } from './file.js';
import type { QuickWalk } from './walk-source.js';

export interface CsvFile {
  /** The file that DuckDB may read: the records that are whole, lines ended in one way. */
  readonly readable: string;
  readonly rows: number;
  readonly rejected: number;
  readonly defects: readonly Defect[];
  /** Lines, from 1, of rows that are counted from 0 without the rejected ones. */
  linesOf(rows: readonly number[]): Promise<number[]>;
}

/** How a CSV file starts, and so how it is to be read. */
export interface CsvHead {
  readonly delimiter: string;
  readonly header: readonly string[];
  /** The engine can read it: the header is the first line, and only that one. */
  readonly atOnce: boolean;
  /** Offset of what follows the header. */
  readonly end: number;
  /** What its names say against it. */
  readonly defects: readonly Defect[];
}

const headerBytes = 1 << 20;
const readSize = 1 << 20;
/** Longer records are left out: the engine holds a few of them in memory at the same time. */
export const longestRecord = 2_000_000;

/** @param known column names that are expected: they tell the delimiter */
export async function readHead(file: RawFile, known: ReadonlySet<string>): Promise<CsvHead | Defect> {
  const head = await readBytes(file.plain, 0, Math.min(file.plainBytes, headerBytes));
  const other = notText(head);
  if (other !== undefined) return other;
  const delimiter = file.tab ? '\t' : chooseDelimiter(head, known);
  const first = await firstRecord(file, delimiter);
  if (first === undefined)
    return fileDefect('empty-file', 'the file holds blank lines only', 'write it again');
  const header = parseRecord(first.text, delimiter).map((name) => name.trim());
  const { index, end } = first;
  // DuckDB takes the first line end that it sees for that of all lines, also within quotes.
  const atOnce = index === 0 && !/[\r\n]/.test(first.text);
  return { delimiter, header, atOnce, end, defects: headerDefects(header, known) };
}

/**
 * Checks the shape of every record of a CSV file, byte by byte; what is broken is named, and left out of the file that
 * is `readable`.
 */
export async function inspectCsv(file: RawFile, head: CsvHead, temp: string): Promise<CsvFile> {
  const { delimiter, header } = head;
  const tally = new Tally();
  const bad: number[] = [];
  const scanner = new CsvScanner(delimiter.charCodeAt(0), header.length, (record) => {
    const defect = record.defect ?? (record.end - record.start > longestRecord ? 'long-row' : undefined);
    if (defect === undefined || record.index === 0) return;
    bad.push(record.index);
    tally.add(defect, record.line, [record.start, record.end]);
  });
  let [offset, firstNul] = [0, -1];
  for await (const chunk of createReadStream(file.plain, { highWaterMark: readSize })) {
    const bytes = chunk as Buffer;
    scanner.push(bytes);
    if (firstNul === -1 && bytes.includes(0)) firstNul = offset + bytes.indexOf(0);
    offset += bytes.length;
  }
  const shape = scanner.finish();
  const rejected = bad.length;
  const rows = shape.records - 1 - rejected;
  const defects = await tally.defects(describeIn(header.length), async ([start, end]) =>
    (await readBytes(file.plain, start, Math.min(end, start + 1000))).toString('utf8'),
  );
  const ends = Object.values(shape.lineEnds).filter((n) => n > 0).length;
  if (ends > 1) {
    defects.push({
      ...fileDefect(
        'mixed-line-ends',
        'lines end in more than one way (LF, CRLF, CR)',
        'write it with one program, in one go',
      ),
      harmless: true,
    });
  }
  defects.push(...head.defects, ...delimiterDefects(file, delimiter), ...(await nulDefects(file, firstNul)));
  const isBad = new Set(bad);
  const clean = rejected === 0 && ends <= 1 && head.atOnce;
  const readable = clean ? file.plain : await rewrite(file, delimiter, header.length, isBad, temp);
  return {
    readable,
    rows,
    rejected,
    defects,
    async linesOf(wanted) {
      if (rejected === 0 && shape.blankLines === 0 && !shape.multiline) return wanted.map((row) => row + 2);
      return findLines(file, delimiter, header.length, isBad, wanted);
    },
  };
}

/** A file that a quick walk found whole: what `inspectCsv` would say of it, without walking again. */
export async function wholeCsv(file: RawFile, head: CsvHead, walk: QuickWalk): Promise<CsvFile> {
  const { delimiter, header, defects } = head;
  return {
    readable: file.plain,
    rows: rowsOf(header, walk),
    rejected: 0,
    defects: [...defects, ...delimiterDefects(file, delimiter), ...(await nulDefects(file, walk.firstNul))],
    async linesOf(wanted) {
      if (walk.blankLines === 0 && !walk.multiline) return wanted.map((row) => row + 2);
      return findLines(file, delimiter, header.length, new Set(), wanted);
    },
  };
}

/** A quick walk found nothing wrong; where it did, only a close look can tell. */
export function isWhole({ atOnce, header }: CsvHead, walk: QuickWalk): boolean {
  // The engine refuses records with fewer fields, and takes one more delimiter at the end of a record for nothing.
  if (walk.delimiters !== (walk.records - walk.blankLines) * (header.length - 1)) return false;
  return atOnce && !walk.oddQuotes && !walk.mixedEnds && walk.utf8 && walk.longestLine < longestRecord;
}

/** With one column, a blank line is a row without a value. */
const rowsOf = (header: readonly string[], { records, blankLines }: QuickWalk): number =>
  records - 1 - (header.length === 1 ? 0 : blankLines);

/** What is not the text that the file's name says it is. */
function notText(head: Buffer): Defect | undefined {
  return isUtf16(head) ? fileDefect('encoding', 'the file is UTF-16', 'write it as UTF-8') : undefined;
}

/** By its mark, or by the zeros that every other byte of Latin letters and digits is. */
function isUtf16(head: Buffer): boolean {
  const [a, b] = head;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  const zeros = [0, 0];
  const length = Math.min(head.length, 1000);
  for (let i = 0; i < length; i++) if (head[i] === 0) zeros[i % 2]!++;
  return Math.max(...zeros) > 0.4 * length && Math.min(...zeros) < 0.05 * length;
}

/** The delimiter whose header names the most expected columns; then the one that makes the most columns. */
function chooseDelimiter(head: Buffer, known: ReadonlySet<string>): string {
  const line =
    withoutBom(head.toString('utf8'))
      .split(/[\r\n]/)
      .find((text) => text !== '') ?? '';
  let best = { delimiter: ',', found: -1 };
  for (const delimiter of [',', ';', '\t', '|']) {
    const fields = parseRecord(line, delimiter);
    const found = known.size > 0 ? fields.filter((name) => known.has(name.trim())).length : fields.length;
    if (found > best.found) best = { delimiter, found };
  }
  return best.delimiter;
}

const withoutBom = (text: string): string => text.replace(/^\ufeff/, '');

async function firstRecord(
  file: RawFile,
  delimiter: string,
): Promise<{ text: string; index: number; end: number } | undefined> {
  let first: CsvRecord | undefined;
  const scanner = new CsvScanner(delimiter.charCodeAt(0), 0, (record) => (first ??= record));
  for await (const chunk of createReadStream(file.plain, { highWaterMark: readSize })) {
    scanner.push(chunk as Buffer);
    if (first !== undefined) break;
  }
  if (first === undefined) scanner.finish();
  if (first === undefined) return undefined;
  const { start, end, line } = first;
  const text = (await readBytes(file.plain, start, end)).toString('utf8');
  // DuckDB takes the first line for the header even when it is blank.
  return { text: withoutBom(text), index: line - 1, end: end + 1 };
}

/** Doubled and absent names, and a first line that holds numbers where names are expected. */
function headerDefects(header: readonly string[], known: ReadonlySet<string>): Defect[] {
  const isNumber = (name: string): boolean => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(name);
  const named = nameDefects(header, 'in the first line');
  if (!header.some(isNumber) || !header.every((name) => name === '' || isNumber(name))) return named;
  if (header.some((name) => known.has(name))) return named;
  const message = 'the first line, which names the columns, holds numbers only';
  const remedy = 'write the names of the columns there, or name them as in the contract';
  return [...named, { ...fileDefect('no-header', message, remedy), harmless: true }];
}

const delimiterNames: Readonly<Record<string, string>> = { ';': 'semicolons', '\t': 'tabs', '|': 'bars' };

/** Programs read a .csv file with commas unless they are told otherwise, and find one column. */
function delimiterDefects({ tab }: RawFile, delimiter: string): Defect[] {
  const name = tab ? undefined : ownValue(delimiterNames, delimiter);
  if (name === undefined) return [];
  const message = `its fields are separated by ${name}, not by commas`;
  const remedy = `tell every program that reads it (sep=${JSON.stringify(delimiter)} in pandas), or write commas`;
  return [{ ...fileDefect('delimiter', message, remedy), harmless: true }];
}

/** A NUL byte is read as part of a text here; other programs end the text there, or refuse it. @param first offset, or -1 */
async function nulDefects(file: RawFile, first: number): Promise<Defect[]> {
  if (first === -1) return [];
  let line = 1;
  for await (const chunk of createReadStream(file.plain, { end: first, highWaterMark: readSize })) {
    for (const byte of chunk as Buffer) if (byte === 10) line++;
  }
  const message = 'the file holds NUL bytes, as files do that are damaged or were not written to their end';
  const remedy = "write the file again, or remove the bytes (tr -d '\\000')";
  return [{ ...fileDefect('nul-byte', message, remedy), examples: [{ line }], harmless: true }];
}

const describeIn =
  (fields: number) =>
  (rule: DefectRule, count: number): { message: string; remedy: string } => {
    const rows = plural(count, 'row');
    switch (rule) {
      case 'ragged-row':
        return {
          message: `${rows} with more or fewer than the ${plural(fields, 'field')} of the header`,
          remedy: 'quote values that hold the delimiter, and write every field, also the empty ones',
        };
      case 'bad-quote':
        return {
          message: `${rows} with something before or after the quotes of a value`,
          remedy: 'write a quote inside a quoted value twice (""), and no spaces around quotes',
        };
      case 'unterminated-quote':
        return {
          message: 'a quote is opened and never closed: all that follows it cannot be read',
          remedy: 'close it, or write a quote inside a value twice ("")',
        };
      case 'long-row':
        return {
          message: `${rows} of more than ${formatInteger(longestRecord)} bytes`,
          remedy: 'keep such texts in files of their own, and their names in the table',
        };
      default:
        return { message: `${rows} that are not UTF-8`, remedy: 'write the file as UTF-8' };
    }
  };

/** A copy without the broken records, each of the others ended by LF, and the header in one line. */
async function rewrite(
  file: RawFile,
  delimiter: string,
  fields: number,
  bad: ReadonlySet<number>,
  temp: string,
): Promise<string> {
  const readable = join(temp, `whole-${++copies}.csv`);
  await pipeline(Readable.from(wholeRecords(file, delimiter, fields, bad)), createWriteStream(readable));
  return readable;
}
let copies = 0;

async function* wholeRecords(
  file: RawFile,
  delimiter: string,
  fields: number,
  bad: ReadonlySet<number>,
): AsyncGenerator<Buffer> {
  const records: CsvRecord[] = [];
  const scanner = new CsvScanner(delimiter.charCodeAt(0), fields, (record) => records.push(record));
  const newline = Buffer.from('\n');
  let isHeader = true;
  let kept: Buffer = Buffer.alloc(0);
  let keptFrom = 0;
  const take = function* (): Generator<Buffer> {
    const parts: Buffer[] = [];
    for (const record of records) {
      if (!bad.has(record.index)) {
        const bytes = kept.subarray(record.start - keptFrom, record.end - keptFrom);
        parts.push(isHeader ? inOneLine(bytes) : bytes, newline);
        isHeader = false;
      }
    }
    const end = records.at(-1)?.end;
    records.length = 0;
    if (parts.length > 0) yield Buffer.concat(parts);
    if (end !== undefined) [kept, keptFrom] = [kept.subarray(end - keptFrom), end];
  };
  for await (const chunk of createReadStream(file.plain, { highWaterMark: readSize })) {
    kept = Buffer.concat([kept, chunk as Buffer]);
    scanner.push(chunk as Buffer);
    yield* take();
  }
  scanner.finish();
  yield* take();
}

const inOneLine = (bytes: Buffer): Buffer => Buffer.from(bytes.map((b) => (b === 10 || b === 13 ? 32 : b)));

async function findLines(
  file: RawFile,
  delimiter: string,
  fields: number,
  bad: ReadonlySet<number>,
  wanted: readonly number[],
): Promise<number[]> {
  const lines = new Map<number, number>();
  const rows = new Set(wanted);
  let row = -1;
  const scanner = new CsvScanner(delimiter.charCodeAt(0), fields, (record) => {
    if (bad.has(record.index)) return;
    // The header is the first whole record.
    if (rows.has(row)) lines.set(row, record.line);
    row++;
  });
  for await (const chunk of createReadStream(file.plain, { highWaterMark: readSize })) {
    scanner.push(chunk as Buffer);
    if (lines.size === rows.size) break;
  }
  scanner.finish();
  return wanted.map((index) => lines.get(index) ?? 0);
}
