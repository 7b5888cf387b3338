import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'valibot';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { readInputs } from '../../../src/actions/inputs.js';
import merging from '../../../src/actions/merge-profiles/index.js';
import validating from '../../../src/actions/validate-data/index.js';
import { profileSchema } from '../../../src/formats/profile.js';
import { type Finding, type Validation, validationSchema } from '../../../src/formats/validation.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { dependenciesIn } from './dependencies.js';

const contract = `apiVersion: v3.1.0
kind: DataContract
id: flights
version: 1.0.0
status: active
schema:
  - name: flights
    quality: [{ type: library, metric: rowCount, mustBeBetween: [20, 100] }]
    properties:
      - { name: id, logicalType: integer, required: true, unique: true }
      - { name: origin, logicalType: string, logicalTypeOptions: { pattern: '^[A-Z]{3}$' } }
      - name: delay
        logicalType: integer
        quality: [{ type: library, metric: nullValues, mustBeLessOrEqualTo: 10, unit: percent }]
`;
const spec = `name: late
task: regression
data: { contract: contract.yaml, train: data/*.csv, holdout: holdout.csv }
train: { run: 'true' }
evaluate: { run: 'true', label: delay, prediction: p, gates: [{ metric: rmse, max: 1 }] }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'merge-profiles-'));
  write('contract.yaml', contract);
  write('model.yml', spec);
  // The second file alone is missing more than the contract tolerates of all.
  data(1, (i) => `${i},JFK,${i}`);
  data(2, (i) => `${100 + i},LAX,${i < 2 ? '' : i}`);
  data(3, (i) => `${200 + i},SFO,${i % 3}`);
  write(
    'holdout.csv',
    rows(20, (i) => `${900 + i},JFK,${i}`),
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const rows = (n: number, row: (i: number) => string): string =>
  `id,origin,delay\n${Array.from({ length: n }, (_, i) => `${row(i)}\n`).join('')}`;
const data = (n: number, row: (i: number) => string): void => write(`data/${n}.csv`, rows(10, row));

const dependencies = (action: string): Dependencies => {
  const outputFolder = join(folder, 'mlops-out', action);
  mkdirSync(outputFolder, { recursive: true });
  return dependenciesIn(folder, outputFolder);
};

const validate = (inputs: Record<string, string>) =>
  validating.main(
    readInputs(validating.definition.inputs, (name) => inputs[name]),
    dependencies('validate-data'),
  );
const shard = async (index: number, count: number, inputs: Record<string, string> = {}) => {
  const outcome = await validate({ ...inputs, shard: `${index}/${count}` });
  cpSync(join(folder, 'mlops-out/validate-data'), join(folder, `shards/${index}`), { recursive: true });
  rmSync(join(folder, 'mlops-out/validate-data'), { recursive: true });
  return outcome;
};
const merge = (inputs: Record<string, string> = {}) =>
  merging.main(
    readInputs(merging.definition.inputs, (name) => inputs[name]),
    dependencies('merge-profiles'),
  );
const findingsOf = (result: object | undefined): Finding[] =>
  parse(validationSchema, result).datasets.flatMap(({ findings }) => findings);
const said = (findings: readonly Finding[]) =>
  findings.map(({ severity, message, count }) => ({ severity, message, count }));
const profileAt = (path: unknown) => parse(profileSchema, JSON.parse(readFileSync(String(path), 'utf8')));

describe('merge-profiles', () => {
  it('finds what validate-data finds of all the files, and says it in the same words', async () => {
    data(2, (i) => `${100 + i},${i === 5 ? 'lax' : 'LAX'},${i < 4 ? 'x' : ''}`);
    data(3, (i) => `${200 + i},SFO,${i === 0 ? '' : i}\n7,only`);
    const whole = await validate({});
    const shards = [await shard(1, 3), await shard(2, 3), await shard(3, 3)];
    expect(shards.map(({ outputs, failure }) => [outputs.verdict, failure])).toEqual(
      shards.map(() => ['inconclusive', undefined]),
    );
    const merged = await merge({ shards: '3' });
    const [a, b] = [parse(validationSchema, merged.result), parse(validationSchema, whole.result)];
    expect(a.datasets[0]).toMatchObject({ rows: 30, digest: b.datasets[0]!.digest });
    expect(said(a.datasets[0]!.findings)).toEqual(
      expect.arrayContaining(said(b.datasets[0]!.findings.filter(({ rule }) => rule !== 'overlap'))),
    );
    expect(a.datasets[0]!.findings).toHaveLength(b.datasets[0]!.findings.length);
    expect(a.datasets[0]!.files).toEqual(b.datasets[0]!.files);
    expect(a.verdict).toBe('fail');
    expect(merged.failure).toMatch(/does not keep its contract/);
    expect(merged.outputs).toMatchObject({
      rows: 30,
      'holdout-rows': 20,
      digest: whole.outputs.digest,
      shards: 3,
    });
  });

  it('makes the profile that one machine would have made', async () => {
    const one = await validate({});
    const whole = profileAt(one.outputs.profile);
    await shard(1, 2);
    await shard(2, 2);
    const merged = await merge();
    const identities = ({ result }: typeof one): unknown[] =>
      parse(validationSchema, result).datasets.map(({ identity }) => identity);
    expect(identities(merged)).toEqual(identities(one));
    expect(merged.outputs).toMatchObject({
      'logical-digest': one.outputs['logical-digest'],
      'holdout-logical-digest': one.outputs['holdout-logical-digest'],
      croissant: expect.stringMatching(/croissant.json$/) as string,
    });
    const own = profileAt(merged.outputs.profile);
    const exact = ({ moments: _, lengths: __, ...column }: (typeof own)['columns'][number]) => column;
    expect(own.columns.map(exact)).toEqual(whole.columns.map(exact));
    for (const [i, { moments }] of own.columns.entries()) {
      const other = whole.columns[i]!.moments;
      expect(moments?.mean ?? 0).toBeCloseTo(other?.mean ?? 0, 9);
      expect(moments?.m2 ?? 0).toBeCloseTo(other?.m2 ?? 0, 6);
    }
    expect(profileAt(merged.outputs['holdout-profile']).rows).toBe(20);
  });

  it('holds what the contract tolerates to all rows, not to those of one shard', async () => {
    for (const index of [1, 2, 3]) await shard(index, 3);
    // 2 of 10 are missing in one shard, 2 of 30 in all: 10 % are tolerated. Each shard alone has too few rows.
    const { outputs, failure, result, report } = await merge();
    expect(findingsOf(result)).toEqual([]);
    expect(outputs).toMatchObject({ verdict: 'pass', errors: 0, warnings: 0 });
    expect(failure).toBeUndefined();
    expect(renderMarkdown(report!, { budget: 10_000 })).toContain('joined from 3 shards');
  });

  it('sees keys that are in two shards, and names their files', async () => {
    data(3, (i) => `${i === 4 ? 3 : 200 + i},SFO,1`);
    for (const index of [1, 2, 3]) await shard(index, 3);
    const { result } = await merge();
    const [found, ...others] = findingsOf(result);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      rule: 'unique',
      count: 1,
      message: expect.stringMatching(/id: 1 row .* with the same id/) as string,
    });
    expect(found!.examples.map(({ file }) => file)).toEqual(['data/1.csv', 'data/3.csv']);
  });

  it('counts a key once for each row beyond the first, wherever the rows are', async () => {
    data(1, (i) => `${i < 3 ? 1 : i},JFK,1`);
    data(3, (i) => `${i < 2 ? 1 : 200 + i},SFO,1`);
    for (const index of [1, 2, 3]) await shard(index, 3);
    expect(findingsOf((await merge()).result)).toEqual([
      expect.objectContaining({ rule: 'unique', count: 4, severity: 'error' }) as Finding,
    ]);
  });

  it('sees a file that is there twice under two names', async () => {
    write('data/4.csv', readFileSync(join(folder, 'data/1.csv'), 'utf8'));
    for (const index of [1, 2, 3, 4]) await shard(index, 4);
    const rules = findingsOf((await merge()).result).map(({ rule, count }) => `${rule} ${count}`);
    expect(rules.sort()).toEqual(['repeated-file 10', 'unique 10']);
  });

  it('lets data.fetch bring the part, and tells it which', async () => {
    write('model.yml', spec.replace('data: {', `data: { fetch: 'rm data/[!\${MLOPS_SHARD%/*}].csv',`));
    for (const index of [1, 2, 3]) {
      for (const n of [1, 2, 3]) data(n, (i) => `${100 * n + i},JFK,1`);
      await shard(index, 3, { 'shard-by': 'fetch' });
    }
    const { result, outputs } = await merge();
    expect(outputs).toMatchObject({ rows: 30, verdict: 'pass' });
    expect((result as Validation).datasets[0]!.files.map(({ path }) => path)).toEqual([
      'data/1.csv',
      'data/2.csv',
      'data/3.csv',
    ]);
  });

  it('gives the findings of one pass where shards have other columns', async () => {
    write('data/2.csv', 'id,delay,gate\n101,5,A\n102,6,B\n');
    write(
      'data/3.csv',
      `id,origin,delay\n${Array.from({ length: 10 }, (_, i) => `${200 + i},SFO,x`).join('\n')}\n`,
    );
    const names = (at: unknown) => profileAt(at).columns.map(({ name }) => name);
    const whole = await validate({});
    const expected = names(whole.outputs.profile);
    for (const index of [1, 2, 3]) await shard(index, 3);
    const merged = await merge({ shards: '3' });
    const [a, b] = [parse(validationSchema, merged.result), parse(validationSchema, whole.result)];
    expect(a.verdict).toBe('fail');
    const sorted = (findings: readonly Finding[]) =>
      said(findings).sort((x, y) => (x.message < y.message ? -1 : 1));
    expect(sorted(a.datasets[0]!.findings)).toEqual(sorted(b.datasets[0]!.findings));
    expect(names(merged.outputs.profile)).toEqual(expected);
  });

  it('refuses keys that are cut off or missing, with the remedy', async () => {
    for (const index of [1, 2, 3]) await shard(index, 3);
    const [name] = readdirSync(join(folder, 'shards/2')).filter((file) => file.startsWith('keys-'));
    const path = join(folder, 'shards/2', name!);
    const bytes = readFileSync(path);
    for (const cut of [bytes.length - 1, Math.floor(bytes.length / 2), 3, 0]) {
      writeFileSync(path, bytes.subarray(0, cut));
      await expect(merge()).rejects.toThrow(
        /keys-\d\.parquet: the keys of the shard cannot be read: .* → download/,
      );
    }
    rmSync(path);
    await expect(merge()).rejects.toThrow(/the keys of the shard are not beside its shard.json → download/);
  });

  it('refuses shards of another contract, and a matrix that is not whole', async () => {
    await shard(1, 3);
    await shard(2, 3);
    await expect(merge()).rejects.toThrow(/1 shard of 3 is missing: 3/);
    await shard(3, 3);
    write('contract.yaml', `${contract}# changed\n`);
    await expect(merge()).rejects.toThrow(/validated against another contract/);
  });

  it('refuses more shards than files, and checks that need all rows at once', async () => {
    await expect(shard(1, 4)).rejects.toThrow(/3 files cannot be cut into 4 shards/);
    await expect(shard(1, 0)).rejects.toThrow(/"1\/0" names no shard/);
    const query = '{ type: sql, query: "SELECT count(*) FROM ${table}", mustBe: 0 }';
    write('contract.yaml', contract.replace('quality: [{', `quality: [${query}, {`));
    await expect(shard(1, 3)).rejects.toThrow(/contract.yaml:8:\d+: .* cannot be checked of data in shards/);
  });

  it('follows no path out of a shard’s folder', async () => {
    for (const index of [1, 2, 3]) await shard(index, 3);
    const file = join(folder, 'shards/2/shard.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('profile-train.json', '../../model.yml'));
    await expect(merge()).rejects.toThrow(/sets.*profile/);
  });
});
