import { join } from 'node:path';
import type { ColumnType } from '../formats/profile.js';
import { type ManyNumbers, type NumberGroups, countTogether } from './counting.js';
import type { Engine } from './engine.js';
import { fittingTypes } from './infer.js';
import { guessDistinct } from './sample.js';
import { quoteText } from './sql.js';
import { textValue } from './text-columns.js';
import { parsedText } from './types.js';

/** What one scan of a table of texts has counted already. */
export interface Survey {
  readonly rows: number;
  /** By column name of the source: FROM item of its different texts, under that name, and how often each is there, `n`. */
  readonly few: ReadonlyMap<string, string>;
  /** By column name of the source: numbers that are many, and the expression that they are values of. */
  readonly numbers: ReadonlyMap<string, { readonly value: string; readonly groups: NumberGroups }>;
  /** Types of the columns that were to be found out. */
  readonly types: ReadonlyMap<string, ColumnType>;
  /** FROM item of the other columns, as they stand in the source, from which one is read quickly. */
  readonly others: string;
  /** Rows where a column of the source is NULL: not even an empty text. */
  nulls(text: string): Promise<number>;
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
/** Columns with many numbers that are counted beside the others: each makes all of them slower. */
const mostNumbers = 4;
let made = 0;

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
  const guesses = await guessDistinct(
    engine,
    sample,
    columns.map(({ text }) => text),
  );
  const likely = await fittingTypes(
    engine,
    sample,
    columns.filter(({ type }) => type === undefined).map(({ text }) => text),
  );
  const typeOf = ({ text, type }: SurveyedColumn): ColumnType => type ?? likely.get(text)?.[0] ?? 'string';
  const few = columns.filter((_, i) => guesses[i]! <= fewTexts);
  const isNumber = (column: SurveyedColumn): boolean => ['integer', 'number'].includes(typeOf(column));
  const allNumbers = columns.filter((column) => !few.includes(column) && isNumber(column));
  const numbers = allNumbers.length <= mostNumbers ? allNumbers : [];
  const many = numbers.map((column): ManyNumbers => {
    const raw = textValue(column.text, typeOf(column));
    return { raw, value: parsedText(raw, typeOf(column)), isTime: false };
  });
  const counted = await countTogether(
    engine,
    source,
    few.map(({ text }) => text),
    many,
  );
  const isCounted = (column: SurveyedColumn): boolean => {
    if (few.includes(column)) return counted.sizes.get(column.text)! <= mostTexts;
    const at = numbers.indexOf(column);
    // A guess of the type that did not hold.
    return at >= 0 && (column.type !== undefined || counted.numbers[at]!.bad === 0);
  };
  const rest = columns.filter((column) => !isCounted(column));
  const others =
    rest.length === 0
      ? '(SELECT 1 WHERE false)'
      : await copyTexts(
          engine,
          source,
          rest.map(({ text }) => text),
        );
  const fromOf = (column: SurveyedColumn): string =>
    few.includes(column) && isCounted(column) ? counted.few(column.text) : others;
  const types = new Map<string, ColumnType>();
  for (const column of columns.filter(({ type }) => type === undefined)) {
    const sure = numbers.includes(column) && isCounted(column);
    const fitting = sure ? likely : await fittingTypes(engine, fromOf(column), [column.text]);
    types.set(column.text, fitting.get(column.text)?.[0] ?? 'string');
  }
  return {
    rows: counted.rows,
    few: new Map(few.filter(isCounted).map(({ text }) => [text, counted.few(text)])),
    numbers: new Map(
      numbers.flatMap((column, i) =>
        isCounted(column) ? [[column.text, { value: many[i]!.value, groups: counted.numbers[i]! }]] : [],
      ),
    ),
    types,
    others,
    async nulls(text) {
      const column = columns.find((c) => c.text === text)!;
      if (numbers.includes(column) && isCounted(column))
        return counted.numbers[numbers.indexOf(column)]!.missing;
      const n = few.includes(column) && isCounted(column) ? 'sum(n)::BIGINT' : 'count(*)';
      const [row] = await engine.rows(`SELECT ${n} AS n FROM ${fromOf(column)} WHERE ${text} IS NULL`);
      return Number(row!.n ?? 0);
    },
  };
}

/**
 * Copies columns of a source into a Parquet file of the engine's own, rows in their order.
 * @returns FROM item; it has the rows' numbers as `file_row_number`
 */
export async function copyTexts(engine: Engine, source: string, columns: readonly string[]): Promise<string> {
  const path = quoteText(join(engine.temp, `columns-${++made}.parquet`));
  await engine.run(`COPY (SELECT ${columns.join(', ')} FROM ${source}) TO ${path} (FORMAT parquet)`);
  return `read_parquet(${path}, file_row_number = true)`;
}
