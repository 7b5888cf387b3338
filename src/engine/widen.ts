import type { Engine } from './engine.js';
import { exactText, tooLarge, wideInteger } from './exact.js';
import type { Survey } from './survey.js';
import type { Table, TableColumn } from './table.js';

/** The time that planning a query takes grows with the square of what is asked. */
const columnsAtOnce = 50;

/** Where a column's numbers are looked at. */
interface Place {
  readonly from: string;
  /** SQL over it that is not NULL of a number that needs more than BIGINT or DOUBLE. */
  readonly needed: string;
}

/**
 * The columns of a file of texts, those with numbers that BIGINT or DOUBLE does not hold read so that nothing is lost.
 * What was surveyed is looked at in the survey's copies, else the source is scanned once.
 * @param columns of the table that are to be looked at; default: all
 */
export async function widened(
  engine: Engine,
  { source, survey, surveyed }: Pick<Table, 'source' | 'survey' | 'surveyed'>,
  columns: readonly TableColumn[],
): Promise<TableColumn[]> {
  const found = survey !== undefined && surveyed === true ? await survey() : undefined;
  const groups = new Map<string, { column: TableColumn; needed: string }[]>();
  for (const column of columns) {
    const place = placeOf(column, source, found);
    if (place === undefined) continue;
    groups.set(place.from, [...(groups.get(place.from) ?? []), { column, needed: place.needed }]);
  }
  const wide = new Set<TableColumn>();
  for (const [from, asked] of groups) {
    for (let first = 0; first < asked.length; first += columnsAtOnce) {
      const some = asked.slice(first, first + columnsAtOnce);
      const counts = some.map(({ needed }, i) => `count(${needed}) AS n${i}`);
      const [row] = await engine.rows(`SELECT ${counts.join(', ')} FROM ${from}`);
      some.forEach(({ column }, i) => row![`n${i}`] !== 0 && wide.add(column));
    }
  }
  return columns.map((column) => (wide.has(column) ? exactly(column) : column));
}

function placeOf(column: TableColumn, source: string, survey: Survey | undefined): Place | undefined {
  const { type, text, plain = text } = column;
  if ((type !== 'integer' && type !== 'number') || text === undefined || plain === undefined)
    return undefined;
  const needed = type === 'integer' ? tooLarge(plain) : exactText(plain, 'number');
  if (survey === undefined) return { from: source, needed };
  const counted = survey.few.get(text);
  if (counted !== undefined) return { from: counted, needed };
  const copy = survey.many.get(text);
  if (copy === undefined) return { from: source, needed };
  if (copy.value === text) return { from: copy.from, needed };
  // A copy of integers that are not all BIGINT is one of texts.
  return copy.exact === undefined ? undefined : { from: copy.from, needed: copy.exact };
}

function exactly(column: TableColumn): TableColumn {
  const { type, text, plain = text } = column;
  const numbers = type === 'integer' ? 'integer' : 'number';
  const exact = exactText(plain!, numbers);
  return { ...column, exact, ...(type === 'integer' && { value: wideInteger(plain!) }) };
}
