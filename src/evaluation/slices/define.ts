import type { Column } from '../../engine/columns.js';
import type { SliceDefinition, SlicePart } from '../../spec/sections/evaluate-slices.js';
import { crossCodes, placesByCode } from './coded.js';
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
  const { codes, count } = cut.slice(1).reduce((crossed, one) => crossCodes(crossed.codes, one.codes, none), {
    codes: cut[0]!.codes,
    count: cut[0]!.texts.length,
  });
  const found = placesByCode(codes, count, none)
    .filter((places) => places.length > 0)
    .map((places) => describe(column, cut, places));
  const named = found.filter((slice) => slice.named);
  const others = found.filter((slice) => !slice.named).sort(bySize);
  const kept = others.slice(0, maxSlices);
  return {
    column,
    slices: [...absent(column, cut, found), ...named, ...kept],
    leftOut: {
      slices: others.length - kept.length,
      rows: others.slice(maxSlices).reduce((sum, { places }) => sum + places.length, 0),
    },
  };
}

function describe(column: string, cut: readonly CutColumn[], places: Uint32Array): Slice {
  const values = cut.map(({ column: name, codes, texts }) => ({
    column: name,
    value: texts[codes[places[0]!]!]!,
  }));
  const named = cut.every((one, i) => one.named.includes(values[i]!.value ?? ''));
  return { ...titled(column, values), places, named };
}

function titled(column: string, values: readonly SliceValue[]): Pick<Slice, 'column' | 'value' | 'parts'> {
  if (values.length === 1) return { column, value: values[0]!.value };
  return { column, value: values.map(({ value }) => value ?? '(empty)').join(' × '), parts: values };
}

/** What is named and has no row: each value that a column names, together with each that the others name. */
function absent(column: string, cut: readonly CutColumn[], found: readonly Slice[]): Slice[] {
  const naming = cut.filter(({ named }) => named.length > 0);
  if (naming.length === 0) return [];
  const keyOf = (values: readonly SliceValue[]): string =>
    JSON.stringify(naming.map(({ column: name }) => values.find((one) => one.column === name)!.value));
  const there = new Set(found.map((slice) => keyOf(slice.parts ?? [slice])));
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

function bySize(a: Slice, b: Slice): number {
  return b.places.length - a.places.length || ((a.value ?? '') < (b.value ?? '') ? -1 : 1);
}
