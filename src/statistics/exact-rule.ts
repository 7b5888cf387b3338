import type { Predictor } from './one-rule.js';
import { lnGamma } from './special.js';

/** A column that a label follows from without exception, and how unlikely that is to come about by chance. */
export interface ExactRule {
  /** `values`: rows with one value have one label; `order`: sorted by the column, the labels are sorted, too. */
  readonly kind: 'values' | 'order';
  /** Natural logarithm of the chance, if column and label had nothing to do with each other. */
  readonly logP: number;
}

/** The column must have a value in so many of the rows. */
const present = 0.9;

/**
 * Whether a label is an exact function of a column. That no value of the column has two labels says nothing where each
 * row has a value of its own, so the chance of it is told:
 * - every row beyond the first of its value has the label of that one with at most the share of the most frequent
 *   label, so m of them with that share to the power of m;
 * - of all orders of the different values, a share of 2·∏k!/n! puts the labels of a quantity in order, and one of
 *   K!·∏k!/n! puts each of K classes in one block (n values, k of each label).
 * @param labels codes of classes, or quantities; one for each row
 * @returns undefined where it is no function of the column, or where there is one label only
 */
export function exactRule(
  predictor: Predictor,
  labels: ArrayLike<number>,
  kind: 'classes' | 'quantities',
): ExactRule | undefined {
  const numeric = 'numbers' in predictor;
  const values = numeric ? predictor.numbers : predictor.codes;
  const labelOf = new Map<number, number>();
  const counts = new Map<number, number>();
  let rows = 0;
  for (let i = 0; i < labels.length; i++) {
    const value = values[i]!;
    if (numeric ? Number.isNaN(value) : value === -1) continue;
    const label = labels[i]!;
    const known = labelOf.get(value);
    if (known === undefined) labelOf.set(value, label);
    else if (known !== label) return undefined;
    counts.set(label, (counts.get(label) ?? 0) + 1);
    rows++;
  }
  if (counts.size < 2 || rows < present * labels.length) return undefined;
  const usual = [...counts.values()].reduce((most, n) => Math.max(most, n), 0) / rows;
  const byValue: ExactRule = { kind: 'values', logP: (rows - labelOf.size) * Math.log(usual) };
  const logP = numeric ? orderChance(labelOf, kind) : 0;
  return logP < byValue.logP ? { kind: 'order', logP } : byValue;
}

/** Logarithm of the chance of the order that labels have by their values; 0 where they have none. */
function orderChance(labelOf: ReadonlyMap<number, number>, kind: 'classes' | 'quantities'): number {
  const sorted = [...labelOf].sort(([a], [b]) => a - b).map(([, label]) => label);
  const counts = new Map<number, number>();
  let [changes, ups, downs] = [0, 0, 0];
  for (const [i, label] of sorted.entries()) {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    if (i === 0 || label === sorted[i - 1]) continue;
    changes++;
    if (label > sorted[i - 1]!) ups++;
    else downs++;
  }
  const isOrdered = kind === 'classes' ? changes === counts.size - 1 : ups === 0 || downs === 0;
  if (!isOrdered) return 0;
  const ways = kind === 'classes' ? lnGamma(counts.size + 1) : Math.LN2;
  const within = [...counts.values()].reduce((sum, k) => sum + lnGamma(k + 1), 0);
  return Math.min(0, ways + within - lnGamma(sorted.length + 1));
}
