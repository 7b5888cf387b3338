import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { readTable } from '../../../src/engine/read-table.js';
import {
  readSample,
  shapeOf,
  textsOfValues,
  valuesOfTexts,
} from '../../../src/evaluation/behaviour/sample.js';
import { writeRows } from '../../../src/evaluation/behaviour/write.js';
import { duckdbLibrary } from '../../engine/library.js';

describe('changed rows are written as the hold-out data are', () => {
  let folder: string;
  let engine: Engine;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'behaviour-write-'));
    engine = await openEngine({ library: duckdbLibrary, temp: folder, allowedFolders: [folder] });
  });
  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  const all = (rows: number) => Uint32Array.from({ length: rows }, (_, i) => i);
  const cell = fc.oneof(
    fc.constantFrom(
      '',
      null,
      ' ',
      'a,b',
      'a;b',
      '"',
      'line\nbreak',
      '\t',
      '1',
      '01',
      '1e3',
      'NULL',
      'é"',
      '-0',
    ),
    fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => !/[\0\r]/.test(text)),
  );

  it.each(['csv', 'tsv', 'jsonl', 'parquet'])('%s comes back as it went', async (kind) => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 }), async (table) => {
        // A row of nothing is no row in a CSV file.
        const rows = table.map(([a, b]) => [a, b ?? 'x']);
        const path = join(folder, `t${n++}.${kind}`);
        const text = (value: string | null) => (kind === 'jsonl' ? JSON.stringify(value) : value);
        const shape = {
          format: kind === 'tsv' ? ('csv' as const) : (kind as 'csv'),
          suffix: `.${kind}`,
          delimiter: kind === 'tsv' ? '\t' : ',',
          columns: [
            { name: 'a "quoted", name', type: 'string' as const },
            { name: 'b', type: 'string' as const },
          ],
        };
        await writeRows(
          engine,
          shape,
          [{ rows: rows.length, value: (row, column) => text(rows[row]![column]!) }],
          path,
        );
        const back = await readTable(engine, path, {
          types: { [shape.columns[0]!.name]: 'string', b: 'string' },
        });
        const found = await shapeOf(engine, back);
        expect(found.columns.map(({ name }) => name)).toEqual(shape.columns.map(({ name }) => name));
        const sample = await readSample(engine, back, found, all(rows.length));
        [0, 1].forEach((column) =>
          expect(textsOfValues(sample.values[column]!, found.format)).toEqual(rows.map((row) => row[column])),
        );
      }),
      { numRuns: 12 },
    );
  });

  it('refuses what a typed file cannot hold', async () => {
    const shape = {
      format: 'parquet' as const,
      suffix: '.parquet',
      delimiter: ',',
      columns: [{ name: 'n', type: 'integer' as const, fileType: 'BIGINT' }],
    };
    await expect(
      writeRows(engine, shape, [{ rows: 1, value: () => 'many' }], join(folder, 'bad.parquet')),
    ).rejects.toThrow(/changed values are not of their columns' types.*many.* → let tests set values/);
  });

  it('keeps the types of JSON: numbers and texts of digits', async () => {
    const path = join(folder, 'types.jsonl');
    const lines = [
      '{"n":1.50,"t":"1","o":{"a":[1]},"b":true}',
      '{"n":2,"t":"x","o":null}',
      '{"n":3,"t":"2"}',
    ];
    await writeFile(path, lines.join('\n') + '\n');
    const table = await readTable(engine, path);
    const shape = await shapeOf(engine, table);
    const sample = await readSample(engine, table, shape, all(3));
    expect(sample.values).toEqual([
      ['1.5', '2', '3'],
      ['"1"', '"x"', '"2"'],
      ['{"a":[1]}', null, null],
      ['true', null, null],
    ]);
    expect(valuesOfTexts(['7', null, 'x'], sample.values[0]!, 'jsonl')).toEqual(['7', null, '"x"']);
    expect(valuesOfTexts(['7'], sample.values[1]!, 'jsonl')).toEqual(['"7"']);
  });

  it('reads rows of several files by their places, whatever stands in between', async () => {
    const rows = (from: number) => Array.from({ length: 50 }, (_, i) => `${from + i};"a\n${from + i}"`);
    await writeFile(join(folder, 'one.csv'), ['n;t', ...rows(0)].join('\n') + '\n');
    await writeFile(join(folder, 'two.csv'), ['n;t', ...rows(50)].join('\n') + '\n');
    const table = await readTable(engine, [join(folder, 'one.csv'), join(folder, 'two.csv')]);
    const shape = await shapeOf(engine, table);
    expect(shape.delimiter).toBe(';');
    const sample = await readSample(engine, table, shape, Uint32Array.of(0, 49, 50, 77));
    expect(sample.values).toEqual([
      ['0', '49', '50', '77'],
      ['a\n0', 'a\n49', 'a\n50', 'a\n77'],
    ]);
  });

  it('reads rows of a wide file, which is kept in another form', async () => {
    const names = Array.from({ length: 40 }, (_, c) => `c${c}`);
    const rows = Array.from({ length: 60 }, (_, r) => names.map((_, c) => `${r}-${c}`).join(','));
    await writeFile(join(folder, 'wide.csv'), [names.join(','), ...rows].join('\n') + '\n');
    const table = await readTable(engine, join(folder, 'wide.csv'));
    const sample = await readSample(engine, table, await shapeOf(engine, table), Uint32Array.of(3, 59));
    expect(sample.values.map((values) => [...values])).toEqual(names.map((_, c) => [`3-${c}`, `59-${c}`]));
  });
});
