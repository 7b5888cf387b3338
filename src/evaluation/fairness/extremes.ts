import type { Estimate } from '../../statistics/intervals.js';
import { unpairedDifference } from '../../statistics/mover.js';
import { normalCdf } from '../../statistics/special.js';
import { rangeQuantile } from '../../statistics/studentized-range.js';
import type { Transform } from './measures.js';

/*
 * The largest difference of groups is the largest of many contrasts, one for each ordered pair. Its value in a sample
 * is too large on average, since chance adds to the largest. Its bounds are not:
 * - from above: the true largest is one of the contrasts, so the largest of their upper bounds, each with the stated
 *   confidence by itself, is above it with that confidence (intersection–union, Berger 1982);
 * - from below: the largest of lower bounds that hold together (Tukey–Kramer; Hayter 1984).
 * The bound of a contrast is made from those of its two groups (Newcombe 1998; Zou & Donner 2008), so that shares keep
 * Clopper & Pearson's interval; of a ratio, on the logarithms.
 */

/** A value of two groups, or of one. */
export interface Contrast {
  /** Of the metrics that are compared, which. */
  readonly metric: number;
  readonly first: number;
  /** Undefined where one group alone is what counts. */
  readonly second?: number;
}

export interface Extreme extends Estimate {
  /** Which groups made it. */
  readonly at: Contrast;
}

/** Estimates of each group, by metric. */
export type GroupEstimates = readonly (readonly Estimate[])[];

/** Confidence of each bound by itself that makes all contrasts hold together. */
export function jointConfidence(
  transform: Transform,
  groups: number,
  metrics: number,
  confidence: number,
  independent: boolean,
): number {
  const error = (1 - confidence) / metrics;
  if (transform === 'group_min' || transform === 'group_max') return 1 - error / groups;
  return independent
    ? normalCdf(rangeQuantile(1 - error, groups) / Math.SQRT2)
    : 1 - error / (groups * (groups - 1));
}

/** Every contrast that the transform takes the largest of. */
export function contrastsOf(transform: Transform, groups: number, metrics: number): Contrast[] {
  const all: Contrast[] = [];
  for (let metric = 0; metric < metrics; metric++) {
    for (let first = 0; first < groups; first++) {
      if (transform === 'group_min' || transform === 'group_max') all.push({ metric, first });
      else {
        for (let second = 0; second < groups; second++) {
          if (second !== first) all.push({ metric, first, second });
        }
      }
    }
  }
  return all;
}

/**
 * The value of a transform with its bounds.
 * @param each estimates of which each bound holds with the stated confidence by itself
 * @param joint the same at `jointConfidence`
 * @param independent whether no cluster of rows lies in several groups; else bounds are made for the worst case
 */
export function extreme(
  transform: Transform,
  each: GroupEstimates,
  joint: GroupEstimates,
  independent: boolean,
): Extreme {
  const contrasts = contrastsOf(transform, each[0]!.length, each.length);
  const find = (from: GroupEstimates): Estimate[] =>
    contrasts.map((contrast) => contrastOf(transform, from, contrast, independent));
  const [alone, together] = [find(each), find(joint)];
  let largest = 0;
  for (let i = 1; i < alone.length; i++) if (alone[i]!.value > alone[largest]!.value) largest = i;
  const scale = backFrom(transform);
  const ends = [
    scale(Math.max(...together.map(({ lower }) => lower))),
    scale(Math.max(...alone.map(({ upper }) => upper))),
  ];
  const value = scale(alone[largest]!.value);
  return {
    value,
    lower: Math.min(value, ...ends),
    upper: Math.max(value, ...ends),
    at: contrasts[largest]!,
  };
}

/** The contrast on the scale on which it is large where groups are far apart. */
export function contrastOf(
  transform: Transform,
  estimates: GroupEstimates,
  { metric, first, second }: Contrast,
  independent: boolean,
): Estimate {
  const a = estimates[metric]![first]!;
  if (second === undefined) return transform === 'group_min' ? negative(a) : a;
  const b = estimates[metric]![second]!;
  return transform === 'ratio' ? minus(logarithm(a), logarithm(b), independent) : minus(a, b, independent);
}

/** From the scale of contrasts to that of the transform; ratios and minima fall as contrasts rise. */
function backFrom(transform: Transform): (contrast: number) => number {
  switch (transform) {
    case 'difference':
      // Two orders of a pair: the largest is never below 0.
      return (contrast) => Math.max(0, contrast);
    case 'ratio':
      return (contrast) => Math.exp(-Math.max(0, contrast));
    case 'group_min':
      return (contrast) => -contrast;
    case 'group_max':
      return (contrast) => contrast;
  }
}

function minus(a: Estimate, b: Estimate, independent: boolean): Estimate {
  // Rates of 0 have no logarithm: what is left are the ends.
  const known = Number.isFinite(a.value) && Number.isFinite(b.value);
  if (known && independent) return unpairedDifference(a, b);
  const value = a.value === b.value ? 0 : a.value - b.value;
  return { value, lower: a.lower - b.upper, upper: a.upper - b.lower };
}

const negative = ({ value, lower, upper }: Estimate): Estimate => ({
  value: -value,
  lower: -upper,
  upper: -lower,
});

const logarithm = ({ value, lower, upper }: Estimate): Estimate => ({
  value: Math.log(value),
  lower: Math.log(Math.max(0, lower)),
  upper: Math.log(upper),
});
