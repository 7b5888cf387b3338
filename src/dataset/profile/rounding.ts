import type { ColumnType } from '../../formats/profile.js';

/** Columns with more different values than this are summarised. */
export const exactLimit = 10_000;
/** Significant bits that are kept of numbers: 2^-12 is 0.024 %. */
export const numberBits = 12;
/** About how many steps the range of a time column is divided into. */
const timeSteps = 4096;

/**
 * A number rounded to `bits` significant bits, by Dekker's splitting (Numerische Mathematik 18, 1971). The same
 * arithmetic in SQL and here, so that both give the same groups.
 */
export function roundBits(x: number, bits: number): number {
  if (Math.abs(x) > 1e290) return x;
  const product = x * (2 ** (53 - bits) + 1);
  return product - (product - x);
}

export function roundBitsSql(x: string, bits: number): string {
  const product = `${x} * ${2 ** (53 - bits) + 1}::DOUBLE`;
  return `CASE WHEN abs(${x}) > 1e290 THEN ${x} ELSE ${product} - (${product} - ${x}) END`;
}

/** Seconds since 1970 are large and close together: they need more bits to tell one hour from the next. */
export function bitsFor(type: ColumnType, min: number, max: number): number {
  if (type !== 'date' && type !== 'timestamp') return numberBits;
  const step = (max - min) / timeSteps;
  const largest = Math.max(Math.abs(min), Math.abs(max));
  if (step <= 0) return numberBits;
  return Math.min(52, Math.max(numberBits, Math.ceil(Math.log2(largest / step))));
}
