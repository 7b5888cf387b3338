import { gaussLegendre, solve } from './quadrature.js';
import { normalCdf, normalQuantile, normalSf, tQuantile, tSf } from './special.js';

/*
 * Average run lengths (ARL) of control charts on independent normal values, and their limits. Limits and shifts are in
 * standard deviations of one value; charts are two-sided and start at 0.
 */

/** Shewhart's chart: alarms beyond ±limit. */
export function shewhartArl(limit: number, shift: number): number {
  return 1 / (normalSf(limit - shift) + normalCdf(-limit - shift));
}

/** Points of the rule by which the integral equations are solved: more change no digit that is shown. */
const nodes = 36;

/**
 * Two CUSUMs S ← max(0, S ± z − k), alarm above h, by Page's integral equation (1954). For k > 0 the two never stand
 * above 0 at once such that they would meet, and 1/ARL adds (Van Dobben de Bruyn 1968).
 */
export function cusumArl(h: number, k: number, shift: number): number {
  return 1 / (1 / oneSidedCusum(h, k, shift) + 1 / oneSidedCusum(h, k, -shift));
}

function oneSidedCusum(h: number, k: number, shift: number): number {
  const { points, weights } = gaussLegendre(nodes, 0, h);
  // Unknowns: the ARL from 0, then from each point.
  const from = [0, ...points];
  const n = from.length;
  const a = new Float64Array(n * n);
  from.forEach((z, i) => {
    a[i * n + i]! += 1;
    a[i * n]! -= normalCdf(k - z - shift);
    for (let j = 0; j < nodes; j++) a[i * n + 1 + j]! -= weights[j]! * density(points[j]! - z + k - shift);
  });
  return solve(a, new Float64Array(n).fill(1))[0]!;
}

/**
 * EWMA E ← (1 − λ)E + λz, alarm beyond ±limit·√(λ/(2 − λ)), by Crowder's integral equation (1987).
 */
export function ewmaArl(lambda: number, limit: number, shift: number): number {
  const h = limit * Math.sqrt(lambda / (2 - lambda));
  const { points, weights } = gaussLegendre(nodes, -h, h);
  const a = new Float64Array(nodes * nodes);
  const kernel = (to: number, at: number): number =>
    density((to - (1 - lambda) * at) / lambda - shift) / lambda;
  for (let i = 0; i < nodes; i++) {
    for (let j = 0; j < nodes; j++) {
      a[i * nodes + j] = (i === j ? 1 : 0) - weights[j]! * kernel(points[j]!, points[i]!);
    }
  }
  const arl = solve(a, new Float64Array(nodes).fill(1));
  return arl.reduce((sum, value, j) => sum + weights[j]! * kernel(points[j]!, 0) * value, 1);
}

/** Limit of a chart with a wanted ARL in control. */
export function shewhartLimit(arl: number): number {
  return -normalQuantile(1 / (2 * arl));
}
export function cusumLimit(arl: number, k: number): number {
  return limitOf((h) => cusumArl(h, k, 0), arl);
}
export function ewmaLimit(arl: number, lambda: number): number {
  return limitOf((limit) => ewmaArl(lambda, limit, 0), arl);
}

/**
 * The logarithm of the ARL grows with the limit, evenly enough for a false position whose stale end is halved
 * (Illinois method).
 */
function limitOf(arlOf: (limit: number) => number, arl: number): number {
  const gap = (limit: number): number => {
    const found = arlOf(limit);
    // Beyond all run lengths that numbers can tell apart the equations have no solution.
    return found > 0 && found < 1e12 ? Math.log(found / arl) : 20;
  };
  let [low, high] = [0.05, 2];
  let below = gap(low);
  let above = gap(high);
  while (above < 0 && high < 200) [low, below, high, above] = [high, above, high * 1.5, gap(high * 1.5)];
  for (let i = 0; i < 60 && high - low > 1e-10; i++) {
    const middle = low + ((high - low) * below) / (below - above);
    const found = gap(middle);
    if (Math.abs(found) < 1e-10) return middle;
    if (found < 0) [low, below, above] = [middle, found, above / 2];
    else [high, above, below] = [middle, found, below / 2];
  }
  return (low + high) / 2;
}

/**
 * Factor of the standard deviation beyond which one more value lies with probability p, when mean and deviation are
 * those of n values: t(n − 1)·√(1 + 1/n). Ten values and p = 0.0027 give 4.29, not 3.
 */
export function predictionFactor(n: number, p: number): number {
  return n < 2 ? Infinity : -tQuantile(p / 2, n - 1) * Math.sqrt(1 + 1 / n);
}

/**
 * How far a value lies from n values before it, as a standard normal value: exactly that, and independent from
 * one value to the next, when all are normal and nothing changed (Quesenberry 1991, Q charts). So the charts above keep
 * their ARL however few values they have learned from.
 * @param deviation of the n values, ddof 1, above 0
 */
export function standardised(x: number, n: number, mean: number, deviation: number): number {
  const t = (x - mean) / (deviation * Math.sqrt(1 + 1 / n));
  const z = -normalQuantile(tSf(Math.abs(t), n - 1));
  return t < 0 ? -z : z;
}

/**
 * As `standardised`, of values that scatter in any way: the normal score of the value's rank among itself and those
 * before it (sequential normal scores: Conover, Tercero-Gómez & Cordero-Franco 2017). Equal values share their ranks.
 */
export function normalScore(x: number, before: readonly number[]): number {
  let [below, equal] = [0, 0];
  for (const value of before) {
    if (value < x) below++;
    else if (value === x) equal++;
  }
  return normalQuantile((below + equal / 2 + 0.5) / (before.length + 1));
}

const density = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
