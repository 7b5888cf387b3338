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
  const buffer = new Uint8Array(size);
  const words = new Int32Array(buffer.buffer);
  const file = openSync(path, 'r');
  let [records, blankLines, emptyEnds, crlf, bareCr, longestLine] = [0, 0, 0, 0, 0, 0];
  let [quoted, oddQuotes, multiline, utf8] = [false, false, false, true];
  // The two bytes before the one that is looked at; a file starts as if a line had ended.
  let [before, last] = [lf, lf];
  let closing = false;
  let offset = 0;
  let lineStart = 0;
  // Bytes of a character that the next piece completes.
  let kept = 0;
  for (;;) {
    const read = readSync(file, buffer, kept, size - kept, null);
    const count = kept + read;
    if (read === 0) {
      if (kept > 0) utf8 = false;
      break;
    }
    // Up to the last whole character, so that validity can be judged.
    let end = count;
    for (let back = 1; back <= 3 && back <= count; back++) {
      const byte = buffer[count - back]!;
      if (byte < 0x80) break;
      if (byte >= 0xc0) {
        if (back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2)) end = count - back;
        break;
      }
    }
    if (utf8 && !isUtf8(buffer.subarray(0, end))) utf8 = false;
    const at = (i: number): number => (i >= 0 ? buffer[i]! : i === -1 ? last : before);
    for (let k = 0; k * 4 < end; k++) {
      const word = words[k]!;
      // Four bytes that are all above a quote's code, as most are.
      if (!closing && ((word - 0x23232323) & ~word & 0x80808080) === 0) continue;
      const stop = Math.min(end, k * 4 + 4);
      for (let i = k * 4; i < stop; i++) {
        const byte = buffer[i]!;
        if (closing) {
          closing = false;
          if (byte !== delimiter && byte !== lf && byte !== cr && byte !== quote) oddQuotes = true;
        }
        if (byte > quote) continue;
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
        } else if (byte === cr) {
          if (!quoted) bareCr++;
        } else if (byte === quote) {
          if (quoted) closing = true;
          else {
            const previous = at(i - 1);
            if (previous !== delimiter && previous !== lf && previous !== cr && previous !== quote) {
              // The mark at the start of a file belongs to no field.
              const marked =
                offset + i === 3 && buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
              if (!marked) oddQuotes = true;
            }
          }
          quoted = !quoted;
        }
      }
    }
    if (end > 0) {
      before = at(end - 2);
      last = buffer[end - 1]!;
    }
    offset += end;
    kept = count - end;
    buffer.copyWithin(0, end, count);
  }
  closeSync(file);
  if (last !== lf) {
    records++;
    if (offset - lineStart > longestLine) longestLine = offset - lineStart;
    if (last === delimiter) emptyEnds++;
  }
  return {
    records,
    blankLines,
    emptyEnds,
    multiline,
    mixedEnds: bareCr > 0 || (crlf > 0 && crlf < records - (last === lf ? 0 : 1)),
    oddQuotes: oddQuotes || quoted,
    utf8,
    longestLine,
  };
}
