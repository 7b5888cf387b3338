import type { Estimate } from './intervals.js';

/**
 * Widens the interval of a mean over cross-validated rows. The models of the folds share training rows, so their errors
 * are correlated: the variance is 1 + k/(k − 1) times that of independent rows, the correction for the corrected
 * resampled t-test (Nadeau & Bengio 2003, "Inference for the generalization error", section 3, with n₂/n₁ = 1/(k − 1)).
 * @param folds k, 2 or more
 */
export function widenForFolds<E extends Estimate>(estimate: E, folds: number): E {
  if (folds < 2) throw new RangeError('cross-validation needs two folds or more');
  const factor = Math.sqrt(1 + folds / (folds - 1));
  const { value, lower, upper } = estimate;
  return { ...estimate, lower: value - factor * (value - lower), upper: value + factor * (upper - value) };
}

/**
 * Weighted mean of independent estimates; squares of the half widths add up (MOVER, Zou & Donner 2008).
 * @param weights of any sum above 0, one for each estimate
 */
export function meanOfIndependent(estimates: readonly Estimate[], weights: readonly number[]): Estimate {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) throw new RangeError('the weights must have a sum above 0');
  const shares = weights.map((weight) => weight / total);
  const value = estimates.reduce((sum, estimate, i) => sum + shares[i]! * estimate.value, 0);
  const half = (of: (estimate: Estimate) => number): number =>
    Math.hypot(...estimates.map((estimate, i) => shares[i]! * of(estimate)));
  return {
    value,
    lower: value - half((estimate) => estimate.value - estimate.lower),
    upper: value + half((estimate) => estimate.upper - estimate.value),
  };
}
