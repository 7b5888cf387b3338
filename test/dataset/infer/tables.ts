import { join } from 'node:path';
import fc from 'fast-check';
import type { ContractFormat } from '../../../src/dataset/infer/write.js';
import { quoteName, quoteText } from '../../../src/engine/sql.js';
import type { Place } from '../checks/harness.js';

/* Random tables of every type that data files can hold. */

/** SQL of a value of row `i`, by a random number `h` of it: every type that Parquet, CSV and JSON can hold. */
const types: Readonly<Record<string, string>> = {
  boolean: 'h % 2 = 0',
  tinyint: 'CAST(h % 250 AS INTEGER)::SMALLINT - 120',
  smallint: 'CAST(h % 60000 AS INTEGER) - 30000',
  bigint: 'CAST(h >> 1 AS BIGINT) - 4611686018427387904',
  ubigint: 'h',
  usmallint: 'CAST(h % 60000 AS USMALLINT)',
  hugeint: 'CAST(h AS HUGEINT) * 1000003',
  flag: 'CAST(h % 2 AS INTEGER)',
  count: 'CAST(floor(-ln((1 + h % 1000) / 1000.0)) AS INTEGER)',
  constant: '0',
  float: 'CAST((h % 100000) / 1000.0 AS FLOAT)',
  double: '(h % 1000003) / 7.0 - 50000',
  nan: "CASE WHEN h % 4 = 0 THEN 'nan'::DOUBLE ELSE (h % 1000) / 7.0 END",
  infinite: "CASE WHEN h % 5 = 0 THEN 'inf'::DOUBLE WHEN h % 5 = 1 THEN '-inf'::DOUBLE ELSE h % 1000 END",
  decimal4: 'CAST((h % 9000) / 10.0 AS DECIMAL(4, 1))',
  decimal38: 'CAST(CAST(h AS HUGEINT) * 1000000007 AS DECIMAL(38, 0))',
  fraction38: 'CAST(CAST(h AS HUGEINT) AS DECIMAL(38, 10)) / CAST(3 AS DECIMAL(3, 0))',
  date: "DATE '2001-01-01' + CAST(h % 3000 AS INTEGER)",
  time: "TIME '00:00:00' + to_seconds(CAST(h % 86400 AS INTEGER))",
  timestamp: "TIMESTAMP '2001-01-01' + to_microseconds(CAST(h % 1000000000000 AS BIGINT))",
  nanoseconds:
    "CAST(TIMESTAMP '2001-01-01' + to_microseconds(CAST(h % 1000000000000 AS BIGINT)) AS TIMESTAMP_NS)",
  zoned: "CAST(TIMESTAMP '2001-01-01' + to_seconds(CAST(h % 1000000000 AS BIGINT)) AS TIMESTAMPTZ)",
  interval: 'to_days(CAST(h % 1000 AS INTEGER))',
  uuid: 'CAST(md5(CAST(h AS VARCHAR)) AS UUID)',
  blob: "encode(CAST(h AS VARCHAR)) || '\\x00\\xFF'::BLOB",
  category: "['red', 'green', 'a,b', 'say \"no\"'][1 + CAST(h % 4 AS INTEGER)]",
  text: "repeat(CAST(h AS VARCHAR) || E' ä\\n,;', CAST(h % 4 AS INTEGER))",
  code: "'AB' || CAST(10000 + h % 89999 AS VARCHAR)",
  zeros: "lpad(CAST(h % 99999 AS VARCHAR), 5, '0')",
  words: "CASE WHEN h % 5 = 0 THEN 'NA' ELSE CAST(h % 1000 AS VARCHAR) END",
  digits: 'CAST(h AS VARCHAR) || CAST(h AS VARCHAR)',
  list: '[CAST(h % 3 AS INTEGER), NULL]',
  lists: '[[h % 3], []]',
  struct: "{'a': h % 7, 'b': {'c': 'x, y'}}",
  map: "MAP {'k': h % 7}",
  nothing: 'NULL',
};
export const names = Object.keys(types);
export const columnNames = [
  'a',
  'user_id',
  'label',
  'constructor',
  '__proto__',
  'age',
  'a b',
  'x"y',
  'percent',
  'group',
];

export interface Table {
  readonly rows: number;
  readonly seed: number;
  readonly columns: readonly { readonly type: string; readonly missing: number }[];
  readonly format: 'csv' | 'jsonl' | 'parquet';
  readonly contract: ContractFormat;
}

export const tables: fc.Arbitrary<Table> = fc.record({
  rows: fc.constantFrom(1, 40, 150, 1500),
  seed: fc.nat(1_000_000),
  columns: fc.array(fc.record({ type: fc.constantFrom(...names), missing: fc.constantFrom(0, 0, 0.1, 1) }), {
    minLength: 2,
    maxLength: columnNames.length,
  }),
  format: fc.constantFrom('csv', 'jsonl', 'parquet'),
  contract: fc.constantFrom('odcs', 'frictionless'),
});

/** JSON has no NaN. */
const inJson = ({ type }: { readonly type: string }): boolean => type !== 'nan' && type !== 'infinite';

/** Writes a table to the place's folder; answers its file. */
export async function writeTable(
  place: Place,
  { rows, seed, columns, format }: Table,
  name: string,
): Promise<string> {
  const file = join(place.folder, `${name}.${format}`);
  const values = columns.map(({ type, missing }, i) => {
    const known = format === 'jsonl' && !inJson({ type }) ? 'bigint' : type;
    const value = `CASE WHEN hash(i, ${i}, ${seed + 1}) % 1000 < ${missing * 1000} THEN NULL ELSE ${types[known]!} END`;
    return `(SELECT ${value} FROM (SELECT hash(i, ${seed + i}) AS h)) AS ${quoteName(columnNames[i]!)}`;
  });
  const options = { csv: 'FORMAT csv, HEADER', jsonl: 'FORMAT json', parquet: 'FORMAT parquet' }[format];
  await place.engine.run(
    `COPY (SELECT ${values.join(', ')} FROM range(${rows}) t(i)) TO ${quoteText(file)} (${options})`,
  );
  return file;
}
