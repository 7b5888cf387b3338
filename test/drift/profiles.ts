import type { ColumnProfile, ColumnType, Profile } from '../../src/formats/profile.js';

type Value = number | string | null;

/** A profile of columns given as arrays, computed the plain way. */
export function profileOf(
  columns: Readonly<Record<string, { type: ColumnType; values: readonly Value[] }>>,
): Profile {
  const made = Object.entries(columns).map(([name, { type, values }]) => columnOf(name, type, values));
  const rows = Object.values(columns)[0]?.values.length ?? 0;
  return { kind: 'profile', schemaVersion: 1, engine: 'test 1', rows, columns: made };
}

function columnOf(name: string, type: ColumnType, values: readonly Value[]): ColumnProfile {
  const counts = new Map<number | string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const nulls = values.filter((value) => value === null).length;
  return {
    name,
    type,
    count: values.length - nulls,
    nulls,
    distinct: { value: counts.size, exact: true },
    values: { kind: 'exact', counts: sorted },
  };
}

/** Park and Miller's generator: tests need no better, but they need the same numbers every time. */
export function seeded(seed: number): () => number {
  let state = (seed * 7919) % 2147483647 || 1;
  const next = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let i = 0; i < 10; i++) next();
  return next;
}

export const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());

export const many = <T>(n: number, make: () => T): T[] => Array.from({ length: n }, make);
