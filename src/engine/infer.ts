import type { ColumnType } from '../formats/profile.js';
import { batchesOf } from './batches.js';
import type { Engine } from './engine.js';
import { isWhole } from './exact.js';
import { presentText } from './missing.js';
import { parsedText } from './types.js';

/**
 * The narrower first: what is an integer throughout is no number, what is 0 and 1 throughout is an integer. With a
 * pattern that every text of the type has: a quick look at a few of them spares most of the tests.
 */
const candidates: readonly (readonly [ColumnType, RegExp])[] = [
  ['integer', /^\s*[+-]?[0-9]+\s*$/],
  ['number', /^[\s0-9+.eE-]+$|nan|inf/i],
  ['boolean', /^(true|false|0|1)$/i],
  ['date', /^.{4}-.{2}-.{2}$/su],
  ['timestamp', /^.{4}-.{2}-.{2}/su],
];
const fewRows = 100;

/**
 * Types of text columns from all of their values, not from a sample: a column is of a type when every value is.
 * @param source FROM item
 * @param columns SQL expressions of type VARCHAR
 */
export async function inferTypes(
  engine: Engine,
  source: string,
  columns: readonly string[],
): Promise<Map<string, ColumnType>> {
  const types = new Map<string, ColumnType>();
  for (const some of batchesOf(columns)) {
    let open = await possibleTypes(engine, source, some);
    while (open.length > 0) {
      const fitting = await fit(
        engine,
        source,
        open.map(({ column, left }) => [column, left[0]!]),
      );
      open.forEach(({ column, left }, i) => fitting[i] && types.set(column, left[0]!));
      open = open
        .filter((_, i) => !fitting[i])
        .map(({ column, left }) => ({ column, left: left.slice(1) }))
        .filter(({ left }) => left.length > 0);
    }
    for (const column of some) if (!types.has(column)) types.set(column, 'string');
  }
  return types;
}

interface Open {
  readonly column: string;
  /** Types that it may still be of. */
  readonly left: readonly ColumnType[];
}

async function possibleTypes(engine: Engine, source: string, columns: readonly string[]): Promise<Open[]> {
  const read = await engine.columnsAsIs(`SELECT ${columns.join(', ')} FROM ${source} LIMIT ${fewRows}`);
  return columns
    .map((column, i) => {
      const texts = (read[i] as (string | null)[]).filter((text): text is string => (text ?? '') !== '');
      const left = candidates.filter(([, pattern]) => texts.every((text) => pattern.test(text)));
      return { column, left: left.map(([type]) => type) };
    })
    .filter(({ left }) => left.length > 0);
}

/** Whether all values of each column are of a type, and there is some text. */
async function fit(
  engine: Engine,
  source: string,
  tests: readonly (readonly [column: string, type: ColumnType])[],
): Promise<boolean[]> {
  const counts = tests.map(([column, type], i) => {
    return `count(nullif(${column}, '')) AS w${i}, count(${presentText(column, type)}) AS n${i}, count(${ofType(column, type)}) AS t${i}`;
  });
  const [row] = await engine.rows(`SELECT ${counts.join(', ')} FROM ${source}`);
  // NaN alone makes a column of numbers, in which every value is missing.
  return tests.map((_, i) => row![`w${i}`] !== 0 && row![`t${i}`] === row![`n${i}`]);
}

/** SQL that is not NULL of a text of a type; of an integer whatever its size. */
export function ofType(text: string, type: ColumnType): string {
  const value = parsedText(text, type);
  return type === 'integer'
    ? `CASE WHEN (${value}) IS NOT NULL THEN 1 WHEN ${isWhole(text)} THEN 1 END`
    : value;
}
