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

/** How many rows each code has, and the first of them; `none` is no code. */
export function tally(
  codes: Uint32Array,
  count: number,
  none: number,
): { sizes: Uint32Array; first: Uint32Array } {
  const [sizes, first] = [new Uint32Array(count), new Uint32Array(count)];
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    if (code !== none && sizes[code]!++ === 0) first[code] = row;
  }
  return { sizes, first };
}

/** The rows of some of the codes, in their order. @param sizes of all codes */
export function placesOf(codes: Uint32Array, wanted: readonly number[], sizes: Uint32Array): Uint32Array[] {
  const places = wanted.map((code) => new Uint32Array(sizes[code]!));
  const placeOf = new Int32Array(sizes.length).fill(-1);
  wanted.forEach((code, i) => (placeOf[code] = i));
  const filled = new Uint32Array(wanted.length);
  for (let row = 0; row < codes.length; row++) {
    const i = placeOf[codes[row]!] ?? -1;
    if (i >= 0) places[i]![filled[i]!++] = row;
  }
  return places;
}
