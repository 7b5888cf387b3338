import { rankOrder } from '../../statistics/order.js';
import type { Column } from '../../engine/columns.js';
import { type SlicePart, limitValue } from '../../spec/sections/evaluate-slices.js';
import { codeColumn } from './coded.js';

/** A column cut into slices. */
export interface CutColumn {
  readonly column: string;
  /** Of each row: the place in `texts`, or `none`. */
  readonly codes: Uint32Array;
  /** What each slice is called; null where the column is empty. */
  readonly texts: readonly (string | null)[];
  /** Slices that the definition names, and that must have rows. */
  readonly named: readonly string[];
}

/** Of a row that is in no slice. */
export const none = 0xffffffff;

export function columnOf(part: SlicePart): string {
  return typeof part === 'string' ? part : part.column;
}

/** Whether a part has limits that are times. */
export function cutsTimes(part: SlicePart): boolean {
  return typeof part !== 'string' && typeof part.ranges?.[0] === 'string';
}

/** Whether a part cuts numbers, or times as numbers, so that its column must hold them. */
export function cutsNumbers(part: SlicePart): boolean {
  return typeof part !== 'string' && (part.ranges ?? part.quantiles) !== undefined;
}

/** @param values a column of numbers where the part cuts numbers */
export function cutColumn(part: SlicePart, values: Column): CutColumn {
  const column = columnOf(part);
  if (typeof part === 'string') return { column, named: [], ...codeColumn(values) };
  if (part.ranges !== undefined) {
    const shown = part.ranges.map((limit) => (typeof limit === 'number' ? shortNumber(limit) : limit));
    return { column, ...byLimits(values as Float64Array, part.ranges.map(limitValue), shown) };
  }
  if (part.quantiles !== undefined) {
    const limits = quantileLimits(values as Float64Array, part.quantiles);
    return { column, ...byLimits(values as Float64Array, limits, limits.map(shortNumber)), named: [] };
  }
  const coded = codeColumn(values);
  if (part.values === undefined) return { column, named: [], ...coded };
  const named = part.values.map(String);
  const places = coded.texts.map((text) => (text === null ? -1 : named.indexOf(text)));
  const codes = coded.codes.map((code) => (places[code]! < 0 ? none : places[code]!));
  return { column, codes, texts: named, named };
}

/** Numbers below the first limit, from each limit to below the next, and from the last on; those between two limits are named. */
function byLimits(
  values: Float64Array,
  limits: readonly number[],
  shown: readonly string[],
): Omit<CutColumn, 'column'> {
  const between = shown.slice(1).map((to, i) => `${shown[i]} to ${to}`);
  const texts = [`below ${shown[0]}`, ...between, `${shown.at(-1)} or more`, null];
  const codes = new Uint32Array(values.length);
  for (let row = 0; row < codes.length; row++) {
    const value = values[row]!;
    let code = 0;
    while (code < limits.length && value >= limits[code]!) code++;
    codes[row] = Number.isNaN(value) ? limits.length + 1 : code;
  }
  return { codes, texts, named: between };
}

/** Limits between ranges of about equally many rows each; fewer where values repeat. */
export function quantileLimits(values: Float64Array, parts: number): number[] {
  const present = values.filter((value) => !Number.isNaN(value));
  const order = rankOrder(present);
  const limits: number[] = [];
  for (let k = 1; k < parts; k++) {
    const limit = present[order[Math.floor((k * order.length) / parts)]!]!;
    if (limit > (limits.at(-1) ?? present[order[0]!]!)) limits.push(limit);
  }
  return limits;
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(6)));
