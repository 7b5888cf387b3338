import { join } from 'node:path';
import * as fc from 'fast-check';
import { type Place, head, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

const contract = `${head}schema:
  - name: rows
    quality: [{ metric: duplicateValues, mustBe: 0, arguments: { properties: [id, word] } }]
    properties:
      - { name: id, logicalType: integer, unique: true, required: true, logicalTypeOptions: { minimum: 1, maximum: 40 } }
      - { name: x, logicalType: number, required: true, logicalTypeOptions: { exclusiveMinimum: -2, maximum: 2, multipleOf: 0.5 } }
      - name: word
        logicalType: string
        logicalTypeOptions: { pattern: '^[a-c]+$', minLength: 2, maxLength: 3 }
        quality: [{ metric: invalidValues, mustBe: 0, arguments: { validValues: [aa, ab, abc] } }]
      - { name: day, logicalType: date, logicalTypeOptions: { minimum: '2001-01-03' } }
`;
const row = fc.record({
  id: fc.option(fc.integer({ min: 0, max: 45 })),
  x: fc.option(fc.constantFrom(-2, -1.5, 0, 0.25, 2, 3.5)),
  word: fc.option(fc.constantFrom('aa', 'ab', 'abc', 'a', 'abcd', 'AB', "a'b")),
  day: fc.option(fc.constantFrom('2001-01-01', '2001-01-03', '2001-02-01')),
});

describe('the same rows', () => {
  // Parquet is tested by counts of values and by proofs, a large text file by what its profile counted: ways to one end.
  it('give the same findings as CSV, JSONL and Parquet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
        const csv = rows.map(({ id, x, word, day }) => [id, x, word, day].map((v) => v ?? '').join(','));
        place.write('r.csv', `id,x,word,day\n${csv.join('\n')}\n`);
        place.write('r.jsonl', `${rows.map((one) => JSON.stringify(one)).join('\n')}\n`);
        const columns = "{'id': 'BIGINT', 'x': 'DOUBLE', 'word': 'VARCHAR', 'day': 'DATE'}";
        const source = `read_csv('${join(place.folder, 'r.csv')}', header = true, auto_detect = false, quote = '"', columns = ${columns})`;
        await place.engine.run(
          `COPY (SELECT * FROM ${source}) TO '${join(place.folder, 'r.parquet')}' (FORMAT parquet)`,
        );
        const found = [];
        for (const file of ['r.csv', 'r.jsonl', 'r.parquet']) {
          const findings = await place.findings(contract, [file]);
          found.push(
            findings.map(({ rule, column, count, examples }) => ({
              ...{ rule, column, count },
              // A CSV begins with its header; numbers and texts are written in other ways.
              rows: examples.map(({ line, row }) => (file === 'r.csv' ? line! - 1 : (line ?? row))),
            })),
          );
        }
        const [first, ...others] = found;
        for (const other of others) expect(other).toEqual(first);
        expect(first!.find(({ rule }) => rule === 'minLength')?.count).toBe(
          rows.filter(({ word }) => word === 'a').length || undefined,
        );
      }),
      { numRuns: 12, seed: 5 },
    );
  });
});
