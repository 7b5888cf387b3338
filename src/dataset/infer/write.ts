import { Document, isMap, isNode, isSeq } from 'yaml';
import type { ColumnType } from '../../formats/profile.js';
import { type ColumnGuess, guessColumns, summary } from './guess.js';
import type { DataFacts } from './facts.js';

export type ContractFormat = 'odcs' | 'frictionless';

/**
 * A contract of data as a careful colleague would write it, with comments.
 * @param table name of the table, and the contract's id
 */
export function writeContract(facts: DataFacts, table: string, format: ContractFormat): string {
  const guesses = guessColumns(facts);
  const value = format === 'odcs' ? odcs(guesses, table) : frictionless(guesses, table);
  const document = new Document(value, { aliasDuplicateObjects: false });
  document.commentBefore = summary(facts)
    .map((line) => ` ${line}`)
    .join('\n');
  const list = document.getIn(format === 'odcs' ? ['schema', 0, 'properties'] : ['fields'], true);
  if (isSeq(list)) {
    list.items.forEach((item, i) => {
      const notes = guesses[i]!.notes;
      if (isNode(item) && notes.length > 0) item.commentBefore = notes.map((note) => ` ${note}`).join('\n');
      compact(item);
    });
  }
  return document.toString({ lineWidth: 110, flowCollectionPadding: true });
}

/** Lists of plain values on one line. */
function compact(node: unknown): void {
  if (isSeq(node)) {
    node.flow = node.items.every((item) => !isMap(item) && !isSeq(item));
    node.items.forEach(compact);
  } else if (isMap(node)) {
    for (const { value } of node.items) compact(value);
  }
}

const rowCount = { metric: 'rowCount', mustBeGreaterThan: 0 };

function odcs(guesses: readonly ColumnGuess[], table: string): object {
  return {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: table,
    name: table,
    version: '0.1.0',
    status: 'draft',
    schema: [{ name: table, logicalType: 'object', quality: [rowCount], properties: guesses.map(property) }],
  };
}

function property(guess: ColumnGuess): object {
  const { name, type, required, unique, min, max, format, pattern, values, missing, role, optional } = guess;
  const options = {
    ...(min !== undefined && { minimum: min }),
    ...(max !== undefined && { maximum: max }),
    ...(format !== undefined && { format }),
    ...(pattern !== undefined && { pattern }),
  };
  const quality = [
    ...(values === undefined
      ? []
      : [{ metric: 'invalidValues', mustBe: 0, arguments: { validValues: values } }]),
    ...nullRule(guess),
  ];
  const custom = [
    ...(role === undefined ? [] : [{ property: 'role', value: role }]),
    ...(optional === true ? [{ property: 'optional', value: true }] : []),
    ...(missing === undefined || missing.length === 0 ? [] : [{ property: 'missingValues', value: missing }]),
  ];
  return {
    name,
    ...(type !== undefined && { logicalType: type }),
    ...(required && { required }),
    ...(unique && { unique }),
    ...(Object.keys(options).length > 0 && { logicalTypeOptions: options }),
    ...(quality.length > 0 && { quality }),
    ...(custom.length > 0 && { customProperties: custom }),
  };
}

function nullRule({ nullPercent }: ColumnGuess): object[] {
  return nullPercent === undefined
    ? []
    : [{ metric: 'nullValues', mustBeLessThan: nullPercent, unit: 'percent', severity: 'warning' }];
}

const fieldTypes: Readonly<Record<ColumnType, string>> = {
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'datetime',
};

function frictionless(guesses: readonly ColumnGuess[], table: string): object {
  return {
    $schema: 'https://datapackage.org/profiles/2.0/tableschema.json',
    name: table,
    fields: guesses.map(field),
    mlops: { version: '0.1.0', quality: [rowCount] },
  };
}

function field(guess: ColumnGuess): object {
  const { name, type, unique, min, max, values, missing, role, optional, blank = false } = guess;
  const required = guess.required && !blank;
  // Table Schema knows fewer formats; an address stays an expression there.
  const format = ['email', 'uri', 'uuid'].includes(guess.format ?? '') ? guess.format : undefined;
  const pattern = guess.pattern?.replace(/^\^|\$$/g, '');
  const constraints = {
    ...(required && { required }),
    ...(unique && { unique }),
    ...(min !== undefined && { minimum: min }),
    ...(max !== undefined && { maximum: max }),
    ...(pattern !== undefined && { pattern }),
    ...(values !== undefined && { enum: values }),
  };
  const quality = blank ? [] : nullRule(guess);
  return {
    name,
    type: type === undefined ? 'any' : fieldTypes[type],
    ...(format !== undefined && { format }),
    ...(Object.keys(constraints).length > 0 && { constraints }),
    ...(missing !== undefined && { missingValues: ['', ...missing] }),
    ...((role !== undefined || optional === true || quality.length > 0) && {
      mlops: {
        ...(role !== undefined && { role }),
        ...(optional === true && { optional }),
        ...(quality.length > 0 && { quality }),
      },
    }),
  };
}
