import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readTable } from '../../../src/engine/read-table.js';
import { quoteText } from '../../../src/engine/sql.js';
import { readToSplit, writePart } from '../../../src/evaluation/folds/split.js';
import { type Place, openPlace } from '../../dataset/checks/harness.js';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());
const write = (name: string, content: string | Uint8Array): string => {
  const path = join(place.folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
};
/** The rows of even number. */
const evenOf = async (files: readonly string[]): Promise<string[]> => {
  const read = await readToSplit(place.engine, files);
  return writePart(place.engine, read, (row) => row % 2 === 0, join(place.folder, 'part'));
};

describe('a part of data files', () => {
  it('holds the rows as they are written in CSV, over several files of one name', async () => {
    const first = write('2001/a.csv', 'id;zip;note\n1;00501;"a; b"\n2;10001;\n3;"00 1";""\n');
    const second = write('2002/a.csv', 'id;zip;note\n4;1e5;x\n5;1.50;"line\nbreak"\n');
    const paths = await evenOf([first, second]);
    expect(paths.map((path) => path.slice(place.folder.length))).toEqual(['/part/1/a.csv', '/part/2/a.csv']);
    expect(readFileSync(paths[0]!, 'utf8')).toBe('id;zip;note\n1;00501;"a; b"\n3;00 1;""\n');
    expect(readFileSync(paths[1]!, 'utf8')).toBe('id;zip;note\n5;1.50;"line\nbreak"\n');
  });

  it('keeps the JSON of each value, and how a file is compressed', async () => {
    const lines = ['{"a":1,"b":"1"}', '{"a":2,"b":null}', '{"a":3.5,"b":"x \\"y\\""}'];
    const paths = await evenOf([write('a.jsonl.gz', gzipSync(`${lines.join('\n')}\n`))]);
    const read = gunzipSync(readFileSync(paths[0]!)).toString().trim().split('\n');
    expect(read.map((line) => JSON.parse(line) as unknown)).toEqual([
      { a: 1, b: '1' },
      { a: 3.5, b: 'x "y"' },
    ]);
  });

  it('keeps the types of Parquet, nested ones too', async () => {
    const path = join(place.folder, 'a.parquet');
    await place.engine.run(
      `COPY (SELECT i AS n, [i, i + 1] AS list, {'a': i} AS struct, DATE '2001-01-01' + i::INT AS day, NULL::DOUBLE AS empty
         FROM range(5) AS r(i)) TO ${quoteText(path)} (FORMAT parquet)`,
    );
    const [part] = await evenOf([path]);
    const describeFile = async (file: string): Promise<unknown> =>
      (await place.engine.rows(`DESCRIBE SELECT * FROM read_parquet(${quoteText(file)})`)).map(
        ({ column_name, column_type }) => [column_name, column_type],
      );
    expect(await describeFile(part!)).toEqual(await describeFile(path));
    const rows = await place.engine.rows(
      `SELECT CAST(n AS INTEGER) AS n, CAST(list AS VARCHAR) AS list, CAST(day AS VARCHAR) AS day FROM read_parquet(${quoteText(part!)})`,
    );
    expect(rows).toEqual([
      { n: 0, list: '[0, 1]', day: '2001-01-01' },
      { n: 2, list: '[2, 3]', day: '2001-01-03' },
      { n: 4, list: '[4, 5]', day: '2001-01-05' },
    ]);
  });

  it('leaves out files without a wanted row, and what an earlier part left', async () => {
    const files = [write('one.csv', 'x\n1\n'), write('two.csv', 'x\n2\n')];
    const read = await readToSplit(place.engine, files);
    const folder = join(place.folder, 'again');
    await writePart(place.engine, read, () => true, folder);
    const paths = await writePart(place.engine, read, (row) => row === 1, folder);
    expect(paths).toEqual([join(folder, '2/two.csv')]);
    expect((await readTable(place.engine, paths)).rows).toBe(1);
    expect(() => readFileSync(join(folder, '1/one.csv'))).toThrow(/ENOENT/);
  });
});
