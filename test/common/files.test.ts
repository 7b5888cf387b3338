import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../../src/common/errors.js';
import { displayPath, expandGlobs, isWithin } from '../../src/common/files.js';

const folder = mkdtempSync(join(tmpdir(), 'globs-'));
const files = [
  'a.csv',
  'b.csv',
  'b.txt',
  '.hidden.csv',
  'm/2001-01.csv',
  'm/2001-02.csv',
  'm/2001-10.csv',
  'm/deep/x.csv',
  'odd/[1].csv',
  'odd/a+b (1).csv',
];
beforeAll(() => {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  symlinkSync(folder, join(folder, 'm/loop'));
  symlinkSync(join(folder, 'a.csv'), join(folder, 'm/link.csv'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const expand = async (...patterns: string[]): Promise<string[]> =>
  (await expandGlobs(patterns, folder)).map((file) => displayPath(file, folder));

describe('expandGlobs', () => {
  it.each([
    [['a.csv'], ['a.csv']],
    [['*.csv'], ['a.csv', 'b.csv']],
    [['./m/2001-0[1-3].csv'], ['m/2001-01.csv', 'm/2001-02.csv']],
    [['m/2001-[!1]?.csv'], ['m/2001-01.csv', 'm/2001-02.csv']],
    [['m/2001-{10,01}.csv'], ['m/2001-01.csv', 'm/2001-10.csv'].reverse()],
    [['**/2001*'], ['m/2001-01.csv', 'm/2001-02.csv', 'm/2001-10.csv']],
    [['**/x.csv'], ['m/deep/x.csv']],
    [['m/**'], ['m/2001-01.csv', 'm/2001-02.csv', 'm/2001-10.csv', 'm/deep/x.csv', 'm/link.csv']],
    [
      ['b.*', 'a.csv', 'b.csv'],
      ['b.csv', 'b.txt', 'a.csv'],
    ],
    [['.hidden*'], ['.hidden.csv']],
    [['odd/a+b (*).csv'], ['odd/a+b (1).csv']],
    [['odd/[[]1].csv'], ['odd/[1].csv']],
    [['m/../a.csv'], ['a.csv']],
  ])('%j → %j', async (patterns, expected) => {
    expect((await expand(...patterns)).sort()).toEqual([...expected].sort());
  });

  it('keeps the order of the patterns, and names within one pattern sorted', async () => {
    expect(await expand('m/2001*', 'a.csv', '*.csv')).toEqual([
      'm/2001-01.csv',
      'm/2001-02.csv',
      'm/2001-10.csv',
      'a.csv',
      'b.csv',
    ]);
  });

  it('takes absolute patterns', async () => {
    expect(await expandGlobs([join(folder, '*.txt')], '/')).toEqual([join(folder, 'b.txt')]);
  });

  it('names every pattern that matches nothing, and where it is written', async () => {
    const where = { file: 'model.yml', line: 3, column: 2 };
    const error = await expandGlobs(['*.parquet', 'a.csv', 'none/**', 'm'], folder, where).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).problems).toHaveLength(3);
    expect((error as UserError).message).toMatch(/^model\.yml:3:2: no file matches "\*\.parquet" in /);
  });
});

it('knows what is within a folder', () => {
  expect(['/a/b', '/a', '/ab', '/', '/a/..b', '/a/../c'].map((path) => isWithin(path, '/a'))).toEqual([
    true,
    true,
    false,
    false,
    true,
    false,
  ]);
});
