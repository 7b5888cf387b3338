import type { Estimated } from '../../formats/drift-performance.js';
import { rankOrder } from '../../statistics/delong.js';
import { type Isotonic, applyIsotonic, isotonic } from '../../statistics/isotonic.js';
import { applyPlatt, fitPlatt, logit } from '../../statistics/platt.js';
import { type Random, seededRandom } from '../../statistics/random.js';

/** Probabilities of each class, row by row, and the class that came. */
export interface Claims {
  readonly classes: number;
  readonly claimed: Float64Array;
  readonly came: ArrayLike<number>;
}

export interface Calibration {
  readonly found: Estimated['calibration'];
  /** Claims as they come true, each row summing to 1. */
  correct: Correct;
  /**
   * Other calibrations that the reference's rows leave possible, one for each bootstrap sample of them: as far as these
   * differ, the estimate is open. Claims that were not shown to be wrong may still be: they are recalibrated here, too.
   */
  readonly others: readonly Correct[];
}

/** Claims as they come true. */
export type Correct = (claimed: Float64Array) => Float64Array;

const bins = 10;
const draws = 200;
/** Rows of the reference that together are a point of the corrected curve. */
const groupRows = 100;
/** More rows show no smaller error that matters, and take time. */
const testedRows = 20_000;
/** Below this chance of so large an error under calibration, the claims are corrected. */
const significant = 0.01;
/** Bootstrap samples of the reference: enough for a standard deviation within a tenth. */
const resamples = 60;

/**
 * Holds what a model claims against what came: the expected calibration error of all classes in ten bins of equal size,
 * against what it is when labels are drawn from the claims. Claims that are shown to be wrong are corrected class by
 * class by isotonic regression; how good that is is measured on rows that it was not fitted on.
 */
export function calibrate(claims: Claims, seed: number): Calibration {
  const random = seededRandom(seed);
  const rows = claims.came.length;
  const sample = takeEvery(claims, Math.ceil(rows / testedRows));
  const binOf = binsOf(sample);
  const error = errorOf(sample, sample.came, binOf);
  let [sum, atLeast] = [0, 0];
  for (let i = 0; i < draws; i++) {
    const drawn = errorOf(sample, drawLabels(sample, random), binOf);
    sum += drawn;
    if (drawn >= error) atLeast++;
  }
  const p = (atLeast + 1) / (draws + 1);
  const base = { rows, error, errorByChance: sum / draws, p };
  const resampled = Array.from({ length: resamples }, () => drawRows(sample.came.length, random));
  if (p >= significant) {
    const others = resampled.map((counts) => recalibrator(sample, counts));
    return { found: { ...base, used: 'as-is' }, correct: (claimed) => claimed, others };
  }
  return {
    found: { ...base, used: 'isotonic', errorAfter: errorAfter(sample) },
    correct: corrector(claims),
    others: resampled.map((counts) => corrector(repeated(sample, counts))),
  };
}

/** How often each row is in a bootstrap sample. */
function drawRows(rows: number, random: Random): Uint32Array {
  const counts = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) counts[random.below(rows)]!++;
  return counts;
}

/** Each row as often as it was drawn. */
function repeated({ classes: k, claimed, came }: Claims, counts: Uint32Array): Claims {
  const rows: number[] = [];
  counts.forEach((count, row) => {
    for (let i = 0; i < count; i++) rows.push(row);
  });
  const out = new Float64Array(rows.length * k);
  rows.forEach((row, i) => out.set(claimed.subarray(row * k, row * k + k), i * k));
  return { classes: k, claimed: out, came: rows.map((row) => came[row]!) };
}

/** Logistic recalibration of each class on weighted rows; of two classes the second tells the first. */
function recalibrator({ classes: k, claimed, came }: Claims, weights: Uint32Array): Correct {
  const first = k === 2 ? 1 : 0;
  const fits = Array.from({ length: k - first }, (_, j) => {
    const c = first + j;
    const logits = Float64Array.from(weights, (_weight, i) => logit(claimed[i * k + c]!));
    return fitPlatt(
      logits,
      Uint8Array.from(weights, (_weight, i) => (came[i] === c ? 1 : 0)),
      weights,
    );
  });
  return (values) => {
    const out = new Float64Array(values.length);
    for (let i = 0; i < values.length; i += k) {
      if (k === 2) {
        out[i + 1] = applyPlatt(fits[0]!, values[i + 1]!);
        out[i] = 1 - out[i + 1]!;
        continue;
      }
      let sum = 0;
      for (let c = 0; c < k; c++) sum += out[i + c] = applyPlatt(fits[c]!, values[i + c]!);
      for (let c = 0; c < k; c++) out[i + c]! /= sum;
    }
    return out;
  };
}

function corrector({ classes: k, claimed, came }: Claims): (claimed: Float64Array) => Float64Array {
  // Of two classes the second's curve tells the first's.
  const curves: Isotonic[] = [];
  for (let c = k === 2 ? 1 : 0; c < k; c++) {
    const x = Float64Array.from({ length: came.length }, (_, i) => claimed[i * k + c]!);
    const order = rankOrder(x);
    const y = Uint8Array.from({ length: came.length }, (_, i) => (came[i] === c ? 1 : 0));
    curves.push(isotonic(inGroups(x, order), y, order));
  }
  return (values) => {
    const out = new Float64Array(values.length);
    for (let i = 0; i < values.length; i += k) {
      if (k === 2) {
        out[i + 1] = applyIsotonic(curves[0]!, values[i + 1]!);
        out[i] = 1 - out[i + 1]!;
        continue;
      }
      let sum = 0;
      for (let c = 0; c < k; c++) sum += out[i + c] = applyIsotonic(curves[c]!, values[i + c]!);
      // Where no class is held possible, the claims are all there is.
      for (let c = 0; c < k; c++) out[i + c] = sum > 0 ? out[i + c]! / sum : values[i + c]!;
    }
    return out;
  };
}

/** Claims of neighbours as their mean: a curve through single rows would follow their chance. */
function inGroups(x: Float64Array, order: Uint32Array): Float64Array {
  const size = Math.max(1, Math.min(groupRows, Math.floor(order.length / bins)));
  const means = new Float64Array(x.length);
  for (let from = 0; from < order.length; from += size) {
    const group = order.subarray(from, from + size);
    const mean = group.reduce((sum, row) => sum + x[row]!, 0) / group.length;
    for (const row of group) means[row] = mean;
  }
  return means;
}

/** Error of claims corrected on every other row, on the rows between. */
function errorAfter(claims: Claims): number {
  const [fit, rest] = [takeEvery(claims, 2, 0), takeEvery(claims, 2, 1)];
  const corrected: Claims = { ...rest, claimed: corrector(fit)(rest.claimed) };
  return errorOf(corrected, rest.came, binsOf(corrected));
}

function takeEvery({ classes: k, claimed, came }: Claims, step: number, from = 0): Claims {
  const rows: number[] = [];
  for (let i = from; i < came.length; i += step) rows.push(i);
  const out = new Float64Array(rows.length * k);
  rows.forEach((row, i) => out.set(claimed.subarray(row * k, row * k + k), i * k));
  return { classes: k, claimed: out, came: rows.map((row) => came[row]!) };
}

/** For each class but the first of two, the bin of each row by its claim. */
function binsOf({ classes: k, claimed, came }: Claims): { c: number; binOf: Uint8Array }[] {
  const n = came.length;
  const list = [];
  for (let c = k === 2 ? 1 : 0; c < k; c++) {
    const order = rankOrder(Float64Array.from({ length: n }, (_, i) => claimed[i * k + c]!));
    const binOf = new Uint8Array(n);
    order.forEach((row, i) => {
      const before = order[i - 1];
      const tied = before !== undefined && claimed[before * k + c] === claimed[row * k + c];
      binOf[row] = tied ? binOf[before]! : Math.floor((i * bins) / n);
    });
    list.push({ c, binOf });
  }
  return list;
}

function errorOf(
  { classes: k, claimed }: Claims,
  came: ArrayLike<number>,
  list: readonly { c: number; binOf: Uint8Array }[],
): number {
  let total = 0;
  for (const { c, binOf } of list) {
    const gaps = new Float64Array(bins);
    for (let i = 0; i < binOf.length; i++) gaps[binOf[i]!]! += (came[i] === c ? 1 : 0) - claimed[i * k + c]!;
    total += gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / binOf.length;
  }
  return total / list.length;
}

/** Labels as they would come if the claims were right. */
export function drawLabels(
  { classes: k, claimed }: Pick<Claims, 'classes' | 'claimed'>,
  random: Random,
): Uint16Array {
  const rows = claimed.length / k;
  const labels = new Uint16Array(rows);
  for (let i = 0; i < rows; i++) {
    let rest = random.uniform();
    let c = 0;
    while (c < k - 1 && (rest -= claimed[i * k + c]!) >= 0) c++;
    labels[i] = c;
  }
  return labels;
}
