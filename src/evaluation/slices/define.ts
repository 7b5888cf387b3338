import type { Column } from '../../engine/columns.js';
import type { SliceDefinition, SlicePart } from '../../spec/sections/evaluate-slices.js';
import { crossCodes, placesOf, tally } from './coded.js';
import { type CutColumn, columnOf, cutColumn, none } from './parts.js';

/** Rows that are judged by themselves. */
export interface Slice {
  /** `origin`, or `origin × hour_band`. */
  readonly column: string;
  /** Null where the column is empty. */
  readonly value: string | null;
  /** Of a cross: what each column is. */
  readonly parts?: readonly SliceValue[];
  /** Its rows, from 0. */
  readonly places: Uint32Array;
  /** Whether the definition names it: then it must have rows. */
  readonly named: boolean;
}

export interface SliceValue {
  readonly column: string;
  readonly value: string | null;
}

/** The slices of one definition. */
export interface Slicing {
  readonly column: string;
  /** Those that are named in their order, then the largest first. */
  readonly slices: readonly Slice[];
  /** Slices beyond those that are judged: a column with so many values is an identifier. */
  readonly leftOut: { readonly slices: number; readonly rows: number };
}

/** Slices of one definition that are judged, beside those that it names. */
export const maxSlices = 100;

export function partsOf(definition: SliceDefinition): readonly SlicePart[] {
  return Array.isArray(definition) ? definition : [definition];
}

/** Names of the columns that the definitions cut. */
export function sliceColumns(definitions: readonly SliceDefinition[]): string[] {
  return [...new Set(definitions.flatMap((definition) => partsOf(definition).map(columnOf)))];
}

/**
 * Cuts the rows into slices.
 * @param valuesOf values of a part's column: numbers where it cuts numbers
 */
export function sliceUp(definition: SliceDefinition, valuesOf: (part: SlicePart) => Column): Slicing {
  const cut = partsOf(definition).map((part) => cutColumn(part, valuesOf(part)));
  const column = cut.map((one) => one.column).join(' × ');
  const { codes, sizes, first } = crossed(cut);
  const occurring = Array.from(sizes.keys()).filter((code) => sizes[code]! > 0);
  // Where all columns name their values, these are few and all are wanted.
  const naming = cut.every((one) => one.named.length > 0);
  const chosen = (naming ? occurring : largest(occurring, sizes)).map((code): Draft => {
    const values = valuesAt(cut, first[code]!);
    const named = cut.every((one, i) => one.named.includes(values[i]!.value ?? ''));
    return { ...titled(column, values), code, rows: sizes[code]!, named };
  });
  const named = chosen.filter((slice) => slice.named).sort((a, b) => a.code - b.code);
  const others = chosen
    .filter((slice) => !slice.named)
    .sort(bySize)
    .slice(0, maxSlices);
  const kept = [...named, ...others];
  const places = placesOf(
    codes,
    kept.map(({ code }) => code),
    sizes,
  );
  const sum = (counts: readonly number[]): number => counts.reduce((total, rows) => total + rows, 0);
  return {
    column,
    slices: [
      ...absent(column, cut),
      ...kept.map(({ code: _, rows: __, ...slice }, i) => ({ ...slice, places: places[i]! })),
    ],
    leftOut: {
      slices: occurring.length - kept.length,
      rows: sum(occurring.map((code) => sizes[code]!)) - sum(kept.map(({ rows }) => rows)),
    },
  };
}

type Draft = Omit<Slice, 'places'> & { readonly code: number; readonly rows: number };

function crossed(cut: readonly CutColumn[]): {
  codes: Uint32Array;
  sizes: Uint32Array;
  first: Uint32Array;
} {
  const start = { codes: cut[0]!.codes, count: cut[0]!.texts.length };
  const { codes, count } = cut.slice(1).reduce((so, one) => crossCodes(so.codes, one.codes, none), start);
  return { codes, ...tally(codes, count, none) };
}

/** The codes of the most rows, and some of those that tie with the last of them: a column may have a value for each row. */
function largest(codes: readonly number[], sizes: Uint32Array): readonly number[] {
  if (codes.length <= 2 * maxSlices) return codes;
  const sorted = Uint32Array.from(codes, (code) => sizes[code]!).sort();
  const least = sorted[sorted.length - maxSlices]!;
  const above = codes.filter((code) => sizes[code]! > least);
  return [...above, ...codes.filter((code) => sizes[code] === least).slice(0, 10 * maxSlices)];
}

function valuesAt(cut: readonly CutColumn[], row: number): SliceValue[] {
  return cut.map(({ column, codes, texts }) => ({ column, value: texts[codes[row]!]! }));
}

function titled(column: string, values: readonly SliceValue[]): Pick<Slice, 'column' | 'value' | 'parts'> {
  if (values.length === 1) return { column, value: values[0]!.value };
  return { column, value: values.map(({ value }) => value ?? '(empty)').join(' × '), parts: values };
}

/** What is named and has no row: each value that a column names, together with each that the others name. */
function absent(column: string, cut: readonly CutColumn[]): Slice[] {
  const naming = cut.filter(({ named }) => named.length > 0);
  if (naming.length === 0) return [];
  const keyOf = (values: readonly SliceValue[]): string => JSON.stringify(values.map(({ value }) => value));
  const { sizes, first } = crossed(naming);
  const there = new Set<string>();
  sizes.forEach((rows, code) => rows > 0 && there.add(keyOf(valuesAt(naming, first[code]!))));
  return naming
    .reduce<SliceValue[][]>(
      (sets, { column: name, named }) =>
        sets.flatMap((set) => named.map((value) => [...set, { column: name, value }])),
      [[]],
    )
    .filter((values) => !there.has(keyOf(values)))
    .map((values) => ({
      ...titled(naming.length === cut.length ? column : values.map((one) => one.column).join(' × '), values),
      places: new Uint32Array(0),
      named: true,
    }));
}

function bySize(a: Draft, b: Draft): number {
  return b.rows - a.rows || ((a.value ?? '') < (b.value ?? '') ? -1 : 1);
}
