import type { ColumnType } from '../formats/profile.js';
import type { TableColumn } from './table.js';
import { integerLiteral, quoteText } from './sql.js';

/*
 * Numbers that neither BIGINT nor DOUBLE holds exactly: 20-digit ids, hashes of 128 bits, DECIMAL(38, 0). A column that
 * has such a number has a DOUBLE as its `value`, which is enough for ranges and profiles, and beside it `exact`: the
 * number as a decimal text, for the rows whose DOUBLE is not it. What tells rows apart (keys, groups, duplicates,
 * references, counts of different values) asks for `identityHash` or `identityText`, never for `value`. Both depend on
 * the number alone, not on its file's format or on what else the column has.
 */

/** Integers up to here are DOUBLEs, each its own. */
const largestSafe = 2 ** 53;
const wholeNumber = String.raw`\s*[+-]?[0-9]+\s*`;
const fractionNumber = String.raw`\s*[+-]?([0-9]+[.][0-9]*|[.][0-9]+)\s*`;

/** SQL that is true of a text that is a whole number of any size. */
export const isWhole = (text: string): string => `regexp_full_match(${text}, ${quoteText(wholeNumber)})`;

/** SQL: 1 for a text that is an integer too large for BIGINT, otherwise NULL. */
export const tooLarge = (text: string): string =>
  `CASE WHEN strlen(${text}) >= 19 THEN CASE WHEN TRY_CAST(${text} AS BIGINT) IS NULL AND ${isWhole(text)} THEN 1 END END`;

/** SQL of an integer of any size as DOUBLE; NULL where the text is none. */
export const wideInteger = (text: string): string =>
  `CASE WHEN ${isWhole(text)} THEN TRY_CAST(${text} AS DOUBLE) END`;

/**
 * SQL of a number as decimal text where its DOUBLE may not be it, otherwise NULL. Numbers with a fraction are DOUBLEs up to
 * 17 significant digits, which is what programs write of a DOUBLE; numbers with an exponent always are.
 * @param text SQL of type VARCHAR
 */
export function exactText(text: string, type: 'integer' | 'number'): string {
  const isSafe = `TRY_CAST(${text} AS BIGINT) BETWEEN ${integerLiteral(-largestSafe)} AND ${integerLiteral(largestSafe)}`;
  const whole = canonicalWhole(text);
  if (type === 'integer') {
    return `CASE WHEN strlen(${text}) >= 16 THEN CASE WHEN ${isSafe} THEN NULL WHEN ${isWhole(text)} THEN ${whole} END END`;
  }
  const held = `CAST(TRY_CAST(TRY_CAST(${text} AS DOUBLE) AS HUGEINT) AS VARCHAR)`;
  const fraction = canonicalFraction(text);
  // The cheap tests first: most numbers are short.
  const bare = `NOT contains(${text}, 'e') AND NOT contains(${text}, 'E')`;
  return `CASE WHEN strlen(${text}) > 15 THEN CASE
    WHEN contains(${text}, '.') THEN CASE WHEN ${mayBeLong(text)} AND ${bare} AND regexp_full_match(${text}, ${quoteText(fractionNumber)}) AND (NOT contains(${fraction}, '.') OR ${isLong(fraction)}) AND ${fraction} IS DISTINCT FROM ${held} THEN ${fraction} END
    WHEN ${isSafe} THEN NULL
    WHEN ${bare} AND ${isWhole(text)} AND ${whole} IS DISTINCT FROM ${held} THEN ${whole}
    END END`;
}

/**
 * SQL that is true of every text for which `exactText` or `tooLarge` is not NULL, and of few others: it is planned and
 * tested in a small part of their time.
 */
export const mayNeedExact = (text: string): string =>
  `strlen(${text}) > 15 AND (NOT contains(${text}, '.') OR ${mayBeLong(text)})`;

/** SQL: a number with a point may have more than 17 significant digits. */
const mayBeLong = (text: string): string =>
  `(strlen(${text}) > 24 OR (strlen(${text}) > 18 AND NOT starts_with(${text}, '0.') AND NOT starts_with(${text}, '-0.')))`;

/** SQL: a number with a point has more than 17 significant digits, however small it is written. */
function isLong(text: string): string {
  const digits = `ltrim(${text}, ' +-')`;
  return `(strlen(${text}) > 18 AND strlen(${digits}) > 18 AND (NOT starts_with(${digits}, '0.') OR strlen(${digits}) > 24))`;
}

/** SQL of a whole number that is not 0: no plus sign, no zeros in front. */
const canonicalWhole = (text: string): string =>
  `concat(CASE WHEN contains(${text}, '-') THEN '-' ELSE '' END, ltrim(trim(${text}, ' \t'), '+-0'))`;

/** SQL of a number with a point: no plus sign, no zeros that say nothing, no point at the end. */
const canonicalFraction = (text: string): string =>
  String.raw`regexp_replace(regexp_replace(regexp_replace(${text}, '[\s+]', '', 'g'), '^(-?)0*([0-9])', '\1\2'), '[.]?0*$', '')`;

/**
 * SQL of a value's hash, of type UBIGINT: equal for equal values, whichever files they are in. Of no value it is that of
 * NULL.
 */
export function identityHash({ type, value, exact }: Pick<TableColumn, 'type' | 'value' | 'exact'>): string {
  if (exact === undefined) return `hash(${value})`;
  if (type !== 'integer') return `CASE WHEN (${exact}) IS NULL THEN hash(${value}) ELSE hash(${exact}) END`;
  const small = `TRY_CAST(${exact} AS BIGINT)`;
  return `CASE WHEN (${exact}) IS NULL THEN hash(TRY_CAST(${value} AS BIGINT)) WHEN ${small} IS NOT NULL THEN hash(${small}) ELSE hash(${exact}) END`;
}

/** SQL of a value as text, equal for equal values only; NULL for no value. */
export function identityText({ type, value, exact }: Pick<TableColumn, 'type' | 'value' | 'exact'>): string {
  if (exact === undefined) return `CAST(${value} AS VARCHAR)`;
  const held =
    type === 'integer' ? `CAST(TRY_CAST(${value} AS BIGINT) AS VARCHAR)` : `CAST(${value} AS VARCHAR)`;
  return `coalesce(${exact}, ${held})`;
}

/** How a column of a typed file is read as numbers, and the number as text where that does not hold it. */
export interface ExactNumber {
  readonly value: string;
  readonly exact: string;
  /** SQL that is not NULL of a row for which this is needed. */
  readonly needed: string;
}

/**
 * What of a typed file's column BIGINT or DOUBLE may not hold; undefined where the file's type has no such number.
 * @param column SQL of it
 * @param fileType the engine's word for its type
 */
export function exactOfTyped(column: string, fileType: string, type: ColumnType): ExactNumber | undefined {
  const [, precision = '0'] = /^DECIMAL\((\d+),/.exec(fileType) ?? [];
  const isDecimal = fileType.startsWith('DECIMAL');
  if (type === 'number') {
    const mayNot = /^(U?BIGINT|U?HUGEINT)$/.test(fileType) || (isDecimal && Number(precision) > 15);
    if (!mayNot) return undefined;
    const exact = exactText(`CAST(${column} AS VARCHAR)`, 'number');
    return { value: `CAST(${column} AS DOUBLE)`, exact, needed: exact };
  }
  if (type !== 'integer') return undefined;
  const isFloat = fileType === 'FLOAT' || fileType === 'DOUBLE';
  if (!isFloat && !/^(UBIGINT|U?HUGEINT)$/.test(fileType) && !(isDecimal && Number(precision) > 18))
    return undefined;
  const whole = isFloat
    ? `isfinite(${column}) AND ${column} = trunc(${column})`
    : isDecimal
      ? `${column} = trunc(${column})`
      : `${column} IS NOT NULL`;
  const digits =
    isFloat || isDecimal ? `CAST(TRY_CAST(${column} AS HUGEINT) AS VARCHAR)` : `CAST(${column} AS VARCHAR)`;
  const value = `CASE WHEN ${whole} THEN CAST(${column} AS DOUBLE) END`;
  // Floats beyond HUGEINT are told apart by how the engine writes them.
  const exact = `CASE WHEN abs(${value}) >= ${integerLiteral(largestSafe)} THEN coalesce(${digits}, CAST(${column} AS VARCHAR)) END`;
  return { value, exact, needed: `CASE WHEN ${whole} AND TRY_CAST(${column} AS BIGINT) IS NULL THEN 1 END` };
}
