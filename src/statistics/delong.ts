import { rankOrder } from './order.js';

export { rankOrder } from './order.js';

/** The area under the ROC curve, and what each row contributes to its variance (structural components). */
export interface AucComponents {
  readonly auc: number;
  /** For each positive row, the share of the negatives that it beats (ties half). */
  readonly positives: Float64Array;
  /** For each negative row, the share of the positives that beat it. */
  readonly negatives: Float64Array;
}

/**
 * Components of DeLong, DeLong & Clarke-Pearson (1988) by midranks in O(n log n) (Sun & Xu 2014).
 * @param labels 1 for a positive row, 0 for a negative one; both must occur
 * @param scores larger means more likely positive; finite
 * @param order rankOrder(scores), where it is known
 */
export function aucComponents(
  labels: Uint8Array,
  scores: Float64Array,
  order: Uint32Array = rankOrder(scores),
): AucComponents {
  const n = labels.length;
  let m = 0;
  for (let i = 0; i < n; i++) m += labels[i]!;
  if (m === 0 || m === n) throw new RangeError('the ROC curve needs rows of both classes');
  const place = new Uint32Array(n);
  for (let i = 0, p = 0, q = 0; i < n; i++) place[i] = labels[i] === 1 ? p++ : q++;

  const positives = new Float64Array(m);
  const negatives = new Float64Array(n - m);
  let [positivesBefore, negativesBefore, sum] = [0, 0, 0];
  for (let start = 0; start < n;) {
    let end = start;
    let tiedPositives = 0;
    const score = scores[order[start]!]!;
    while (end < n && scores[order[end]!] === score) tiedPositives += labels[order[end++]!]!;
    const tiedNegatives = end - start - tiedPositives;
    const beaten = (negativesBefore + tiedNegatives / 2) / (n - m);
    const beating = (m - positivesBefore - tiedPositives / 2) / m;
    for (let i = start; i < end; i++) {
      const row = order[i]!;
      if (labels[row] === 1) positives[place[row]!] = beaten;
      else negatives[place[row]!] = beating;
    }
    sum += beaten * tiedPositives;
    positivesBefore += tiedPositives;
    negativesBefore += tiedNegatives;
    start = end;
  }
  return { auc: sum / m, positives, negatives };
}

/** Variance of a's AUC when a is b, otherwise the covariance of the two; labels must be the same. */
export function aucCovariance(a: AucComponents, b: AucComponents): number {
  const shareOf = (x: Float64Array, y: Float64Array): number => covariance(x, a.auc, y, b.auc) / x.length;
  return shareOf(a.positives, b.positives) + shareOf(a.negatives, b.negatives);
}

function covariance(x: Float64Array, meanX: number, y: Float64Array, meanY: number): number {
  if (x.length < 2) return Infinity;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - meanX) * (y[i]! - meanY);
  return sum / (x.length - 1);
}
