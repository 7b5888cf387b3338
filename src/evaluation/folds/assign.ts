import { seededRandom } from '../../statistics/random.js';
import { shuffledPlaces } from '../behaviour/changes.js';

export interface FoldDesign {
  /** Rows of the training data. */
  readonly rows: number;
  /** Folds, k: from 2 to the number of rows, or of groups. */
  readonly folds: number;
  /** Class of each row: each fold gets about its share of every class. */
  readonly classes?: readonly string[];
  /** Group of each row, as numbers from 0: a group is never in two folds. Classes do not count then. */
  readonly groups?: Uint32Array;
  readonly seed: number;
}

/**
 * The fold of each row, from 0: as scikit-learn's KFold with shuffle, StratifiedKFold where there are classes, and
 * GroupKFold where there are groups (the largest group first, into the fold with the fewest rows).
 * @throws RangeError for fewer rows or groups than folds
 */
export function assignFolds(design: FoldDesign): Uint8Array {
  const { rows, folds, groups } = design;
  const units = groups === undefined ? rows : new Set(groups).size;
  if (units < folds) throw new RangeError(`${folds} folds of ${units}`);
  return groups === undefined ? byRow(design) : byGroup(design, groups);
}

function byRow({ rows, folds, classes, seed }: FoldDesign): Uint8Array {
  const shuffled = [...shuffledPlaces(rows, seededRandom(seed))];
  // The sort is stable: the rows of a class stay in their random order.
  const order = classes === undefined ? shuffled : shuffled.sort((a, b) => compare(classes[a]!, classes[b]!));
  const fold = new Uint8Array(rows);
  // Dealt like cards, so that folds differ by one row at most, in all and of each class.
  order.forEach((row, i) => (fold[row] = i % folds));
  return fold;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function byGroup({ folds, seed }: FoldDesign, groups: Uint32Array): Uint8Array {
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const names = [...sizes.keys()];
  const order = [...shuffledPlaces(names.length, seededRandom(seed))].map((i) => names[i]!);
  order.sort((a, b) => sizes.get(b)! - sizes.get(a)!);
  const filled = new Array<number>(folds).fill(0);
  const foldOf = new Map<number, number>();
  for (const group of order) {
    const least = filled.indexOf(Math.min(...filled));
    foldOf.set(group, least);
    filled[least]! += sizes.get(group)!;
  }
  return Uint8Array.from(groups, (group) => foldOf.get(group)!);
}
