import { isUtf8 } from 'node:buffer';

const quote = 34;
const lf = 10;
const cr = 13;
const space = 32;

/** What is wrong with one record of a CSV file. */
export type RecordDefect = 'ragged-row' | 'bad-quote' | 'unterminated-quote' | 'invalid-utf8';

export interface CsvRecord {
  /** From 0: the header. */
  readonly index: number;
  /** Line that it starts at, from 1. */
  readonly line: number;
  /** Bytes start..end (exclusive) of the file, without the line's end. */
  readonly start: number;
  readonly end: number;
  readonly fields: number;
  readonly defect?: RecordDefect;
}

export interface CsvShape {
  /** Records with the header; blank lines are none, unless there is only one column. */
  records: number;
  blankLines: number;
  /** A quoted field holds a line's end. */
  multiline: boolean;
  /** How many lines end in each way. */
  readonly lineEnds: { lf: number; crlf: number; cr: number };
}

/**
 * Walks through the bytes of a CSV file (RFC 4180, quotes doubled) record by record, without making a string of
 * any. The engine's own reader skips, pads or merges some broken records without a word; this one names each.
 * A quote inside an unquoted field is an ordinary character, unless only spaces come before it.
 * @param fields how many fields each record must have; 0 takes the first record's
 */
export class CsvScanner {
  readonly shape: CsvShape = {
    records: 0,
    blankLines: 0,
    multiline: false,
    lineEnds: { lf: 0, crlf: 0, cr: 0 },
  };
  private state: 'field' | 'blank' | 'plain' | 'quoted' | 'closed' = 'field';
  private line = 1;
  private offset = 0;
  private start = 0;
  private startLine = 1;
  private fieldCount = 1;
  private badQuote = false;
  private pending: Buffer = Buffer.alloc(0);
  private afterCr = false;
  private invalid: number[] = [];

  private readonly delimiter: number;
  private readonly onRecord: (record: CsvRecord) => void;
  private fields: number;

  constructor(delimiter: number, fields: number, onRecord: (record: CsvRecord) => void) {
    this.delimiter = delimiter;
    this.fields = fields;
    this.onRecord = onRecord;
  }

  /** The file's bytes, in pieces of any size. */
  push(chunk: Buffer): void {
    const bytes = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    // A line's end is never part of a longer UTF-8 character, so validity can be judged up to it.
    const cut = bytes.lastIndexOf(lf) + 1;
    if (cut > 0) this.scan(bytes.subarray(0, cut));
    this.pending = bytes.subarray(cut);
  }

  finish(): CsvShape {
    if (this.pending.length > 0) this.scan(this.pending);
    const end = this.offset;
    if (this.state === 'quoted') this.finishRecord(end, 'unterminated-quote');
    else if (end > this.start) this.finishRecord(end);
    return this.shape;
  }

  private scan(bytes: Buffer): void {
    this.noteInvalid(bytes);
    const { delimiter, shape } = this;
    const base = this.offset;
    let { state } = this;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === lf && this.afterCr) {
        // The second half of a CRLF, whose first half ended the record.
        this.afterCr = false;
        shape.lineEnds.cr--;
        shape.lineEnds.crlf++;
        if (state === 'field' && this.start === base + i) this.start++;
        continue;
      }
      this.afterCr = false;
      if (state === 'quoted') {
        if (byte === quote) state = 'closed';
        else if (byte === lf) {
          this.line++;
          shape.multiline = true;
        }
        continue;
      }
      if (byte === delimiter) {
        this.fieldCount++;
        state = 'field';
      } else if (byte === lf || byte === cr) {
        if (byte === lf) shape.lineEnds.lf++;
        else {
          shape.lineEnds.cr++;
          this.afterCr = true;
        }
        this.line++;
        this.state = state;
        this.finishRecord(base + i);
        this.start = base + i + 1;
        this.startLine = this.line;
        state = 'field';
      } else if (byte === quote) {
        if (state === 'field' || state === 'closed') state = 'quoted';
        else if (state === 'blank') {
          // Some readers leave such spaces out, others take the quote for a part of the value.
          this.badQuote = true;
          state = 'quoted';
        }
      } else if (state === 'closed') {
        this.badQuote = true;
        state = 'plain';
      } else if (byte === space && (state === 'field' || state === 'blank')) {
        state = 'blank';
      } else {
        state = 'plain';
      }
    }
    this.state = state;
    this.offset = base + bytes.length;
  }

  private finishRecord(end: number, defect?: RecordDefect): void {
    const { start, startLine, fieldCount, badQuote, shape } = this;
    this.fieldCount = 1;
    this.badQuote = false;
    // With one column, a blank line is a row without a value.
    if (end === start && this.fields !== 1) {
      shape.blankLines++;
      return;
    }
    if (this.fields === 0) this.fields = fieldCount;
    let found = defect;
    if (found === undefined && badQuote) found = 'bad-quote';
    if (found === undefined && fieldCount !== this.fields) found = 'ragged-row';
    if (this.invalid.length > 0) {
      if (this.invalid.some((at) => at >= start && at < end)) found ??= 'invalid-utf8';
      this.invalid = this.invalid.filter((at) => at >= end);
    }
    this.onRecord({
      index: shape.records++,
      line: startLine,
      start,
      end,
      fields: fieldCount,
      ...(found && { defect: found }),
    });
  }

  /** Offsets of the lines that are not UTF-8. */
  private noteInvalid(bytes: Buffer): void {
    if (isUtf8(bytes)) return;
    for (let from = 0; from < bytes.length;) {
      const next = bytes.indexOf(lf, from) + 1 || bytes.length;
      if (!isUtf8(bytes.subarray(from, next))) this.invalid.push(this.offset + from);
      from = next;
    }
  }
}

/** The fields of one record; quotes taken off. */
export function parseRecord(text: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  let wasQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[i + 1] === '"') field += text[i++];
      else quoted = false;
    } else if (char === '"' && field === '' && !wasQuoted) {
      quoted = true;
      wasQuoted = true;
    } else if (char === delimiter) {
      fields.push(field);
      [field, wasQuoted] = ['', false];
    } else {
      field += char;
    }
  }
  return [...fields, field];
}
