import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { infer, tableName } from '../../src/cli/infer.js';
import { readInferArguments } from '../../src/cli/infer-options.js';
import { loadContract } from '../../src/dataset/contract/load.js';

const folder = mkdtempSync(join(tmpdir(), 'infer-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('mlops infer', () => {
  const data = join(folder, '2001-01 flights.csv');
  beforeAll(() =>
    writeFileSync(data, `id,day\n${Array.from({ length: 200 }, (_, i) => `${i},2001-01-02`).join('\n')}\n`),
  );

  it.each(['odcs', 'frictionless'])(
    'writes a contract (%s) that loads, and never over another',
    async (format) => {
      const out = join(folder, `${format}.yaml`);
      const said: string[] = [];
      const options = { project: process.cwd(), write: (text: string) => void said.push(text) };
      await infer(readInferArguments([data, '--out', out, '--format', format]), options);
      expect(said.join('')).toBe(`${out}: a draft from 200 rows, 2 columns; look for "unsure" in it\n`);
      expect((await loadContract(out)).columns.map(({ name, type }) => [name, type])).toEqual([
        ['id', 'integer'],
        ['day', 'date'],
      ]);
      expect(() => readInferArguments([data, '--out', out])).toThrow(
        /is there already → write to another file/,
      );
      await infer(readInferArguments([data, '--format', format, '--table', 't']), options);
      expect(said.at(-1)).toContain('name: t\n');
      expect(readFileSync(out, 'utf8')).toContain('name: flights');
    },
  );

  it('says everything that is wrong with its arguments', () => {
    expect(() => readInferArguments(['--format', 'json'])).toThrow(
      /FILES are missing.*\n.*--format json is not known/,
    );
    expect(() => readInferArguments(['x', '--nonsense'])).toThrow(/see `mlops help`/);
  });

  it.each([
    ['data/2001-01 flights.csv.gz', 'flights'],
    ['x/Orders-2024.parquet', 'Orders_2024'],
    ['2001-01.csv', 'data'],
  ])('names the table of %s', (file, name) => expect(tableName(file)).toBe(name));
});
