/**
 * What a record has of a key that a user may have chosen. Every object has a `constructor` and a `toString`, which are
 * nobody's columns, classes or parameters.
 */
export function ownValue<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
