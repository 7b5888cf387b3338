import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CsvScanner } from '../../src/engine/csv-scan.js';
import { type QuickWalk, walkInWorker } from '../../src/engine/walk-source.js';
import { walkQuickly } from '../../src/engine/walk.js';

const folder = mkdtempSync(join(tmpdir(), 'walk-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'x.csv');
const load = createRequire(import.meta.url);
const walk = (content: string | Buffer): QuickWalk => {
  writeFileSync(file, content);
  return walkInWorker(load, file, ','.charCodeAt(0));
};

describe('quick walk', () => {
  it('counts records, blank lines and delimiters', () => {
    expect(walk('a,b\n1,\n\n"x\ny",2\n3,"",')).toEqual({
      records: 5,
      blankLines: 1,
      delimiters: 5,
      multiline: true,
      mixedEnds: false,
      oddQuotes: false,
      utf8: true,
      firstNul: -1,
      longestLine: 5,
    });
  });

  it.each([
    ['a,b\n1,"x"y\n', 'oddQuotes', true],
    ['a,b\n1, "x"\n', 'oddQuotes', true],
    ['a,b\n1,x"y\n', 'oddQuotes', true],
    ['a,b\n1,"x\n', 'oddQuotes', true],
    ['a,b\n1,""x\n', 'oddQuotes', true],
    ['\ufeff"a",b\n1,"""x"""\n"","a""""b"\n', 'oddQuotes', false],
    ['a,b\r\n1,2\r\n', 'mixedEnds', false],
    ['a,b\r\n1,2\n', 'mixedEnds', true],
    ['a,b\r1,2\r', 'mixedEnds', true],
    ['a,b\r\n1,"x\r\n\ny"', 'mixedEnds', false],
  ] as const)('%j: %s is %s', (content, key, expected) => {
    expect(walk(content)[key]).toBe(expected);
  });

  it('finds the first NUL byte, also in a later piece of the file', () => {
    expect(walk('a,b\n1,x\0\n2,\0\n').firstNul).toBe(7);
    const content = Buffer.concat([Buffer.alloc((1 << 20) + 5, 'x'), Buffer.from('\n\0,\n')]);
    expect(walk(content).firstNul).toBe((1 << 20) + 6);
  });

  it('tells bytes that are not UTF-8, also where two pieces of the file meet', () => {
    const edge = (1 << 20) - 2;
    for (const [bytes, expected] of [
      [Buffer.from('€'), true],
      [Buffer.from('😀'), true],
      [Buffer.from([0xe2, 0x82]), false],
      [Buffer.from([0xff]), false],
    ] as const) {
      for (let back = 0; back < 4; back++) {
        const content = Buffer.concat([Buffer.alloc(edge - back, 'x'), bytes, Buffer.from('\n"y",\n')]);
        expect(walk(content)).toMatchObject({ utf8: expected, records: 2, delimiters: 1 });
      }
    }
    expect(walk(Buffer.from([0x61, 0x0a, 0xe2]))).toMatchObject({ utf8: false });
  });

  it('agrees with the walk byte by byte wherever it finds nothing wrong', () => {
    const pieces = fc.constantFrom(
      'a',
      'ü',
      ',',
      '"',
      '""',
      '\n',
      '\r\n',
      ' ',
      '"x"',
      ',"b\nc",',
      'long text',
    );
    let agreed = 0;
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), fc.nat(15), (parts, at) => {
        // Around the edge between two pieces of the file, too.
        const text = `${at === 0 ? `${'y'.repeat((1 << 20) - 12)}\n` : ''}${parts.join('')}`;
        const found = walk(text);
        let [records, delimiters] = [0, 0];
        const defects: string[] = [];
        const scanner = new CsvScanner(44, 1, ({ fields, defect }) => {
          records++;
          delimiters += fields - 1;
          if (defect !== undefined && defect !== 'ragged-row') defects.push(defect);
        });
        scanner.push(Buffer.from(text));
        const { multiline } = scanner.finish();
        if (found.oddQuotes || found.mixedEnds) return;
        agreed++;
        expect(defects).toEqual([]);
        expect([found.records, found.delimiters, found.multiline]).toEqual([records, delimiters, multiline]);
      }),
      { numRuns: 200 },
    );
    expect(agreed).toBeGreaterThan(20);
  });

  it('runs in a thread of its own, and says why it cannot', async () => {
    writeFileSync(file, 'a;b\n1;\n');
    expect(await walkQuickly(file, ';')).toMatchObject({ records: 2, delimiters: 2 });
    await expect(walkQuickly(join(folder, 'none.csv'), ';')).rejects.toThrow(/ENOENT/);
  });
});
