import type { Interval } from './intervals.js';
import { normalQuantile } from './special.js';

// A name of its own: tests run in a context in which each look at Math costs more than the function.
const { log1p } = Math;

/*
 * Bounds of ratios of sums in the imprecise Dirichlet model (see unseen.ts), without a draw.
 */

/** A share of sums over rows: Σ numerator/Σ denominator, such as Fβ; a mean, where every denominator is 1. */
export interface RatioCells {
  readonly counts: Float64Array;
  readonly numerators: Float64Array;
  readonly denominators: Float64Array;
}

/** What a row may add that was not seen. */
export interface UnseenRow {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * Lower bound of a ratio of sums, without a draw: P(Σ w(numerator − t·denominator) ≤ 0) = tail, the weights w being
 * gamma variables, by the saddlepoint approximation to their linear combinations.
 * @param row the unseen row that makes the ratio smallest
 * @param tail in (0, ½)
 * @param least the smallest value that the ratio can have
 */
export function lowerRatioBound(cells: RatioCells, row: UnseenRow, tail: number, least: number): number {
  const { counts, numerators, denominators } = cells;
  const n = counts.length;
  const [shapes, values] = [new Float64Array(n + 1), new Float64Array(n + 1)];
  shapes.set(counts);
  shapes[n] = 1;
  const below = (t: number): number => {
    for (let i = 0; i < n; i++) values[i] = numerators[i]! - t * denominators[i]!;
    values[n] = row.numerator - t * row.denominator;
    return normalScoreAtZero(shapes, values);
  };
  let [numerator, denominator] = [row.numerator, row.denominator];
  for (let i = 0; i < n; i++) {
    numerator += counts[i]! * numerators[i]!;
    denominator += counts[i]! * denominators[i]!;
  }
  const wanted = normalQuantile(tail);
  return rootBelow((t) => below(t) - wanted, least, numerator / denominator);
}

/** Root of a rising function that may be −∞ at `low`, by regula falsi (the Illinois algorithm), and halves before that. */
function rootBelow(f: (x: number) => number, low: number, high: number): number {
  const least = 1e-10 * (high - low);
  let [atLow, atHigh, kept] = [-Infinity, f(high), ''];
  for (let i = 0; i < 100 && high - low > least; i++) {
    const straight = (low * atHigh - high * atLow) / (atHigh - atLow);
    const x = straight > low && straight < high ? straight : (low + high) / 2;
    const found = f(x);
    if (Math.abs(found) < 1e-8) return x;
    if (found < 0) {
      [low, atLow] = [x, found];
      if (kept === 'high') atHigh /= 2;
      kept = 'high';
    } else {
      [high, atHigh] = [x, found];
      if (kept === 'low') atLow /= 2;
      kept = 'low';
    }
  }
  return (low + high) / 2;
}

/** Cells above which values that lie beside each other are taken together. */
const mostCells = 512;

/**
 * Interval of the mean of bounded values: Gaffke's bounds.
 * @param values of the rows
 * @param shapes how many rows each stands for; effective ones where rows are weighted or clustered
 * @param range the smallest and the largest value that a row can have
 * @param confidence two-sided
 */
export function boundedMeanInterval(
  values: Float64Array,
  shapes: Float64Array,
  [least, most]: readonly [number, number],
  confidence: number,
): Interval {
  const cells = meanCells(values, shapes);
  const tail = (1 - confidence) / 2;
  const turned = { ...cells, numerators: cells.numerators.map((value) => -value) };
  return {
    lower: lowerRatioBound(cells, { numerator: least, denominator: 1 }, tail, least),
    upper: -lowerRatioBound(turned, { numerator: -most, denominator: 1 }, tail, -most),
  };
}

function meanCells(values: Float64Array, shapes: Float64Array): RatioCells {
  const order = Uint32Array.from(values.keys())
    .filter((i) => shapes[i]! > 0)
    .sort((a, b) => values[a]! - values[b]!);
  const per = Math.max(1, Math.ceil(values.length / mostCells));
  const [counts, means]: [number[], number[]] = [[], []];
  for (let start = 0; start < order.length;) {
    let [end, count, sum] = [start, 0, 0];
    // Equal values are one cell, however many.
    while (end < order.length && (end - start < per || values[order[end]!] === values[order[start]!])) {
      count += shapes[order[end]!]!;
      sum += shapes[order[end]!]! * values[order[end]!]!;
      end++;
    }
    counts.push(count);
    means.push(sum / count);
    start = end;
  }
  return {
    counts: Float64Array.from(counts),
    numerators: Float64Array.from(means),
    denominators: new Float64Array(means.length).fill(1),
  };
}

/**
 * The z for which P(Z ≤ z) of the standard normal is P(Σ vᵢGᵢ ≤ 0), of independent gamma variables Gᵢ with the given
 * shapes: r* of the saddlepoint approximation (Barndorff-Nielsen 1986).
 */
export function normalScoreAtZero(shapes: Float64Array, values: Float64Array): number {
  let [least, most] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (shapes[i] === 0) continue;
    if (values[i]! < least) least = values[i]!;
    if (values[i]! > most) most = values[i]!;
  }
  if (least === 0) return most === 0 ? Infinity : -Infinity;
  if (most === 0) return Infinity;
  const saddle = saddlepoint(shapes, values, 1 / least, 1 / most);
  const { second, third } = derivatives(shapes, values, saddle);
  const u = saddle * Math.sqrt(second);
  // The formula is 0/0 where the mean is 0; its limit.
  if (Math.abs(u) < 1e-4) return third / (6 * second ** 1.5);
  const w = Math.sign(saddle) * Math.sqrt(Math.max(0, -2 * cumulantOf(shapes, values, saddle)));
  return w + Math.log(u / w) / w;
}

/** K(s) = −Σ shape·ln(1 − s·value). */
function cumulantOf(shapes: Float64Array, values: Float64Array, s: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum -= shapes[i]! * log1p(-s * values[i]!);
  return sum;
}

/** Where the derivative of the cumulant function is 0, between its poles. */
function saddlepoint(shapes: Float64Array, values: Float64Array, from: number, to: number): number {
  let [low, high] = [from, to];
  let s = 0;
  for (let i = 0; i < 200; i++) {
    const { first, second } = derivatives(shapes, values, s);
    if (first > 0) high = s;
    else low = s;
    const step = s - first / second;
    const next = step > low && step < high ? step : (low + high) / 2;
    if (Math.abs(next - s) <= 1e-10 * (Math.abs(next) + 1e-6 * (to - from))) return next;
    s = next;
  }
  return s;
}

/** Derivatives of K. */
function derivatives(
  shapes: Float64Array,
  values: Float64Array,
  s: number,
): { first: number; second: number; third: number } {
  let [first, second, third] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const shape = shapes[i]!;
    if (shape === 0) continue;
    const rest = 1 - s * values[i]!;
    const part = values[i]! / rest;
    first += shape * part;
    second += shape * part * part;
    third += 2 * shape * part * part * part;
  }
  return { first, second, third };
}
