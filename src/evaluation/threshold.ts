import { type Place, UserError } from '../common/errors.js';
import { type Matrix, matrixMetric } from './metrics/confusion.js';
import { findMetric } from './metrics/registry.js';

/** From which score on a row counts as positive, where nobody said so. */
export interface ChosenThreshold {
  /** Metric that it makes largest. */
  readonly maximises: string;
  /** Of all rows: what a model that serves would use. */
  readonly value: number;
}

export interface Thresholded {
  /** 1 where the score is at or above the threshold that the rows of the other folds chose. */
  readonly predicted: Uint8Array;
  readonly threshold: ChosenThreshold;
}

/** Each row is judged by what the others chose; fewer folds choose from fewer rows. */
const folds = 5;

/**
 * The value of a metric of the confusion matrix, by its name.
 * @throws UserError where there is no such metric
 */
export function maximisable(name: string, where: Place): (matrix: Matrix) => number {
  const found = findMetric(name, 'binary-classification');
  const of = 'metric' in found ? matrixMetric(found.metric) : undefined;
  if (of !== undefined) return (matrix) => of(matrix, 2);
  throw new UserError({
    message: `"${name}" is no metric that a threshold can make largest`,
    where,
    remedy: 'use f1, fbeta@2 or another β, balanced_accuracy, or mcc',
  });
}

/**
 * Chooses the threshold that makes a metric largest. Chosen on the rows that are judged, it would flatter the model: so
 * the rows are split into folds, and each fold is judged at the threshold that the other folds choose (cross-fitting).
 * @param fold of each row, such as `foldsOf` makes them; rows that belong together must be in one
 * @returns undefined where no threshold gives a value, as with one label only
 */
export function chooseThreshold(
  labels: Uint8Array,
  scores: Float64Array,
  weights: Float64Array | undefined,
  fold: Uint8Array,
  maximises: string,
  of: (matrix: Matrix) => number,
): Thresholded | undefined {
  const order = Uint32Array.from(scores.keys()).sort((i, j) => scores[j]! - scores[i]!);
  const best = (without: number): number | undefined => {
    // Negatives and positives, below and above: at first no row is predicted positive.
    const matrix = new Float64Array(4);
    for (let i = 0; i < labels.length; i++) {
      if (fold[i] !== without) matrix[2 * labels[i]!]! += weights?.[i] ?? 1;
    }
    let [found, largest]: [number | undefined, number] = [undefined, -Infinity];
    for (let k = 0; k < order.length; k++) {
      const row = order[k]!;
      if (fold[row] !== without) {
        const weight = weights?.[row] ?? 1;
        matrix[2 * labels[row]!]! -= weight;
        matrix[2 * labels[row]! + 1]! += weight;
      }
      // Rows of one score are on the same side.
      if (scores[order[k + 1]!] === scores[row]) continue;
      const value = of(matrix);
      if (value > largest) [found, largest] = [scores[row]!, value];
    }
    return found;
  };
  const value = best(folds);
  const chosen = Array.from({ length: folds }, (_, k) => best(k));
  if (value === undefined || chosen.includes(undefined)) return undefined;
  return {
    predicted: Uint8Array.from(scores, (score, i) => (score >= chosen[fold[i]!]! ? 1 : 0)),
    threshold: { maximises, value },
  };
}

/**
 * The fold of each row, by what it belongs to or is called, so that the order of rows changes nothing.
 * @param keys of the rows; undefined: rows have no name but their place
 */
export function foldsOf(rows: number, keys: ArrayLike<string | number> | undefined): Uint8Array {
  return Uint8Array.from({ length: rows }, (_, i) => hash(String(keys?.[i] ?? i)) % folds);
}

/** FNV-1a, its last bits mixed. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 15)) >>> 0;
}
