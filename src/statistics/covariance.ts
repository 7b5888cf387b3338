import { type Random, seededRandom } from './random.js';
import { chiSquareQuantile, chiSquareSf } from './special.js';

/** Where a cloud of points is and how it spreads. `covariance` by rows. */
export interface Scatter {
  readonly location: Float64Array;
  readonly covariance: readonly Float64Array[];
}

export interface RobustScatter extends Scatter {
  /** Of the half that lies closest together, as it is. */
  readonly raw: Scatter;
}

const starts = 200;
const finalists = 40;
const mostSteps = 100;
/** Many points are searched in a part of them first, and the best of what is found there in all. */
const nested = 600;
const partSize = 300;
const finalistsOfMany = 10;

/**
 * Minimum covariance determinant (Rousseeuw 1984) by FAST-MCD (Rousseeuw & Van Driessen 1999): location and covariance
 * of the half of the points that lie closest together, then of all that are within its 97.5 % ellipsoid, both times made
 * consistent at the normal distribution (Croux & Haesbroeck 1999). As many as (n − p − 1) / 2 points may be anywhere.
 * As scikit-learn's MinCovDet.
 * @param points rows of equal length, finite
 * @returns undefined where half of the points or more lie in a plane
 */
export function minimumCovarianceDeterminant(
  points: readonly Float64Array[],
  seed = 1,
): RobustScatter | undefined {
  const n = points.length;
  const p = points[0]?.length ?? 0;
  if (p === 0 || n < 2 * p + 2) return undefined;
  const h = Math.ceil((n + p + 1) / 2);
  const random = seededRandom(seed);
  const tried: Half[] = [];
  const step = n > nested ? Math.floor(n / partSize) : 1;
  const part = step === 1 ? points : points.filter((_, i) => i % step === 0);
  const partHalf = step === 1 ? h : Math.ceil((part.length * h) / n);
  for (let start = 0; start < starts; start++) {
    const first = firstHalf(part, partHalf, random);
    const half = first && concentrate(part, partHalf, first, 2);
    if (half !== undefined) tried.push(half);
  }
  tried.sort((a, b) => a.logDeterminant - b.logDeterminant);
  let best: Half | undefined;
  for (const half of tried.slice(0, step === 1 ? finalists : finalistsOfMany)) {
    const done = concentrate(points, h, half, mostSteps);
    if (done !== undefined && (best === undefined || done.logDeterminant < best.logDeterminant)) best = done;
  }
  if (best === undefined) return undefined;
  const distances = squaredDistances(points, best)!;
  const limit = chiSquareQuantile(0.975, p) * consistency(p, h / n);
  const near = scatterOf(points.filter((_, i) => distances[i]! < limit));
  const factor = consistency(p, 0.975);
  return {
    location: near.location,
    covariance: near.covariance.map((row) => row.map((x) => x * factor)),
    raw: { location: best.location, covariance: best.covariance },
  };
}

/** What the covariance of the innermost share of normal points is multiplied by to be that of all. */
function consistency(p: number, share: number): number {
  return share / (1 - chiSquareSf(chiSquareQuantile(share, p), p + 2));
}

interface Half extends Scatter {
  readonly logDeterminant: number;
}

/** The points nearest to a few drawn at random: p + 1, and more while they lie in a plane. */
function firstHalf(points: readonly Float64Array[], h: number, random: Random): Scatter | undefined {
  const p = points[0]!.length;
  const order = Array.from(points.keys());
  for (let drawn = 0; drawn < order.length; drawn++) {
    const other = drawn + random.below(order.length - drawn);
    [order[drawn], order[other]] = [order[other]!, order[drawn]!];
    if (drawn < p) continue;
    const scatter = scatterOf(order.slice(0, drawn + 1).map((i) => points[i]!));
    if (choleskyOf(scatter.covariance) !== undefined) return scatter;
    // Doubling keeps the cost of a plane low.
    if (drawn > 4 * p && drawn > h) return undefined;
  }
  return undefined;
}

/** Takes the h nearest points again and again; the determinant falls with each step. */
function concentrate(
  points: readonly Float64Array[],
  h: number,
  from: Scatter,
  steps: number,
): Half | undefined {
  let scatter = from;
  let last = Infinity;
  for (let step = 0; step < steps; step++) {
    const distances = squaredDistances(points, scatter);
    if (distances === undefined) return undefined;
    scatter = scatterOf(nearest(points, distances, h));
    const logDeterminant = logDeterminantOf(scatter.covariance);
    if (logDeterminant === undefined) return undefined;
    if (logDeterminant >= last - 1e-12) return { ...scatter, logDeterminant };
    last = logDeterminant;
  }
  return { ...scatter, logDeterminant: last };
}

/** The h points of the smallest distances; of equal ones the first. */
function nearest(points: readonly Float64Array[], distances: Float64Array, h: number): Float64Array[] {
  const limit = Float64Array.from(distances).sort()[h - 1]!;
  let ties = h;
  for (const distance of distances) if (distance < limit) ties--;
  return points.filter((_, i) => distances[i]! < limit || (distances[i] === limit && ties-- > 0));
}

/** Mean and covariance (divided by n). */
export function scatterOf(points: readonly Float64Array[]): Scatter {
  const n = points.length;
  const p = points[0]?.length ?? 0;
  const location = new Float64Array(p);
  for (const point of points) for (let j = 0; j < p; j++) location[j]! += point[j]! / n;
  const covariance = Array.from({ length: p }, () => new Float64Array(p));
  for (const point of points) {
    for (let i = 0; i < p; i++) {
      const deviation = (point[i]! - location[i]!) / n;
      for (let j = 0; j <= i; j++) covariance[i]![j]! += deviation * (point[j]! - location[j]!);
    }
  }
  for (let i = 0; i < p; i++) for (let j = 0; j < i; j++) covariance[j]![i] = covariance[i]![j]!;
  return { location, covariance };
}

/** Lower triangle L with LLᵀ = matrix; undefined where it is singular to 10 digits. */
export function choleskyOf(matrix: readonly Float64Array[]): Float64Array[] | undefined {
  const p = matrix.length;
  const lower = Array.from({ length: p }, () => new Float64Array(p));
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]![j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      if (i !== j) lower[i]![j] = sum / lower[j]![j]!;
      else if (!(sum > 1e-10 * matrix[i]![i]!)) return undefined;
      else lower[i]![i] = Math.sqrt(sum);
    }
  }
  return lower;
}

function logDeterminantOf(matrix: readonly Float64Array[]): number | undefined {
  return choleskyOf(matrix)?.reduce((sum, row, i) => sum + 2 * Math.log(row[i]!), 0);
}

/** Squared Mahalanobis distances; undefined where the covariance is singular. */
export function squaredDistances(
  points: readonly Float64Array[],
  { location, covariance }: Scatter,
): Float64Array | undefined {
  const lower = choleskyOf(covariance);
  if (lower === undefined) return undefined;
  const p = location.length;
  const z = new Float64Array(p);
  return Float64Array.from(points, (point) => {
    let square = 0;
    for (let i = 0; i < p; i++) {
      let sum = point[i]! - location[i]!;
      for (let j = 0; j < i; j++) sum -= lower[i]![j]! * z[j]!;
      z[i] = sum / lower[i]![i]!;
      square += z[i]! * z[i]!;
    }
    return square;
  });
}

/** W with ‖W(x − location)‖² the squared distance: the inverse of the lower triangle of the covariance. */
export function whitening(covariance: readonly Float64Array[]): Float64Array[] | undefined {
  const lower = choleskyOf(covariance);
  if (lower === undefined) return undefined;
  const p = lower.length;
  const inverse = Array.from({ length: p }, () => new Float64Array(p));
  for (let column = 0; column < p; column++) {
    for (let i = column; i < p; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = column; k < i; k++) sum -= lower[i]![k]! * inverse[k]![column]!;
      inverse[i]![column] = sum / lower[i]![i]!;
    }
  }
  return inverse;
}
