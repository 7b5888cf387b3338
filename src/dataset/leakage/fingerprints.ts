import type { ContractColumn } from '../contract/contract.js';
import { type DataSet, rowCount, rowsOf } from '../data-set.js';
import { type LeakageContext, contentColumns } from './context.js';
import { integerLiteral, numberLiteral } from '../../engine/sql.js';

/** A row has at most so many keys that leave something out: wider tables leave out several columns at a time. */
const maxBands = 32;
/** Keys of a set that are kept; beyond that, one in 2, 4, 8 … is, by its own hash, so that twins stay together. */
const keptKeys = 1_000_000;
const keptExact = 8_000_000;
/** Of keys of all columns, so many are looked at for different labels. */
const keptConflicts = 500_000;

/** How alike two rows must be: all columns but those of a band equal, all equal, or equal once tidied. */
export interface Levels {
  /** Columns by band; level b leaves out band b. Empty where there are fewer than two. */
  readonly bands: readonly (readonly ContractColumn[])[];
  readonly exact: number;
  /** All equal once numbers are rounded to 3 significant digits, times to minutes, and texts to their letters. */
  readonly tidy?: number;
  /** The same with 1.5 digits fewer: how fast likeness grows with tolerance tells copies from neighbours. */
  readonly coarse?: number;
}

export interface Fingerprints {
  readonly content: readonly ContractColumn[];
  readonly levels: Levels;
  /** One key in so many is looked at, by level. */
  scale(level: number): number;
  /** Of the keys of all columns that are kept, one in so many is looked at for different labels. */
  readonly conflictScale: number;
  /** SQL of a row's key at a level, over `keyedRows`. */
  key(level: number): string;
  /**
   * FROM item with the columns `b0` …, `tidy`, `coarse` and `y` (the label's hash).
   * @param options.place also `t` and `n` of rowsOf, and the values: `v0` … of `content`, then the label
   */
  keyedRows(set: DataSet, options?: { place?: boolean }): string;
}

/** What rows are compared by: 64-bit hashes of their columns, which combine to the hash of any subset by XOR. */
export function fingerprints(context: LeakageContext): Fingerprints {
  const content = contentColumns(context);
  const count = Math.min(content.length, maxBands);
  const bands = Array.from({ length: count }, (_, b) => content.filter((_c, i) => i % count === b));
  const tidied = content.some(({ type }) => type === 'number' || type === 'string' || type === 'timestamp');
  const levels: Levels = {
    bands: count > 1 ? bands : [],
    exact: count > 1 ? count : 0,
    ...(tidied && { tidy: (count > 1 ? count : 0) + 1, coarse: (count > 1 ? count : 0) + 2 }),
  };
  const rows = Math.max(rowCount(context.train), rowCount(context.holdout));
  const scales = {
    exact: powerOfTwo(rows / keptExact),
    other: powerOfTwo((rows * (levels.bands.length + 2)) / keptKeys),
  };
  const whole = xorOf(bands.map((_, b) => `b${b}`));
  const { label } = context;
  const all = label === undefined ? content : [...content, label];
  const hashed = (i: number, hash: string): string =>
    // The salt goes between two rounds of hashing: what columns hold must not cancel out, nor swap.
    `hash(xor(${hash}, ${integerLiteral(BigInt.asUintN(64, 0x9e3779b97f4a7c15n * BigInt(i + 1)))}::UBIGINT))`;
  return {
    content,
    levels,
    conflictScale: powerOfTwo(rows / keptConflicts),
    scale: (level) => (level === levels.exact ? scales.exact : scales.other),
    key(level) {
      if (level === levels.exact) return whole;
      if (level === levels.tidy) return 'tidy';
      if (level === levels.coarse) return 'coarse';
      return xorOf(bands.flatMap((_, b) => (b === level ? [] : [`b${b}`])));
    },
    keyedRows(set, { place = false } = {}) {
      const index = new Map(content.map((column, i) => [column, i]));
      const parts = [
        ...(place ? ['t', 'n', ...all.map((_, i) => `v${i}`)] : []),
        ...bands.map((band, b) => {
          const hashes = band.map((column) => hashed(index.get(column)!, `h${index.get(column)!}`));
          return `${xorOf(hashes)} AS b${b}`;
        }),
        ...(tidied
          ? ([3, 1.5] as const).map((digits, d) => {
              const hashes = content.map((column, i) => hashed(i, tidyHash(column, i, digits)));
              return `${xorOf(hashes)} AS ${d === 0 ? 'tidy' : 'coarse'}`;
            })
          : []),
        `${label === undefined ? '0::UBIGINT' : `h${content.length}`} AS y`,
      ];
      return `(SELECT ${parts.join(', ')} FROM ${rowsOf(set, all, { place, identity: true })})`;
    },
  };
}

function xorOf(terms: readonly string[]): string {
  return terms.reduce((left, right) => (left === '' ? right : `xor(${left}, ${right})`), '') || '0::UBIGINT';
}

/** SQL of the hash of what is left of a value once the ways of writing it are taken away. */
function tidyHash({ type }: ContractColumn, index: number, digits: number): string {
  const value = `v${index}`;
  switch (type) {
    case 'number':
      // Multiples of 10^(1 − digits) of the value's own power of ten.
      return `hash(CASE WHEN ${value} <> 0 AND isfinite(${value}) THEN round(${value} / pow(10, floor(log10(abs(${value}))) - ${numberLiteral(digits - 1)})) * pow(10, floor(log10(abs(${value}))) - ${numberLiteral(digits - 1)}) ELSE ${value} END)`;
    case 'timestamp':
      return `hash(epoch_us(${value}) // ${digits > 2 ? 60_000_000 : 3_600_000_000})`;
    case 'string':
      return `hash(lower(strip_accents(translate(${value}, ' \t\r\n.,;:!?-_/''"()', ''))))`;
    default:
      return `h${index}`;
  }
}

/** The smallest power of two that is at least x and 1. */
export function powerOfTwo(x: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(x)));
}

/** SQL that keeps one key in `scale`; the middle bits decide, since hash tables use both ends. */
export function keptKey(key: string, scale: number): string {
  return scale === 1 ? 'true' : `((${key} >> 24) & ${integerLiteral(scale - 1)}::UBIGINT) = 0`;
}
