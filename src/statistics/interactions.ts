import type { Binned } from './boosting.js';
import { chiSquareSf } from './special.js';

export interface ColumnPair {
  readonly a: number;
  readonly b: number;
  /** p value of "the pair tells no more than its columns do", before correction over all pairs. */
  readonly p: number;
}

/** Most cells that are visited to look at all pairs: a second or so. */
const budget = 2e8;

/**
 * Pairs of columns whose joint table tells the classes apart better than the two columns do by themselves, the
 * surest first, after Bonferroni's correction over all pairs. The measure is that of FAST (Lou et al. 2013), the
 * gain of the joint table less those of its margins, held against the chi-square it has by chance.
 * @param columns few bins each: a table of two needs rows in its cells
 * @param labels 1 or 0; rows 0 … rows − 1 are looked at
 */
export function findInteractions(
  columns: readonly Binned[],
  labels: Uint8Array,
  rows: number,
  most: number,
  level = 0.05,
): ColumnPair[] {
  const pairs = (columns.length * (columns.length - 1)) / 2;
  const seen = Math.min(rows, Math.max(500, Math.floor(budget / Math.max(1, pairs))));
  let ones = 0;
  for (let i = 0; i < seen; i++) ones += labels[i]!;
  const mean = ones / seen;
  const unit = mean * (1 - mean);
  if (!(unit > 0)) return [];
  const gain = (sums: Float64Array, counts: Float64Array): { gain: number; filled: number } => {
    let [total, filled] = [0, 0];
    for (let c = 0; c < counts.length; c++) {
      if (counts[c] === 0) continue;
      filled++;
      total += (sums[c]! - mean * counts[c]!) ** 2 / counts[c]!;
    }
    return { gain: total / unit, filled };
  };
  const margins = columns.map((column) => {
    const [sums, counts] = [new Float64Array(column.width), new Float64Array(column.width)];
    for (let i = 0; i < seen; i++) {
      sums[column.bins[i]!]! += labels[i]!;
      counts[column.bins[i]!]!++;
    }
    return gain(sums, counts);
  });
  const found: ColumnPair[] = [];
  columns.forEach((x, a) => {
    for (let b = a + 1; b < columns.length; b++) {
      const y = columns[b]!;
      const [sums, counts] = [new Float64Array(x.width * y.width), new Float64Array(x.width * y.width)];
      for (let i = 0; i < seen; i++) {
        const cell = x.bins[i]! * y.width + y.bins[i]!;
        sums[cell]! += labels[i]!;
        counts[cell]!++;
      }
      const joint = gain(sums, counts);
      const [ma, mb] = [margins[a]!, margins[b]!];
      const freedom = joint.filled - ma.filled - mb.filled + 1;
      if (freedom < 1) continue;
      const p = chiSquareSf(joint.gain - ma.gain - mb.gain, freedom);
      if (p * pairs <= level) found.push({ a, b, p });
    }
  });
  return found.sort((x, y) => x.p - y.p).slice(0, most);
}
