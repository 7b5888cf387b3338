import type { Binned } from './boosting.js';
import type { Random } from './random.js';

/** A category's rate is pulled to the mean as by this many rows. */
const prior = 20;
/** Each row's rate is taken from the rows of all folds but its own. */
const folds = 5;
const rateBins = 32;

/**
 * Bins without an order, ordered by their share of ones. Rows that are learned from get the share among the rows of
 * other folds: by its own label, every rare category would look as if it told much (Micci-Barreca 2001;
 * Prokhorenkova et al. 2018).
 * @returns the column, and the new bin of each old one for rows that are not learned from
 */
export function encodeByRate(
  { bins, width }: Binned,
  labels: Uint8Array,
  rows: number,
  random: Random,
): { column: Binned; map: Uint8Array } {
  const mean = meanOf(labels, rows);
  const ones = new Float64Array(width * folds);
  const counts = new Float64Array(width * folds);
  const fold = Uint8Array.from({ length: rows }, () => random.below(folds));
  for (let i = 0; i < rows; i++) {
    ones[bins[i]! * folds + fold[i]!]! += labels[i]!;
    counts[bins[i]! * folds + fold[i]!]!++;
  }
  const rate = (bin: number, without: number): number => {
    let [all, hits] = [prior, prior * mean];
    for (let f = 0; f < folds; f++) {
      if (f === without) continue;
      all += counts[bin * folds + f]!;
      hits += ones[bin * folds + f]!;
    }
    return hits / all;
  };
  const rates = Float64Array.from({ length: width }, (_, bin) => rate(bin, -1));
  const edges = edgesOf(rates, bins, rows);
  const place = (x: number): number => {
    let at = 0;
    while (at < edges.length && x > edges[at]!) at++;
    return at;
  };
  const map = Uint8Array.from(rates, place);
  const others = Uint8Array.from({ length: width * folds }, (_, cell) =>
    place(rate(Math.floor(cell / folds), cell % folds)),
  );
  const column = bins.map((bin, i) => (i < rows ? others[bin * folds + fold[i]!]! : map[bin]!));
  return { column: { bins: column, width: rateBins }, map };
}

/** Rates between which about as many rows lie. */
function edgesOf(rates: Float64Array, bins: Uint8Array, rows: number): number[] {
  const counts = new Float64Array(rates.length);
  for (let i = 0; i < rows; i++) counts[bins[i]!]!++;
  const order = Array.from(rates.keys()).sort((a, b) => rates[a]! - rates[b]!);
  const edges: number[] = [];
  let seen = 0;
  order.forEach((bin, i) => {
    seen += counts[bin]!;
    const next = order[i + 1];
    if (next === undefined || rates[next]! === rates[bin]!) return;
    if (seen * rateBins >= rows * (edges.length + 1) && edges.length < rateBins - 1) {
      edges.push((rates[bin]! + rates[next]!) / 2);
    }
  });
  return edges;
}

/** Share of ones among the first rows. */
export function meanOf(labels: Uint8Array, rows: number): number {
  let ones = 0;
  for (let i = 0; i < rows; i++) ones += labels[i]!;
  return ones / rows;
}
