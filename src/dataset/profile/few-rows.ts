import { batchesOf, groupBy } from '../../engine/batches.js';
import type { Column } from '../../engine/columns.js';
import type { Engine } from '../../engine/engine.js';
import { integerLiteral } from '../../engine/sql.js';
import type { ColumnType } from '../../formats/profile.js';
import { type Summary, countedNumbers, sumNumbers } from './number-columns.js';
import { countedTexts, isText, sumTexts } from './texts.js';

/** A column of a table with few rows, read row by row. */
export interface ShortColumn {
  readonly type: ColumnType;
  /** FROM item. */
  readonly from: string;
  /** SQL over it. */
  readonly value: string;
}

/**
 * Sums up columns of so few rows that every value is listed. Those of one type are counted by one query: one each
 * would take longer to plan than to run.
 */
export async function profileShort<T extends ShortColumn>(
  engine: Engine,
  columns: readonly T[],
): Promise<Map<T, Summary>> {
  const alike = groupBy(columns, ({ type, from }) => `${type} ${from}`);
  const found = new Map<T, Summary>();
  for (const batch of [...alike.values()].flatMap((list) => batchesOf(list))) {
    const summaries = await sumUp(engine, batch);
    batch.forEach((column, i) => found.set(column, summaries[i]!));
  }
  return found;
}

/** @param batch columns of one type, in one place */
async function sumUp(engine: Engine, batch: readonly ShortColumn[]): Promise<Summary[]> {
  const { type, from } = batch[0]!;
  const values = batch.map(({ value }) => (isText(type) ? `CAST(${value} AS VARCHAR)` : value));
  const counted = `(SELECT g, v, count(*) AS n FROM (SELECT unnest(range(${integerLiteral(batch.length)})) AS g,
    unnest([${values.join(', ')}]) AS v FROM ${from}) GROUP BY g, v)`;
  const read = await engine.columnsAsIs(
    isText(type)
      ? `${countedTexts(counted, 'g')} ORDER BY g`
      : countedNumbers({ type, from: counted, hash: 'hash(v)' }, 'g'),
  );
  return partsOf(read, batch.length).map((part) =>
    isText(type) ? sumTexts(part)! : sumNumbers(type, part as Float64Array[]),
  );
}

/** What was read of each column; the number of the column stands in the last one that was read. */
function partsOf(read: readonly Column[], count: number): Column[][] {
  const groups = read.at(-1) as Float64Array;
  let end = 0;
  return Array.from({ length: count }, (_, g) => {
    const start = end;
    while (end < groups.length && groups[end] === g) end++;
    return read.map((column) => column.slice(start, end));
  });
}
