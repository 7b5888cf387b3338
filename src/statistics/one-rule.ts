import { clopperPearson, meanInterval } from './intervals.js';
import { seededRandom } from './random.js';

/** One column: numbers (NaN for none), or codes of categories from 0 (−1 for none). */
export type Predictor = { readonly numbers: Float64Array } | { readonly codes: Int32Array };

export interface RuleSkill {
  /** Share of the label's uncertainty that the rule takes away: 1 − errors / errors without it; for quantities R². */
  readonly skill: number;
  /** One-sided bound below it, at the confidence asked for. */
  readonly lower: number;
  /** Rows that it was measured on: those that it was not made from. */
  readonly rows: number;
  /** Wrong answers among them; of quantities NaN. */
  readonly wrong: number;
}

/** Numbers with more different values are cut into this many bins of equal frequency. */
const bins = 64;
const mostValues = 256;

/**
 * How well one column alone tells the class: the most frequent class of each value or bin (1R, Holte 1993), made from
 * one half of the rows, measured on the other, against always answering the most frequent class there.
 * @param labels codes from 0
 * @param confidence of the bound, one-sided (Clopper & Pearson 1934 on the wrong answers)
 */
export function classRule(
  predictor: Predictor,
  labels: Int32Array,
  classes: number,
  confidence: number,
): RuleSkill {
  const half = halves(labels.length);
  const groups = groupsOf(predictor, half);
  const counts = new Map<number, number>();
  const totals = new Float64Array(classes);
  const tested = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    if (half[i] === 0) {
      const key = (groups[i]! + 1) * classes + labels[i]!;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      totals[labels[i]!]!++;
    } else tested[labels[i]!]!++;
  }
  const usual = largest(totals);
  const answers = new Map<number, { label: number; count: number }>();
  for (const [key, count] of counts) {
    const group = Math.floor(key / classes);
    const best = answers.get(group);
    const label = key % classes;
    if (best === undefined || count > best.count || (count === best.count && label < best.label)) {
      answers.set(group, { label, count });
    }
  }
  let rows = 0;
  let wrong = 0;
  for (let i = 0; i < labels.length; i++) {
    if (half[i] === 0) continue;
    rows++;
    if ((answers.get(groups[i]! + 1)?.label ?? usual) !== labels[i]) wrong++;
  }
  const without = rows - tested[largest(tested)]!;
  if (without === 0) return { skill: 0, lower: 0, rows, wrong };
  const worst = clopperPearson(wrong, rows, 2 * confidence - 1).upper * rows;
  return { skill: 1 - wrong / without, lower: 1 - worst / without, rows, wrong };
}

/**
 * How well one column alone tells a quantity: its mean for each value or bin, or a straight line, whichever is better
 * on one half of the rows; R² on the other.
 * @param confidence of the bound, one-sided (Student's t on the squared errors)
 */
export function quantityRule(predictor: Predictor, labels: Float64Array, confidence: number): RuleSkill {
  const half = halves(labels.length);
  const groups = groupsOf(predictor, half);
  const means = new Map<number, { sum: number; n: number }>();
  let [sum, n] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    if (half[i] !== 0) continue;
    const mean = means.get(groups[i]!) ?? { sum: 0, n: 0 };
    means.set(groups[i]!, { sum: mean.sum + labels[i]!, n: mean.n + 1 });
    sum += labels[i]!;
    n++;
  }
  const usual = n === 0 ? 0 : sum / n;
  const byGroup = (i: number): number => {
    const mean = means.get(groups[i]!);
    return mean === undefined ? usual : mean.sum / mean.n;
  };
  const line = lineOf(predictor, labels, half, usual);
  // A value of its own is no rule: each row of the first half is foretold from the others.
  const byOthers = (i: number): number => {
    const mean = means.get(groups[i]!);
    return mean === undefined || mean.n < 2 ? usual : (mean.sum - labels[i]!) / (mean.n - 1);
  };
  const error = (rule: (i: number) => number): number => {
    let total = 0;
    for (let i = 0; i < labels.length; i++) if (half[i] === 0) total += (labels[i]! - rule(i)) ** 2;
    return total;
  };
  const rule = line !== undefined && error(line) <= error(byOthers) ? line : byGroup;
  const tested: number[] = [];
  const squares: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    if (half[i] === 0) continue;
    tested.push(labels[i]!);
    squares.push((labels[i]! - rule(i)) ** 2);
  }
  const rows = tested.length;
  const centre = tested.reduce((a, b) => a + b, 0) / rows;
  const variance = tested.reduce((total, y) => total + (y - centre) ** 2, 0) / rows;
  if (!(variance > 0) || rows < 2) return { skill: 0, lower: 0, rows, wrong: NaN };
  const { value, upper } = meanInterval(Float64Array.from(squares), 2 * confidence - 1);
  return { skill: 1 - value / variance, lower: 1 - upper / variance, rows, wrong: NaN };
}

/** 0: the rule is made from the row; 1: it is measured on it. The same rows each time. */
function halves(rows: number): Uint8Array {
  const random = seededRandom(1);
  return Uint8Array.from({ length: rows }, () => random.below(2));
}

/** The value or bin of each row; −1 for none, −2 for a value that the first half does not have. */
function groupsOf(predictor: Predictor, half: Uint8Array): Int32Array {
  if ('codes' in predictor) {
    const seen = new Set<number>();
    predictor.codes.forEach((code, i) => half[i] === 0 && seen.add(code));
    return predictor.codes.map((code) => (code === -1 || seen.has(code) ? code : -2));
  }
  const { numbers } = predictor;
  const first = numbers.filter((x, i) => half[i] === 0 && !Number.isNaN(x)).sort();
  const distinct = first.filter((x, i) => i === 0 || x !== first[i - 1]);
  const cuts =
    distinct.length <= mostValues
      ? distinct
      : Float64Array.from({ length: bins }, (_, b) => first[Math.floor((b * first.length) / bins)]!);
  const exact = distinct.length <= mostValues;
  return Int32Array.from(numbers, (x) => {
    if (Number.isNaN(x)) return -1;
    const at = lastAtOrBelow(cuts, x);
    return exact && cuts[at] !== x ? -2 : Math.max(0, at);
  });
}

function lastAtOrBelow(sorted: Float64Array, x: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Least squares on the first half, where the column is of numbers. */
function lineOf(
  predictor: Predictor,
  labels: Float64Array,
  half: Uint8Array,
  usual: number,
): ((i: number) => number) | undefined {
  if (!('numbers' in predictor)) return undefined;
  const { numbers } = predictor;
  const used = (i: number): boolean => half[i] === 0 && Number.isFinite(numbers[i]!);
  let [n, mean, spread, product] = [0, 0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    if (!used(i)) continue;
    n++;
    const before = numbers[i]! - mean;
    mean += before / n;
    spread += before * (numbers[i]! - mean);
    product += before * (labels[i]! - usual);
  }
  if (n < 3 || !(spread > 0)) return undefined;
  // Centred on the mean of all rows of the half; one more pass makes the product exact.
  product = 0;
  let centre = 0;
  for (let i = 0; i < labels.length; i++) if (used(i)) centre += labels[i]!;
  centre /= n;
  for (let i = 0; i < labels.length; i++) {
    if (used(i)) product += (numbers[i]! - mean) * (labels[i]! - centre);
  }
  const slope = product / spread;
  return (i) => (Number.isFinite(numbers[i]!) ? centre + slope * (numbers[i]! - mean) : usual);
}

function largest(counts: Float64Array): number {
  let best = 0;
  for (let i = 1; i < counts.length; i++) if (counts[i]! > counts[best]!) best = i;
  return best;
}
