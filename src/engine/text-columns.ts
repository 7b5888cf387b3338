import type { ColumnType } from '../formats/profile.js';
import type { Engine } from './engine.js';
import { inferTypes } from './infer.js';
import type { TableColumn, WantedTypes } from './table.js';
import { parsedText } from './types.js';

/** A column of texts in the file, and what the source calls it. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** SQL of a value as it stands in the file: an empty text is a value of a string column, and none of any other type. */
export const textValue = (text: string, type: ColumnType): string =>
  type === 'string' ? text : `nullif(${text}, '')`;

export function textColumn({ name, text }: NamedText, type: ColumnType): TableColumn {
  // The empty text is none of the other types anyway.
  return { name, type, text, raw: textValue(text, type), value: parsedText(text, type) };
}

/** Columns of texts, of the types that are wanted, or else of those that all values have. */
export async function textColumns(
  engine: Engine,
  source: string,
  names: readonly NamedText[],
  types: WantedTypes,
): Promise<TableColumn[]> {
  const unknown = names.filter(({ name }) => types[name] === undefined);
  const inferred = await inferTypes(
    engine,
    source,
    unknown.map(({ text }) => text),
  );
  return names.map((named) => textColumn(named, types[named.name] ?? inferred.get(named.text) ?? 'string'));
}
