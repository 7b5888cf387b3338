import type { Estimate } from '../../statistics/intervals.js';
import { type GroupEstimates, contrastOf, contrastsOf } from './extremes.js';
import type { Transform } from './measures.js';

/** What the change between two models is bounded by. Groups and metrics are in one order everywhere. */
export interface ChangeEstimates {
  /** Each group's first − second, bounds of the stated confidence each. */
  readonly differences: GroupEstimates;
  /** Of the first and the second model, at a confidence at which all contrasts hold together. */
  readonly first: GroupEstimates;
  readonly second: GroupEstimates;
}

/** Of the error that is allowed, what goes to ruling out contrasts that are not the largest. */
export const ruledOut = 0.1;

/**
 * Interval of the change of a largest contrast, first − second, of two models on the same rows. The largest contrast
 * of the first model is one of those that its bounds do not rule out, and of none of them has the second model a
 * larger one than its own largest; so the change is at most the largest change of these, and by the same argument at
 * least the smallest change of those that the second model's bounds leave.
 * @returns on the scale of contrasts: larger is further apart
 */
export function changeOf(
  transform: Exclude<Transform, 'ratio'>,
  { differences, first, second }: ChangeEstimates,
  independent: boolean,
): Estimate {
  const contrasts = contrastsOf(transform, differences[0]!.length, differences.length);
  const all = (from: GroupEstimates): Estimate[] =>
    contrasts.map((contrast) => contrastOf(transform, from, contrast, independent));
  const [changes, a, b] = [all(differences), all(first), all(second)];
  const largest = (of: readonly Estimate[]): number => Math.max(...of.map(({ value }) => value));
  const left = (of: readonly Estimate[]): Estimate[] => {
    const least = Math.max(...of.map(({ lower }) => lower));
    return changes.filter((_, k) => of[k]!.upper >= least);
  };
  return {
    value: largest(a) - largest(b),
    lower: Math.min(...left(b).map(({ lower }) => lower)),
    upper: Math.max(...left(a).map(({ upper }) => upper)),
  };
}
