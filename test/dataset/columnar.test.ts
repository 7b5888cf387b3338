import { columnar } from '../../src/dataset/columnar.js';
import { logicalIdentity } from '../../src/dataset/identity/logical.js';
import { type DataSet, firstRows } from '../../src/dataset/data-set.js';
import { type Workbench, contractOf, workbench } from './sets.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await workbench();
});
afterAll(() => bench.close());

it('keeps values, what is no value of its type, and the lines of rows, and removes its files', async () => {
  const contract = contractOf({ a: 'integer', b: 'string', c: 'date' });
  const lines = ['1,x,2024-01-01', 'no,"a\nb",2024-01-02', ',,', '4,"",someday', '5,"q""q",2024-02-30'];
  const file = bench.write('texts.jsonl', '');
  const rows = lines.map((_, i) =>
    JSON.stringify({
      a: [1, 'no', null, 4, 5][i],
      b: ['x', 'a\nb', null, '', 'q"q'][i],
      c: ['2024-01-01', '2024-01-02', null, 'someday', '2024-02-30'][i],
    }),
  );
  bench.write(file, `${rows.slice(0, 2).join('\n')}\n\n${rows.slice(2).join('\n')}\n`);
  const set = await bench.open('train', [file], contract);
  const before = await logicalIdentity(bench.engine, set.tables, contract.columns);
  const made = await columnar(bench.engine, set.tables);
  const light: DataSet = { ...set, tables: made.tables };
  expect(light.tables[0]!.source).not.toBe(set.tables[0]!.source);
  expect(await logicalIdentity(bench.engine, light.tables, contract.columns)).toEqual(before);
  const places = { condition: 'v0 >= 4', shown: 'v0', limit: 5 };
  const found = await firstRows(bench.engine, light, contract.columns, places);
  expect(found).toEqual(await firstRows(bench.engine, set, contract.columns, places));
  expect(found.map(({ line }) => line)).toEqual([5, 6]);
  await made.release();
  await expect(firstRows(bench.engine, light, contract.columns, places)).rejects.toThrow(
    /columns-\d+\.parquet/,
  );
});

it('leaves small files and Parquet as they are', async () => {
  const contract = contractOf({ a: 'integer' });
  const file = bench.write('small.csv', 'a\n1\n');
  const { tables } = await bench.open('train', [file], contract);
  expect((await columnar(bench.engine, tables)).tables).toEqual(tables);
});
