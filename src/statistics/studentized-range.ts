import { gaussLegendre } from './quadrature.js';
import { normalCdf } from './special.js';

/** Beyond this the normal density is below what a sum could show. */
const far = 9;
const rule = gaussLegendre(160, -far, far);
const density = rule.points.map((z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI));
const below = rule.points.map((z) => normalCdf(z));

/**
 * P(R ≤ q) of the range R = max − min of k ≥ 2 independent standard normal values: the studentized range
 * distribution with known variance (Tukey 1953); scipy.stats.studentized_range(k, inf).
 */
export function rangeCdf(q: number, k: number): number {
  if (q <= 0) return 0;
  let sum = 0;
  for (let i = 0; i < rule.points.length; i++) {
    // The largest value is at z, all others are less than q below it.
    sum += rule.weights[i]! * density[i]! * (below[i]! - normalCdf(rule.points[i]! - q)) ** (k - 1);
  }
  return Math.min(1, k * sum);
}

const known = new Map<string, number>();

/** q with P(R ≤ q) = p, for p in (0, 1). */
export function rangeQuantile(p: number, k: number): number {
  const key = `${p} ${k}`;
  let quantile = known.get(key);
  if (quantile === undefined) known.set(key, (quantile = findQuantile(p, k)));
  return quantile;
}

function findQuantile(p: number, k: number): number {
  let [low, high] = [0, 1];
  while (rangeCdf(high, k) < p) [low, high] = [high, 2 * high];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (rangeCdf(middle, k) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
