import { chiSquareSf } from './special.js';

/**
 * The share of a level that the n-th use of one sample may take, 6/(π²n²): over all uses they add up to the level,
 * however many there will be (spending as in Foster & Stine 2008).
 * @param use from 1
 */
export function spentLevel(level: number, use: number): number {
  return (level * 6) / (Math.PI * use) ** 2;
}

/**
 * Critical value, in standard errors, of a one-sided bound at the n-th use of one sample, where what is asked may
 * depend in any way on all that the uses before have shown. What they showed spans use − 1 directions of the
 * sample's error; a new question can lie along the worst of them, and adds one direction that nobody has seen. So
 * the error is at most √(χ²(use − 1) + max(Z, 0)²), as in Scheffé's (1953) bound for all contrasts.
 * @param use from 1, where this is the normal quantile
 */
export function adaptiveCritical(level: number, use: number): number {
  const exceeds = (c: number): number =>
    ((use > 1 ? chiSquareSf(c * c, use - 1) : 0) + chiSquareSf(c * c, use)) / 2;
  let [low, high] = [0, 1];
  while (exceeds(high) > level) high *= 2;
  for (let i = 0; i < 200 && high > low; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (exceeds(middle) > level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
