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
import { renderHtml } from '../../../src/report/html.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { seededRandom } from '../../../src/statistics/random.js';
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
id: flights
status: active
schema:
  - name: flights
    properties:
      - { name: day, logicalType: date, required: true }
      - { name: origin, logicalType: string, required: true, logicalTypeOptions: { pattern: '^[A-Z]{3}$' } }
      - { name: delay, logicalType: integer }
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

  it('looks for leakage and outliers, and names the data by its content', async () => {
    const day = (i: number): string => new Date(Date.UTC(2001, 0, 1 + i)).toISOString().slice(0, 10);
    const random = seededRandom(8);
    const lines = (from: number, count: number): string[] =>
      Array.from({ length: count }, (_, i) => {
        const delay = i % 40 === 0 && from === 0 ? 4000 + i : random.below(200);
        return `${day(from + i)},${['JFK', 'LAX', 'SFO'][random.below(3)]!},${delay}`;
      });
    const csv = (rows: readonly string[]): string => `day,origin,delay\n${rows.join('\n')}\n`;
    const train = lines(0, 400);
    write('data/2001-01.csv', csv(train));
    write('data/2001-02.csv', csv([...lines(400, 90), ...train.slice(3, 13)]));
    write(
      'model.yml',
      spec.replace(
        'holdout: data/2001-02.csv }',
        'holdout: data/2001-02.csv, leakage: { row-order: { severity: off, reason: sorted } }, license: CC0-1.0 }',
      ),
    );
    const { outputs, result, report, failure, logger } = await run();
    expect(failure).toMatch(/not apart: 1 error, 2 warnings$/);
    const validation = parse(validationSchema, result);
    expect(validation.leakage!.findings.map((f) => [f.rule, f.count])).toEqual([['overlap', 10]]);
    expect(validation.datasets.map((d) => d.findings.map((f) => [f.rule, f.column]))).toEqual([
      [['outlier', 'delay']],
      // Ten of a hundred rows are months older than the others: they were copied.
      [['outlier', 'day']],
    ]);
    const { twin, ...place } = validation.leakage!.findings[0]!.examples[0]!;
    expect([place.file, twin!.file]).toEqual(['data/2001-02.csv', 'data/2001-01.csv']);
    expect(place.line! - 92).toBe(twin!.line! - 5);
    expect(logger.records.find((r) => r.level === 'error')!.where).toMatchObject({
      file: 'data/2001-02.csv',
    });
    expect(validation.lineage).toMatchObject({ repository: 'o/r', runId: 1 });
    const [set] = validation.datasets;
    expect(outputs['logical-digest']).toBe(set!.identity!.logical!.digest);
    expect(set!.identity!.dvc).toMatchObject({
      folder: 'data',
      digest: expect.stringMatching(/^[0-9a-f]{32}\.dir$/),
    });
    const croissant = JSON.parse(readFileSync(String(outputs.croissant), 'utf8')) as Record<string, unknown>;
    expect(croissant).toMatchObject({
      name: 'flight-delay-data',
      license: 'https://spdx.org/licenses/CC0-1.0',
    });
    const text = renderMarkdown(report!, { budget: 60_000 });
    expect(text).toMatch(
      /Leakage and labels[^]*data\/2001-02\.csv:9\d<\/code>[^]*↔ <code>data\/2001-01\.csv:\d+/,
    );
    expect(text).toContain('switched off | sorted');

    const shuffled = [train.slice(200), train.slice(0, 200)].map(csv);
    write('data/2001-01.csv', shuffled[0]!);
    write('data/more.csv', shuffled[1]!);
    const again = await run({ train: 'data/2001-01.csv,data/more.csv', leakage: 'false', outliers: 'false' });
    expect(again.outputs['logical-digest']).toBe(outputs['logical-digest']);
    expect(again.outputs.digest).not.toBe(outputs.digest);
    expect(parse(validationSchema, again.result).leakage).toBeUndefined();
    expect(again.outputs).toMatchObject({ verdict: 'pass', warnings: 0 });
  });

  it('refuses a leakage waiver for a column that the data do not have', async () => {
    write(
      'model.yml',
      spec.replace(
        'holdout: data/2001-02.csv }',
        'holdout: data/2001-02.csv, leakage: { giveaway: { severity: off, columns: [origin, orign], reason: known } } }',
      ),
    );
    await expect(run()).rejects.toThrow(
      /model\.yml:\d+:\d+: data\.leakage\.\w+\.columns\.\d: the data have no column "orign" → did you mean "origin"\?/,
    );
  });

  it('leaves out what is not wanted', async () => {
    const { outputs, result } = await run({
      profile: 'false',
      leakage: 'false',
      outliers: 'false',
      identity: 'false',
    });
    const [set] = parse(validationSchema, result).datasets;
    expect([set!.identity, set!.outliers, outputs.croissant, outputs.profile]).toEqual(
      new Array(4).fill(undefined),
    );
  });

  it.each<Record<string, string>>([{}, { shard: '1/1' }])(
    'refuses a column of evaluate that neither contract nor hold-out data have, with %j',
    async (inputs) => {
      write('model.yml', spec.replace('label: delay', 'label: delay, id: row, group: orign'));
      await expect(run(inputs)).rejects.toMatchObject({
        problems: [
          { message: 'evaluate.id: the hold-out data have no column "row"' },
          {
            message: 'evaluate.group: the hold-out data have no column "orign"',
            remedy: 'did you mean "origin"?',
          },
        ],
      });
    },
  );

  it('refuses a budget for a column that there is not', async () => {
    write(
      'model.yml',
      spec.replace('holdout:', 'outliers: { columns: { dellay: { budget: 5% } } }, holdout:'),
    );
    await expect(run()).rejects.toThrow(
      /model\.yml:3:\d+: data\.outliers\.columns\.dellay: the contract has no column "dellay" → did you mean "delay"/,
    );
  });

  it('stays within its limits with thousands of findings', async () => {
    const names = Array.from({ length: 150 }, (_, i) => `c${i}`);
    const fields = names.map(
      (n) =>
        `      - { name: ${n}, logicalType: integer, required: true, logicalTypeOptions: { minimum: 0, maximum: 9 } }`,
    );
    write('contract.yaml', `${contract.split('    properties:')[0]!}    properties:\n${fields.join('\n')}\n`);
    const row = names.map((_, i) => ['', 'x'.repeat(300), '-5', '12'][i % 4]).join(',');
    const text = `${names.join(',')}\n${`${row}\n`.repeat(20)}`;
    write('data/2001-01.csv', text);
    write('data/2001-02.csv', text);
    write('model.yml', spec.replace('label: delay', 'label: c0'));
    const { outputs, report, logger } = await run({ 'max-findings': '7' });
    expect(outputs.errors).toBeGreaterThanOrEqual(300);
    expect(logger.records.filter((r) => r.level === 'error' || r.level === 'warning')).toHaveLength(7);
    expect(renderMarkdown(report!, { budget: 60_000 }).length).toBeLessThanOrEqual(60_000);
    expect(renderHtml(report!).length).toBeLessThan(2e6);
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

describe('the label', () => {
  const regression = (type: string): void => {
    write(
      'contract.yaml',
      contract.replace('{ name: delay, logicalType: integer }', `{ name: delay, logicalType: ${type} }`),
    );
  };

  it('of a regression is a number', async () => {
    regression('string');
    write('data/2001-01.csv', 'day,origin,delay\n2001-01-01,JFK,"1,5"\n2001-01-02,LAX,"-0,25"\n');
    write('data/2001-02.csv', 'day,origin,delay\n2001-02-01,JFK,"3,5"\n');
    const { result, failure } = await run();
    const { datasets, leakage } = parse(validationSchema, result);
    expect(failure).toContain('2 errors');
    for (const { findings } of datasets) {
      const found = findings.find(({ rule }) => rule === 'label-type')!;
      expect(found.message).toContain('the label of a regression is not a number');
      expect(found.message).toContain('written with a decimal comma');
    }
    // It is not mistaken for classes.
    expect(leakage!.checks.find(({ check }) => check === 'unknown-label')).toMatchObject({
      outcome: 'not-applicable',
    });
    regression('number');
    write('data/2001-01.csv', 'day,origin,delay\n2001-01-01,JFK,1.5\n2001-01-02,LAX,-0.25\n');
    write('data/2001-02.csv', 'day,origin,delay\n2001-02-01,JFK,3.5\n');
    expect((await run()).failure).toBeUndefined();
  });

  it('of a binary classification has two classes', async () => {
    write(
      'model.yml',
      spec
        .replace('task: regression', 'task: binary-classification')
        .replace('rmse, max: 1', 'accuracy, min: 0.5')
        .replace('prediction: p', 'prediction: p, score: s'),
    );
    write('data/2001-01.csv', 'day,origin,delay\n2001-01-01,JFK,0\n2001-01-02,LAX,1\n2001-01-02,LAX,2\n');
    const { result } = await run();
    const { datasets } = parse(validationSchema, result);
    expect(datasets[0]!.findings.find(({ rule }) => rule === 'label-type')!.message).toBe(
      'delay: the label of a binary classification has more than two classes in train: 0, 1, 2',
    );
  });
});
