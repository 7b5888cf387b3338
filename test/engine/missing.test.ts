import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../src/engine/engine.js';
import { quoteText } from '../../src/engine/sql.js';
import { type ReadOptions, type WantedTypes, inspectTable } from '../../src/engine/table.js';
import { type Place, openPlace } from '../dataset/checks/harness.js';

let opened: Place;
let folder: string;
let engine: Engine;
beforeAll(async () => {
  opened = await openPlace();
  ({ folder, engine } = opened);
});
afterAll(() => opened.close());

/** Of every row: missing, bad (not of the type), or the value. */
const read = async (file: string, types: WantedTypes, options?: ReadOptions): Promise<unknown[]> => {
  const { table, defects } = await inspectTable(engine, file, types, options);
  expect(defects).toEqual([]);
  const { raw, value, type } = table!.columns[0]!;
  const rows = await engine.rows(
    `SELECT CASE WHEN raw IS NULL THEN 'missing' WHEN value IS NULL THEN 'bad' ELSE CAST(value AS VARCHAR) END AS v
     FROM (SELECT ${raw} AS raw, ${value} AS value, ${table!.rowNumber} AS n FROM ${table!.source}) ORDER BY n`,
  );
  return [type, ...rows.map(({ v }) => v)];
};
const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('a missing value', () => {
  const texts = ['1.5', '', 'NaN', 'nan', 'NAN', '-nan', ' NaN ', 'Inf', '-Infinity', 'x', '1_000'];
  const csv = `x,other\n${texts.map((text) => `${text},1`).join('\n')}\n`;

  // Kept as a table, and scanned.
  for (const kept of [undefined, 0]) {
    it(`is NaN of numbers, an empty field, and not infinity (${kept ?? 'default'} bytes kept)`, async () => {
      expect(
        await read(write('x.csv', csv), { x: 'number' }, { ...(kept !== undefined && { kept }) }),
      ).toEqual([
        'number',
        '1.5',
        'missing',
        'missing',
        'missing',
        'missing',
        'missing',
        'missing',
        'inf',
        '-inf',
        'bad',
        'bad',
      ]);
      const found = await read(write('x.csv', csv), { x: 'string' }, { ...(kept !== undefined && { kept }) });
      // DuckDB reads an empty field that is not quoted as NULL.
      expect(found).toEqual(['string', ...texts.map((text) => text || 'missing')]);
    });
  }

  it('makes no text of a column that is inferred', async () => {
    const numbers = write('i.csv', 'x,y\n1,1\nNaN,1\n2.5,1\n');
    expect(await read(numbers, {})).toEqual(['number', '1.0', 'missing', '2.5']);
    expect(await read(write('n.csv', 'x,y\nNaN,1\n,1\nnan,1\n'), {})).toEqual([
      'number',
      'missing',
      'missing',
      'missing',
    ]);
  });

  it('is null of JSON, and NaN written as a text there', async () => {
    const file = write('x.jsonl', '{"x": 1.5}\n{"x": null}\n{"x": "NaN"}\n{"y": 1}\n');
    expect(await read(file, { x: 'number' })).toEqual(['number', '1.5', 'missing', 'missing', 'missing']);
  });

  for (const fileType of ['FLOAT', 'DOUBLE']) {
    it(`is NaN of a ${fileType} of Parquet, whatever number is wanted`, async () => {
      const file = join(folder, `${fileType}.parquet`);
      await engine.run(
        `COPY (SELECT CAST(x AS ${fileType}) AS x FROM (VALUES (2.0::DOUBLE), (NULL), ('nan'::DOUBLE), ('inf'::DOUBLE)) t(x))
         TO ${quoteText(file)}`,
      );
      expect(await read(file, {})).toEqual(['number', '2.0', 'missing', 'missing', 'inf']);
      // No integer is infinite.
      expect(await read(file, { x: 'integer' })).toEqual(['integer', '2', 'missing', 'missing', 'bad']);
    });
  }
});
