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
  const mean = Number.isFinite(sum) ? sum / n : scaledMean({ values, counts }, n);
  let m2 = 0;
  for (let i = 0; i < length; i++) m2 += counts[i]! * (values[i]! - mean) ** 2;
  return { mean, m2: finiteOrNull(m2), min: values[0]!, max: values[length - 1]!, nonFinite };
}

/**
 * Moments of two sets together (Chan, Golub & LeVeque 1979), from the numbers of their finite values. The same,
 * to the last bit, whichever of the two comes first.
 */
export function mergeMoments(a: Moments, na: number, b: Moments, nb: number): Moments {
  const n = na + nb;
  const delta = b.mean - a.mean;
  const between = delta * delta * ((na * nb) / n);
  return {
    mean: n === 0 ? 0 : (na / n) * a.mean + (nb / n) * b.mean,
    m2: n === 0 ? 0 : a.m2 === null || b.m2 === null ? null : finiteOrNull(a.m2 + b.m2 + between),
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    nonFinite: a.nonFinite + b.nonFinite,
  };
}

/** The sum of numbers near the largest overflows; their mean does not. */
function scaledMean({ values, counts }: Sorted, n: number): number {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i]! * (counts[i]! / n);
  return mean;
}

/** Null for a number that is not finite, which JSON cannot hold: a sum of very large squares can overflow. */
export const finiteOrNull = (x: number): number | null => (Number.isFinite(x) ? x : null);

/** Standard deviation of the population; infinite where it is above what a double holds. */
export function deviation({ m2 }: Moments, n: number): number {
  if (n === 0) return Number.NaN;
  return m2 === null ? Infinity : Math.sqrt(m2 / n);
}
