import type { Random } from './random.js';

/** One column of rows, its values sorted into bins 0 … width − 1. */
export interface Binned {
  readonly bins: Uint8Array;
  readonly width: number;
}

/** A tree that asks one question of all rows at each level: is the column's bin above `bin`? */
export interface Tree {
  readonly splits: readonly { readonly column: number; readonly bin: number; readonly gain: number }[];
  /** By the answers, the first level in the lowest bit. */
  readonly leaves: Float64Array;
}

export interface BoostOptions {
  /** Rows 0 … rows − 1 of the columns are learned from, in an order that says nothing about them. */
  readonly rows: number;
  readonly rounds: number;
  readonly depth: number;
  readonly rate: number;
  /** Added to the sum of second derivatives in each leaf: rows that a leaf must outweigh, times ¼. */
  readonly ridge: number;
  /** Most rows that one tree learns from. */
  readonly sample: number;
  readonly random: Random;
}

/**
 * Gradient boosting for two classes (Friedman 2001, second order as in Chen & Guestrin 2016) with oblivious trees
 * (Prokhorenkova et al. 2018) on histograms: small, fast, and hard to overfit.
 * @param labels 1 or 0 for each row
 * @returns trees whose sum is the log odds, up to a constant; those without a useful question are left out
 */
export function boost(columns: readonly Binned[], labels: Uint8Array, options: BoostOptions): Tree[] {
  const { rows, rounds, depth, rate, ridge, random } = options;
  const sample = Math.min(rows, options.sample);
  let ones = 0;
  for (let i = 0; i < rows; i++) ones += labels[i]!;
  const odds = new Float64Array(rows).fill(Math.log((ones + 0.5) / (rows - ones + 0.5)));
  const leaf = new Uint8Array(sample);
  const gradients = new Float64Array(sample);
  const curvatures = new Float64Array(sample);
  const trees: Tree[] = [];
  for (let round = 0; round < rounds; round++) {
    // The rows are shuffled already, so that a stretch of them is a random sample.
    const from = sample === rows ? 0 : random.below(rows - sample + 1);
    for (let i = 0; i < sample; i++) {
      const p = 1 / (1 + Math.exp(-odds[from + i]!));
      gradients[i] = labels[from + i]! - p;
      curvatures[i] = p * (1 - p);
    }
    const stretch = columns.map(({ bins, width }) => ({ bins: bins.subarray(from, from + sample), width }));
    leaf.fill(0);
    const splits = [];
    for (let level = 0; level < depth; level++) {
      const split = bestSplit(stretch, gradients, curvatures, leaf, 1 << level, ridge);
      if (split === undefined) break;
      splits.push(split);
      const { bins } = stretch[split.column]!;
      for (let i = 0; i < sample; i++) if (bins[i]! > split.bin) leaf[i]! |= 1 << level;
    }
    if (splits.length === 0) continue;
    const g = new Float64Array(1 << splits.length);
    const h = new Float64Array(1 << splits.length).fill(ridge);
    for (let i = 0; i < sample; i++) {
      g[leaf[i]!]! += gradients[i]!;
      h[leaf[i]!]! += curvatures[i]!;
    }
    const tree = { splits, leaves: g.map((sum, i) => (rate * sum) / h[i]!) };
    trees.push(tree);
    addTree(tree, columns, 0, odds);
  }
  return trees;
}

/** Adds what a tree says of rows `from`, `from + 1`, … to as many scores. */
export function addTree(
  { splits, leaves }: Tree,
  columns: readonly Binned[],
  from: number,
  scores: Float64Array,
): void {
  const rows = scores.length;
  const leaf = new Uint8Array(rows);
  splits.forEach(({ column, bin }, level) => {
    const { bins } = columns[column]!;
    const bit = 1 << level;
    for (let i = 0; i < rows; i++) if (bins[from + i]! > bin) leaf[i]! |= bit;
  });
  for (let i = 0; i < rows; i++) scores[i]! += leaves[leaf[i]!]!;
}

/** The question that gains most over all leaves together; undefined where no column has two bins. */
function bestSplit(
  columns: readonly Binned[],
  gradients: Float64Array,
  curvatures: Float64Array,
  leaf: Uint8Array,
  leaves: number,
  ridge: number,
): Tree['splits'][number] | undefined {
  let best: Tree['splits'][number] | undefined;
  const totals = new Float64Array(2 * leaves);
  for (let i = 0; i < leaf.length; i++) {
    totals[2 * leaf[i]!]! += gradients[i]!;
    totals[2 * leaf[i]! + 1]! += curvatures[i]!;
  }
  let before = 0;
  for (let l = 0; l < leaves; l++) before += totals[2 * l]! ** 2 / (totals[2 * l + 1]! + ridge);
  columns.forEach(({ bins, width }, column) => {
    // Gradient and curvature side by side: one cache line for both.
    const sums = new Float64Array(2 * leaves * width);
    for (let i = 0; i < leaf.length; i++) {
      const cell = 2 * (leaf[i]! * width + bins[i]!);
      sums[cell]! += gradients[i]!;
      sums[cell + 1]! += curvatures[i]!;
    }
    const gains = new Float64Array(Math.max(0, width - 1));
    for (let l = 0; l < leaves; l++) {
      const [gAll, hAll] = [totals[2 * l]!, totals[2 * l + 1]!];
      let [g, h] = [0, 0];
      for (let bin = 0; bin < width - 1; bin++) {
        g += sums[2 * (l * width + bin)]!;
        h += sums[2 * (l * width + bin) + 1]!;
        gains[bin]! += (g * g) / (h + ridge) + (gAll - g) ** 2 / (hAll - h + ridge);
      }
    }
    gains.forEach((gain, bin) => {
      if (gain - before > (best?.gain ?? 1e-12)) best = { column, bin, gain: gain - before };
    });
  });
  return best;
}
