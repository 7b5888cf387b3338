import { batchesOf } from '../../engine/batches.js';
import type { ContractColumn } from '../contract/contract.js';
import { type DataSet, rowCount, rowsOf } from '../data-set.js';
import { type LeakageContext, contentColumns } from './context.js';
import { integerLiteral } from '../../engine/sql.js';
import { hasWays, tidyingOf, xorOf } from './tidying.js';

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
  const tidied = content.some(({ type }) => hasWays(type));
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
  const parts = batchesOf(indexed, columnsAtOnce);
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

/** Columns whose hashes are found by one query. */
const columnsAtOnce = 50;

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
  const all = some.map((one, k) => ({ ...one, k, type: one.column.type, salt: saltOf(one.i) }));
  const tidying = tidied ? tidyingOf(all, rowCount(set)) : undefined;
  const parts = [
    ...(place ? ['t', 'n'] : []),
    ...[...new Set(some.map(({ band }) => band))].map((b) => {
      const own = all.filter(({ band }) => band === b);
      return `${xorOf(own.map(({ k, salt }) => `hash(xor(h${k}, ${salt}))`))} AS b${b}`;
    }),
    ...(tidying ? [`${tidying.hash(3)} AS tidy`, `${tidying.hash(1.5)} AS coarse`] : []),
    `${label === undefined ? '0::UBIGINT' : `h${some.length}`} AS y`,
  ];
  const columns = [...some.map(({ column }) => column), ...(label === undefined ? [] : [label])];
  const needed = ['*', ...(tidying?.needed ?? [])].join(', ');
  return `SELECT ${parts.join(', ')} FROM (SELECT ${needed} FROM ${rowsOf(set, columns, { place, hashes: true })})`;
}

/** It goes between two rounds of hashing: what columns hold must not cancel out, nor swap. */
const saltOf = (i: number): string =>
  `${integerLiteral(BigInt.asUintN(64, 0x9e3779b97f4a7c15n * BigInt(i + 1)))}::UBIGINT`;

/** The smallest power of two that is at least x and 1. */
export function powerOfTwo(x: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(x)));
}

/** SQL that keeps one key in `scale`; the middle bits decide, since hash tables use both ends. */
export function keptKey(key: string, scale: number): string {
  return scale === 1 ? 'true' : `((${key} >> 24) & ${integerLiteral(scale - 1)}::UBIGINT) = 0`;
}
