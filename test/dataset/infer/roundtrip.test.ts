import { join } from 'node:path';
import fc from 'fast-check';
import { validateDataset } from '../../../src/dataset/checks/validate.js';
import { parseContract } from '../../../src/dataset/contract/load.js';
import { gatherFacts } from '../../../src/dataset/infer/facts.js';
import { type ContractFormat, writeContract } from '../../../src/dataset/infer/write.js';
import { profileTables } from '../../../src/dataset/profile/profile.js';
import { quoteName, quoteText } from '../../../src/engine/sql.js';
import { profileSchema } from '../../../src/formats/profile.js';
import { parse } from 'valibot';
import { type Place, openPlace } from '../checks/harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

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
const names = Object.keys(types);
const columnNames = [
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

interface Table {
  readonly rows: number;
  readonly seed: number;
  readonly columns: readonly { readonly type: string; readonly missing: number }[];
  readonly format: 'csv' | 'jsonl' | 'parquet';
  readonly contract: ContractFormat;
}

const tables: fc.Arbitrary<Table> = fc.record({
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

async function write({ rows, seed, columns, format }: Table, name: string): Promise<string> {
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

const findingsOf = async (contract: string, file: string) => {
  const { set, tables: read } = await validateDataset({
    ...{ engine: place.engine, name: 'train', folder: place.folder, files: [file] },
    contract: parseContract(contract, join(place.folder, 'c.yaml')),
  });
  parse(profileSchema, JSON.parse(JSON.stringify(await profileTables(place.engine, read))));
  return set.findings.map(({ rule, column, message }) => `${rule} ${column ?? ''}: ${message}`);
};

describe('a draft of a contract', () => {
  it('holds for the data that it was drafted from, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (table) => {
        const file = await write(table, 'data');
        const contract = writeContract(await gatherFacts(place.engine, [file]), 'rows', table.contract);
        expect(await findingsOf(contract, file)).toEqual([]);
      }),
      { numRuns: Number(process.env.RUNS ?? 60), seed: 7 },
    );
  });

  it('holds for other data of the same source', async () => {
    const drawn = names.filter((name) => !['text', 'digits', 'infinite'].includes(name));
    for (const format of ['csv', 'parquet'] as const) {
      for (let from = 0; from < drawn.length; from += columnNames.length) {
        const columns = drawn.slice(from, from + columnNames.length).map((type) => ({ type, missing: 0 }));
        const train: Table = { rows: 1500, seed: 1, columns, format, contract: 'odcs' };
        const contract = writeContract(
          await gatherFacts(place.engine, [await write(train, 'train')]),
          'rows',
          'odcs',
        );
        const holdout = await write({ ...train, rows: 500, seed: 77_777 }, 'holdout');
        expect(await findingsOf(contract, holdout)).toEqual([]);
      }
    }
  });
});
