import { shortText } from '../slices/coded.js';
import { quantileLimits } from '../slices/parts.js';
import { type SearchColumn, outside } from './sums.js';

/** Numbers of a column with more different values are cut into this many ranges. */
const ranges = 10;
/** Rows that are asked for the limits between ranges. */
const asked = 50_000;

/** Ranges of about equally many rows each, or the values themselves where there are few. NaN is a slice of its own. */
export function codeNumbers(
  column: string,
  values: Float64Array,
  show: (value: number) => string = shortNumber,
): SearchColumn | undefined {
  const few = distinct(values);
  const step = Math.max(1, Math.floor(values.length / asked));
  const sample = step === 1 ? values : values.filter((_, i) => i % step === 0);
  const limits = few ?? quantileLimits(sample, ranges);
  const between = limits.slice(1).map((to, i) => `${show(limits[i]!)} to ${show(to)}`);
  const named =
    few === undefined
      ? [`below ${show(limits[0] ?? 0)}`, ...between, `${show(limits.at(-1) ?? 0)} or more`]
      : few.map(show);
  if (limits.length === 0 || named.length < 2) return undefined;
  const codes = new Uint8Array(values.length);
  for (let i = 0; i < codes.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      codes[i] = named.length;
      continue;
    }
    let code = 0;
    if (few === undefined) while (code < limits.length && value >= limits[code]!) code++;
    else while (code < limits.length - 1 && value > limits[code]!) code++;
    codes[i] = code;
  }
  return { column, codes, texts: [...named, null] };
}

/** The values in order, where they are few enough to be slices themselves. */
function distinct(values: Float64Array): number[] | undefined {
  const seen = new Set<number>();
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    seen.add(values[i]!);
    if (seen.size > 2 * ranges) return undefined;
  }
  return [...seen].sort((a, b) => a - b);
}

/** Codes that the engine made: places in `texts`, −1 where there is no value, NaN for other values. */
export function codeTexts(column: string, places: Float64Array, texts: readonly string[]): SearchColumn {
  const codes = new Uint8Array(places.length);
  for (let i = 0; i < codes.length; i++) {
    const place = places[i]!;
    codes[i] = Number.isNaN(place) ? outside : place < 0 ? texts.length : place;
  }
  return { column, codes, texts: [...texts.map(shortText), null] };
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(5)));
