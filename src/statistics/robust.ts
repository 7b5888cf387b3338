/** Values in ascending order with how often each occurs. */
export interface Weighted {
  readonly values: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

/** Makes the median absolute deviation of normal values their standard deviation: 1 / Φ⁻¹(3/4). */
export const madScale = 1.482602218505602;

/**
 * Quantile by linear interpolation between order statistics (type 7 of Hyndman & Fan 1996; numpy's default).
 * @param p 0 … 1
 */
export function weightedQuantile({ values, counts }: Weighted, p: number): number {
  const n = total(counts);
  if (n === 0) return NaN;
  const at = p * (n - 1);
  const [below, rest] = [Math.floor(at), at - Math.floor(at)];
  let seen = 0;
  for (let i = 0; i < values.length; i++) {
    seen += counts[i]!;
    if (seen <= below) continue;
    const value = values[i]!;
    if (rest === 0 || seen > below + 1) return value;
    // A missing next value is below's own: it is the last one.
    let next = i + 1;
    while (next < values.length && counts[next] === 0) next++;
    return next === values.length ? value : value + rest * (values[next]! - value);
  }
  return NaN;
}

export interface Sides {
  readonly median: number;
  /** Spread of what lies below and above the median, each by itself: 1.4826 times its median distance; 0 for none. */
  readonly below: number;
  readonly above: number;
}

/** Median, and the median absolute deviation of each side (double MAD): skewed values have two spreads. */
export function sidesOf(sample: Weighted): Sides {
  const median = weightedQuantile(sample, 0.5);
  const distances = (sign: 1 | -1): number => {
    const values: number[] = [];
    const counts: number[] = [];
    for (let i = 0; i < sample.values.length; i++) {
      const distance = sign * (sample.values[i]! - median);
      if (distance <= 0) continue;
      values.push(distance);
      counts.push(sample.counts[i]!);
    }
    const ascending =
      sign === 1 ? { values, counts } : { values: values.reverse(), counts: counts.reverse() };
    return values.length === 0 ? 0 : madScale * weightedQuantile(ascending, 0.5);
  };
  return { median, below: distances(-1), above: distances(1) };
}

/**
 * Medcouple: robust skewness in [−1, 1] (Brys, Hubert & Struyf 2004), the median of a kernel over all pairs of a value
 * below and one above the median; statsmodels' `medcouple`. In O(n²).
 * @param sorted ascending
 */
export function medcouple(sorted: ArrayLike<number>): number {
  const n = sorted.length;
  if (n < 3) return 0;
  const median = n % 2 === 1 ? sorted[(n - 1) / 2]! : (sorted[n / 2 - 1]! + sorted[n / 2]!) / 2;
  const lower: number[] = [];
  const upper: number[] = [];
  for (let i = 0; i < n; i++) {
    const z = sorted[i]! - median;
    if (z <= 0) lower.push(z);
    if (z >= 0) upper.push(z);
  }
  const ties = lower.filter((z) => z === 0).length;
  const kernel = new Float64Array(lower.length * upper.length);
  let k = 0;
  for (let i = 0; i < lower.length; i++) {
    for (let j = 0; j < upper.length; j++) {
      const [low, high] = [lower[i]!, upper[j]!];
      // Of values at the median, the one that comes first lies below.
      kernel[k++] =
        low === high ? Math.sign(ties - 1 - (i - (lower.length - ties)) - j) : (high + low) / (high - low);
    }
  }
  kernel.sort();
  const middle = kernel.length / 2;
  return kernel.length % 2 === 1 ? kernel[Math.floor(middle)]! : (kernel[middle - 1]! + kernel[middle]!) / 2;
}

/** Points that a sample is cut down to for its medcouple, whose cost is their square. */
const skewPoints = 401;

/** Medcouple of a sample of any size, of as many of its quantiles as it has values, 401 at most. */
export function skewness(sample: Weighted): number {
  const n = total(sample.counts);
  const points = Math.min(n, skewPoints);
  if (points < 3) return 0;
  return medcouple(quantiles(sample, points));
}

/** Quantiles at the middle of `points` equal parts; the values themselves where there are as many. */
function quantiles({ values, counts }: Weighted, points: number): Float64Array {
  const n = total(counts);
  const result = new Float64Array(points);
  let i = 0;
  let seen = counts[0]!;
  for (let k = 0; k < points; k++) {
    const wanted = ((k + 0.5) * n) / points;
    while (seen < wanted && i < values.length - 1) seen += counts[++i]!;
    result[k] = values[i]!;
  }
  return result;
}

export interface Fences {
  /** What lies outside is an outlier; ∓∞ where a side has none. */
  readonly lower: number;
  readonly upper: number;
}

/**
 * Fences of a box plot adjusted for skewness (Hubert & Vandervieren 2008).
 * @param k interquartile ranges; theirs is 1.5
 */
export function adjustedFences(sample: Weighted, k: number): Fences {
  const [first, third] = [weightedQuantile(sample, 0.25), weightedQuantile(sample, 0.75)];
  const skew = skewness(sample);
  const [a, b] = skew >= 0 ? [-4, 3] : [-3, 4];
  return {
    lower: first - k * Math.exp(a * skew) * (third - first),
    upper: third + k * Math.exp(b * skew) * (third - first),
  };
}

/**
 * Fences beyond which a value lies far out by both measures: `z` spreads of its side from the median, and `k` adjusted
 * interquartile ranges from the quartiles. Of normal values with z = 6 and k = 3 one in a billion is outside; of an
 * exponential, a log-normal (σ = 1) or Student's t with 3 degrees of freedom fewer than one in a hundred.
 */
export function fences(sample: Weighted, { z, k }: { z: number; k: number }): Fences {
  const { median, below, above } = sidesOf(sample);
  const box = adjustedFences(sample, k);
  return {
    lower: below === 0 ? -Infinity : Math.min(median - z * below, box.lower),
    upper: above === 0 ? Infinity : Math.max(median + z * above, box.upper),
  };
}

/** Whether the smallest or the largest value may lie outside of `fences`; that takes a thousandth of their time. */
export function mayLieOutside(
  sample: Weighted,
  z: number,
  { min, max }: { min: number; max: number },
): boolean {
  const { median, below, above } = sidesOf(sample);
  return (below > 0 && min < median - z * below) || (above > 0 && max > median + z * above);
}

function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]!;
  return sum;
}
