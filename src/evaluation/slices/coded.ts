import type { Column } from '../../engine/columns.js';

/** A column as numbers of its distinct values. */
export interface Coded {
  /** Of each row: the place of its value in `texts`. */
  readonly codes: Uint32Array;
  /** Distinct values in the order in which they first occur; null where there is none. */
  readonly texts: readonly (string | null)[];
}

/** Numbers the values of a column. No value, NaN and an empty text are one: null. */
export function codeColumn(column: Column): Coded {
  const numbers = new Map<string | number | null, number>();
  const codes = new Uint32Array(column.length);
  for (let row = 0; row < codes.length; row++) {
    const value = column[row]!;
    const key = value === '' || Number.isNaN(value) ? null : value;
    let code = numbers.get(key);
    if (code === undefined) numbers.set(key, (code = numbers.size));
    codes[row] = code;
  }
  return {
    codes,
    texts: Array.from(numbers.keys(), (key) => (key === null ? null : shortText(String(key)))),
  };
}

const longest = 100;

/** A free text is no name of a slice: of a long one, its beginning is. */
export function shortText(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/**
 * Numbers the pairs of values of two columns, in the order in which they first occur.
 * @param none rows that have this code in either column get it, and no number
 */
export function crossCodes(
  a: Uint32Array,
  b: Uint32Array,
  none: number,
): { codes: Uint32Array; count: number } {
  let width = 0;
  for (let row = 0; row < b.length; row++) if (b[row] !== none && b[row]! >= width) width = b[row]! + 1;
  const numbers = new Map<number, number>();
  const codes = new Uint32Array(a.length);
  for (let row = 0; row < codes.length; row++) {
    if (a[row] === none || b[row] === none) {
      codes[row] = none;
      continue;
    }
    const key = a[row]! * width + b[row]!;
    let code = numbers.get(key);
    if (code === undefined) numbers.set(key, (code = numbers.size));
    codes[row] = code;
  }
  return { codes, count: numbers.size };
}

/** The rows of each code, in their order; `none` is no code. */
export function placesByCode(codes: Uint32Array, count: number, none: number): Uint32Array[] {
  const sizes = new Uint32Array(count);
  let total = 0;
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] === none) continue;
    sizes[codes[row]!]!++;
    total++;
  }
  const all = new Uint32Array(total);
  const ends = new Uint32Array(count);
  for (let c = 1; c < count; c++) ends[c] = ends[c - 1]! + sizes[c - 1]!;
  const starts = ends.slice();
  for (let row = 0; row < codes.length; row++) if (codes[row] !== none) all[ends[codes[row]!]!++] = row;
  return Array.from(starts, (start, c) => all.subarray(start, start + sizes[c]!));
}
