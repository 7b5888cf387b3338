/** The time that planning a query takes grows with the square of the aggregates and tests that it asks for. */
const columnsAtOnce = 50;

/** A list in parts, in its order: what is asked of many columns is asked of some at a time. */
export function batchesOf<T>(list: readonly T[], size = columnsAtOnce): (readonly T[])[] {
  const batches: (readonly T[])[] = [];
  for (let from = 0; from < list.length; from += size) batches.push(list.slice(from, from + size));
  return batches;
}
