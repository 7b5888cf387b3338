/** Recalibrated probability: 1 / (1 + exp(−(intercept + slope·logit(p)))). Unchanged at intercept 0, slope 1. */
export interface Platt {
  readonly intercept: number;
  readonly slope: number;
}

/** Probabilities nearer to 0 or 1 than this are taken as this far from it, so that their logit is finite. */
const least = 1e-6;
const steps = 50;

export const logit = (p: number): number => {
  const kept = Math.min(1 - least, Math.max(least, p));
  return Math.log(kept / (1 - kept));
};

/**
 * Logistic recalibration of probabilities by what came (Platt 1999; Cox 1958): the maximum-likelihood intercept and slope on
 * the logit, by Newton's method. Where the outcomes are separated or all alike there is no maximum, and the steps end at
 * finite values.
 * @param logits of the claimed probabilities
 * @param came 1 where the class came, otherwise 0; as many as `logits`
 * @param weights how often each row counts, at least 0
 */
export function fitPlatt(logits: Float64Array, came: ArrayLike<number>, weights: ArrayLike<number>): Platt {
  let [intercept, slope] = [0, 1];
  for (let step = 0; step < steps; step++) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-9, 0, 1e-9];
    for (let i = 0; i < logits.length; i++) {
      const weight = weights[i]!;
      if (weight === 0) continue;
      const x = logits[i]!;
      const p = 1 / (1 + Math.exp(-(intercept + slope * x)));
      const [error, spread] = [weight * (came[i]! - p), weight * p * (1 - p)];
      g0 += error;
      g1 += error * x;
      h00 += spread;
      h01 += spread * x;
      h11 += spread * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 1e-12)) break;
    // A step too far would leave the region in which the quadratic holds.
    const limit = (x: number): number => Math.min(2, Math.max(-2, x));
    const [d0, d1] = [limit((h11 * g0 - h01 * g1) / determinant), limit((h00 * g1 - h01 * g0) / determinant)];
    intercept += d0;
    slope += d1;
    if (Math.abs(d0) + Math.abs(d1) < 1e-10) break;
  }
  return { intercept, slope };
}

export const applyPlatt = ({ intercept, slope }: Platt, p: number): number =>
  1 / (1 + Math.exp(-(intercept + slope * logit(p))));
