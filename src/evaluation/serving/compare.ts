import { displayPath } from '../../common/files.js';
import type { ServingRecord } from '../../formats/decision-serving.js';
import type { ServingSpec } from '../../spec/sections/evaluate-serving.js';
import type { Sample } from '../behaviour/sample.js';
import { clip } from '../behaviour/tested.js';
import { placeOfRow } from '../columns.js';
import type { Labels } from '../labels.js';
import type { HttpAnswer } from './client.js';
import { type Expected, agrees, expectedText } from './expected.js';
import { valueAt } from './template.js';

/** How rows and answers are shown. */
interface Shown {
  readonly labels: Labels;
  readonly projectFolder: string;
  sanitize(text: string): string;
}

export interface ComparedAnswers {
  /** 1 for each answer that is none. */
  readonly failed: Float64Array;
  /** 1 for each compared row whose answer differs. */
  readonly differing: Float64Array;
  /** Of the rows that were compared, among those that were asked about. */
  readonly comparedPlaces: Uint32Array;
  readonly witnesses: ServingRecord['witnesses'];
}

const mostWitnesses = 5;

/**
 * Holds the answers against the batch predictions; a row that is asked about again counts once.
 * @param expected by rows of the hold-out data
 */
export async function compareAnswers(
  answers: readonly HttpAnswer[],
  { places }: Sample,
  expected: readonly Expected[],
  { tolerance }: ServingSpec,
  { labels, projectFolder, sanitize }: Shown,
): Promise<ComparedAnswers> {
  const failed = new Float64Array(answers.length);
  const differing: number[] = [];
  const compared: number[] = [];
  const witnesses: ServingRecord['witnesses'] = [];
  for (const [i, answer] of answers.entries()) {
    const row = places[i % places.length]!;
    const read = readAnswer(answer, expected);
    const show = async (wanted: string, answered: string): Promise<void> => {
      if (witnesses.length >= mostWitnesses) return;
      const { file = '', line } = await placeOfRow(labels.table, row);
      const place = `${displayPath(file, projectFolder)}${line === undefined ? '' : `:${line}`}`;
      witnesses.push({ place, expected: clip(wanted)!, answered: clip(sanitize(answered))! });
    };
    const all = expected.map((one) => expectedText(one, row)).join(', ');
    if ('failure' in read) {
      failed[i] = 1;
      await show(all, read.failure);
      continue;
    }
    if (i >= places.length) continue;
    const wrong = expected.some((one, k) => !agrees(read.values[k], one, row, tolerance));
    compared.push(i);
    differing.push(wrong ? 1 : 0);
    if (wrong) await show(all, read.values.map(valueText).join(', '));
  }
  return {
    failed,
    differing: Float64Array.from(differing),
    comparedPlaces: Uint32Array.from(compared),
    witnesses,
  };
}

function readAnswer(
  { status, text = '', failure }: HttpAnswer,
  expected: readonly Expected[],
): { readonly values: readonly unknown[] } | { readonly failure: string } {
  if (failure !== undefined) return { failure };
  if (status === undefined || status < 200 || status >= 300)
    return { failure: `it answered ${status}: ${text}` };
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return { failure: `its answer is no JSON: ${text}` };
  }
  const values = expected.map(({ place }) => valueAt(answer, place));
  const absent = values.indexOf(undefined);
  if (absent !== -1) return { failure: `its answer has nothing at ${expected[absent]!.place}: ${text}` };
  return { values };
}

function valueText(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(8))) : JSON.stringify(value);
}
