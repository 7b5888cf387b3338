import type * as Buffers from 'node:buffer';
import type * as Files from 'node:fs';

/** What a quick walk over the bytes of a CSV file finds. Quotes are read as RFC 4180 has them, doubled within quotes. */
export interface QuickWalk {
  /** Lines' ends outside quotes, and a last line without one: records, if nothing is wrong with the file. */
  readonly records: number;
  readonly blankLines: number;
  /** Records whose last field is empty, without quotes. */
  readonly emptyEnds: number;
  /** A quoted field holds a line's end. */
  readonly multiline: boolean;
  /** Lines end in more than one way, or in CR alone. */
  readonly mixedEnds: boolean;
  /** A quote stands elsewhere than around a whole field, or is not closed. */
  readonly oddQuotes: boolean;
  readonly utf8: boolean;
  /** Bytes of the longest line, within quotes or not. */
  readonly longestLine: number;
}

/** What is used of WebAssembly: the types of Node leave it to those of the browser. */
interface WebAssemblyApi {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Finder };
}

interface Finder {
  readonly memory: { readonly buffer: ArrayBuffer };
  find(end: number): number;
}

/**
 * Walks through a file in a worker thread. The source of this function is what the worker runs, so that it works from a
 * bundle: it may use nothing from outside but its parameters.
 * @param load the worker's `require`
 */
export function walkInWorker(load: (name: string) => unknown, path: string, delimiter: number): QuickWalk {
  const { openSync, readSync, closeSync } = load('node:fs') as typeof Files;
  const { isUtf8 } = load('node:buffer') as typeof Buffers;
  const [quote, lf, cr] = [34, 10, 13];
  const size = 1 << 20;
  const { memory, find } = finder(size);
  const bytes = new Uint8Array(memory.buffer, 0, size + 16);
  const found = new Uint32Array(memory.buffer, size + 16);
  const file = openSync(path, 'r');
  let [records, blankLines, emptyEnds, crlf, bareCr, longestLine] = [0, 0, 0, 0, 0, 0];
  let [quoted, closing, oddQuotes, multiline, utf8] = [false, false, false, false, true];
  // The two bytes before those that are looked at; a file starts as if a line had ended.
  let [before, last] = [lf, lf];
  // Offsets in the file: of what is looked at, of its line, and of the last quote that closed a field.
  let [offset, lineStart, closed] = [0, 0, -1];
  // Bytes of a character that the next piece completes.
  let kept = 0;
  for (;;) {
    const read = readSync(file, bytes, kept, size - kept, null);
    const count = kept + read;
    if (read === 0) {
      if (kept > 0) utf8 = false;
      break;
    }
    const end = wholeCharacters(count);
    if (utf8 && !isUtf8(bytes.subarray(0, end))) utf8 = false;
    const rest = bytes.slice(end, count);
    bytes.fill(0, end, end + 16);
    const at = (i: number): number => (i >= 0 ? bytes[i]! : i === -1 ? last : before);
    const hits = find(end);
    if (closing && bytes[0] !== delimiter && bytes[0] !== lf && bytes[0] !== cr && bytes[0] !== quote) {
      oddQuotes = true;
    }
    closing = false;
    for (let k = 0; k < hits; k++) {
      const i = found[k]!;
      const byte = bytes[i]!;
      if (byte === lf) {
        if (offset + i - lineStart > longestLine) longestLine = offset + i - lineStart;
        lineStart = offset + i + 1;
        if (quoted) {
          multiline = true;
          continue;
        }
        records++;
        let previous = at(i - 1);
        if (previous === cr) {
          crlf++;
          bareCr--;
          previous = at(i - 2);
        }
        if (previous === lf) blankLines++;
        else if (previous === delimiter) emptyEnds++;
      } else if (byte === quote) {
        if (quoted) {
          closed = offset + i;
          const next = bytes[i + 1]!;
          if (i + 1 === end) closing = true;
          else if (next !== delimiter && next !== lf && next !== cr && next !== quote) oddQuotes = true;
        } else {
          const previous = at(i - 1);
          // The mark at the start of a file belongs to no field.
          const first = offset + i === 3 && bytes[0] === 0xef;
          const doubled = previous === quote && closed === offset + i - 1;
          if (previous !== delimiter && previous !== lf && previous !== cr && !doubled && !first) {
            oddQuotes = true;
          }
        }
        quoted = !quoted;
      } else if (!quoted) {
        bareCr++;
      }
    }
    before = at(end - 2);
    last = at(end - 1);
    offset += end;
    kept = rest.length;
    bytes.set(rest);
  }
  closeSync(file);
  if (last !== lf) {
    records++;
    if (offset - lineStart > longestLine) longestLine = offset - lineStart;
    if (last === delimiter) emptyEnds++;
  }
  const ended = records - (last === lf ? 0 : 1);
  return {
    records,
    blankLines,
    emptyEnds,
    multiline,
    mixedEnds: bareCr > 0 || (crlf > 0 && crlf < ended),
    oddQuotes: oddQuotes || quoted,
    utf8,
    longestLine,
  };

  /** How many of the first `count` bytes are whole characters, so that their validity can be judged. */
  function wholeCharacters(count: number): number {
    for (let back = 1; back <= 3 && back < count; back++) {
      const byte = bytes[count - back]!;
      if (byte < 0x80) break;
      if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? count - back : count;
    }
    return count;
  }

  /**
   * A function in WebAssembly that finds LF, CR and quotes among the first bytes of its memory, 16 bytes at a time, and
   * writes where they are behind those bytes: several times faster than a loop in JavaScript.
   */
  function finder(capacity: number): Finder {
    const start = capacity + 16;
    const integer = (n: number): number[] => {
      const low = n & 0x7f;
      const more = n >> 7;
      return more === 0 && low < 0x40 ? [low] : [low | 0x80, ...integer(more)];
    };
    const section = (id: number, ...body: number[]): number[] => [id, ...integer(body.length), ...body];
    const name = (text: string): number[] => [text.length, ...[...text].map((c) => c.charCodeAt(0))];
    const constant = (n: number): number[] => [0x41, ...integer(n)];
    // Locals: 0 the end, 1 the place, 2 the bits of what is found there, 3 where it is written to, 4 the 16 bytes.
    const [get, set] = [(local: number) => [0x20, local], (local: number) => [0x21, local]];
    const equal = (byte: number): number[] => [...get(4), ...constant(byte), 0xfd, 15, 0xfd, 35];
    const or = [0xfd, 80];
    const body = [
      ...[2, 3, 0x7f, 1, 0x7b],
      ...[...constant(start), ...set(3)],
      ...[0x03, 0x40], // loop: the next 16 bytes
      ...[...get(1), 0xfd, 0, 0, 0, ...set(4)],
      ...[...equal(lf), ...equal(cr), ...or, ...equal(quote), ...or, 0xfd, 100, ...set(2)],
      ...[0x02, 0x40, 0x03, 0x40], // block, loop: the next one that was found
      ...[...get(2), 0x45, 0x0d, 1],
      ...[...get(3), ...get(1), ...get(2), 0x68, 0x6a, 0x36, 2, 0],
      ...[...get(3), ...constant(4), 0x6a, ...set(3)],
      ...[...get(2), ...get(2), ...constant(1), 0x6b, 0x71, ...set(2)],
      ...[0x0c, 0, 0x0b, 0x0b],
      ...[...get(1), ...constant(16), 0x6a, 0x22, 1, ...get(0), 0x49, 0x0d, 0, 0x0b],
      ...[...get(3), ...constant(start), 0x6b, ...constant(2), 0x76, 0x0b],
    ];
    const pages = Math.ceil((start + 4 * start) / 65536);
    const code = Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, 1, 0x60, 1, 0x7f, 1, 0x7f),
      ...section(3, 1, 0),
      ...section(5, 1, 0, ...integer(pages)),
      ...section(7, 2, ...name('memory'), 2, 0, ...name('find'), 0, 0),
      ...section(10, 1, ...integer(body.length), ...body),
    ]);
    const { Instance, Module } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
    return new Instance(new Module(code)).exports;
  }
}
