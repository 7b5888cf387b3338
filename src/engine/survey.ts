import { ownValue } from '../common/own.js';
import type { ColumnType } from '../formats/profile.js';
import { copyColumns } from './copy.js';
import { countTexts } from './counting.js';
import type { Engine } from './engine.js';
import { exactText, tooLarge } from './exact.js';
import { inferTypes } from './infer.js';
import { presentText } from './missing.js';
import { guessDistinct } from './sample.js';
import { parsedText } from './types.js';

/** What is known of a source after it was scanned once or twice. */
export interface Survey {
  readonly rows: number;
  /** By column name of the source: FROM item of its different texts, under that name, and how often each is there, `n`. */
  readonly few: ReadonlyMap<string, string>;
  /** By column name of the source: where the others can be read from quickly. */
  readonly many: ReadonlyMap<string, CopiedColumn>;
  /** Types of the columns that were to be found out. */
  readonly types: ReadonlyMap<string, ColumnType>;
}

export interface CopiedColumn {
  readonly from: string;
  /** SQL over the source of what was copied, and its name in `from`. */
  readonly value: string;
  readonly column: string;
  /** Name in `from` of whether there is something that is no such value; absent where everything is one. */
  readonly bad?: string;
  /** Name in `from` of the number as text where the value, a DOUBLE, does not hold it; absent where it always does. */
  readonly exact?: string;
}

export interface SurveyedColumn {
  /** Name in the source, of type VARCHAR. */
  readonly text: string;
  /** Undefined: it is to be found out, from all values. */
  readonly type: ColumnType | undefined;
}

/** A text column with more different values than this (guessed) is not counted one by one. */
const fewTexts = 1 << 17;
/** Where the guess was wrong: a column with more is looked at again as one with many. */
const mostTexts = 1 << 20;

/**
 * Counts the values of a source that takes long to read, a CSV file, in one scan; in a second one it copies the
 * columns that cannot be counted that way into a form from which they are read quickly.
 * @param sample FROM item like the source, of a few rows from all over it
 */
export async function surveyTexts(
  engine: Engine,
  source: string,
  sample: string,
  columns: readonly SurveyedColumn[],
): Promise<Survey> {
  const texts = columns.map(({ text }) => text);
  const guesses = await guessDistinct(engine, sample, texts);
  const guessed = columns.filter((_, i) => guesses[i]! <= fewTexts);
  const counted = await countTexts(
    engine,
    source,
    guessed.map(({ text }) => text),
  );
  const few = new Map(
    guessed
      .filter(({ text }) => counted.sizes.get(text)! <= mostTexts)
      .map(({ text }) => [text, counted.few(text)]),
  );
  const types = new Map<string, ColumnType>();
  for (const { text, type } of columns) {
    const from = few.get(text);
    if (type !== undefined || from === undefined) continue;
    types.set(text, (await inferTypes(engine, from, [text])).get(text)!);
  }
  const rest = columns.filter(({ text }) => !few.has(text));
  const { many, found } = await copyMany(engine, source, sample, rest);
  for (const [text, type] of found) types.set(text, type);
  return {
    rows: counted.rows ?? (await countRows(engine, many.values().next().value!.from)),
    few,
    many,
    types,
  };
}

const countRows = async (engine: Engine, source: string): Promise<number> =>
  Number((await engine.rows(`SELECT count(*) AS n FROM ${source}`))[0]!.n);

/** Copies columns: those that are likely no texts as what they likely are, so that it is found out at the same time. */
async function copyMany(
  engine: Engine,
  source: string,
  sample: string,
  columns: readonly SurveyedColumn[],
): Promise<{ many: Map<string, CopiedColumn>; found: Map<string, ColumnType> }> {
  const many = new Map<string, CopiedColumn>();
  const found = new Map<string, ColumnType>();
  if (columns.length === 0) return { many, found };
  const untyped = columns.filter(({ type }) => type === undefined).map(({ text }) => text);
  const likely = await inferTypes(engine, sample, untyped);
  const copies = columns.map(({ text, type = likely.get(text) ?? 'string' }, i) => {
    const raw = presentText(text, type);
    const needed =
      type === 'integer' ? tooLarge(text) : type === 'number' ? exactText(text, type) : undefined;
    return {
      text,
      type,
      raw,
      value: parsedText(text, type),
      needed,
      column: `v${i}`,
      bad: `bad${i}`,
      exact: `x${i}`,
    };
  });
  const from = await copyColumns(
    engine,
    source,
    copies.flatMap(({ raw, value, needed, column, bad, exact }) => [
      `${value} AS ${column}`,
      ...(raw !== value
        ? [`CASE WHEN (${value}) IS NULL THEN (${raw}) IS NOT NULL ELSE false END AS ${bad}`]
        : []),
      ...(needed === undefined ? [] : [`${needed} AS ${exact}`]),
    ]),
  );
  const tested = copies.filter(({ text, type }) => untyped.includes(text) && type !== 'string');
  const numbers = copies.filter(({ needed }) => needed !== undefined);
  const counts = [
    ...tested.map(({ bad }) => `count(*) FILTER (${bad}) AS ${bad}`),
    ...numbers.map(({ exact }) => `count(${exact}) AS ${exact}`),
  ];
  const [row] = counts.length === 0 ? [] : await engine.rows(`SELECT ${counts.join(', ')} FROM ${from}`);
  // Integers beyond BIGINT are read from their texts.
  const isLost = ({ text, type, bad, exact }: (typeof copies)[number]): boolean =>
    (type === 'integer' && ownValue(row, exact) !== 0) ||
    (untyped.includes(text) && type !== 'string' && ownValue(row, bad) !== 0);
  const wrong = copies.filter(isLost).map(({ text }) => text);
  for (const { text, type, raw, value, column, bad, exact } of copies) {
    if (wrong.includes(text)) continue;
    const lossy = type === 'number' && ownValue(row, exact) !== 0;
    many.set(text, { from, value, column, ...(raw !== value && { bad }), ...(lossy && { exact }) });
    if (untyped.includes(text)) found.set(text, type);
  }
  if (wrong.length > 0) {
    const raw = await copyColumns(engine, source, wrong);
    const open = wrong.filter((text) => untyped.includes(text));
    for (const [text, type] of await inferTypes(engine, raw, open)) found.set(text, type);
    for (const text of wrong) many.set(text, { from: raw, value: text, column: text });
  }
  return { many, found };
}
