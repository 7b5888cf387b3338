import type * as Buffers from 'node:buffer';
import type * as Files from 'node:fs';

/** What a quick walk over the bytes of a CSV file finds. Quotes are read as RFC 4180 has them, doubled within quotes. */
export interface QuickWalk {
  /** Lines' ends outside quotes, and a last line without one: records, if nothing is wrong with the file. */
  readonly records: number;
  readonly blankLines: number;
  /** Delimiters outside quotes. */
  readonly delimiters: number;
  /** A quoted field holds a line's end. */
  readonly multiline: boolean;
  /** Lines end in more than one way, or in CR alone. */
  readonly mixedEnds: boolean;
  /** A quote stands elsewhere than around a whole field, or is not closed. */
  readonly oddQuotes: boolean;
  readonly utf8: boolean;
  /** Offset of the first NUL byte; -1 where there is none. */
  readonly firstNul: number;
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
  const state = new Int32Array(memory.buffer, size + 16, 4);
  const found = new Uint32Array(memory.buffer, size + 32);
  state[2] = delimiter;
  const file = openSync(path, 'r');
  let [records, blankLines, delimiters, crlf, bareCr, longestLine, firstNul] = [0, 0, 0, 0, 0, 0, -1];
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
    if (firstNul === -1) {
      const nul = bytes.subarray(0, end).indexOf(0);
      if (nul !== -1) firstNul = offset + nul;
    }
    const rest = bytes.slice(end, count);
    bytes.fill(0, end, end + 16);
    const at = (i: number): number => (i >= 0 ? bytes[i]! : i === -1 ? last : before);
    const hits = find(end);
    delimiters += state[1]!;
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
  }
  const ended = records - (last === lf ? 0 : 1);
  return {
    records,
    blankLines,
    delimiters,
    multiline,
    mixedEnds: bareCr > 0 || (crlf > 0 && crlf < ended),
    oddQuotes: oddQuotes || quoted,
    utf8,
    firstNul,
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
   * A function in WebAssembly that looks at the first bytes of its memory, 16 at a time: several times faster than a
   * loop in JavaScript. Behind them it keeps whether the place is within quotes (0 or -1), the number of delimiters
   * outside quotes, and the delimiter; behind that it writes where LF, CR and quotes are.
   */
  function finder(capacity: number): Finder {
    const integer = (n: number): number[] => {
      const low = n & 0x7f;
      const more = n >> 7;
      const isLast = (more === 0 && low < 0x40) || (more === -1 && low >= 0x40);
      return isLast ? [low] : [low | 0x80, ...integer(more)];
    };
    const section = (id: number, ...body: number[]): number[] => [id, ...integer(body.length), ...body];
    const name = (text: string): number[] => [text.length, ...[...text].map((c) => c.charCodeAt(0))];
    const [i32, v128] = [0x7f, 0x7b];
    const [end, place, hits, out, now, quotes, within, count, comma, inside] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const get = (local: number): number[] => [0x20, local];
    const set = (local: number): number[] => [0x21, local];
    const number = (n: number): number[] => [0x41, ...integer(n)];
    const [add, sub, and, or, xor, shl] = [0x6a, 0x6b, 0x71, 0x72, 0x73, 0x74];
    const [ones, first] = [0x69, 0x68];
    const [load, store] = [
      [0x28, 2, 0],
      [0x36, 2, 0],
    ];
    const eq = [0xfd, 35];
    const bits = [0xfd, 100];
    const equal = (byte: number): number[] => [...get(now), ...number(byte), 0xfd, 15, ...eq];
    const [loop, block, close] = [[0x03, 0x40], [0x02, 0x40], 0x0b];
    const jumpIf = (depth: number): number[] => [0x0d, depth];
    const at = capacity + 16;
    const start = capacity + 32;
    const body = [
      ...[5, 3, i32, 1, v128, 3, i32, 1, v128, 1, i32],
      ...[...number(start), ...set(out), ...number(at), ...load, ...set(within)],
      ...[...number(at + 8), 0xfd, 7, 0, 0, ...set(comma)],
      ...loop,
      ...[...get(place), 0xfd, 0, 0, 0, ...set(now)],
      ...[...equal(quote), ...bits, ...set(quotes)],
      ...[...equal(lf), ...equal(cr), 0xfd, 80, ...bits, ...get(quotes), or, ...set(hits)],
      // A byte is inside quotes when the number of quotes up to it is odd.
      ...[...get(quotes), ...set(inside)],
      ...[1, 2, 4, 8].flatMap((n) => [
        ...get(inside),
        ...get(inside),
        ...number(n),
        shl,
        xor,
        ...set(inside),
      ]),
      ...[...get(count), ...get(now), ...get(comma), ...eq, ...bits],
      ...[...get(inside), ...get(within), xor, ...number(-1), xor, and, ones, add, ...set(count)],
      ...[...get(within), ...number(0), ...get(quotes), ones, ...number(1), and, sub, xor, ...set(within)],
      ...[...block, ...loop, ...get(hits), 0x45, ...jumpIf(1)],
      ...[...get(out), ...get(place), ...get(hits), first, add, ...store],
      ...[...get(out), ...number(4), add, ...set(out)],
      ...[...get(hits), ...get(hits), ...number(1), sub, and, ...set(hits)],
      ...[0x0c, 0, close, close],
      ...[...get(place), ...number(16), add, 0x22, place, ...get(end), 0x49, ...jumpIf(0), close],
      ...[...number(at), ...get(within), ...store, ...number(at + 4), ...get(count), ...store],
      ...[...get(out), ...number(start), sub, ...number(2), 0x76, close],
    ];
    const pages = Math.ceil((start + 4 * start) / 65536);
    const code = Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, 1, 0x60, 1, i32, 1, i32),
      ...section(3, 1, 0),
      ...section(5, 1, 0, ...integer(pages)),
      ...section(7, 2, ...name('memory'), 2, 0, ...name('find'), 0, 0),
      ...section(10, 1, ...integer(body.length), ...body),
    ]);
    const { Instance, Module } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
    return new Instance(new Module(code)).exports;
  }
}
