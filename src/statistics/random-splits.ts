import type { BridgeForm } from './bridge.js';

/** Rows of two samples in the same cells, in the cells' order. */
export interface Cells {
  readonly small: readonly number[];
  readonly large: readonly number[];
}

/** Splits that are drawn at most: p values down to 1 in so many. */
const most = 20_000;
/** Draws end when this many splits reach the samples' own: p is then known to a seventh, which decides what is far from the level. */
const enough = 50;
/** With more rows in both samples than this, whether rows are put back after a draw makes no difference. */
const putBackFrom = 4e6;

/**
 * Share of random splits that reach what the samples show, this one among them (Phipson & Smyth 2010); drawn one after
 * the other until enough do (Besag & Clifford 1991), which keeps the test valid.
 * @param reaches draws a split and looks at it
 */
export function shareOfSplits(reaches: () => boolean, splits: number): number {
  let reached = 0;
  for (let split = 1; split <= splits; split++) {
    if (reaches() && ++reached === enough) return enough / split;
  }
  return (reached + 1) / (splits + 1);
}

/**
 * Share of random splits of all rows into samples of the same sizes whose distribution functions differ as much in the
 * form's weighted squares. Takes about 20,000 times the rows of the smaller sample.
 */
export function splitTail(form: BridgeForm, cells: Cells, random: () => number): number {
  const sums = cells.small.map((count, j) => count + cells.large[j]!);
  const [small, large] = [total(cells.small), total(cells.large)];
  const draw = small + large > putBackFrom ? puttingBack(sums, small, random) : splitsOf(sums, small, random);
  // Samples that differ exactly as much must not be told apart by rounding.
  const limit = differenceOf(form, Float64Array.from(cells.small), sums, [small, large]) * (1 - 1e-9);
  const drawn = new Float64Array(sums.length);
  return shareOfSplits(() => {
    draw(drawn);
    return differenceOf(form, drawn, sums, [small, large]) >= limit;
  }, most);
}

function differenceOf(
  form: BridgeForm,
  inCell: Float64Array,
  sums: readonly number[],
  [small, large]: readonly [number, number],
): number {
  const { onSteps, onPoints } = form;
  let [own, below, last, sum] = [0, 0, 0, 0];
  for (let j = 0; j < sums.length; j++) {
    own += inCell[j]!;
    below += sums[j]!;
    const difference = own / small - (below - own) / large;
    sum += onSteps[j]! * ((last + difference) / 2) ** 2 + onPoints[j]! * difference * difference;
    last = difference;
  }
  return sum;
}

type Draw = (counts: Float64Array) => void;

/** Draws so many of the rows, and counts them by cell. */
export function splitsOf(sums: readonly number[], small: number, random: () => number): Draw {
  const all = total(sums);
  const rows = new Uint32Array(all);
  for (let j = 0, at = 0; j < sums.length; at += sums[j++]!) rows.fill(j, at, at + sums[j]!);
  return (counts) => {
    counts.fill(0);
    for (let i = 0; i < small; i++) {
      const j = i + ((random() * (all - i)) >>> 0);
      const cell = rows[j]!;
      rows[j] = rows[i]!;
      rows[i] = cell;
      counts[cell]!++;
    }
  };
}

function puttingBack(sums: readonly number[], small: number, random: () => number): Draw {
  const all = total(sums);
  let below = 0;
  const ends = Float64Array.from(sums, (count) => (below += count));
  return (counts) => {
    counts.fill(0);
    for (let i = 0; i < small; i++) counts[firstAbove(ends, random() * all)]!++;
  };
}

function firstAbove(ends: Float64Array, x: number): number {
  let [from, to] = [0, ends.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ends[middle]! > x) to = middle;
    else from = middle + 1;
  }
  return from;
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
