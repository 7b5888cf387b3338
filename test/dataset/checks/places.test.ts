import { placeOf } from '../../../src/dataset/checks/places.js';
import { inspectTable } from '../../../src/engine/table.js';
import { type Place, openPlace } from './harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

/** A file of 200 rows: `a` and `b` have many values, `c` has three. @param kept bytes up to which it is a table */
async function open(kept?: number) {
  const rows = Array.from({ length: 200 }, (_, i) => `${i * 7},t${i},${i % 3}\n`).join('');
  const options = { profile: true, ...(kept !== undefined && { kept }) };
  const types = { a: 'integer', b: 'string', c: 'integer' } as const;
  const { table } = await inspectTable(place.engine, place.write('p.csv', `a,b,c\n${rows}`), types, options);
  return table!;
}
const read = async (names: readonly string[], kept?: number, profiled = true) => {
  const table = await open(kept);
  const found = await placeOf(table, names, profiled);
  if (found === undefined) return undefined;
  const { source, values, texts, rowNumber } = found;
  const list = [...values, ...texts].map((sql, i) => `CAST(${sql} AS VARCHAR) AS x${i}`);
  const rows = await place.engine.rows(
    `SELECT ${list.join(', ')} FROM ${source} ORDER BY ${rowNumber} LIMIT 2`,
  );
  return { copied: /read_parquet/.test(source), rows: rows.map((row) => Object.values(row)) };
};
const expected = [
  ['0', 't0', '0', 't0'],
  ['7', 't1', '7', 't1'],
];

describe('where the values of columns are read from', () => {
  it('is the file, or the table that it was kept in', async () => {
    expect(await read(['a', 'b'])).toEqual({ copied: false, rows: expected });
    expect(await read(['a', 'b'], 10, false)).toEqual({ copied: false, rows: expected });
  });

  it('is the copy that a profile needs, where that has all of them', async () => {
    expect(await read(['a', 'b'], 10)).toEqual({ copied: true, rows: expected });
    expect((await read(['a', 'c'], 10))!.copied).toBe(false);
    expect((await read(['c', 'a'], 10))!.copied).toBe(false);
  });

  it('is nowhere where the file lacks one of them', async () => {
    expect(await read(['a', 'z'])).toBeUndefined();
  });
});
