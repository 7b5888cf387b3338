import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnFindings, validateDataset } from '../../../src/dataset/checks/validate.js';
import type { Contract } from '../../../src/dataset/contract/contract.js';
import { parseContract } from '../../../src/dataset/contract/load.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import type { TableColumn } from '../../../src/engine/table.js';
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
describe('columns against a contract', () => {
  const column = (name: string, change: Partial<TableColumn> = {}): TableColumn => ({
    ...{ name, type: 'integer', raw: name, value: name },
    ...change,
  });
  const contract = (properties: string, more: Partial<Contract> = {}) => ({
    ...contractOf(properties),
    ...more,
  });
  const ab = '      - { name: alpha, logicalType: integer }\n      - { name: beta, logicalType: integer }\n';
  const found = (
    names: readonly (string | TableColumn)[],
    of = contract(ab),
    { unit = 'line' as 'line' | 'row', environment = 'training' } = {},
  ) => {
    const columns = names.map((one) => (typeof one === 'string' ? column(one) : one));
    return columnFindings({ columns, unit }, 'a.csv', of, environment);
  };
  const said = (...[names, of, options]: Parameters<typeof found>) =>
    found(names, of, options).map(({ rule, severity, message, remedy }) => [rule, severity, message, remedy]);

  it('that are all there, in any order, are right', () => {
    expect(found(['beta', 'alpha'])).toEqual([]);
  });

  it('that are missing are told with the nearest unknown one, otherwise with those that are there', () => {
    expect(found(['alpha', 'zzz'], contract(ab, { unknownColumns: 'allowed' }))).toEqual([
      {
        ...{ rule: 'missing-column', severity: 'error', column: 'beta', count: 1, share: 1 },
        message: 'a.csv: there is no column "beta"',
        remedy: 'the file has: alpha, zzz',
        examples: [{ file: 'a.csv', line: 1 }],
      },
    ]);
    const [missing] = found(['alpha', 'bata'], undefined, { unit: 'row' });
    expect(missing!.remedy).toBe('did you mean "bata", which the contract does not know?');
    expect(missing!.examples).toEqual([{ file: 'a.csv' }]);
  });

  it('may all but one be missing where the contract allows that', () => {
    const loose = contract(ab, { missingColumns: 'allowed', unknownColumns: 'allowed' });
    expect(found(['beta', 'x'], loose)).toEqual([]);
    expect(said(['x', 'y'], loose)).toEqual([
      ['missing-column', 'error', 'a.csv: it has none of the columns of the contract', 'the file has: x, y'],
    ]);
    expect(found(['x'], loose)[0]).not.toHaveProperty('column');
  });

  it('that the contract does not know are told as it says', () => {
    const names = ['alpha', 'beta', 'x', ''];
    const remedy = 'describe it in the contract, or leave it out of the file';
    const message = 'a.csv: the contract does not know the column "x"';
    const of = (unknownColumns: Contract['unknownColumns']) => said(names, contract(ab, { unknownColumns }));
    expect(of('error')).toEqual([['unknown-column', 'error', message, remedy]]);
    expect(of('warning')).toEqual([['unknown-column', 'warning', message, remedy]]);
    expect(of('allowed')).toEqual([]);
  });

  it('of another environment are told where they are there', () => {
    const of = contract(
      `${ab}      - { name: request, logicalType: string, customProperties: [{ property: environments, value: [serving] }] }\n`,
    );
    expect(said(['alpha', 'beta'], of)).toEqual([]);
    expect(said(['alpha', 'beta', 'request'], of)).toEqual([
      [
        ...['unexpected-column', 'warning'],
        'a.csv: the column "request" is there, which the contract has for serving only, not for training',
        'leave it out of the file, or add the environment to the contract',
      ],
    ]);
    expect(said(['alpha', 'beta', 'request'], of, { environment: 'serving' })).toEqual([]);
  });

  it('of another type in the file are told with both types', () => {
    const remedy = 'write the column with that type, or change logicalType in the contract';
    const wrong = (fileType?: string) => column('beta', { mismatch: true, ...(fileType && { fileType }) });
    expect(said(['alpha', wrong('BLOB')])).toEqual([
      ['type', 'error', 'a.csv: column "beta" is BLOB in the file, integer in the contract', remedy],
    ]);
    expect(said(['alpha', wrong()])[0]![2]).toContain('is something else in the file');
  });
});

describe('a set of files', () => {
  const contract = contractOf('      - { name: x, logicalType: integer }\n');

  it('has rows, bytes and digest of each, and none of one that is not there', async () => {
    writeFileSync(join(folder, 'there.csv'), 'x\n1\n2\n');
    const { set, tables } = await validateDataset({
      ...{ engine, contract, name: 'train', folder },
      files: ['there.csv', 'gone.csv'].map((name) => join(folder, name)),
    });
    const sha256 = createHash('sha256').update('x\n1\n2\n').digest('hex');
    expect(set).toMatchObject({
      ...{ name: 'train', rows: 2 },
      files: [
        { path: 'there.csv', bytes: 6, sha256, rows: 2, rejected: 0 },
        { path: 'gone.csv', bytes: 0, rows: 0, rejected: 0 },
      ],
    });
    expect(set.files[1]).not.toHaveProperty('sha256');
    expect(tables).toHaveLength(1);
    expect(set.findings.map(({ share, examples }) => [share, examples])).toEqual([
      [1, [{ file: 'gone.csv' }]],
    ]);
  });

  it('has the share of broken rows among all, those before warnings', async () => {
    const checked = await check(contract, { 'warned.csv': 'x;y\n1;2\n', 'broken.csv': 'x\n1\n2,3\n4\n5\n' });
    expect(checked.set.findings.map(({ rule, severity, share }) => [rule, severity, share])).toEqual([
      ['ragged-row', 'error', 0.25],
      ['delimiter', 'warning', expect.any(Number)],
      ['unknown-column', 'warning', 1],
    ]);
  });

  it('has five minutes for each rule with SQL by default', async () => {
    const limits: (number | undefined)[] = [];
    const watched: Engine = {
      ...engine,
      rows: (sql, params, limitMs) => {
        if (limitMs !== undefined) limits.push(limitMs);
        return engine.rows(sql, params, limitMs);
      },
    };
    const withSql = contractOf(
      '      - { name: x, logicalType: integer }\n',
      "    quality: [{ type: sql, query: 'SELECT 1', mustBe: 1 }]\n",
    );
    const options = {
      engine: watched,
      contract: withSql,
      name: 't',
      folder,
      files: [join(folder, 'there.csv')],
    };
    await validateDataset(options);
    await validateDataset({ ...options, sqlLimitMs: 7000 });
    expect(limits).toEqual([300_000, 7000]);
  });
});
