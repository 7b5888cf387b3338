import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type TidiedColumn, byColumn, byList } from '../../../src/dataset/leakage/tidying.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { quoteText } from '../../../src/engine/sql.js';
import type { ColumnType } from '../../../src/formats/profile.js';
import { duckdbLibrary } from '../../engine/library.js';

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidying-'));
  engine = await openEngine({ library: duckdbLibrary, temp: folder, allowedFolders: [] });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

/** SQL types and values as texts, which the engine casts. */
const values: Readonly<Record<ColumnType, [type: string, value: fc.Arbitrary<string>]>> = {
  number: ['DOUBLE', fc.double({ noNaN: false }).map(String)],
  integer: ['BIGINT', fc.integer().map(String)],
  string: ['VARCHAR', fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => !text.includes('\0'))],
  boolean: ['BOOLEAN', fc.boolean().map(String)],
  date: ['DATE', fc.integer({ min: 1, max: 28 }).map((day) => `2024-02-${day}`)],
  timestamp: ['TIMESTAMP', fc.integer({ min: 0, max: 59 }).map((n) => `2024-02-03 04:${n}:${59 - n}.125`)],
};

const column = fc.constantFrom(...(Object.keys(values) as ColumnType[])).chain((type) =>
  fc.record({
    type: fc.constant(type),
    cells: fc.array(fc.option(values[type][1]), { minLength: 5, maxLength: 5 }),
  }),
);

it('gives the same hashes column by column as by lists', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(column, { minLength: 1, maxLength: 6 }), async (columns) => {
      const tidied = columns.map(({ type }, k): TidiedColumn => ({ type, k, salt: `${k + 1}::UBIGINT` }));
      const rows = Array.from({ length: 5 }, (_, r) => {
        const cells = columns.flatMap(({ type, cells: own }, k) => {
          const value = own[r] === null ? 'NULL' : quoteText(own[r]!);
          const typed = `CAST(${value} AS ${values[type][0]})`;
          return [`${typed} AS v${k}`, `hash(${typed}) AS h${k}`];
        });
        return `SELECT ${cells.join(', ')}`;
      });
      const hashes = async ({ needed, hash }: ReturnType<typeof byList>): Promise<unknown> => {
        const from = `(SELECT ${['*', ...needed].join(', ')} FROM (${rows.join(' UNION ALL ')}))`;
        return engine.rows(
          `SELECT CAST(${hash(3)} AS VARCHAR) AS tidy, CAST(${hash(1.5)} AS VARCHAR) AS coarse FROM ${from}`,
        );
      };
      expect(await hashes(byColumn(tidied))).toEqual(await hashes(byList(tidied)));
    }),
    { numRuns: 60 },
  );
});
