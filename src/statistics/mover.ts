import type { Estimate, Interval } from './intervals.js';

/**
 * Interval of first − second of two independent samples from the interval of each, of equal confidence: the method
 * of variance estimates recovery (Newcombe 1998; Zou & Donner 2008).
 */
export function unpairedDifference(first: Estimate, second: Estimate): Estimate {
  const value = first.value - second.value;
  return {
    value,
    lower: value - Math.hypot(first.value - first.lower, second.upper - second.value),
    upper: value + Math.hypot(first.upper - first.value, second.value - second.lower),
  };
}

/**
 * Adds an error that is independent of the estimate's own.
 * @param half half the width of the other error's interval, of the same confidence
 */
export function widened({ value, lower, upper }: Estimate, half: number): Interval {
  return { lower: value - Math.hypot(value - lower, half), upper: value + Math.hypot(upper - value, half) };
}
