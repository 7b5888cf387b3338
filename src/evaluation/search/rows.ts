import type { Metric } from '../metrics/metric.js';
import { allOf } from '../metrics/repeated.js';
import type { EvaluationRows } from '../rows.js';

/** Rows that are in a slice, and the others. Loops, since callbacks for a million rows take ten times as long. */
export function split(rows: Uint32Array, within: Uint8Array): [Uint32Array, Uint32Array] {
  const [inside, outside] = [new Uint32Array(rows.length), new Uint32Array(rows.length)];
  let n = 0;
  for (let i = 0; i < rows.length; i++) {
    if (within[rows[i]!] === 1) inside[n++] = rows[i]!;
    else outside[i - n] = rows[i]!;
  }
  return [inside.subarray(0, n), outside.subarray(0, rows.length - n)];
}

export function countOf(within: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < within.length; i++) count += within[i]!;
  return count;
}

/** What each row costs, larger is worse; of repeats, on average. */
export function lossesOf({ rowValues, better }: Metric, rows: EvaluationRows): Float64Array {
  const [first, ...rest] = allOf(rows).map((one) => rowValues!(one));
  const sign = better === 'higher' ? -1 : 1;
  return first!.map((value, i) => {
    let sum = value;
    for (const other of rest) sum += other[i]!;
    return (sign * sum) / (rest.length + 1);
  });
}

export function meanDifference(
  first: Float64Array,
  second: Float64Array,
  rows: Uint32Array,
  weights: Float64Array | undefined,
): number {
  let [sum, total] = [0, 0];
  for (const row of rows) {
    const weight = weights === undefined ? 1 : weights[row]!;
    sum += weight * (first[row]! - second[row]!);
    total += weight;
  }
  return total === 0 ? 0 : sum / total;
}

export function placesWhere(rows: number, holds: (row: number) => boolean): Uint32Array {
  const places = new Uint32Array(rows);
  let n = 0;
  for (let row = 0; row < rows; row++) if (holds(row)) places[n++] = row;
  return places.subarray(0, n);
}

/** Evenly spaced rows, where there are more than `most`. */
export function thinned(rows: Uint32Array, most: number): Uint32Array {
  const step = Math.ceil(rows.length / most);
  return step <= 1 ? rows : rows.filter((_, i) => i % step === 0);
}

export function standardDeviation(values: Float64Array, rows: Uint32Array): number {
  let [sum, squares] = [0, 0];
  for (const row of rows) sum += values[row]!;
  const mean = sum / rows.length;
  for (const row of rows) squares += (values[row]! - mean) ** 2;
  return Math.sqrt(squares / rows.length);
}
