import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseContract } from '../../../src/dataset/contract/load.js';
import { validateDataset } from '../../../src/dataset/checks/validate.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { duckdbLibrary } from '../../engine/library.js';

const folder = mkdtempSync(join(tmpdir(), 'validate-'));
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ library: duckdbLibrary, temp: join(folder, 'tmp'), allowedFolders: [folder] });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const contractOf = (properties: string, quality = '') =>
  parseContract(
    `apiVersion: v3.1.0\nkind: DataContract\nid: t\nversion: 1.0.0\nstatus: draft\nschema:\n  - name: t\n${quality}    properties:\n${properties}`,
    'contract.yaml',
  );
const check = async (
  contract: ReturnType<typeof contractOf>,
  files: Record<string, string>,
  name = 'train',
) => {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const paths = Object.keys(files).map((file) => join(folder, file));
  return validateDataset({ engine, contract, name, files: paths, folder });
};
const short = ({ set }: Awaited<ReturnType<typeof check>>) =>
  set.findings.map((f) => [
    f.rule,
    f.count,
    f.examples.map((e) => `${e.file}:${e.line ?? e.row ?? ''}=${e.value ?? ''}`),
  ]);

describe('checks of one column', () => {
  it.each([
    ['logicalType: integer', ['1', 'x', '2.5', ''], [['type', 2, ['a.csv:3=x', 'a.csv:4=2.5']]]],
    ['logicalType: integer, required: true', ['1', '', '""'], [['required', 2, ['a.csv:3=', 'a.csv:4=']]]],
    ['logicalType: string, required: true', ['x', '', '""'], [['required', 1, ['a.csv:3=']]]],
    [
      'logicalType: integer, unique: true',
      ['1', '2', '1', '', '', '1'],
      [['unique', 2, ['a.csv:4=1', 'a.csv:7=1']]],
    ],
    [
      'logicalType: number, logicalTypeOptions: { minimum: 0, maximum: 1 }',
      ['0', '1', '-0.1', '1e1'],
      [
        ['minimum', 1, ['a.csv:4=-0.1']],
        ['maximum', 1, ['a.csv:5=1e1']],
      ],
    ],
    [
      'logicalType: number, logicalTypeOptions: { exclusiveMinimum: 0 }',
      ['0', '1'],
      [['exclusiveMinimum', 1, ['a.csv:2=0']]],
    ],
    [
      'logicalType: number, logicalTypeOptions: { multipleOf: 0.1 }',
      ['0.3', '1', '0.25'],
      [['multipleOf', 1, ['a.csv:4=0.25']]],
    ],
    [
      "logicalType: date, logicalTypeOptions: { maximum: '2001-12-31' }",
      ['2001-12-31', '2002-01-01'],
      [['maximum', 1, ['a.csv:3=2002-01-01']]],
    ],
    [
      "logicalType: timestamp, logicalTypeOptions: { minimum: '2001-01-01 10:00:00' }",
      ['2001-01-01T10:00:00Z', '2001-01-01 09:59:59'],
      [['minimum', 1, ['a.csv:3=2001-01-01 09:59:59']]],
    ],
    [
      'logicalType: string, logicalTypeOptions: { minLength: 2, maxLength: 3 }',
      ['a', 'äöü', 'abcd'],
      [
        ['minLength', 1, ['a.csv:2=a']],
        ['maxLength', 1, ['a.csv:4=abcd']],
      ],
    ],
    [
      "logicalType: string, logicalTypeOptions: { pattern: '^[A-Z]{3}$' }",
      ['ABC', 'abc', "A'C"],
      [['pattern', 2, ['a.csv:3=abc', "a.csv:4=A'C"]]],
    ],
    [
      'logicalType: string, logicalTypeOptions: { format: email }',
      ['a@b.org', 'ab.org'],
      [['format', 1, ['a.csv:3=ab.org']]],
    ],
    [
      'logicalType: integer, logicalTypeOptions: { format: i8 }',
      ['127', '128'],
      [['format', 1, ['a.csv:3=128']]],
    ],
    [
      'logicalType: string, quality: [{ metric: invalidValues, mustBe: 0, arguments: { validValues: ["it\'s", b] } }]',
      ["it's", 'b', 'c'],
      [['invalidValues', 1, ['a.csv:4=c']]],
    ],
    [
      'logicalType: number, quality: [{ metric: invalidValues, mustBe: 0, arguments: { validValues: [1, 2.5] } }]',
      ['1', '1.0', '2.50', '3'],
      [['invalidValues', 1, ['a.csv:5=3']]],
    ],
    ['logicalType: boolean', ['true', 'FALSE', '1', 'yes'], [['type', 1, ['a.csv:5=yes']]]],
    [
      'logicalType: string, quality: [{ metric: missingValues, mustBeLessThan: 2, arguments: { missingValues: ["N/A"] } }]',
      ['x', 'N/A', ''],
      [['missingValues', 2, ['a.csv:3=N/A', 'a.csv:4=']]],
    ],
    [
      'logicalType: integer, quality: [{ metric: nullValues, mustBeLessThan: 50, unit: percent }]',
      ['1', '', '3'],
      [],
    ],
    ['logicalType: integer, quality: [{ metric: duplicateValues, mustBeLessThan: 2 }]', ['1', '1', '2'], []],
  ])('%s', async (property, values, expected) => {
    const contract = contractOf(
      `      - { name: x, ${property} }\n      - { name: y, logicalType: integer }\n`,
    );
    const text = `x,y\n${values.map((value, i) => `${value},${i}`).join('\n')}\n`;
    expect(short(await check(contract, { 'a.csv': text }))).toEqual(expected);
  });
});

describe('checks of a data set', () => {
  const contract = contractOf(
    `      - { name: day, logicalType: date, primaryKey: true, primaryKeyPosition: 1 }
      - { name: origin, logicalType: string, primaryKey: true, primaryKeyPosition: 2 }
      - { name: delay, logicalType: integer }
`,
    '    quality: [{ metric: rowCount, mustBeGreaterOrEqualTo: 3 }]\n',
  );

  it('finds keys that repeat across files, and counts all rows', async () => {
    const checked = await check(contract, {
      'jan.csv': 'day,origin,delay\n2001-01-01,JFK,1\n2001-01-01,LAX,2\n',
      'feb.csv': 'delay,origin,day\n5,SFO,2001-02-01\n6,LAX,2001-01-01\n',
    });
    expect(short(checked)).toEqual([['primaryKey', 1, ['feb.csv:3=2001-01-01, LAX']]]);
    expect(checked.set.rows).toBe(4);
  });

  it('names columns that are missing, with the nearest that is there', async () => {
    const checked = await check(contract, {
      'a.csv': 'day,orgin,delay\n2001-01-01,JFK,1\n2001-01-02,JFK,1\n2001-01-03,JFK,1\n',
    });
    expect(checked.set.findings.map((f) => [f.rule, f.severity, f.column])).toEqual([
      ['missing-column', 'error', 'origin'],
      ['unknown-column', 'warning', 'orgin'],
    ]);
    expect(checked.set.findings[0]!.remedy).toMatch(/did you mean "orgin"/);
  });

  it('loses no row: read and rejected rows are all that are there', async () => {
    const checked = await check(contract, {
      'a.csv': 'day,origin,delay\n2001-01-01,JFK,1\n2001-01-02,JFK\n2001-01-03,"J,FK,1\n2001-01-04,JFK,x\n',
    });
    const [file] = checked.set.files;
    expect([file!.rows, file!.rejected]).toEqual([1, 2]);
    expect(checked.set.findings.map((f) => [f.rule, f.examples[0]?.line])).toEqual([
      ['ragged-row', 3],
      ['unterminated-quote', 4],
      ['rowCount', undefined],
    ]);
  });

  it('takes a file that cannot be read as a finding', async () => {
    const checked = await check(contract, {
      'zero.csv': '',
      'head.csv': 'day,origin,delay\n',
      'x.parquet': 'PAR1',
    });
    expect(checked.set.findings.map((f) => f.rule).sort()).toEqual([
      'empty-file',
      'no-rows',
      'rowCount',
      'truncated',
    ]);
  });

  it('checks Parquet by row, and the types of its columns', async () => {
    await engine.run(
      `COPY (SELECT DATE '2001-01-01' + i::INTEGER AS day, CASE WHEN i <> 2 THEN 'JFK' END AS origin, 'late' AS delay FROM range(4) AS t(i)) TO '${folder}/t.parquet'`,
    );
    const checked = await validateDataset({
      engine,
      contract,
      name: 'train',
      files: [join(folder, 't.parquet')],
      folder,
    });
    expect(checked.set.findings.map((f) => [f.rule, f.column, f.count])).toEqual([
      ['type', 'delay', 1],
      ['primaryKey', 'origin', 1],
    ]);
    expect(checked.set.findings[1]!.examples).toEqual([{ file: 't.parquet', row: 3 }]);
  });

  it('keeps the digest when the folder moves, and changes it with a byte or a name', async () => {
    const rows = 'day,origin,delay\n2001-01-01,JFK,1\n2001-01-02,JFK,1\n2001-01-03,JFK,1\n';
    const one = await check(contract, { 'a.csv': rows });
    const again = await check(contract, { 'a.csv': rows });
    const other = await check(contract, { 'a.csv': rows.replace('JFK,1', 'JFK,2') });
    const named = await check(contract, { 'b.csv': rows });
    expect(again.set.digest).toBe(one.set.digest);
    expect(new Set([one, other, named].map((c) => c.set.digest)).size).toBe(3);
  });

  it('finds in a large file, which is scanned and copied, what it finds in a small one', async () => {
    const rows = Array.from({ length: 400_000 }, (_, i) => `${i},${(i * 0.37).toFixed(2)},${'x'.repeat(40)}`);
    rows[7] = 'seven,1,x';
    rows[300_000] = `5,-1,x`;
    const contract = contractOf(
      '      - { name: id, logicalType: integer, unique: true }\n      - { name: fare, logicalType: number, logicalTypeOptions: { minimum: 0 } }\n      - { name: note, logicalType: string }\n',
    );
    const found = await check(contract, { 'large.csv': `id,fare,note\n${rows.join('\n')}\n` });
    expect(found.set.files[0]!.bytes).toBeGreaterThan(20e6);
    expect(short(found)).toEqual([
      ['type', 1, ['large.csv:9=seven']],
      ['minimum', 1, ['large.csv:300002=-1']],
      ['unique', 1, ['large.csv:300002=5']],
    ]);
  });
});
