import { type Design, sumsByCluster } from './design.js';
import { normalSf } from './special.js';

/**
 * About how much of Σ|gap of a bin| is chance: absolute gaps are too large on average, by E|N(g, s)| − |g| for a gap g with
 * standard error s, and most of all where there is none. Resampling repeats this and does not take it out. It is counted
 * at gaps a standard error smaller than seen, since those that are seen are too large as well.
 * @param gaps of rows; a bin's is its rows' sum over the weight of all
 * @param binOf the bin of each row, from 0
 */
export function chanceOfGaps(
  gaps: Float64Array,
  binOf: Uint16Array,
  bins: number,
  { weights, clusters }: Design,
): number {
  const [mass, sums] = [new Float64Array(bins), new Float64Array(bins)];
  let total = 0;
  for (let i = 0; i < gaps.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    mass[binOf[i]!]! += weight;
    sums[binOf[i]!]! += weight * gaps[i]!;
    total += weight;
  }
  const errors = new Float64Array(gaps.length);
  const variances = new Float64Array(bins);
  for (let i = 0; i < gaps.length; i++) {
    const bin = binOf[i]!;
    errors[i] = (weights === undefined ? 1 : weights[i]!) * (gaps[i]! - sums[bin]! / mass[bin]!);
    variances[bin]! += errors[i]! * errors[i]!;
  }
  if (clusters !== undefined) {
    for (let bin = 0; bin < bins; bin++) {
      const own = errors.map((error, i) => (binOf[i] === bin ? error : 0));
      variances[bin] = sumsByCluster(own, clusters).reduce((sum, x) => sum + x * x, 0);
    }
  }
  let chance = 0;
  for (let bin = 0; bin < bins; bin++) {
    const spread = Math.sqrt(variances[bin]!);
    if (spread > 0) chance += spread * excess(Math.max(0, Math.abs(sums[bin]!) / spread - 1));
  }
  return chance / total;
}

/** E|N(z, 1)| − z, for z at or above 0. */
function excess(z: number): number {
  return 2 * (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) - z * normalSf(z));
}
