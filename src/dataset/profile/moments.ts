import type { ColumnProfile } from '../../formats/profile.js';
import type { Sorted } from './numbers.js';

type Moments = NonNullable<ColumnProfile['moments']>;
/** Moments of counted numbers, in two passes; undefined where there is no number. */
export function momentsOf({ values, counts }: Sorted, nonFinite: number): Moments | undefined {
  const { length } = values;
  if (length === 0) return undefined;
  let [n, sum] = [0, 0];
  for (let i = 0; i < length; i++) {
    n += counts[i]!;
    sum += values[i]! * counts[i]!;
  }
  const mean = finite(sum / n);
  let m2 = 0;
  for (let i = 0; i < length; i++) m2 += counts[i]! * (values[i]! - mean) ** 2;
  return { mean, m2: finite(m2), min: values[0]!, max: values[length - 1]!, nonFinite };
}

/**
 * Moments of two sets together (Chan, Golub & LeVeque 1979), from the numbers of their finite values. The same,
 * to the last bit, whichever of the two comes first.
 */
export function mergeMoments(a: Moments, na: number, b: Moments, nb: number): Moments {
  const n = na + nb;
  const delta = b.mean - a.mean;
  return {
    mean: n === 0 ? 0 : finite((na / n) * a.mean + (nb / n) * b.mean),
    m2: n === 0 ? 0 : finite(a.m2 + b.m2 + delta * delta * ((na * nb) / n)),
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    nonFinite: a.nonFinite + b.nonFinite,
  };
}

/** JSON has no infinity: the squares of numbers near the largest have no sum. */
export const finite = (x: number): number => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, x));

/** Standard deviation of the population. */
export function deviation({ m2 }: Moments, n: number): number {
  return n === 0 ? Number.NaN : Math.sqrt(m2 / n);
}
