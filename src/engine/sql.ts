/** A name as an SQL identifier, whatever is in it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as an SQL literal, whatever is in it; NUL, which SQL text cannot hold, is spelt out. */
export function quoteText(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts[0]! : `(${parts.join(' || chr(0) || ')})`;
}

/** A number as an SQL literal of type DOUBLE, whatever it is: also the infinities, NaN and the largest. */
export const numberLiteral = (value: number): string => `'${String(value)}'::DOUBLE`;

/**
 * A whole number as an SQL literal: a place, a count, a limit, a hash.
 * @param value of a text: its decimal digits
 */
export function integerLiteral(value: bigint | number | string): string {
  const digits = BigInt(value).toString();
  // So that `-` before it does not make a comment.
  return digits.startsWith('-') ? `(${digits})` : digits;
}

/** Whole numbers as the inside of an SQL list. */
export const integerLiterals = (values: Iterable<bigint | number | string>): string =>
  Array.from(values, integerLiteral).join(', ');
