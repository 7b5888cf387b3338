/** The time that planning a query takes grows with the square of the aggregates and tests that it asks for. */
const columnsAtOnce = 50;

/** A list in parts, in its order: what is asked of many columns is asked of some at a time. */
export function batchesOf<T>(list: readonly T[], size = columnsAtOnce): (readonly T[])[] {
  const batches: (readonly T[])[] = [];
  for (let from = 0; from < list.length; from += size) batches.push(list.slice(from, from + size));
  return batches;
}

/** A list by what its items have in common, in the order of the first of each. */
export function groupBy<T, K>(list: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    const others = groups.get(key);
    if (others === undefined) groups.set(key, [item]);
    else others.push(item);
  }
  return groups;
}
