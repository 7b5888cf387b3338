import type { Binned } from './boosting.js';
import { rankOrder } from './delong.js';

/** A column of a table: NaN or null where there is no value. */
export type Feature =
  | { readonly kind: 'numeric'; readonly values: Float64Array }
  | { readonly kind: 'categorical'; readonly values: readonly (string | null)[] };

/** A column as a learner of classes sees it. Bin 0 holds the missing. */
export interface BinnedFeature {
  readonly fine: Binned;
  /** Numbers have an order. Categories get theirs from what is learned: their fine bins mean nothing. */
  readonly ordered: boolean;
  /** The same in few bins, for tables of two columns. */
  readonly coarse: Binned;
}

const mostNumeric = 32;
const mostCategories = 200;
/** A category of fewer rows, both sides together, is one of the "others". */
const rareRows = 10;
const mostCoarse = 7;

/** Sorts the values into bins by their own distribution alone; nothing is known here of which side a row is on. */
export function binFeature(feature: Feature): BinnedFeature {
  return feature.kind === 'numeric' ? binNumbers(feature.values) : binCategories(feature.values);
}

/** Bins of about equal size; values that occur as often as that get one of their own. */
function binNumbers(values: Float64Array): BinnedFeature {
  const present = values.filter((x) => !Number.isNaN(x));
  const order = rankOrder(present);
  const fineOf = (most: number): Binned => {
    const size = Math.max(1, present.length / most);
    const binsOfPresent = new Uint8Array(present.length);
    let bin = 0;
    let start = 0;
    for (let i = 0; i < order.length; i++) {
      const isNew = i === 0 || present[order[i]!] !== present[order[i - 1]!];
      // The small tolerance keeps n/most rows a bin from becoming one more by rounding.
      if (isNew && i > 0 && i - start >= size - 1e-9 && bin < most - 1) {
        bin++;
        start = i;
      }
      binsOfPresent[order[i]!] = bin;
    }
    const bins = new Uint8Array(values.length);
    let at = 0;
    for (let i = 0; i < values.length; i++) {
      if (!Number.isNaN(values[i]!)) bins[i] = 1 + binsOfPresent[at++]!;
    }
    return { bins, width: bin + 2 };
  };
  return { fine: fineOf(mostNumeric), coarse: fineOf(mostCoarse - 1), ordered: true };
}

/** The most frequent categories; all others share bin 1. */
function binCategories(values: readonly (string | null)[]): BinnedFeature {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const frequent = [...counts]
    .filter(([, count]) => count >= rareRows)
    .sort(([x, a], [y, b]) => b - a || (x < y ? -1 : 1))
    .slice(0, mostCategories)
    .map(([value]) => value);
  const place = new Map(frequent.map((value, i) => [value, i + 2]));
  const fine = Uint8Array.from(values, (value) => (value === null ? 0 : (place.get(value) ?? 1)));
  return {
    fine: { bins: fine, width: frequent.length + 2 },
    coarse: {
      bins: fine.map((bin) => (bin > mostCoarse - 1 ? 1 : bin)),
      width: Math.min(mostCoarse, frequent.length + 2),
    },
    ordered: false,
  };
}
