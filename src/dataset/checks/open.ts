import type { ColumnType } from '../../formats/profile.js';
import type { Engine } from '../../engine/engine.js';
import { presentText } from '../../engine/missing.js';
import { numberLiteral, quoteText } from '../../engine/sql.js';
import { type Table, type TableColumn, inspectTable } from '../../engine/table.js';
import { parsedText } from '../../engine/types.js';
import { widened } from '../../engine/widen.js';
import type { Contract, ContractColumn, Reading } from '../contract/contract.js';

/**
 * Opens a data file as its contract has it: columns of the contract's types, missing values as NULL, dates and
 * numbers as they are written. Every reader of the table, such as the profile, sees them so.
 */
export async function openByContract(
  engine: Engine,
  file: string,
  contract: Pick<Contract, 'columns'>,
  options: { readonly profile?: boolean } = {},
): Promise<Awaited<ReturnType<typeof inspectTable>>> {
  // Typed files say themselves how values are stored; in texts, ours to read are wanted as they stand there.
  const isTyped = /\.parquet$/i.test(file);
  const types = Object.fromEntries(
    contract.columns
      .filter((column) => !(column.untyped && isTyped))
      .map(({ name, type, reading = {} }): [string, ColumnType] => [
        name,
        isTyped || isPlain(reading) ? type : 'string',
      ]),
  );
  const { table, defects } = await inspectTable(engine, file, types, options);
  return { ...(table && { table: await adapt(engine, table, contract) }), defects };
}

/** Written as the engine reads it; the empty text is missing anyway, but in a column of texts. */
function isPlain({ missing = [], ...others }: Reading): boolean {
  return Object.keys(others).length === 0 && missing.every((text) => text === '');
}

async function adapt(engine: Engine, table: Table, contract: Pick<Contract, 'columns'>): Promise<Table> {
  const named = new Map(contract.columns.map((column) => [column.name, column]));
  const columns: TableColumn[] = [];
  for (const column of table.columns) {
    const described = named.get(column.name);
    if (described?.reading === undefined) columns.push(column);
    else columns.push(read(column, described, described.reading));
  }
  const adapted = columns.filter((column) => column.plain !== undefined);
  const wide = await widened(engine, table, adapted);
  const widest = new Map(adapted.map((column, i) => [column, wide[i]!]));
  return { ...table, columns: columns.map((column) => widest.get(column) ?? column) };
}

function read(column: TableColumn, { type }: ContractColumn, reading: Reading): TableColumn {
  const missing = reading.missing ?? [];
  const isText = column.fileType === undefined;
  if (!isText || isPlain(reading)) {
    if (missing.length === 0 || column.mismatch) return column;
    const isMissing = isText ? isOneOf(column.raw, missing) : isListed(column, missing);
    const without = (then: string): string => `CASE WHEN ${isMissing} THEN NULL ELSE ${then} END`;
    const exact = column.exact === undefined ? {} : { exact: without(column.exact) };
    return { ...column, raw: without(column.raw), value: without(column.value), ...exact };
  }
  const present =
    missing.length === 0
      ? column.raw
      : `CASE WHEN ${isOneOf(column.raw, missing)} THEN NULL ELSE ${column.raw} END`;
  const raw = presentText(present, type);
  if (type !== 'integer' && type !== 'number') {
    return { ...column, type, raw, value: written(raw, type, reading) };
  }
  const plain = plainNumber(present, type, reading);
  return { ...column, type, raw, value: parsedText(plain, type), plain };
}

/** SQL: a value of the file is one of some texts. */
function isOneOf(raw: string, words: readonly string[]): string {
  return `CAST(${raw} AS VARCHAR) IN (${words.map(quoteText).join(', ')})`;
}

/** The same of a typed file, in which -99 may be stored as -99.0: numbers are compared as such. */
function isListed({ raw, value, type }: TableColumn, words: readonly string[]): string {
  const numbers =
    type === 'integer' || type === 'number'
      ? words.filter((word) => word.trim() !== '' && Number.isFinite(Number(word)))
      : [];
  const listed = isOneOf(raw, words);
  if (numbers.length === 0) return listed;
  return `(${listed} OR ${value} IN (${numbers.map((word) => numberLiteral(Number(word))).join(', ')}))`;
}

/** SQL for the value of a text that is written in a way of its own; NULL where it is not of the type. */
function written(text: string, type: ColumnType, reading: Reading): string {
  const { format, trueValues, falseValues } = reading;
  if (type === 'boolean' && (trueValues !== undefined || falseValues !== undefined)) {
    const list = (words: readonly string[]): string => words.map(quoteText).join(', ');
    const [yes, no] = [
      trueValues ?? ['true', 'True', 'TRUE', '1'],
      falseValues ?? ['false', 'False', 'FALSE', '0'],
    ];
    const when = (words: readonly string[], value: boolean): string =>
      words.length === 0 ? '' : ` WHEN ${text} IN (${list(words)}) THEN ${value}`;
    return `CASE${when(yes, true)}${when(no, false)} ELSE NULL END`;
  }
  if ((type === 'date' || type === 'timestamp') && format !== undefined) {
    // The engine reads offsets, not the Z that stands for none.
    const zoned = format.includes('%z') ? `regexp_replace(${text}, 'Z$', '+0000')` : text;
    const time = `TRY_STRPTIME(${zoned}, ${quoteText(format)})`;
    return type === 'date' ? `CAST(${time} AS DATE)` : `CAST(${time} AS TIMESTAMP)`;
  }
  return parsedText(text, type);
}

/** SQL for a number of a text as the engine reads it; NULL where it is not written in the way of its own. */
function plainNumber(
  text: string,
  type: 'integer' | 'number',
  { decimalChar, groupChar, decorated }: Reading,
): string {
  const bare = decorated ? `regexp_replace(${text}, '^[^0-9+.,-]+|[^0-9.,]+$', '', 'g')` : text;
  if (groupChar === undefined && decimalChar === undefined) return `(${bare})`;
  const decimal = escape(decimalChar ?? '.');
  const digits = groupChar === undefined ? '[0-9]*' : `([0-9]{1,3}(${escape(groupChar)}[0-9]{3})*|[0-9]*)`;
  const fraction = type === 'integer' ? '' : `(${decimal}[0-9]*)?([eE][+-]?[0-9]+)?`;
  const ungrouped = groupChar === undefined ? bare : `replace(${bare}, ${quoteText(groupChar)}, '')`;
  const plain =
    decimalChar === undefined ? ungrouped : `replace(${ungrouped}, ${quoteText(decimalChar)}, '.')`;
  // Grouping is looked at: 1,5 is no 15.
  return `CASE WHEN regexp_full_match(${bare}, ${quoteText(`[+-]?${digits}${fraction}`)}) THEN ${plain} END`;
}

function escape(character: string): string {
  return character.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
