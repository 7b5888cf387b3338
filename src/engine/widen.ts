import { batchesOf, groupBy } from './batches.js';
import type { Engine } from './engine.js';
import { exactText, mayNeedExact, tooLarge, wideInteger } from './exact.js';
import type { Survey } from './survey.js';
import type { Table, TableColumn } from './table.js';

/** Where a column's numbers are looked at. */
interface Place {
  readonly from: string;
  /** SQL over it that is not NULL of a number that needs more than BIGINT or DOUBLE. */
  readonly needed: string;
  /** SQL over it that is true wherever `needed` is not NULL, and quick to test. */
  readonly may: string;
  /** The same, quicker still. */
  readonly long: string;
}

interface Asked extends Place {
  readonly column: TableColumn;
}

/**
 * The columns of a file of texts, those with numbers that BIGINT or DOUBLE does not hold read so that nothing is lost.
 * What was surveyed is looked at in the survey's copies, otherwise the source is scanned once.
 * @param columns of the table that are to be looked at; default: all
 */
export async function widened(
  engine: Engine,
  { source, survey, surveyed }: Pick<Table, 'source' | 'survey' | 'surveyed'>,
  columns: readonly TableColumn[],
): Promise<TableColumn[]> {
  const found = survey !== undefined && surveyed === true ? await survey() : undefined;
  const all = columns.flatMap((column): Asked[] => {
    const place = placeOf(column, column.part?.from ?? source, found);
    return place === undefined ? [] : [{ column, ...place }];
  });
  const wide = new Set<TableColumn>();
  for (const [from, asked] of groupBy(all, (one) => one.from)) {
    for (const some of batchesOf(asked)) {
      // Each test is planned for those that passed a quicker one.
      let open = await thoseWith(engine, from, some, ({ long }) => `bool_or(${long})`);
      open = await thoseWith(engine, from, open, ({ may }) => `bool_or(${may})`);
      open = await thoseWith(engine, from, open, ({ needed }) => `count(${needed}) > 0`);
      for (const { column } of open) wide.add(column);
    }
  }
  return columns.map((column) => (wide.has(column) ? exactly(column) : column));
}

/** Those of which an aggregate is true. */
async function thoseWith(
  engine: Engine,
  from: string,
  asked: readonly Asked[],
  aggregate: (one: Asked) => string,
): Promise<Asked[]> {
  if (asked.length === 0) return [];
  const tests = asked.map((one, i) => `${aggregate(one)} AS n${i}`);
  const [row] = await engine.rows(`SELECT ${tests.join(', ')} FROM ${from}`);
  return asked.filter((_, i) => row![`n${i}`] === true);
}

function placeOf(column: TableColumn, source: string, survey: Survey | undefined): Place | undefined {
  const { type, text, plain = text } = column;
  if ((type !== 'integer' && type !== 'number') || text === undefined || plain === undefined)
    return undefined;
  const needed = type === 'integer' ? tooLarge(plain) : exactText(plain, 'number');
  const [may, long] = [mayNeedExact(plain), `strlen(${plain}) > 15`];
  if (survey === undefined) return { from: source, needed, may, long };
  const counted = survey.few.get(text);
  if (counted !== undefined) return { from: counted, needed, may, long };
  const copy = survey.many.get(text);
  if (copy === undefined) return { from: source, needed, may, long };
  if (copy.value === text) return { from: copy.from, needed, may, long };
  // A copy of integers that are not all BIGINT is one of texts.
  return copy.exact === undefined
    ? undefined
    : { from: copy.from, needed: copy.exact, may: 'true', long: 'true' };
}

function exactly(column: TableColumn): TableColumn {
  const { type, text, plain = text } = column;
  const numbers = type === 'integer' ? 'integer' : 'number';
  const exact = exactText(plain!, numbers);
  return { ...column, exact, ...(type === 'integer' && { value: wideInteger(plain!) }) };
}
