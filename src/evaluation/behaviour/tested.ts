import { type Place, UserError } from '../../common/errors.js';
import { displayPath } from '../../common/files.js';
import { nearest } from '../../common/text.js';
import type { BehaviourTest, Witness } from '../../formats/decision-behaviour.js';
import type { Estimate } from '../../statistics/intervals.js';
import { placeOfRow } from '../columns.js';
import type { Labels } from '../labels.js';
import type { EvaluationRows } from '../rows.js';
import { type Answers, answerText, answersOf } from './answers.js';
import type { Values } from './changes.js';
import { type Sample, textsOfValues, valuesOfTexts } from './sample.js';
import type { Variant } from './stack.js';

/** What every test of a model's behaviour works with. */
export interface Tested {
  readonly sample: Sample;
  /** Rows of the sample that are to be changed. */
  readonly rows: Uint32Array;
  readonly labels: Labels;
  /** Names of a binary classifier's classes, the positive one first. */
  readonly classes: readonly [string, string];
  /** Of each bound by itself. */
  readonly confidence: number;
  /** Folder that places are shown relative to. */
  readonly folder: string;
}

/** A test that is ready to be asked about. */
export interface Planned {
  readonly variant: Variant;
  /** @param before the sample's rows as they are @param after the variant's */
  judge(before: EvaluationRows, after: EvaluationRows): Promise<BehaviourTest>;
}

/** One change of columns, as texts. */
export interface Change {
  readonly column: number;
  /** For each of the rows that are to be changed. */
  readonly texts: Values;
}

/**
 * The column's place among those of the hold-out data.
 * @throws UserError naming the nearest one
 */
export function columnPlace({ shape }: Sample, name: string, where: Place): number {
  const place = shape.columns.findIndex((column) => column.name === name);
  if (place >= 0) return place;
  const names = shape.columns.map((column) => column.name);
  const near = nearest(name, names);
  throw new UserError({
    message: `the hold-out data have no column "${name}"`,
    where,
    remedy: near === undefined ? `they have: ${names.join(', ')}` : `did you mean "${near}"?`,
  });
}

/** A column's texts in the rows that are to be changed. */
export function textsOf({ sample, rows }: Tested, column: number): Values {
  const values = sample.values[column]!;
  return textsOfValues(
    Array.from(rows, (row) => values[row]!),
    sample.shape.format,
  );
}

/**
 * Whether a column holds numbers, or else a reason to refuse a change of numbers.
 * @returns whether they are whole
 * @throws UserError when it holds anything else
 */
export function requireNumbers({ sample }: Tested, column: number, what: string, where: Place): boolean {
  const { name, type } = sample.shape.columns[column]!;
  if (type === 'integer' || type === 'number') return type === 'integer';
  throw new UserError({
    message: `${what} changes numbers, and column "${name}" is of type ${type}`,
    where,
    remedy: 'name a column of numbers, or change its values by an invariance test',
  });
}

/** The rows that changes made different, or all that were to be changed. */
export function variantOf(
  tested: Tested,
  changes: readonly Change[],
  wanted: 'changed' | 'all' = 'changed',
): Variant {
  const { sample, rows } = tested;
  const columns = changes.map(({ column, texts }) => {
    const original = sample.values[column]!;
    const before = textsOf(tested, column);
    const values = valuesOfTexts(texts, original, sample.shape.format);
    // What no change touched keeps the very text that stands in the data.
    const kept = values.map((value, i) => (texts[i] === before[i] ? original[rows[i]!]! : value));
    return { column, original, values: kept };
  });
  const places: number[] = [];
  rows.forEach((row, i) => {
    if (wanted === 'all' || columns.some(({ original, values }) => values[i] !== original[row]))
      places.push(i);
  });
  return {
    rows: Uint32Array.from(places, (i) => rows[i]!),
    changed: new Map(columns.map(({ column, values }) => [column, places.map((i) => values[i]!)])),
  };
}

/** A share as decision records hold it. */
export function shareRecord({ value, lower, upper }: Estimate): {
  value: number;
  lower: number;
  upper: number;
} {
  const clip = (x: number): number => Math.min(1, Math.max(0, x));
  return { value: clip(value), lower: clip(lower), upper: clip(upper) };
}

export function answers(tested: Tested, rows: EvaluationRows): Answers {
  return answersOf(rows, tested.classes);
}

const mostWitnesses = 5;

/**
 * Rows that show what a test found, the worst first.
 * @param bad 1 for a row of the variant that may be shown
 * @param size how bad each is; NaN counts as 0
 */
export async function witnessesOf(
  tested: Tested,
  { rows, changed }: Variant,
  { before, after }: { readonly before: Answers; readonly after: Answers },
  bad: Float64Array,
  size: Float64Array,
): Promise<Witness[]> {
  const { sample, labels, folder } = tested;
  const { format, columns } = sample.shape;
  const sizeOf = (i: number): number => (Number.isNaN(size[i]!) ? 0 : size[i]!);
  const worst = Array.from(bad, (_, i) => i)
    .filter((i) => bad[i] === 1)
    .sort((a, b) => sizeOf(b) - sizeOf(a) || a - b)
    .slice(0, mostWitnesses);
  const witnesses: Witness[] = [];
  for (const i of worst) {
    const row = rows[i]!;
    const { file = '', line } = await placeOfRow(labels.table, sample.places[row]!);
    const changes = [...changed].flatMap(([column, values]) => {
      const [was] = textsOfValues([sample.values[column]![row]!], format);
      const [is] = textsOfValues([values[i]!], format);
      return was === is ? [] : [{ column: columns[column]!.name, before: clip(was!), after: clip(is!) }];
    });
    witnesses.push({
      place: `${displayPath(file, folder)}${line === undefined ? '' : `:${line}`}`,
      changes,
      before: clip(answerText(before, i))!,
      after: clip(answerText(after, i))!,
    });
  }
  return witnesses;
}

const longest = 200;

/** Values are anything: a long one would drown the record. */
export function clip(text: string | null): string | null {
  return text === null || text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
