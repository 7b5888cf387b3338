import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Engine } from '../../src/engine/engine.js';
import { quoteText } from '../../src/engine/sql.js';
import { inspectTable } from '../../src/engine/table.js';
import { type Place, openPlace } from '../dataset/checks/harness.js';

let opened: Place;
let engine: Engine;
beforeAll(async () => {
  opened = await openPlace();
  ({ engine } = opened);
});
afterAll(() => opened.close());
const write = (name: string, content: string | Uint8Array): string => {
  const path = join(opened.folder, name);
  writeFileSync(path, content);
  return path;
};
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const good = 'id,x\n1,2\n3,4\n';

describe('a data file that is something else', () => {
  it.each<[string, string, Uint8Array | string, RegExp, RegExp]>([
    [
      'an Excel workbook',
      'a.csv',
      bytes('PK\x03\x04\x14\0[Content_Types].xml'),
      /an Excel workbook, not CSV/,
      /read_excel/,
    ],
    [
      'an old Excel file',
      'a.csv',
      bytes('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..'),
      /an old Excel/,
      /save its sheet/,
    ],
    [
      'a zip archive',
      'a.jsonl',
      bytes('PK\x03\x04\x14\0data.jsonl'),
      /a zip archive, not JSON Lines/,
      /unpack it/,
    ],
    [
      'an HTML page',
      'a.parquet',
      '\n<!DOCTYPE html><html><title>Sign in</title>',
      /an HTML page/,
      /credentials/,
    ],
    ['an HTML page in a .gz', 'a.csv.gz', gzipSync('<html>'), /an HTML page/, /credentials/],
    ['XML', 'a.csv', '<?xml version="1.0"?><Error/>', /is XML, not CSV/, /write the table/],
    ['Parquet', 'b.csv', 'PAR1\x15\x04\x15\x10..PAR1', /is Parquet, not CSV/, /name it \.parquet/],
    ['a pickle', 'b.parquet', bytes('\x80\x04\x95'), /a Python pickle/, /write the table/],
    ['an HDF5 file', 'c.csv', bytes('\x89HDF\r\n\x1a\n'), /an HDF5 file/, /write the table/],
    ['a NumPy array', 'c.jsonl', bytes('\x93NUMPY\x01'), /a NumPy array/, /write the table/],
    [
      'text under a name that ends in .gz',
      'd.csv.gz',
      good,
      /not compressed, though its name ends in \.gz/,
      /remove \.gz/,
    ],
  ])('is called %s', async (_, name, content, message, remedy) => {
    const { table, defects } = await inspectTable(engine, write(name, content));
    expect(table).toBeUndefined();
    expect(defects).toMatchObject([
      {
        rule: 'unknown-format',
        message: expect.stringMatching(message),
        remedy: expect.stringMatching(remedy),
      },
    ]);
  });

  it.each(['ORCID,x', 'PAR1,x', 'ARROW1,x', '%PDF-pages,x'])('is not seen in text: %s', async (header) => {
    const { table, defects } = await inspectTable(engine, write('text.csv', `${header}\n1,2\n3,4\n`));
    expect([defects, table?.columns.map(({ name }) => name)]).toEqual([[], header.split(',')]);
  });

  it('is unpacked where its name does not say that it is compressed', async () => {
    const { table, defects } = await inspectTable(engine, write('packed.csv', gzipSync(good)));
    expect([table!.rows, defects]).toEqual([2, []]);
  });
});

it.each([
  ['that is kept in memory', undefined],
  ['that is read anew for each scan', 0],
])('a CSV file %s with NUL bytes is read, and its first such line is named', async (_, kept) => {
  const path = write('nul.csv', 'id,x\n1,a\n2,b\0c\n3,\0\n');
  const { table, defects } = await inspectTable(engine, path, {}, kept === undefined ? {} : { kept });
  expect([table!.rows, table!.rejected]).toEqual([3, 0]);
  expect(defects).toMatchObject([
    {
      rule: 'nul-byte',
      harmless: true,
      examples: [{ line: 3 }],
      remedy: expect.stringMatching(/write the file again/),
    },
  ]);
});

describe('the first line of a CSV file', () => {
  const defectsOf = async (name: string, text: string, types = {}) =>
    (await inspectTable(engine, write(name, text), types)).defects.map(
      ({ rule, message, remedy, harmless }) => [rule, harmless === true, `${message} → ${remedy}`],
    );

  it('that holds numbers is a row of data, unless they are names that are expected', async () => {
    expect(await defectsOf('headless.csv', '5.1,3.5,-2\n4.9,3,1\n')).toEqual([
      ['no-header', true, expect.stringMatching(/holds numbers only → write the names of the columns/)],
    ]);
    expect(await defectsOf('numbered.csv', '0,1,2\n4.9,3,1\n', { 0: 'number', 1: 'number' })).toEqual([]);
    expect(await defectsOf('years.csv', 'country,2020,2021\nDE,3,1\n')).toEqual([]);
  });

  it('shows the row numbers that pandas wrote', async () => {
    expect(await defectsOf('index.csv', ',x\n0,3\n1,4\n')).toEqual([
      ['empty-column-name', false, expect.stringMatching(/column 1 has no name → .*pandas.*index=False/)],
    ]);
    expect(await defectsOf('again.csv', 'Unnamed: 0,x\n0,3\n1,4\n')).toEqual([
      ['index-column', true, expect.stringMatching(/"Unnamed: 0" holds pandas' row numbers/)],
    ]);
  });
});

it('a GeoParquet file whose metadata are broken is read without its geometry', async () => {
  for (const [i, geo] of [
    'no JSON',
    '{"version":"1.0.0"}',
    '{"version":"1.1.0","primary_column":"g","columns":{"h":{"encoding":"WKB"}}}',
  ].entries()) {
    const path = join(opened.folder, `geo${i}.parquet`);
    await engine.run(
      `COPY (SELECT 1 AS x, '\\x01'::BLOB AS g) TO ${quoteText(path)} (FORMAT parquet, KV_METADATA {geo: ${quoteText(geo)}})`,
    );
    const { table, defects } = await inspectTable(engine, path);
    expect([defects, table!.rows, table!.columns.map(({ name }) => name)]).toEqual([[], 1, ['x', 'g']]);
  }
});
