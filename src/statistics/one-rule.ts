import { clopperPearson, meanInterval } from './intervals.js';
import { rankOrder } from './order.js';
import { seededRandom } from './random.js';

/** One column: numbers (NaN for none), or codes of categories from 0 (−1 for none). */
export type Predictor = Numbers | { readonly codes: Int32Array };

export interface Numbers {
  readonly numbers: Float64Array;
  /** Rows that have a number, by rising number: `presentOrder`, where it is known. */
  readonly order?: Uint32Array;
}

/** Rows that have a number, infinite or not, by rising number; ties by row. */
export function presentOrder(numbers: Float64Array): Uint32Array {
  const rows = new Uint32Array(numbers.length);
  let n = 0;
  for (let i = 0; i < numbers.length; i++) if (!Number.isNaN(numbers[i]!)) rows[n++] = i;
  if (n === numbers.length) return rankOrder(numbers);
  const present = new Float64Array(n);
  for (let k = 0; k < n; k++) present[k] = numbers[rows[k]!]!;
  const order = rankOrder(present);
  for (let k = 0; k < n; k++) order[k] = rows[order[k]!]!;
  return order;
}

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
  const best = new Map<number, { label: number; count: number }>();
  let most = -1;
  for (const [key, count] of counts) {
    const [group, label] = [Math.floor(key / classes) - 1, key % classes];
    const known = best.get(group);
    if (known === undefined || count > known.count || (count === known.count && label < known.label)) {
      best.set(group, { label, count });
    }
    if (group > most) most = group;
  }
  // A group that the first half does not have is answered as all rows are.
  const answers = new Int32Array(most + 3).fill(usual);
  for (const [group, { label }] of best) answers[group + 2] = label;
  let rows = 0;
  let wrong = 0;
  for (let i = 0; i < labels.length; i++) {
    if (half[i] === 0) continue;
    rows++;
    if ((answers[groups[i]! + 2] ?? usual) !== labels[i]) wrong++;
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
  const half = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) half[i] = random.below(2);
  return half;
}

/** The value or bin of each row; −1 for none, −2 for a value that the first half does not have. */
function groupsOf(predictor: Predictor, half: Uint8Array): Int32Array {
  if ('codes' in predictor) return codesSeen(predictor.codes, half);
  const { numbers, order = presentOrder(numbers) } = predictor;
  const first = new Float64Array(order.length);
  const distinct = new Float64Array(mostValues + 1);
  let [n, different] = [0, 0];
  for (const row of order) {
    if (half[row] !== 0) continue;
    const x = numbers[row]!;
    if ((n === 0 || x !== first[n - 1]) && different <= mostValues) distinct[different++] = x;
    first[n++] = x;
  }
  const exact = different <= mostValues;
  const cuts = exact
    ? distinct.subarray(0, different)
    : Float64Array.from({ length: bins }, (_, b) => first[Math.floor((b * n) / bins)]!);
  const groups = new Int32Array(numbers.length).fill(-1);
  // The last cut at or below the number; of equal cuts the last.
  let at = -1;
  for (const row of order) {
    const x = numbers[row]!;
    while (at + 1 < cuts.length && cuts[at + 1]! <= x) at++;
    groups[row] = exact && cuts[at] !== x ? -2 : Math.max(0, at);
  }
  return groups;
}

function codesSeen(codes: Int32Array, half: Uint8Array): Int32Array {
  let most = -1;
  for (const code of codes) if (code > most) most = code;
  const seen = new Uint8Array(most + 1);
  for (let i = 0; i < codes.length; i++) if (half[i] === 0 && codes[i]! >= 0) seen[codes[i]!] = 1;
  return codes.map((code) => (code === -1 || seen[code] === 1 ? code : -2));
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
