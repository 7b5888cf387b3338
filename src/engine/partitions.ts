import { dirname, sep } from 'node:path';
import type { ColumnType } from '../formats/profile.js';
import { presentText } from './missing.js';
import { quoteText } from './sql.js';
import type { TableColumn } from './table.js';
import { type WantedTypes, parsedText, wantedType } from './types.js';

/** What Hive writes for no value. */
const none = '__HIVE_DEFAULT_PARTITION__';

/**
 * Columns that the folders of a file say (`data/country=de/year=2024/part.parquet`), as Hive, Spark and Arrow write
 * them: the unbroken row of folders `name=value` above the file. A column that the file itself has is the file's.
 * @param known names of the file's own columns
 */
export function partitionColumns(path: string, known: readonly string[], types: WantedTypes): TableColumn[] {
  const columns: TableColumn[] = [];
  for (const folder of dirname(path).split(sep).reverse()) {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(folder) ?? [];
    if (name === undefined || value === undefined) break;
    if (known.includes(name) || columns.some((column) => column.name === name)) continue;
    const text = decoded(value);
    const literal = text === none ? 'NULL::VARCHAR' : quoteText(text);
    const type = wantedType(types, name) ?? typeOf(text);
    columns.unshift({ name, type, raw: presentText(literal, type), value: parsedText(literal, type) });
  }
  return columns;
}

function typeOf(text: string): ColumnType {
  if (/^[+-]?(0|[1-9][0-9]{0,17})$/.test(text)) return 'integer';
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? 'date' : 'string';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
