import { seededRandom } from '../../statistics/random.js';

/**
 * Splits rows into two halves at random: what is found on one is confirmed on the other. Rows of one cluster stay
 * together.
 * @returns 1 for the rows that candidates are found on
 */
export function splitRows(rows: number, clusters: Uint32Array | undefined, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const half = new Uint8Array(rows);
  if (clusters === undefined) {
    for (let i = 0; i < rows; i++) half[i] = random.next32() >>> 31;
    return half;
  }
  const sideOf = new Map<number, number>();
  for (let i = 0; i < rows; i++) {
    let side = sideOf.get(clusters[i]!);
    if (side === undefined) sideOf.set(clusters[i]!, (side = random.next32() >>> 31));
    half[i] = side;
  }
  return half;
}
