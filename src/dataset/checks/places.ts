import { identityHash, identityText } from '../../engine/exact.js';
import { type Table, type TableColumn, sourceOf } from '../../engine/table.js';
import { columnOf } from '../data-set.js';

/** Columns of a table in a place from which they are read quickly. */
export interface Place {
  /** FROM item. */
  readonly source: string;
  /** SQL over it, in the order of the names. */
  readonly values: readonly string[];
  /** SQL of what tells the values apart exactly: their hashes (UBIGINT), and texts, NULL for no value. */
  readonly hashes: readonly string[];
  readonly texts: readonly string[];
  readonly rowNumber: string;
}

/**
 * Where the values of columns are read from: from the copy that a profile needs of columns with many values, where it
 * has all of them, otherwise from the file.
 * @returns undefined where the file lacks one of them
 */
export async function placeOf(
  table: Table,
  names: readonly string[],
  profiled: boolean,
): Promise<Place | undefined> {
  const columns: TableColumn[] = [];
  for (const name of names) {
    const column = columnOf(table, name);
    if (column === undefined) return undefined;
    columns.push(column);
  }
  const asRead = placeIn(sourceOf(table, columns), columns, table.rowNumber);
  if (!profiled || table.survey === undefined) return asRead;
  const { many } = await table.survey();
  const copies = columns.map(({ text, value }) => {
    const copy = many.get(text ?? '');
    return copy?.value === value ? copy : undefined;
  });
  const from = copies[0]?.from;
  if (from === undefined || !copies.every((copy) => copy?.from === from)) return asRead;
  const copied = copies.map((copy, i) => ({
    type: columns[i]!.type,
    value: copy!.column,
    ...(copy!.exact !== undefined && { exact: copy!.exact }),
  }));
  return placeIn(from, copied, 'file_row_number');
}

function placeIn(
  source: string,
  columns: readonly Pick<TableColumn, 'type' | 'value' | 'exact'>[],
  rowNumber: string,
): Place {
  return {
    source,
    values: columns.map(({ value }) => value),
    hashes: columns.map(identityHash),
    texts: columns.map(identityText),
    rowNumber,
  };
}
