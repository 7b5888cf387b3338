import { type Errors, Moments, cautiousInterval, unknownErrors, wider } from './cautious.js';
import type { Estimate, Interval } from './intervals.js';
import { type Random, binomial, seededRandom } from './random.js';
import { normalCdf, normalQuantile } from './special.js';

/** A statistic of weighted units. Units are rows, or cells that many equal rows share. */
export interface Resampled {
  /** Rows of each unit. */
  readonly counts: Uint32Array;
  /** Whether units are clusters of rows. */
  readonly clustered?: boolean;
  /** Degrees of freedom of a variance over the units, where they are of unequal weight. */
  readonly freedom?: number;
  /** The statistic when unit u counts weights[u] times; NaN where it is not defined. */
  statistic(weights: Uint32Array): number;
  /**
   * The statistic without each of the groups, where one pass can find them all.
   * @param groupOf the group of each unit, from 0; units count once each
   */
  without?(groupOf: Uint8Array, groups: number): Float64Array;
}

export interface ResampleOptions {
  /** Two-sided. */
  readonly confidence: number;
  readonly seed: number;
  /** Default 2,000. */
  readonly replicates?: number;
  /** Units above which the delete-a-group jackknife stands in for the bootstrap; default 20,000. */
  readonly maxUnits?: number;
}

export interface ResampledEstimate extends Estimate {
  readonly method: 'bootstrap-bca' | 'group-jackknife' | 'jackknife';
}

const groups = 100;
/** Below this many clusters the bootstrap's interval is too narrow (Cameron, Gelbach & Miller 2008). */
const fewClusters = 40;
/** Replicates that may be undefined before the interval says nothing. */
const maxUndefined = 0.01;

/**
 * Interval of any statistic by resampling rows: BCa bootstrap (Efron 1987), or the delete-a-group jackknife
 * (Kott 2001) where the units are so many that both agree and only one is affordable. The bootstrap's is too short
 * where few rows decide, and is widened to Student's of the jackknife at its effective degrees of freedom. For a paired
 * difference, a unit holds the row's outcome under both models, so both see the same resampled rows.
 * @returns the same numbers for the same data and seed
 */
export function resampleInterval(resampled: Resampled, options: ResampleOptions): ResampledEstimate {
  const { counts } = resampled;
  const value = resampled.statistic(counts);
  const nothing: ResampledEstimate = { value, lower: -Infinity, upper: Infinity, method: 'bootstrap-bca' };
  // One row, or one cluster, resamples to itself.
  const single = counts.length === 1 && counts[0] === 1;
  if (single || !Number.isFinite(value)) return nothing;
  const { confidence, seed, replicates = 2000, maxUnits = 20_000 } = options;
  const random = seededRandom(seed);
  if (resampled.clustered === true && counts.length < fewClusters) {
    const errors = jackknifeErrors(clustersLeftOut(resampled), resampled.freedom);
    return { ...cautiousInterval(value, [errors], confidence), method: 'jackknife' };
  }
  if (counts.length > maxUnits) {
    const errors = jackknifeErrors(groupsLeftOut(resampled, random), resampled.freedom);
    return { ...cautiousInterval(value, [errors], confidence), method: 'group-jackknife' };
  }
  const draw = sampler(counts, random);
  const weights = new Uint32Array(counts.length);
  const drawn = new Float64Array(replicates);
  let kept = 0;
  for (let i = 0; i < replicates; i++) {
    draw(weights);
    const replicate = resampled.statistic(weights);
    if (Number.isFinite(replicate)) drawn[kept++] = replicate;
  }
  if (kept < replicates * (1 - maxUndefined)) return nothing;
  const errors = jackknifeErrors(leftOut(resampled, random), resampled.freedom);
  const bootstrapped = bcaInterval(value, drawn.slice(0, kept), errors.skew / 6, confidence);
  const jackknifed = cautiousInterval(value, [{ ...errors, skew: 0 }], confidence);
  return {
    ...wider({ ...jackknifed, ...bootstrapped }, jackknifed),
    method: 'bootstrap-bca',
  };
}

/** The jackknife's variance of a statistic. */
export function jackknifeVariance(
  resampled: Resampled,
  { seed, maxUnits = 20_000 }: ResampleOptions,
): number {
  const random = seededRandom(seed);
  const parts =
    resampled.counts.length > maxUnits ? groupsLeftOut(resampled, random) : leftOut(resampled, random);
  return jackknifeErrors(parts).variance;
}

/** Fills weights with a resample of as many rows as there are. */
function sampler(counts: Uint32Array, random: Random): (weights: Uint32Array) => void {
  const units = counts.length;
  const rows = counts.reduce((sum, count) => sum + count, 0);
  if (rows === units) {
    return (weights) => {
      weights.fill(0);
      for (let i = 0; i < rows; i++) weights[random.below(rows)]!++;
    };
  }
  // A multinomial draw, one binomial a cell, is the same as drawing its rows.
  return (weights) => {
    let rowsLeft = rows;
    let drawsLeft = rows;
    for (let u = 0; u < units; u++) {
      const count = counts[u]!;
      const drawn = count === rowsLeft ? drawsLeft : binomial(random, drawsLeft, count / rowsLeft);
      weights[u] = drawn;
      drawsLeft -= drawn;
      rowsLeft -= count;
    }
  };
}

/**
 * BCa interval from what scipy.stats.bootstrap(method='BCa') takes: percentiles by linear interpolation.
 * @param replicates the statistic of each resample
 * @param acceleration from the jackknife
 */
export function bcaInterval(
  value: number,
  replicates: Float64Array,
  acceleration: number,
  confidence: number,
): Interval {
  const sorted = Float64Array.from(replicates).sort();
  const count = sorted.length;
  let below = 0;
  let upTo = 0;
  for (const replicate of sorted) {
    if (replicate < value) below++;
    if (replicate <= value) upTo++;
  }
  const share = Math.min(Math.max((below + upTo) / (2 * count), 0.5 / count), 1 - 0.5 / count);
  const bias = normalQuantile(share);
  const end = (p: number): number => {
    const shifted = bias + normalQuantile(p);
    return quantile(sorted, normalCdf(bias + shifted / (1 - acceleration * shifted)));
  };
  const tail = (1 - confidence) / 2;
  return { lower: end(tail), upper: end(1 - tail) };
}

function quantile(sorted: Float64Array, p: number): number {
  const at = Math.min(Math.max(p, 0), 1) * (sorted.length - 1);
  const low = Math.floor(at);
  const [a, b] = [sorted[low]!, sorted[Math.min(low + 1, sorted.length - 1)]!];
  return a + (b - a) * (at - low);
}

/** The statistic without each of its parts, and how many parts give the same value. */
interface LeftOut {
  readonly values: readonly number[];
  readonly times: readonly number[];
}

/** Rows one by one, and in groups where they are many. */
function leftOut(resampled: Resampled, random: Random): LeftOut {
  const { counts } = resampled;
  if (counts.length > 2000) return groupsLeftOut(resampled, random);
  const weights = Uint32Array.from(counts);
  const values: number[] = [];
  const times: number[] = [];
  for (let u = 0; u < counts.length; u++) {
    if (counts[u] === 0) continue;
    weights[u]!--;
    values.push(resampled.statistic(weights));
    times.push(counts[u]!);
    weights[u]!++;
  }
  return { values, times };
}

function clustersLeftOut({ counts, statistic }: Resampled): LeftOut {
  const weights = Uint32Array.from(counts);
  const values = Array.from(counts, (count, u) => {
    weights[u] = 0;
    const without = statistic(weights);
    weights[u] = count;
    return without;
  });
  return { values, times: values.map(() => 1) };
}

/** Errors that parts of about one size add, by leaving each out; their squares add up to the jackknife's variance. */
function jackknifeErrors({ values, times }: LeftOut, most = Infinity): Errors {
  let [units, sum] = [0, 0];
  values.forEach((value, i) => {
    units += times[i]!;
    sum += value * times[i]!;
  });
  const mean = sum / units;
  const moments = new Moments();
  values.forEach((value, i) => moments.add(mean - value, times[i]!));
  if (!Number.isFinite(moments.second) || units < 2) return unknownErrors;
  const { skew, tails } = moments;
  const variance = (moments.second * (units - 1)) / units;
  return { variance, freedom: Math.min(units - 1, most), skew: skew / Math.sqrt(units), tails };
}

/** The statistic without each of the groups that rows fall into at random. */
function groupsLeftOut(resampled: Resampled, random: Random): LeftOut {
  const { counts } = resampled;
  const rows = new Uint32Array(counts.reduce((sum, count) => sum + count, 0));
  for (let u = 0, row = 0; u < counts.length; u++) for (let i = 0; i < counts[u]!; i++) rows[row++] = u;
  for (let i = rows.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const moved = rows[i]!;
    rows[i] = rows[j]!;
    rows[j] = moved;
  }
  const startOf = (g: number): number => Math.floor((g * rows.length) / groups);
  const times = new Array<number>(groups).fill(1);
  if (resampled.without !== undefined && rows.length === counts.length) {
    const groupOf = new Uint8Array(rows.length);
    for (let g = 0; g < groups; g++) for (let i = startOf(g); i < startOf(g + 1); i++) groupOf[rows[i]!] = g;
    return { values: [...resampled.without(groupOf, groups)], times };
  }
  const weights = Uint32Array.from(counts);
  const values = Array.from({ length: groups }, (_, g) => {
    const [from, to] = [startOf(g), startOf(g + 1)];
    for (let i = from; i < to; i++) weights[rows[i]!]!--;
    const without = resampled.statistic(weights);
    for (let i = from; i < to; i++) weights[rows[i]!]!++;
    return without;
  });
  return { values, times };
}
