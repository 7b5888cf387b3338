import { type Numbers, type Predictor, presentOrder } from './one-rule.js';
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
  const found =
    'numbers' in predictor ? labelsByNumber(predictor, labels) : labelsByCode(predictor.codes, labels);
  if (found === undefined) return undefined;
  const { ofValues, rows, counts } = found;
  if (counts.size < 2 || rows < present * labels.length) return undefined;
  const usual = [...counts.values()].reduce((most, n) => Math.max(most, n), 0) / rows;
  const byValue: ExactRule = { kind: 'values', logP: (rows - ofValues.length) * Math.log(usual) };
  const logP = 'numbers' in predictor ? orderChance(ofValues, counts.size, kind) : 0;
  return logP < byValue.logP ? { kind: 'order', logP } : byValue;
}

/** The one label of each value of a column. */
interface ValueLabels {
  /** Of numbers by rising number. */
  readonly ofValues: readonly number[];
  /** Rows that have a value. */
  readonly rows: number;
  /** Rows of each label. */
  readonly counts: ReadonlyMap<number, number>;
}

/** Undefined where a value has two labels. */
function labelsByNumber(
  { numbers, order = presentOrder(numbers) }: Numbers,
  labels: ArrayLike<number>,
): ValueLabels | undefined {
  const ofValues: number[] = [];
  const counts = new Map<number, number>();
  for (let k = 0; k < order.length; k++) {
    const row = order[k]!;
    const label = labels[row]!;
    if (k === 0 || numbers[row] !== numbers[order[k - 1]!]) ofValues.push(label);
    else if (label !== ofValues.at(-1)) return undefined;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return { ofValues, rows: order.length, counts };
}

/** Undefined where a value has two labels. */
function labelsByCode(codes: Int32Array, labels: ArrayLike<number>): ValueLabels | undefined {
  const labelOf = new Map<number, number>();
  const counts = new Map<number, number>();
  let rows = 0;
  for (let i = 0; i < labels.length; i++) {
    const [code, label] = [codes[i]!, labels[i]!];
    if (code === -1) continue;
    const known = labelOf.get(code);
    if (known === undefined) labelOf.set(code, label);
    else if (known !== label) return undefined;
    counts.set(label, (counts.get(label) ?? 0) + 1);
    rows++;
  }
  return { ofValues: [...labelOf.values()], rows, counts };
}

/** Logarithm of the chance of the order that labels have by their values; 0 where they have none. */
function orderChance(sorted: readonly number[], different: number, kind: 'classes' | 'quantities'): number {
  let [ups, downs] = [0, 0];
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i]! > sorted[i - 1]!) ups++;
    else if (sorted[i]! < sorted[i - 1]!) downs++;
    if (kind === 'classes' ? ups + downs >= different : ups > 0 && downs > 0) return 0;
  }
  const counts = new Map<number, number>();
  for (const label of sorted) counts.set(label, (counts.get(label) ?? 0) + 1);
  const ways = kind === 'classes' ? lnGamma(counts.size + 1) : Math.LN2;
  const within = [...counts.values()].reduce((sum, k) => sum + lnGamma(k + 1), 0);
  return Math.min(0, ways + within - lnGamma(sorted.length + 1));
}
