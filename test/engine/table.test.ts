import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { readTable } from '../../src/engine/read-table.js';
import { inspectTable } from '../../src/engine/table.js';
import { duckdbLibrary } from './library.js';

const folder = mkdtempSync(join(tmpdir(), 'table-'));
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ library: duckdbLibrary, temp: join(folder, 'tmp'), allowedFolders: [folder] });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});
const write = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const read = async (name: string, content: string | Buffer, options?: Parameters<typeof readTable>[2]) => {
  const table = await readTable(engine, write(name, content), options);
  return { ...table, data: await engine.rows(`SELECT * FROM ${table.sql}`) };
};
const defectsOf = async (name: string, content: string | Buffer) => {
  const { table, defects } = await inspectTable(engine, write(name, content));
  const short = defects.map((d) => [d.rule, d.count, d.examples.map((e) => e.line)]);
  const values =
    table &&
    (await engine.rows(
      `SELECT ${table.columns.map((c, i) => `${c.raw} AS c${i}`).join(', ')} FROM ${table.source}`,
    ));
  return {
    defects: short,
    rows: table?.rows,
    rejected: table?.rejected,
    values: values?.map((r) => Object.values(r)),
  };
};

describe('readTable', () => {
  it('infers types from all values, not from the first', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => `${i},${i}.5,2001-01-02,true,x${i}`).join('\n');
    const { columns, rows: n } = await read(
      'types.csv',
      `i,d,day,b,s\n${rows}\nlate,1e3,2001-01-03,false,y\n`,
    );
    expect(columns.map((c) => c.type)).toEqual(['string', 'number', 'date', 'boolean', 'string']);
    expect(n).toBe(3001);
  });

  it('keeps a missing value, an empty text and a zero apart', async () => {
    const { data } = await read('empty.csv', 'a,b\n"",\n,""\n0,x\n', {
      types: { a: 'integer', b: 'string' },
    });
    expect(data).toEqual([
      { a: null, b: null },
      { a: null, b: '' },
      { a: 0, b: 'x' },
    ]);
  });

  it('does not take what DuckDB would take for numbers, dates and times', async () => {
    for (const [type, value] of [
      ['integer', '1.5'],
      ['integer', '1_000'],
      ['integer', '0x1F'],
      ['number', '1_0.5'],
      ['date', '2001-01-02 10:00'],
      ['date', '2001-02-30'],
      ['boolean', 'yes'],
      ['timestamp', 'infinity'],
    ] as const) {
      const text = `a,b\n,1\n${value},2\n`;
      await expect(read('bad.csv', text, { types: { a: type } })).rejects.toThrow(
        new RegExp(`bad\\.csv:3: column "a": "${value.replace('.', '\\.')}" is not of type ${type}`),
      );
    }
  });

  it('reads times in UTC, with the zone that they name', async () => {
    const { sql } = await readTable(
      engine,
      write(
        'times.csv',
        'at\n2001-01-02\n2001-01-02 03:04:05\n2001-01-02T03:04:05.250Z\n2001-01-02T03:04:05+02:00\n',
      ),
      { types: { at: 'timestamp' } },
    );
    const { columns } = await engine.columns(`SELECT * FROM ${sql}`);
    const at = Date.UTC(2001, 0, 2, 3, 4, 5) / 1000;
    expect([...columns[0]!]).toEqual([Date.UTC(2001, 0, 2) / 1000, at, at + 0.25, at - 7200]);
  });

  it.each([
    ['semicolon.csv', 'a;b\n1,5;x\n', [{ a: '1,5', b: 'x' }]],
    ['tab.tsv', 'a\tb\n1\tx\n', [{ a: 1, b: 'x' }]],
    ['bom.csv', '\ufeffa,b\r\n1,"x\r\ny"\r\n', [{ a: 1, b: 'x\r\ny' }]],
    ['blank.csv', '\n\na,b\n\n1,x\n\n', [{ a: 1, b: 'x' }]],
    ['single.csv', 'a\n1\n\n3\n', [{ a: 1 }, { a: null }, { a: 3 }]],
    ['odd"na,me.csv', '"o""d,d","a b"\n1,x\n', [{ 'o"d,d': 1, 'a b': 'x' }]],
    [
      'lines.jsonl',
      '{"a":1,"b":"x"}\n\n{"b":"y","c":{"d":[1]}}\n',
      [
        { a: 1, b: 'x', c: null },
        { a: null, b: 'y', c: '{"d":[1]}' },
      ],
    ],
  ])('reads %s', async (name, content, expected) => {
    expect((await read(name, content)).data).toEqual(expected);
  });

  it('reads compressed files, and tells a truncated one', async () => {
    const text = `a,b\n${Array.from({ length: 3000 }, (_, i) => `${i},${Math.sin(i)}`).join('\n')}\n`;
    const packed = gzipSync(text);
    expect((await read('whole.csv.gz', packed)).rows).toBe(3000);
    expect((await defectsOf('cut.csv.gz', packed.subarray(0, packed.length / 2))).defects).toEqual([
      ['truncated', 1, []],
    ]);
  });

  it('joins files whose columns stand in another order, and names a column that is missing', async () => {
    const [one, two] = [write('one.csv', 'delay,b\n1,x\n'), write('two.csv', 'b,delay\ny,2\n')];
    const { sql } = await readTable(engine, [one, two]);
    expect(await engine.rows(`SELECT * FROM ${sql} ORDER BY delay`)).toEqual([
      { delay: 1, b: 'x' },
      { delay: 2, b: 'y' },
    ]);
    const three = write('three.csv', 'b,dealy\ny,2\n');
    await expect(readTable(engine, [one, three], { columns: ['delay'] })).rejects.toThrow(
      /three\.csv:1: there is no column "delay" → did you mean "dealy"\?/,
    );
    await expect(readTable(engine, [one, join(folder, 'none.csv')])).rejects.toThrow(
      /none\.csv: the file does not exist/,
    );
  });

  it('reads Parquet by its own types', async () => {
    const file = join(folder, 'x.parquet');
    await engine.run(
      `COPY (SELECT 1::UTINYINT AS i, 2.5::FLOAT AS f, 'a' AS s, DATE '2001-02-03' AS d) TO '${file}'`,
    );
    const { columns, sql } = await readTable(engine, file);
    expect(columns.map((c) => c.type)).toEqual(['integer', 'number', 'string', 'date']);
    expect(await engine.rows(`SELECT * FROM ${sql}`)).toEqual([{ i: 1, f: 2.5, s: 'a', d: '2001-02-03' }]);
    await expect(readTable(engine, file, { types: { s: 'integer' } })).rejects.toThrow(
      /column "s" is VARCHAR in the file, not integer/,
    );
  });
});

describe('inspectTable', () => {
  it.each([
    [
      'ragged.csv',
      'a,b\n1,2\n3\n4,5,6\n7,8,\n9,10\n',
      [['ragged-row', 3, [3, 4, 5]]],
      [
        ['1', '2'],
        ['9', '10'],
      ],
    ],
    ['quote.csv', 'a,b\n"x"y,1\n"x","y"\n', [['bad-quote', 1, [2]]], [['x', 'y']]],
    ['open.csv', 'a,b\n1,2\n"x,2\n3,4\n', [['unterminated-quote', 1, [3]]], [['1', '2']]],
    ['latin1.csv', Buffer.from('a,b\n1,2\nJos\xe9,3\n', 'latin1'), [['invalid-utf8', 1, [3]]], [['1', '2']]],
    [
      'ends.csv',
      'a,b\n1,2\r\n3,4\n',
      [['mixed-line-ends', 1, []]],
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'names.csv',
      'a,,a\n1,2,3\n',
      [
        ['empty-column-name', 1, []],
        ['duplicate-column', 1, []],
      ],
      [['1', '2', '3']],
    ],
    ['bad.jsonl', '{"a":1}\n[1]\n{"a":\n{"a":2}\n', [['malformed-json', 2, [2, 3]]], [['1'], ['2']]],
    ['header.csv', 'a,b\n', [['no-rows', 1, []]], []],
    ['zero.csv', '', [['empty-file', 1, []]], undefined],
    ['blank.csv', '\n\n', [['empty-file', 1, []]], undefined],
    ['wide.csv', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), [['encoding', 1, []]], undefined],
    ['not.parquet', 'a,b\n1,2\n', [['unreadable', 1, []]], undefined],
    ['data.xlsx', 'x', [['unknown-format', 1, []]], undefined],
  ])('%s', async (name, content, defects, values) => {
    const found = await defectsOf(name, content);
    expect(found.defects).toEqual(defects);
    expect(found.values).toEqual(values);
  });

  it('tells a truncated Parquet file, and one whose inside is damaged', async () => {
    const file = join(folder, 'good.parquet');
    await engine.run(`COPY (SELECT i, 'value ' || i AS s FROM range(5000) AS t(i)) TO '${file}'`);
    const bytes = (await import('node:fs')).readFileSync(file);
    expect((await defectsOf('cut.parquet', bytes.subarray(0, bytes.length - 100))).defects).toEqual([
      ['truncated', 1, []],
    ]);
    const footer = Buffer.from(bytes);
    footer.fill(0xff, bytes.length - 200, bytes.length - 100);
    expect((await defectsOf('footer.parquet', footer)).defects).toEqual([['unreadable', 1, []]]);
  });

  it('finds the line of a row behind broken rows, blank lines and line ends in quotes', async () => {
    const { table } = await inspectTable(engine, write('far.csv', 'a,b\n"1\n1",x\n\nragged\n2,y\n3,z\n'));
    expect(table!.rows).toBe(3);
    expect(await table!.linesOf([0, 1, 2])).toEqual([2, 6, 7]);
    const json = await inspectTable(engine, write('far.jsonl', '\n{"a":1}\nx\n{"a":2}'));
    expect(await json.table!.linesOf([1, 0])).toEqual([4, 2]);
  });

  it('reads JSON Lines behind a byte order mark, which the engine itself refuses', async () => {
    const { table, defects } = await inspectTable(engine, write('mark.jsonl', '\ufeff{"a":1}\n{"a":2}\n'));
    expect(defects).toEqual([]);
    expect(await engine.rows(`SELECT ${table!.columns[0]!.value} AS a FROM ${table!.source}`)).toEqual([
      { a: 1 },
      { a: 2 },
    ]);
    expect(await table!.linesOf([0, 1])).toEqual([1, 2]);
  });
});
