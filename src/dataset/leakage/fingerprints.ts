import { batchesOf } from '../../engine/batches.js';
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
  /** Queries that make what `keyedRows` of a set reads; none where it reads the files. */
  made(set: DataSet): readonly string[];
  /** FROM item of the set's rows with the columns `b0` …, `tidy`, `coarse`, `w` (all bands) and `y` (the label's hash). */
  keyedRows(set: DataSet): string;
  /** The same, and `t` and `n` of rowsOf. */
  placedRows(set: DataSet): string;
  /** Tables that `made` leaves. */
  readonly leftOver: readonly string[];
}

/** What rows are compared by: 64-bit hashes of their columns, which combine to the hash of any subset by XOR. */
export function fingerprints(context: LeakageContext): Fingerprints {
  const { train, holdout, label } = context;
  const content = contentColumns(context);
  const count = Math.min(content.length, maxBands);
  const indexed = content.map((column, i): Indexed => ({ column, i, band: i % count }));
  const bands = Array.from({ length: count }, (_, b) => indexed.filter(({ band }) => band === b));
  const tidied = content.some(({ type }) => type === 'number' || type === 'string' || type === 'timestamp');
  const exact = count > 1 ? count : 0;
  const levels: Levels = {
    bands: count > 1 ? bands.map((band) => band.map(({ column }) => column)) : [],
    exact,
    ...(tidied && { tidy: exact + 1, coarse: exact + 2 }),
  };
  const rows = Math.max(rowCount(train), rowCount(holdout));
  const scales = {
    exact: powerOfTwo(rows / keptExact),
    other: powerOfTwo((rows * (levels.bands.length + 2)) / keptKeys),
  };
  const whole = xorOf(bands.map((_, b) => `b${b}`));
  // By bands, so that each part has the columns of few of them.
  const parts = batchesOf(bands.flat(), columnsAtOnce);
  const isWide = content.length > maxBands;
  const nameOf = (set: DataSet): string => `rows_${set.name}`;
  const inFiles = (set: DataSet, place: boolean): string =>
    `(SELECT *, ${whole} AS w FROM (${hashesOf(set, indexed, { tidied, place, label })}))`;
  return {
    content,
    levels,
    conflictScale: powerOfTwo(rows / keptConflicts),
    scale: (level) => (level === exact ? scales.exact : scales.other),
    key: (level) =>
      level === exact
        ? 'w'
        : level === levels.tidy
          ? 'tidy'
          : level === levels.coarse
            ? 'coarse'
            : `xor(w, b${level})`,
    made: (set) => {
      if (!isWide) return [];
      const tables = parts.map((part, p) => {
        const [place, own] = p === 0 ? [true, label] : [false, undefined];
        return `CREATE OR REPLACE TEMP TABLE part${p} AS ${hashesOf(set, part, { tidied, place, label: own })}`;
      });
      const where = (name: string, has: (part: readonly Indexed[]) => boolean): string =>
        `${xorOf(parts.flatMap((part, p) => (has(part) ? [`part${p}.${name}`] : [])))} AS ${name}`;
      const joined = [
        ...bands.map((_, b) => where(`b${b}`, (part) => part.some(({ band }) => band === b))),
        ...(tidied ? ['tidy', 'coarse'].map((name) => where(name, () => true)) : []),
      ];
      const from = parts.map((_, p) => `part${p}`).join(' POSITIONAL JOIN ');
      return [
        ...tables,
        `CREATE OR REPLACE TEMP TABLE ${nameOf(set)} AS SELECT *, ${whole} AS w
           FROM (SELECT part0.t, part0.n, part0.y, ${joined.join(', ')} FROM ${from})`,
        ...parts.map((_, p) => `DROP TABLE part${p}`),
      ];
    },
    keyedRows: (set) => (isWide ? nameOf(set) : inFiles(set, false)),
    placedRows: (set) => (isWide ? nameOf(set) : inFiles(set, true)),
    leftOver: isWide ? [nameOf(train), nameOf(holdout)] : [],
  };
}

/** A column of the content, its place there, and its band. */
interface Indexed {
  readonly column: ContractColumn;
  readonly i: number;
  readonly band: number;
}

/** Columns whose hashes are found by one query: a chain of as many is no deeper than the engine takes. */
const columnsAtOnce = 200;

/**
 * Query of the hashes `b0` …, `tidy`, `coarse` of some columns, and `y` of the label.
 * @param options.place also `t` and `n` of rowsOf
 */
function hashesOf(
  set: DataSet,
  some: readonly Indexed[],
  {
    tidied,
    place,
    label,
  }: {
    readonly tidied: boolean;
    readonly place: boolean;
    readonly label: ContractColumn | undefined;
  },
): string {
  const salted = ({ i }: Indexed, hash: string): string =>
    // The salt goes between two rounds of hashing: what columns hold must not cancel out, nor swap.
    `hash(xor(${hash}, ${integerLiteral(BigInt.asUintN(64, 0x9e3779b97f4a7c15n * BigInt(i + 1)))}::UBIGINT))`;
  const all = some.map((one, k) => ({ ...one, k }));
  const numbers = [...new Set(some.map(({ band }) => band))];
  const parts = [
    ...(place ? ['t', 'n'] : []),
    ...numbers.map((b) => {
      const own = all.filter(({ band }) => band === b);
      return `${xorOf(own.map((one) => salted(one, `h${one.k}`)))} AS b${b}`;
    }),
    ...(tidied
      ? ([3, 1.5] as const).map((digits, d) => {
          const hashes = all.map((one) => salted(one, tidyHash(one.column, one.k, digits)));
          return `${xorOf(hashes)} AS ${d === 0 ? 'tidy' : 'coarse'}`;
        })
      : []),
    `${label === undefined ? '0::UBIGINT' : `h${some.length}`} AS y`,
  ];
  const columns = [...some.map(({ column }) => column), ...(label === undefined ? [] : [label])];
  return `SELECT ${parts.join(', ')} FROM ${rowsOf(set, columns, { place, identity: true })}`;
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
