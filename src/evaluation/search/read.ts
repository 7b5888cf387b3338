import type { Engine } from '../../engine/engine.js';
import { type DataTable, readTable } from '../../engine/read-table.js';
import { integerLiteral, quoteName, quoteText } from '../../engine/sql.js';
import { codeNumbers, codeTexts } from './code.js';
import type { SearchColumn } from './sums.js';

/** Values of a column of texts that are looked at, the most frequent first. */
const maxValues = 30;
/** Columns that are looked at; pairs of them grow as the square. */
const maxColumns = 50;
/** Columns that are read at a time, so that many rows take little memory. */
const batch = 4;

export interface SearchColumns {
  readonly columns: readonly SearchColumn[];
  readonly leftOut: readonly { readonly column: string; readonly why: string }[];
}

/**
 * Reads columns of the hold-out data in the order of its rows, each cut into few values.
 * @param names columns; undefined: all that the data have but `except`
 * @param minRows values with fewer rows are not looked at
 */
export async function readSearchColumns(
  engine: Engine,
  files: readonly string[],
  {
    names,
    except,
    minRows,
  }: { names?: readonly string[] | undefined; except: readonly string[]; minRows: number },
): Promise<SearchColumns> {
  const table = await readTable(engine, files, names === undefined ? {} : { columns: [...new Set(names)] });
  const wanted = table.columns.filter(({ name }) => names !== undefined || !except.includes(name));
  const leftOut = wanted
    .slice(maxColumns)
    .map(({ name }) => ({ column: name, why: `more than ${maxColumns} columns` }));
  const columns: SearchColumn[] = [];
  const looked = wanted.slice(0, maxColumns);
  for (let start = 0; start < looked.length; start += batch) {
    const read = await readBatch(engine, table, looked.slice(start, start + batch), minRows);
    for (const { name, column } of read) {
      if (column === undefined) leftOut.push({ column: name, why: 'it has one value, or too many' });
      else columns.push(column);
    }
  }
  return { columns, leftOut };
}

type Wanted = DataTable['columns'][number];

async function readBatch(
  engine: Engine,
  table: DataTable,
  wanted: readonly Wanted[],
  minRows: number,
): Promise<{ name: string; column: SearchColumn | undefined }[]> {
  const frequent = new Map<string, readonly string[]>();
  for (const { name, type } of wanted) {
    if (isText(type)) frequent.set(name, await frequentValues(engine, table, name, minRows));
  }
  const expressions = wanted.map(({ name, type }) => {
    if (!isText(type)) return quoteName(name);
    const text = `CAST(${quoteName(name)} AS VARCHAR)`;
    const list = frequent.get(name)!.map(quoteText).join(', ');
    const place = list === '' ? 'NULL' : `nullif(list_position([${list}], ${text}), 0) - 1`;
    return `CAST(CASE WHEN coalesce(${text}, '') = '' THEN -1 ELSE ${place} END AS DOUBLE)`;
  });
  const { columns } = await engine.columns(`SELECT ${expressions.join(', ')} FROM ${table.sql}`);
  return wanted.map(({ name, type }, i) => {
    const values = columns[i] as Float64Array;
    if (!isText(type)) return { name, column: codeNumbers(name, values, shown(type)) };
    const texts = frequent.get(name)!;
    return { name, column: texts.length === 0 ? undefined : codeTexts(name, values, texts) };
  });
}

async function frequentValues(
  engine: Engine,
  table: DataTable,
  name: string,
  minRows: number,
): Promise<string[]> {
  const text = `CAST(${quoteName(name)} AS VARCHAR)`;
  const found = await engine.rows(
    `SELECT ${text} AS text FROM ${table.sql} WHERE coalesce(${text}, '') <> '' GROUP BY 1 HAVING count(*) >= ${integerLiteral(Math.ceil(minRows))} ORDER BY count(*) DESC, 1 LIMIT ${maxValues}`,
  );
  return found.map((row) => String(row.text));
}

const isText = (type: Wanted['type']): boolean => type === 'string' || type === 'boolean';

/** Times are seconds since 1970. */
function shown(type: Wanted['type']): ((value: number) => string) | undefined {
  if (type !== 'date' && type !== 'timestamp') return undefined;
  return (value) => new Date(value * 1000).toISOString().slice(0, type === 'date' ? 10 : 16);
}
