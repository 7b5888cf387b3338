import type { ColumnType } from '../formats/profile.js';
import type { Engine } from './engine.js';
import { groupBy } from './batches.js';
import type { Part } from './copy.js';
import { inferTypes } from './infer.js';
import { presentText } from './missing.js';
import type { TableColumn } from './table.js';
import { parsedText, type WantedTypes, wantedType } from './types.js';

/** A column of texts in the file, what the source calls it, and the part of the source that it is in, if it has such. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
  readonly part?: Part;
}

export function textColumn({ name, text, part }: NamedText, type: ColumnType): TableColumn {
  return {
    name,
    type,
    text,
    raw: presentText(text, type),
    value: parsedText(text, type),
    ...(part && { part }),
  };
}

/** Columns of texts, of the types that are wanted, or else of those that all values have. */
export async function textColumns(
  engine: Engine,
  source: string,
  names: readonly NamedText[],
  types: WantedTypes,
): Promise<TableColumn[]> {
  const unknown = names.filter(({ name }) => wantedType(types, name) === undefined);
  const inferred = new Map<string, ColumnType>();
  for (const [from, some] of groupBy(unknown, ({ part }) => part?.from ?? source)) {
    const texts = some.map(({ text }) => text);
    for (const [text, type] of await inferTypes(engine, from, texts)) inferred.set(text, type);
  }
  return names.map((named) =>
    textColumn(named, wantedType(types, named.name) ?? inferred.get(named.text) ?? 'string'),
  );
}
