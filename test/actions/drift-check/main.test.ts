import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { definition } from '../../../src/actions/drift-check/inputs.js';
import { main } from '../../../src/actions/drift-check/main.js';
import { profileFiles } from '../../../src/actions/drift-check/profile.js';
import { readInputs } from '../../../src/actions/inputs.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { openEngine } from '../../../src/engine/engine.js';
import { type Drift, driftSchema } from '../../../src/formats/drift.js';
import type { DeploymentPayload } from '../../../src/formats/deployment.js';
import type { Dispatch, Permissions } from '../../../src/rehearsal/types.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { locateDuckdb } from '../../../src/runtime/duckdb.js';
import { type Local, all, startLocal } from '../../github/local.js';
import { registerSample } from '../../registry/models.js';
import { seeded } from '../../drift/profiles.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const flights = join(root, 'node_modules/vega-datasets/data/flights-3m.parquet');
const spec = `name: flight-delay
task: binary-classification
data: { contract: c.yaml, train: data/train.csv, holdout: data/train.csv }
train: { run: ./train }
evaluate: { run: ./predict, label: delayed, score: p, gates: [{ metric: roc_auc, min: 0.6 }] }
drift:
  current: data/latest.csv
  columns:
    delay: { ignore: true }
  multivariate: { rows: 1000 }
  retrain: { workflow: train.yml }
`;

const duckdb = (): Promise<string> => locateDuckdb({ roots: [root], env: {}, logger: new RecordingLogger() });

describe('drift-check, on real flights', () => {
  let local: Local;
  let folder: string;
  let head: string;
  let at: (path: string) => string;
  let dispatches: Dispatch[];

  beforeAll(async () => {
    local = await startLocal();
    folder = join(local.folder, 'checkout');
    at = (path) => join(folder, path);
    mkdirSync(at('data'), { recursive: true });
    writeFileSync(at('model.yml'), spec);
    const workflow = 'on: { workflow_dispatch: { inputs: { reason: { required: false } } } }\njobs: {}\n';
    head = await local.repo.commit({
      branch: local.repo.defaultBranch,
      files: { '.github/workflows/train.yml': workflow },
      message: 'Train',
    });
    dispatches = [];
    local.repo.onDispatch((dispatch) => void dispatches.push(dispatch));
    const engine = await openEngine({
      library: await duckdb(),
      temp: join(local.folder, 'temp'),
      allowedFolders: [dirname(flights), at('data')],
    });
    const write = (name: string, where: string): Promise<void> =>
      engine.run(
        `COPY (SELECT date, delay, distance, origin, destination, CAST(delay > 15 AS INTEGER) AS delayed
         FROM read_parquet('${flights}') WHERE ${where} AND hash(date, origin, destination, delay) % 10 < 5)
         TO '${at(`data/${name}.csv`)}' (HEADER)`,
      );
    const month = (n: number): string => `month(date) = ${n} AND year(date) = 2001`;
    await write('january', month(1));
    // Two halves of one month that have no row in common.
    await write('a', `${month(1)} AND hash(delay, date, destination) % 2 = 0`);
    await write('b', `${month(1)} AND hash(delay, date, destination) % 2 = 1`);
    await write('june', month(6));
    await engine.close();
  }, 120_000);
  afterAll(() => local.close());

  let runs = 100;
  async function check(raw: Readonly<Record<string, string>>, permissions: Permissions = 'write-all') {
    const logger = new RecordingLogger();
    const dependencies = {
      run: {
        owner: 'acme',
        repository: 'models',
        serverUrl: 'https://github.com',
        workspace: folder,
        temp: join(local.folder, 'temp'),
        runId: ++runs,
        runAttempt: 1,
      },
      logger,
      clock: { now: () => new Date(), sleep: () => Promise.resolve() },
      signal: new AbortController().signal,
      environment: {},
      outputFolder: folder,
      mask: () => undefined,
      duckdb,
      github: () => Promise.resolve(local.client({ permissions, attempts: 2 })),
    } as unknown as Dependencies;
    const inputs = readInputs(definition.inputs, (name) => ({ token: 't', ...raw })[name]);
    const outcome = await main(inputs, dependencies);
    const result = v.parse(driftSchema, JSON.parse(JSON.stringify(outcome.result))) as Drift;
    return {
      ...outcome,
      result,
      verdictOf: (name: string) => result.columns.find((c) => c.name === name)!.verdict,
    };
  }

  it('does not call two halves of one month different', async () => {
    const found = await check({ reference: 'data/a.csv', current: 'data/b.csv', issue: 'false' });
    expect(found.result.reasons[0]).toContain('nothing that matters changed');
    expect(found.outputs).toMatchObject({
      verdict: 'pass',
      'drifted-columns': '[]',
      'retrain-requested': false,
    });
    expect(found.verdictOf('date')).toBe('ok');
    expect(found.verdictOf('delay')).toBe('ignored');
    expect(found.failure).toBeUndefined();
  });

  it('finds routes that changed, files one issue, asks once, and closes it on recovery', async () => {
    const text = readFileSync(at('data/a.csv'), 'utf8').trimEnd().split('\n');
    const random = seeded(2);
    // A third of the flights from Chicago now go from an airport that nobody knows, and distances are in km.
    const moved = text.map((line, i) => {
      if (i === 0) return line;
      const cells = line.split(',');
      if (cells[3] === 'ORD' || random() < 0.1) cells[3] = 'XYZ';
      cells[2] = String(Math.round(Number(cells[2]) * 1.4));
      return cells.join(',');
    });
    writeFileSync(at('data/latest.csv'), `${moved.join('\n')}\n`);
    await publishLive();
    const found = await check({});
    expect(found.outputs).toMatchObject({ verdict: 'fail', incident: 1, 'retrain-requested': true });
    expect(JSON.parse(String(found.outputs['drifted-columns']))).toEqual(['distance', 'origin']);
    expect(found.result.reference).toMatchObject({ source: 'flight-delay@v1.0.0', version: '1.0.0' });
    expect(found.failure).toBeUndefined();
    const issue = (await all(local.client().issues.list({ state: 'open' })))[0]!;
    expect(issue.body).toContain('XYZ');
    expect(issue.body).toContain('Retraining was asked for');
    expect(issue.body.length).toBeLessThan(60_000);
    const markdown = renderMarkdown(found.report!, { budget: 60_000 });
    expect(markdown).toContain('2 of 6 columns changed in a way that matters: distance, origin');
    expect(markdown).toContain('Version 1.0.0 learned from other data');
    expect(dispatches).toMatchObject([
      {
        kind: 'workflow',
        workflow: expect.stringContaining('train.yml'),
        inputs: { reason: expect.stringContaining('distance, origin') },
      },
    ]);

    const again = await check({ 'fail-on-drift': 'true' });
    expect(again.outputs).toMatchObject({ incident: 1, 'retrain-requested': false });
    expect(again.failure).toBe('drift in distance, origin');
    expect(dispatches).toHaveLength(1);

    const well = await check({ current: 'data/b.csv' });
    expect(well.outputs.verdict).toBe('pass');
    expect(well.result.incident).toMatchObject({ number: 1, action: 'closed' });
  });

  it('refuses a forged profile in the release', async () => {
    const github = local.client();
    const release = (await github.releases.byTag('flight-delay@v1.0.0'))!;
    await github.releases.deleteAsset(release.assets.find(({ name }) => name === 'profile.json')!.id);
    await github.releases.upload(release, 'profile.json', { bytes: Buffer.from('{"kind":"profile"}') });
    await expect(check({})).rejects.toThrow(
      'profile.json of the release flight-delay@v1.0.0 is not what was registered',
    );
  });

  it('sees what June flies that January did not', async () => {
    const found = await check({ reference: 'data/january.csv', current: 'data/june.csv', issue: 'false' });
    const moved = found.result.columns
      .flatMap(({ tests }) => tests)
      .filter(({ adjusted }) => adjusted < 0.05);
    expect(moved.length).toBeGreaterThan(0);
    expect(found.result.columns.find(({ name }) => name === 'date')!.reason).toContain(
      'later than the reference, as expected',
    );
  });

  it('reads a profile that an earlier step wrote, and data without the label', async () => {
    const profile = await profileFiles(
      [at('data/a.csv')],
      {},
      {
        duckdb,
        run: { temp: join(local.folder, 'temp') } as Dependencies['run'],
        signal: new AbortController().signal,
      },
    );
    writeFileSync(at('profile.json'), JSON.stringify(profile));
    const lines = readFileSync(at('data/b.csv'), 'utf8').trimEnd().split('\n');
    writeFileSync(
      at('data/unlabelled.csv'),
      lines.map((line) => line.split(',').slice(0, 5).join(',')).join('\n'),
    );
    const found = await check({ reference: 'profile.json', current: 'data/unlabelled.csv', issue: 'false' });
    expect(found.outputs.verdict).toBe('pass');
    expect(found.verdictOf('delayed')).toBe('ignored');
  });

  it('says what is wrong, and where', async () => {
    const issue = { issue: 'false' };
    await expect(check({ ...issue, model: 'none.yml' })).rejects.toThrow(/none.yml: does not exist/);
    await expect(check({ ...issue, current: 'data/none.csv' })).rejects.toThrow(
      /no file matches "data\/none.csv"/,
    );
    await expect(check({ ...issue, environment: 'moon' })).rejects.toThrow(
      /no version of flight-delay is live in moon/,
    );
    writeFileSync(at('data/broken.parquet'), 'PAR1 and no more');
    await expect(
      check({ ...issue, reference: 'data/a.csv', current: 'data/broken.parquet' }),
    ).rejects.toThrow(/broken.parquet: the file ends before its end/);
    writeFileSync(at('bad.json'), '{"kind":"profile"}');
    await expect(check({ ...issue, reference: 'bad.json' })).rejects.toThrow(
      /bad.json: "schemaVersion" is missing/,
    );
    writeFileSync(at('typo.yml'), spec.replace('delay: {', 'dealy: {'));
    await expect(
      check({ ...issue, model: 'typo.yml', reference: 'data/a.csv', current: 'data/b.csv' }),
    ).rejects.toThrow(/typo.yml:9:5: neither .* has a column "dealy" → did you mean "delay"/);
  });

  it('keeps what it found when the token may not write issues, and fails', async () => {
    const found = await check(
      { reference: 'data/a.csv', current: 'data/latest.csv' },
      { contents: 'read', deployments: 'read', metadata: 'read' },
    );
    expect(found.outputs.verdict).toBe('fail');
    expect(found.failure).toMatch(/issues/);
    expect(found.report!.headline).toContain('distance, origin');
  });

  /** A release with the profile of the first half of January, live in production. */
  async function publishLive(): Promise<void> {
    const github = local.client();
    const profile = await profileFiles(
      [at('data/a.csv')],
      {},
      {
        duckdb,
        run: { temp: join(local.folder, 'temp') } as Dependencies['run'],
        signal: new AbortController().signal,
      },
    );
    const { version, manifestDigest } = await registerSample(local, github, {
      model: 'flight-delay',
      commit: head,
      enclosures: [{ kind: 'profile', bytes: Buffer.from(JSON.stringify(profile)) }],
    });
    const { tag } = version;
    const payload: DeploymentPayload = {
      kind: 'deployment',
      schemaVersion: 1,
      model: 'flight-delay',
      version: '1.0.0',
      manifestDigest,
      cause: 'rollout',
      replaces: null,
      plan: { steps: [1], bakeMs: 1, intervalMs: 1 },
      approval: { policy: 'none', manifestDigest, approvers: [] },
      run: { id: 1, attempt: 1, url: '' },
    };
    const deployment = await github.deployments.create({
      ref: tag,
      task: 'deploy:flight-delay',
      environment: 'production',
      production: true,
      description: '',
      payload,
    });
    await github.deployments.createStatus(deployment.id, { state: 'success', description: '' });
  }
});
