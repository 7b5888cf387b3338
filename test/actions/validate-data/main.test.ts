import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'valibot';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { readInputs } from '../../../src/actions/inputs.js';
import action from '../../../src/actions/validate-data/index.js';
import { systemClock } from '../../../src/common/clock.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { profileSchema } from '../../../src/formats/profile.js';
import { validationSchema } from '../../../src/formats/validation.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { duckdbLibrary } from '../../engine/library.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'validate-data-'));
  mkdirSync(join(folder, 'out'));
  write('contract.yaml', contract);
  write('model.yml', spec);
  write('data/2001-01.csv', 'day,origin,delay\n2001-01-01,JFK,1\n2001-01-02,LAX,20\n');
  write('data/2001-02.csv', 'day,origin,delay\n2001-02-01,JFK,-3\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const contract = `apiVersion: v3.1.0
kind: DataContract
version: 1.2.0
schema:
  - name: flights
    properties:
      - { name: day, logicalType: date, required: true }
      - { name: origin, logicalType: string, required: true, logicalTypeOptions: { pattern: '^[A-Z]{3}$' } }
      - { name: delay, logicalType: integer }
id: flights
status: active
`;
const spec = `name: flight-delay
task: regression
data: { contract: contract.yaml, train: data/2001-01.csv, holdout: data/2001-02.csv }
train: { run: 'true' }
evaluate: { run: 'true', label: delay, prediction: p, gates: [{ metric: rmse, max: 1 }] }
`;
const write = (name: string, text: string): void => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
};

const run = async (inputs: Record<string, string> = {}) => {
  const logger = new RecordingLogger();
  const refuse = (): never => {
    throw new Error('validate-data needs none of this');
  };
  const deps: Dependencies = {
    run: {
      owner: 'o',
      repository: 'r',
      sha: 'a'.repeat(40),
      ref: 'refs/heads/main',
      eventName: 'push',
      event: {},
      workflow: 'w',
      job: 'j',
      runId: 1,
      runAttempt: 1,
      actor: 'me',
      serverUrl: 'https://github.com',
      apiUrl: 'https://api.github.com',
      workspace: folder,
      temp: join(folder, 'tmp'),
      os: 'Linux',
      runnerName: 'x',
    },
    github: refuse,
    duckdb: () => Promise.resolve(duckdbLibrary),
    logger,
    clock: systemClock,
    signal: new AbortController().signal,
    artifacts: { upload: refuse, download: refuse },
    cache: { restore: refuse, save: refuse },
    state: { get: refuse, set: refuse },
    environment: { PATH: process.env.PATH ?? '' },
    outputFolder: join(folder, 'out'),
    mask: refuse,
  };
  const values = readInputs(action.definition.inputs, (name) => inputs[name]);
  return { ...(await action.main(values, deps)), logger };
};

describe('validate-data', () => {
  it('passes good data, and writes its profiles', async () => {
    const { outputs, result, report, failure, logger } = await run();
    expect(failure).toBeUndefined();
    expect(outputs).toMatchObject({ verdict: 'pass', rows: 2, 'holdout-rows': 1, errors: 0, warnings: 0 });
    const validation = parse(validationSchema, result);
    expect(outputs.digest).toBe(validation.datasets[0]!.digest);
    expect(validation.contract).toMatchObject({ path: 'contract.yaml', version: '1.2.0' });
    const profile = parse(profileSchema, JSON.parse(readFileSync(String(outputs.profile), 'utf8')));
    expect(profile.rows).toBe(2);
    expect(String(outputs['holdout-profile'])).toMatch(/profile-holdout\.json$/);
    expect(logger.records.filter((r) => r.level === 'error' || r.level === 'warning')).toEqual([]);
    const text = renderMarkdown(report!, { budget: 60_000 });
    expect(text).toContain('The data keeps its contract: 3 rows');
    expect(text).toContain('<code>delay</code>');
  });

  it('names the rows that fail, in the log, the result and the report', async () => {
    write(
      'data/2001-01.csv',
      'day,origin,delay\n2001-01-01,JFK,1\n2001-01-02,<img src=x>,2\n2001-01-03,,x\n',
    );
    const { outputs, result, report, failure, logger } = await run();
    expect(failure).toMatch(/3 errors, 0 warnings/);
    expect(outputs.verdict).toBe('fail');
    const places = logger.records.filter((r) => r.level === 'error').map((r) => r.where);
    expect(places).toEqual([
      { file: 'data/2001-01.csv', line: 4 },
      { file: 'data/2001-01.csv', line: 4 },
      { file: 'data/2001-01.csv', line: 3 },
    ]);
    const [train] = parse(validationSchema, result).datasets;
    expect(train!.findings.map((f) => [f.rule, f.column])).toEqual([
      ['type', 'delay'],
      ['required', 'origin'],
      ['pattern', 'origin'],
    ]);
    const text = renderMarkdown(report!, { budget: 60_000 });
    expect(text).toContain('data/2001-01.csv:3');
    expect(text).not.toMatch(/(?<!`)<img/);
  });

  it('stops for what fail-on says', async () => {
    const rows = (from: number, count: number): string[] =>
      Array.from({ length: count }, (_, i) => {
        const day = new Date(Date.UTC(2001, 0, 1 + from + i)).toISOString().slice(0, 10);
        return `${day},${['JFK', 'LAX', 'SFO'][(i * 7) % 3]!},${((from + i) * 37) % 211}`;
      });
    const train = rows(0, 200);
    write('data/2001-01.csv', `day,origin,delay\n${train.join('\n')}\n`);
    write('data/2001-02.csv', `day,origin,delay\n${[...rows(200, 150), train[7]!].join('\n')}\n`);
    expect((await run()).failure).toBeUndefined();
    const strict = await run({ 'fail-on': 'warning', profile: 'false', 'max-findings': '0' });
    expect(strict.failure).toMatch(/0 errors, 1 warning$/);
    expect(strict.outputs).toMatchObject({ verdict: 'pass', warnings: 1 });
    expect(strict.outputs.profile).toBeUndefined();
    expect(strict.logger.records).toEqual([]);
    write('data/2001-01.csv', 'day,origin\n');
    expect((await run({ 'fail-on': 'never' })).failure).toBeUndefined();
  });

  it('takes files and contract from its inputs before the spec', async () => {
    write('other/c.yaml', contract);
    write('other/a.jsonl', '{"day":"2001-01-05","origin":"SFO","delay":7}\n');
    const { outputs, result } = await run({ contract: 'other/c.yaml', train: 'other/*.jsonl' });
    expect(outputs).toMatchObject({ verdict: 'pass', rows: 1, 'holdout-rows': 1 });
    expect(parse(validationSchema, result).contract.path).toBe('other/c.yaml');
  });

  it.each([
    ['a missing model spec', { model: 'none.yml' }, {}, /none\.yml: does not exist/],
    ['an empty contract', {}, { 'contract.yaml': '' }, /contract\.yaml: is empty/],
    ['a malformed contract', {}, { 'contract.yaml': 'a: [' }, /contract\.yaml:1:\d+: YAML/],
    [
      'an unknown key',
      {},
      { 'contract.yaml': `${contract}tagz: []\n` },
      /contract\.yaml:12:1: unknown key "tagz" → did you mean "tags"/,
    ],
    ['a pattern without files', { holdout: 'data/2002*.csv' }, {}, /no file matches "data\/2002\*\.csv"/],
    ['an input of the wrong type', { 'max-findings': 'ten' }, {}, /"ten" is not a whole number/],
  ])('says what is wrong with %s', async (_what, inputs, files, expected) => {
    for (const [name, text] of Object.entries(files)) write(name, text);
    await expect(run(inputs)).rejects.toThrow(expected);
  });

  it('takes unreadable data as findings', async () => {
    write('data/2001-01.csv', '');
    write('x/broken.parquet', 'PAR1xxxx');
    const { outputs, result } = await run({ holdout: 'x/broken.parquet' });
    expect(outputs).toMatchObject({ verdict: 'fail', rows: 0, 'holdout-rows': 0 });
    const rules = parse(validationSchema, result).datasets.map((d) => d.findings.map((f) => f.rule));
    expect(rules).toEqual([['empty-file'], ['truncated']]);
  });
});
