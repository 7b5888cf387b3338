import { type Place, UserError } from '../../common/errors.js';
import { nearest } from '../../common/text.js';
import type { ServingSpec } from '../../spec/sections/evaluate-serving.js';
import { answersOf } from '../behaviour/answers.js';
import type { EvaluateSpec } from '../labels.js';
import type { EvaluationRows } from '../rows.js';

/** A column of the predictions file: what the batch said of each row, and where the server's answer says it. */
export interface Expected {
  readonly column: string;
  /** As in `predictions.0.p`. */
  readonly place: string;
  readonly numbers?: Float64Array;
  readonly classes?: readonly string[];
}

/**
 * What the answers must hold.
 * @param classes names of a binary classifier's classes, the positive one first
 * @throws UserError for columns that the predictions do not have
 */
export function expectedAnswers(
  answer: ServingSpec['answer'],
  rows: EvaluationRows,
  evaluate: EvaluateSpec,
  classes: readonly [string, string],
  where: Place,
): Expected[] {
  const known = predictedColumns(rows, evaluate, classes);
  const names = [...known.keys()];
  const wanted = typeof answer === 'string' ? { [primary(evaluate, names, where)]: answer } : answer;
  return Object.entries(wanted).map(([column, place]) => {
    const found = known.get(column);
    if (found !== undefined) return { column, place, ...found };
    const near = nearest(column, names);
    throw new UserError({
      message: `"${column}" is no column of the predictions that evaluate names`,
      where,
      remedy: near === undefined ? `there are ${names.join(', ')}` : `did you mean "${near}"?`,
    });
  });
}

function primary({ score, prediction }: EvaluateSpec, names: readonly string[], where: Place): string {
  const column = typeof score === 'string' ? score : prediction;
  if (column !== undefined) return column;
  if (names.length === 1) return names[0]!;
  throw new UserError({
    message: 'the predictions have several columns',
    where,
    remedy: `write answer as column: place, for ${names.join(', ')}`,
  });
}

type Predicted = Pick<Expected, 'numbers' | 'classes'>;

function predictedColumns(
  rows: EvaluationRows,
  { score, prediction }: EvaluateSpec,
  labels: readonly [string, string],
): ReadonlyMap<string, Predicted> {
  const columns = new Map<string, Predicted>();
  const { numbers, classes, names } = answersOf(rows, labels);
  if (rows.task !== 'example-scores') {
    if (typeof score === 'string' && numbers !== undefined) columns.set(score, { numbers });
    if (typeof score === 'object' && numbers !== undefined) {
      const k = names.length;
      for (const [name, column] of Object.entries(score)) {
        const c = names.indexOf(name);
        const own = Float64Array.from({ length: numbers.length / k }, (_, i) => numbers[i * k + c]!);
        columns.set(column, { numbers: own });
      }
    }
    if (prediction !== undefined)
      columns.set(prediction, classes === undefined ? { numbers: numbers! } : { classes });
  }
  for (const [name, values] of rows.extras ?? []) columns.set(name, { numbers: values });
  return columns;
}

/**
 * Whether a value of an answer is what the batch said.
 * @param tolerance of numbers; of those beyond 1, as a share
 */
export function agrees(
  value: unknown,
  { numbers, classes }: Expected,
  row: number,
  tolerance: number,
): boolean {
  if (numbers !== undefined) {
    const expected = numbers[row]!;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number') return false;
    // Rounding in the last digit of both must not count twice.
    return Math.abs(number - expected) <= (tolerance + 1e-9) * Math.max(1, Math.abs(expected));
  }
  const expected = classes![row]!;
  if (typeof value === 'boolean') return expected === String(value) || expected === (value ? '1' : '0');
  if (typeof value === 'number') return expected.trim() !== '' && Number(expected) === value;
  return value === expected;
}

/** What the batch said of a row, as witnesses show it. */
export function expectedText({ numbers, classes }: Expected, row: number): string {
  return numbers === undefined ? classes![row]! : String(Number(numbers[row]!.toPrecision(8)));
}
