import fc from 'fast-check';
import { isUtf8 } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { profileTables } from '../../src/dataset/profile/profile.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { inspectTable } from '../../src/engine/table.js';
import type { Profile } from '../../src/formats/profile.js';
import { duckdbLibrary } from './library.js';

const folder = mkdtempSync(join(tmpdir(), 'dirt-'));
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ library: duckdbLibrary, temp: join(folder, 'tmp'), allowedFolders: [folder] });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

interface Found {
  readonly defects: readonly (readonly [rule: string, count: number, lines: readonly number[]])[];
  readonly rows?: number;
  readonly rejected?: number;
  readonly values?: readonly (readonly unknown[])[];
  readonly profile?: Profile;
}

/** Reads a file as a small one is read, or (`kept` 0) as a large one. */
async function find(name: string, content: string | Buffer, kept: number): Promise<Found> {
  const file = join(folder, name);
  writeFileSync(file, content);
  const { table, defects } = await inspectTable(engine, file, {}, { profile: true, kept });
  const short = defects.map((d) => [d.rule, d.count, d.examples.map((e) => e.line)] as const);
  if (table === undefined) return { defects: short };
  const { columns } = await engine.columns(
    `SELECT ${table.columns.map((c) => `CAST(${c.text ?? c.raw} AS VARCHAR)`).join(', ')} FROM ${table.source} ORDER BY ${table.rowNumber}`,
  );
  return {
    defects: short,
    rows: table.rows,
    rejected: table.rejected,
    values: Array.from({ length: columns[0]!.length }, (_, i) => columns.map((column): unknown => column[i])),
    profile: await profileTables(engine, [table]),
  };
}

const both = [
  ['small', 20e6],
  ['large', 0],
] as const;

/** A slow reader of RFC 4180: the records of a text, each whole or broken. */
function slowly(bytes: Buffer): { whole: (string | null)[][]; broken: number } {
  // A character for each byte, so that what is not UTF-8 stays where it is.
  const text = bytes.toString('latin1');
  const records: { fields: (string | null)[]; bad: boolean }[] = [];
  let [fields, field, bad, quoted, at]: [(string | null)[], string, boolean, boolean, number] = [
    [],
    '',
    false,
    false,
    0,
  ];
  const endField = (): void => {
    fields.push(field === '' && !quoted ? null : field);
    [field, quoted] = ['', false];
  };
  const endRecord = (): void => {
    endField();
    if (fields.length > 1 || fields[0] !== null) records.push({ fields, bad });
    [fields, bad] = [[], false];
  };
  while (at < text.length) {
    const char = text[at]!;
    if (char === '"' && field.trim() === '' && !/[\r\n\t\v]/.test(field) && !quoted) {
      bad ||= field !== '';
      quoted = true;
      at++;
      for (;;) {
        if (at >= text.length) {
          bad = true;
          break;
        }
        if (text[at] !== '"') field += text[at++];
        else if (text[at + 1] === '"') {
          field += '"';
          at += 2;
        } else {
          at++;
          break;
        }
      }
      const next = text[at];
      if (next !== undefined && next !== ',' && next !== '\n' && next !== '\r') bad = true;
      continue;
    }
    if (char === ',') endField();
    else if (char === '\n' || char === '\r') {
      endRecord();
      if (char === '\r' && text[at + 1] === '\n') at++;
    } else field += char;
    at++;
  }
  if (field !== '' || quoted || fields.length > 0) endRecord();
  const [header, ...rest] = records;
  const isWhole = ({ fields: own, bad: isBad }: (typeof records)[number]): boolean =>
    !isBad &&
    own.length === header!.fields.length &&
    own.every((f) => f === null || isUtf8(Buffer.from(f, 'latin1')));
  return {
    whole: rest
      .filter(isWhole)
      .map(({ fields: own }) => own.map((f) => f && Buffer.from(f, 'latin1').toString('utf8'))),
    broken: rest.filter((record) => !isWhole(record)).length,
  };
}

describe.each(both)('a %s CSV file', (_size, kept) => {
  it('of any bytes is read as the slow reader reads it, or what is left out is counted', async () => {
    const piece = fc.constantFrom(
      '1',
      'a',
      ',',
      ',',
      '\n',
      '\n',
      '\r\n',
      '"',
      '""',
      ' ',
      'ü',
      '\xff',
      '"x"',
      '"x,\ny"',
      '1,2\n',
      ',\n',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const content = Buffer.concat([
          Buffer.from('a,b\n'),
          ...pieces.map((text) => Buffer.from(text, text === '\xff' ? 'latin1' : 'utf8')),
        ]);
        const { whole, broken } = slowly(content);
        const found = await find('any.csv', content, kept);
        expect([found.rows, found.rejected]).toEqual([whole.length, broken]);
        expect(found.values).toEqual(whole);
        for (const { count, nulls } of found.profile!.columns) expect(count + nulls).toBe(whole.length);
        expect(found.defects.some(([rule]) => rule === 'lost-rows' || rule === 'unreadable')).toBe(false);
        const named = found.defects.filter(([rule]) => !['no-rows', 'mixed-line-ends'].includes(rule));
        expect(named.reduce((sum, [, count]) => sum + count, 0)).toBe(broken);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it.each([
    ['a,b\n1,2\n3\n4,5,6\n7,8,\n9,10\n', [['ragged-row', 3, [3, 4, 5]]], 2, 3],
    ['a\n1,\n2\n', [['ragged-row', 1, [2]]], 1, 1],
    ['a,b\n1,"x"y\n2,z\n', [['bad-quote', 1, [2]]], 1, 1],
    ['a,b\n1,2\n"x,2\n3,4\n', [['unterminated-quote', 1, [3]]], 1, 1],
    ['\ufeffa,b\r\n1,"x\r\n\r\ny"\r\n', [], 1, 0],
    ['a,b\n1,2\r\n3,4\n', [['mixed-line-ends', 1, []]], 2, 0],
    ['"a","b\nc"\r\n1,2\r\n3,"4\n5"\r\n', [], 2, 0],
    ['"a\r\n","b"\n1,2\n3,4\n', [], 2, 0],
    ['"a\n","b"\n1,2\n3,4\n', [], 2, 0],
    ['\n"a\rb","c"\n1,2\n', [], 1, 0],
    [
      'a,,a\n1,2,3\n',
      [
        ['empty-column-name', 1, []],
        ['duplicate-column', 1, []],
      ],
      1,
      0,
    ],
    ['a,b\n', [['no-rows', 1, []]], 0, 0],
    [`a,b\n1,2\n3,${'x'.repeat(2_000_001)}\n5,6\n`, [['long-row', 1, [3]]], 2, 1],
    ['a,b\n1,2\0\n', [['nul-byte', 1, [2]]], 1, 0],
  ] as const)('%j', async (content, defects, rows, rejected) => {
    const found = await find('x.csv', content, kept);
    expect(found).toMatchObject({ defects, rows, rejected });
    expect(found.values).toHaveLength(rows);
  });

  it('finds the types of columns that mix them, and of what only looks like numbers and dates', async () => {
    const rows = Array.from({ length: 300 }, (_, i) =>
      [
        i === 299 ? 'n/a' : i,
        `"${i},000"`,
        i === 7 ? '2001-02-30' : '2001-02-03',
        `1${'0'.repeat(19)}`,
        i === 250 ? '1e3' : i,
        i % 2 === 0 ? '1.0' : '',
      ].join(','),
    );
    const { profile } = await find('mixed.csv', `a,b,c,d,e,f\n${rows.join('\n')}\n`, kept);
    expect(profile!.columns.map(({ type, nulls }) => [type, nulls])).toEqual([
      ['string', 0],
      ['string', 0],
      ['string', 0],
      ['integer', 0],
      ['number', 0],
      ['number', 150],
    ]);
  });
});

describe('a wide CSV file', () => {
  it('with 1,000 columns is read, and profiled', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `c${i}`);
    const lines = Array.from({ length: 20 }, (_, r) => names.map((_, c) => r * c).join(','));
    const { rows, profile } = await find('columns.csv', `${names.join(',')}\n${lines.join('\n')}\n`, 0);
    expect(rows).toBe(20);
    expect(profile!.columns).toHaveLength(1000);
    expect(profile!.columns[999]!.moments).toMatchObject({ min: 0, max: 19 * 999 });
  }, 180_000);
});

describe('a file that is not what it should be', () => {
  const text = `a,b\n${Array.from({ length: 3000 }, (_, i) => `${i},${Math.sin(i)}`).join('\n')}\n`;
  const packed = zlib.gzipSync(text);
  // 3,000 rows of "x", in the format that Node 20 does not know.
  const zst = Buffer.from('KLUv/QRYXQAAKGEKeAp4CngBAJ8uQA4=', 'base64');

  it.each([
    ['zero.csv', Buffer.alloc(0), ['empty-file']],
    ['blank.csv', '\n\n', ['empty-file']],
    ['marked.csv', Buffer.from(`\ufeff${text}`, 'utf16le'), ['encoding']],
    ['unmarked.csv', Buffer.from(text, 'utf16le'), ['encoding']],
    ['cut.csv.gz', packed.subarray(0, packed.length / 2), ['truncated']],
    ['cut.csv.zst', zst.subarray(0, 12), ['truncated']],
    ['not.parquet', text, ['unreadable']],
    ['short.parquet', 'PAR1', ['truncated']],
    ['data.xlsx', text, ['unknown-format']],
    ['nothing.jsonl', Buffer.alloc(0), ['empty-file']],
  ])('%s', async (name, content, rules) => {
    const hasZstd = 'createZstdDecompress' in zlib;
    const found = await find(name, content, 20e6);
    const expected = name.endsWith('.zst') && !hasZstd ? ['unknown-format'] : rules;
    expect(found.defects.map(([rule]) => rule)).toEqual(expected);
    expect(found.rows).toBeUndefined();
  });

  it('cut anywhere, Parquet is named as such', async () => {
    const file = join(folder, 'good.parquet');
    await engine.run(`COPY (SELECT i, 'value ' || i AS s FROM range(5000) AS t(i)) TO '${file}'`);
    const bytes = readFileSync(file);
    for (const end of [3, 8, 100, bytes.length - 1]) {
      const { defects } = await find('cut.parquet', bytes.subarray(0, end), 0);
      expect(defects.map(([rule]) => ['truncated', 'unreadable'].includes(rule))).toEqual([true]);
    }
  });
});
