import type { ColumnType } from '../formats/profile.js';
import type { Engine } from './engine.js';
import { inferTypes } from './infer.js';
import { presentText } from './missing.js';
import type { TableColumn } from './table.js';
import { parsedText, type WantedTypes, wantedType } from './types.js';

/** A column of texts in the file, and what the source calls it. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

export function textColumn({ name, text }: NamedText, type: ColumnType): TableColumn {
  return { name, type, text, raw: presentText(text, type), value: parsedText(text, type) };
}

/** Columns of texts, of the types that are wanted, or else of those that all values have. */
export async function textColumns(
  engine: Engine,
  source: string,
  names: readonly NamedText[],
  types: WantedTypes,
): Promise<TableColumn[]> {
  const unknown = names.filter(({ name }) => wantedType(types, name) === undefined);
  const inferred = await inferTypes(
    engine,
    source,
    unknown.map(({ text }) => text),
  );
  return names.map((named) =>
    textColumn(named, wantedType(types, named.name) ?? inferred.get(named.text) ?? 'string'),
  );
}
