import type { Estimate } from './intervals.js';
import { type Random, exponential, gamma, seededRandom } from './random.js';

/*
 * Bounds that allow for what a sample does not show. Where all rows agree, a resample of them agrees, too, and its
 * interval has no width. Here one more row is added where it does the most harm, and the weights of the rows are drawn
 * from a Dirichlet distribution: Walley's imprecise Dirichlet model with s = 1 (JRSS B 58, 1996). Of a share it gives
 * the bounds of Clopper & Pearson; of a bounded mean those of Gaffke (2005; Learned-Miller & Thomas,
 * arXiv:1905.06208).
 */

/** Rows by cell: to the statistic, all rows of a cell are alike. */
export interface Cells {
  /** Rows in each cell, at least 0; of weighted or clustered rows the effective number, which need not be whole. */
  readonly counts: Float64Array;
  /** Cells in which another row may lie. */
  readonly next: readonly number[];
  /** The statistic when cell u holds weights[u] rows; NaN where it is not defined. */
  statistic(weights: Float64Array): number;
}

export interface UnseenOptions {
  /** Two-sided, in (0, 1). */
  readonly confidence: number;
  readonly seed: number;
  /** Default 2,000. */
  readonly replicates?: number;
  /** Cells above which the rows that were seen are taken as certain, and only the unseen one is drawn; default 20,000. */
  readonly most?: number;
}

/** Beyond this tail too few replicates lie outside; a bound goes on as the tail of one unseen row does. */
const leastTail = 0.01;

/**
 * Interval of a statistic of cells. Its ends may be ∓∞, where the statistic is not defined often enough.
 * @returns the same numbers for the same cells and seed
 */
export function unseenInterval(cells: Cells, options: UnseenOptions): Estimate {
  const { counts } = cells;
  const { confidence, seed, replicates = 2000, most = 20_000 } = options;
  const value = cells.statistic(counts);
  const tail = (1 - confidence) / 2;
  const drawnTail = Math.max(tail, leastTail);
  const { worst, best } = extremes(cells);
  if (worst === undefined || best === undefined) return { value, lower: -Infinity, upper: Infinity };
  const scale = Math.log(tail) / Math.log(drawnTail);
  const weights = Float64Array.from(counts);
  const withRow = (cell: number, rows: number, undefinedAs: number): number => {
    const before = weights[cell]!;
    weights[cell] = before + rows;
    const found = cells.statistic(weights);
    weights[cell] = before;
    return Number.isNaN(found) ? undefinedAs : found;
  };
  if (counts.length > most) {
    const rows = -Math.log(tail);
    return {
      value,
      lower: Math.min(value, withRow(worst, rows, -Infinity)),
      upper: Math.max(value, withRow(best, rows, Infinity)),
    };
  }
  const random = seededRandom(seed);
  const [low, high] = [new Float64Array(replicates), new Float64Array(replicates)];
  for (let i = 0; i < replicates; i++) {
    for (let u = 0; u < counts.length; u++) weights[u] = drawWeight(random, counts[u]!);
    const rows = drawWeight(random, 1);
    low[i] = withRow(worst, rows, -Infinity);
    high[i] = withRow(best, rows, Infinity);
  }
  const at = Math.floor(drawnTail * replicates);
  return {
    value,
    lower: value - scale * Math.max(0, value - low.sort()[at]!),
    upper: value + scale * Math.max(0, high.sort()[replicates - 1 - at]! - value),
  };
}

function drawWeight(random: Random, rows: number): number {
  if (rows === 0) return 0;
  return rows === 1 ? exponential(random) : gamma(random, rows);
}

/** The cells in which three more rows make the statistic smallest, and largest. */
function extremes({ counts, next, statistic }: Cells): { worst?: number; best?: number } {
  const weights = Float64Array.from(counts);
  let [lowest, highest] = [Infinity, -Infinity];
  const found: { worst?: number; best?: number } = {};
  for (const cell of next) {
    weights[cell]! += 3;
    const value = statistic(weights);
    weights[cell] = counts[cell]!;
    if (value < lowest) [lowest, found.worst] = [value, cell];
    if (value > highest) [highest, found.best] = [value, cell];
  }
  return found;
}
