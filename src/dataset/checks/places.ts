import type { Table, TableColumn } from '../../engine/table.js';

/** Columns of a table in a place from which they are read quickly. */
export interface Place {
  /** FROM item. */
  readonly source: string;
  /** SQL over it, in the order of the names. */
  readonly values: readonly string[];
  readonly rowNumber: string;
}

/**
 * Where the values of columns are read from: from the copy that a profile needs of columns with many values, where it
 * has all of them, else from the file.
 * @returns undefined where the file lacks one of them
 */
export async function placeOf(
  table: Table,
  names: readonly string[],
  profiled: boolean,
): Promise<Place | undefined> {
  const columns: TableColumn[] = [];
  for (const name of names) {
    const column = table.columns.find((c) => c.name === name);
    if (column === undefined) return undefined;
    columns.push(column);
  }
  const asRead = {
    source: table.source,
    values: columns.map(({ value }) => value),
    rowNumber: table.rowNumber,
  };
  if (!profiled || table.survey === undefined) return asRead;
  const { many } = await table.survey();
  const copies = columns.map(({ text, value }) => {
    const copy = many.get(text ?? '');
    return copy?.value === value ? copy : undefined;
  });
  const from = copies[0]?.from;
  if (from === undefined || !copies.every((copy) => copy?.from === from)) return asRead;
  return { source: from, values: copies.map((copy) => copy!.column), rowNumber: 'file_row_number' };
}
