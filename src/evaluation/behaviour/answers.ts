import { type EvaluationRows, rowCount } from '../rows.js';

/** What a model says of each row, whether it is right or not. */
export interface Answers {
  readonly rows: number;
  /** The predicted class of each row; of multilabel classifiers, its classes in one text. */
  readonly classes?: readonly string[];
  /** Row by row, a number for each of `names`; absent where the model gives classes only. */
  readonly numbers?: Float64Array;
  /** What the numbers are of: classes, or columns of the predictions. */
  readonly names: readonly string[];
}

/** @param labels names of the two classes of a binary classifier, the positive one first */
export function answersOf(rows: EvaluationRows, labels: readonly [string, string]): Answers {
  const common = { rows: rowCount(rows) };
  switch (rows.task) {
    case 'binary-classification':
      return {
        ...common,
        classes: Array.from(rows.predicted, (one) => labels[one === 1 ? 0 : 1]),
        numbers: rows.scores,
        names: [labels[0]],
      };
    case 'multiclass-classification':
      return {
        ...common,
        classes: Array.from(rows.predicted, (index) => rows.classes[index]!),
        ...(rows.probabilities && { numbers: rows.probabilities }),
        names: rows.classes,
      };
    case 'multilabel-classification': {
      const k = rows.classes.length;
      const of = (row: number): string =>
        rows.classes.filter((_, c) => rows.predicted[row * k + c] === 1).join(', ') || '(none)';
      return {
        ...common,
        classes: Array.from({ length: common.rows }, (_, row) => of(row)),
        numbers: rows.scores,
        names: rows.classes,
      };
    }
    case 'regression':
      return { ...common, numbers: rows.predicted, names: ['prediction'] };
    case 'ranking':
      return { ...common, numbers: rows.scores, names: ['score'] };
    case 'example-scores': {
      const columns = [...(rows.extras ?? [])];
      const numbers = new Float64Array(common.rows * columns.length);
      columns.forEach(([, values], c) => {
        for (let i = 0; i < common.rows; i++) numbers[i * columns.length + c] = values[i]!;
      });
      return { ...common, numbers, names: columns.map(([name]) => name) };
    }
  }
}

/** Numbers that differ by less are one: what the order of additions does to them. */
const rounding = 1e-9;

/**
 * How much each answer moved.
 * @param tolerance what the largest move among a row's numbers may be, in their unit; undefined: a classifier's
 *   class may not change, and a number may not move at all
 * @returns `changed` is 1 where an answer moved by more; `moves` are the largest moves of numbers, NaN without
 */
export function compareAnswers(
  before: Answers,
  after: Answers,
  tolerance: number | undefined,
): { readonly changed: Float64Array; readonly moves: Float64Array } {
  const { rows } = before;
  const moves = new Float64Array(rows).fill(NaN);
  const changed = new Float64Array(rows);
  const placeOf = after.names.map((name) => before.names.indexOf(name));
  const [was, is] = [before.numbers, after.numbers];
  for (let row = 0; row < rows; row++) {
    let beyond = false;
    if (was !== undefined && is !== undefined) {
      let largest = 0;
      for (let c = 0; c < placeOf.length; c++) {
        const [a, b] = [was[row * before.names.length + placeOf[c]!] ?? 0, is[row * after.names.length + c]!];
        const move = Math.abs(b - a);
        largest = Math.max(largest, move);
        if (move > (tolerance ?? 0) + rounding * Math.max(1, Math.abs(a))) beyond = true;
      }
      moves[row] = largest;
    }
    const byClass = tolerance === undefined && before.classes !== undefined;
    const hit = byClass ? before.classes[row] !== after.classes![row] : beyond;
    changed[row] = hit ? 1 : 0;
  }
  return { changed, moves };
}

/** The numbers that a test looks at, one a row; undefined where there is none of this name. */
export function numbersOf(
  { rows, numbers, names }: Answers,
  name: string | undefined,
): Float64Array | undefined {
  const place = name === undefined ? (names.length === 1 ? 0 : -1) : names.indexOf(name);
  if (numbers === undefined || place === -1) return undefined;
  return Float64Array.from({ length: rows }, (_, row) => numbers[row * names.length + place]!);
}

/** An answer as witnesses show it: `late (0.62)`. */
export function answerText({ classes, numbers, names }: Answers, row: number): string {
  const said = classes?.[row];
  if (numbers === undefined) return said ?? '';
  const k = names.length;
  const place = k === 1 ? 0 : names.indexOf(said ?? '');
  const all = Array.from(numbers.subarray(row * k, (row + 1) * k), short);
  const shown = place >= 0 ? all[place]! : all.slice(0, 5).join(', ');
  return said === undefined ? shown : `${said} (${shown})`;
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
