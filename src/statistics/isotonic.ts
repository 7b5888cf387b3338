/** A rising function through points; between them straight, beyond them level. */
export interface Isotonic {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Least-squares rising fit by pooling adjacent violators (Ayer et al. 1955); equal x count as one point.
 * Agrees with scikit-learn's IsotonicRegression(out_of_bounds='clip').
 * @param order rows by rising x
 */
export function isotonic(x: Float64Array, y: ArrayLike<number>, order: Uint32Array): Isotonic {
  const xs: number[] = [];
  const sums: number[] = [];
  const weights: number[] = [];
  for (const row of order) {
    if (xs.length === 0 || xs.at(-1) !== x[row]) {
      xs.push(x[row]!);
      sums.push(0);
      weights.push(0);
    }
    sums[sums.length - 1]! += y[row]!;
    weights[weights.length - 1]!++;
  }
  const blocks: { sum: number; weight: number; points: number }[] = [];
  for (let i = 0; i < xs.length; i++) {
    let block = { sum: sums[i]!, weight: weights[i]!, points: 1 };
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      if (last.sum / last.weight < block.sum / block.weight) break;
      block = {
        sum: last.sum + block.sum,
        weight: last.weight + block.weight,
        points: last.points + block.points,
      };
      blocks.pop();
    }
    blocks.push(block);
  }
  const fitted = blocks.flatMap(({ sum, weight, points }) => new Array<number>(points).fill(sum / weight));
  return { x: Float64Array.from(xs), y: Float64Array.from(fitted) };
}

export function applyIsotonic({ x, y }: Isotonic, value: number): number {
  if (value <= x[0]!) return y[0]!;
  const last = x.length - 1;
  if (value >= x[last]!) return y[last]!;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (x[middle]! <= value) low = middle;
    else high = middle;
  }
  return y[low]! + ((y[high]! - y[low]!) * (value - x[low]!)) / (x[high]! - x[low]!);
}
