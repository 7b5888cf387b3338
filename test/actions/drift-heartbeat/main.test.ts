import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Dependencies } from '../../../src/actions/dependencies.js';
import { definition } from '../../../src/actions/drift-heartbeat/inputs.js';
import { main } from '../../../src/actions/drift-heartbeat/main.js';
import { readInputs } from '../../../src/actions/inputs.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { mergeHistory } from '../../../src/drift/charts/history.js';
import { refHistoryStore } from '../../../src/drift/charts/store.js';
import type { DeploymentPayload } from '../../../src/formats/deployment.js';
import { type DriftHeartbeat, driftHeartbeatSchema } from '../../../src/formats/drift-heartbeat.js';
import { renderMarkdown } from '../../../src/report/markdown.js';
import { type Local, all, startLocal } from '../../github/local.js';

const day = 86_400_000;
const spec = (name: string, drift: string): string => `name: ${name}
task: binary-classification
data: { contract: c.yaml, train: data/train.csv, holdout: data/train.csv }
train: { run: ./train }
evaluate: { run: ./predict, label: late, score: p, gates: [{ metric: roc_auc, min: 0.6 }] }
${drift}
`;

describe('drift-heartbeat, on the local GitHub', () => {
  let local: Local;
  let folder: string;
  beforeEach(async () => {
    local = await startLocal();
    folder = join(local.folder, 'checkout');
    mkdirSync(join(folder, 'models'), { recursive: true });
    writeFileSync(join(folder, 'model.yml'), spec('late', 'drift: { current: data/latest.csv }'));
  });
  afterEach(() => local.close());

  let runs = 500;
  async function look(raw: Readonly<Record<string, string>>, now = new Date()) {
    const logger = new RecordingLogger();
    const dependencies = {
      run: {
        owner: 'acme',
        repository: 'models',
        serverUrl: 'https://github.com',
        workspace: folder,
        runId: ++runs,
      },
      logger,
      clock: { now: () => now, sleep: () => Promise.resolve() },
      signal: new AbortController().signal,
      mask: () => undefined,
      github: () => Promise.resolve(local.client()),
    } as unknown as Dependencies;
    const inputs = readInputs(definition.inputs, (name) => ({ token: 't', ...raw })[name]);
    const outcome = await main(inputs, dependencies);
    const result: DriftHeartbeat = v.parse(driftHeartbeatSchema, JSON.parse(JSON.stringify(outcome.result)));
    return { ...outcome, result, logger };
  }
  /** What drift-check keeps when it comes to its end. */
  async function checkedAt(at: Date, model = 'late', scope = 'inputs'): Promise<void> {
    const run = String(++runs);
    const url = `https://github.com/acme/models/actions/runs/${run}`;
    const check = { run, at: at.toISOString(), url, verdict: 'pass' as const, findings: [] };
    await refHistoryStore(local.client(), model, scope).update((history) =>
      mergeHistory(history, { points: [], streams: {}, run, check }),
    );
  }
  async function goLive(model: string): Promise<void> {
    const files = { 'README.md': 'x' };
    const head = await local.repo.commit({ branch: local.repo.defaultBranch, files, message: 'x' });
    const github = local.client();
    await github.refs.create(`refs/tags/${model}@v1.0.0`, head);
    const payload: DeploymentPayload = {
      kind: 'deployment',
      schemaVersion: 1,
      model,
      version: '1.0.0',
      manifestDigest: 'sha256:0',
      cause: 'rollout',
      replaces: null,
      plan: { steps: [1], bakeMs: 1, intervalMs: 1 },
      approval: { policy: 'none', manifestDigest: 'sha256:0', approvers: [] },
      run: { id: 1, attempt: 1, url: '' },
    };
    const deployment = await github.deployments.create({
      ref: `${model}@v1.0.0`,
      task: `deploy:${model}`,
      environment: 'production',
      production: true,
      description: '',
      payload,
    });
    await github.deployments.createStatus(deployment.id, { state: 'success', description: '' });
  }
  const issues = () => all(local.client().issues.list({ state: 'all' }));

  it('opens one issue when checks stop, keeps it while they do, closes it when they go on', async () => {
    const now = new Date();
    await checkedAt(new Date(now.getTime() - day));
    const well = await look({}, now);
    expect(well.outputs).toEqual({ verdict: 'pass', overdue: '[]' });
    expect(await issues()).toEqual([]);

    const late = await look({}, new Date(now.getTime() + 2 * day));
    expect(late.outputs).toEqual({ verdict: 'fail', overdue: '["late (inputs)"]' });
    expect(late.failure).toBeUndefined();
    expect(late.result.reasons).toEqual([
      'late (inputs): the last check was 3 days ago, and 2 days is the limit',
    ]);
    expect(late.result.watched[0]!.incident).toMatchObject({ number: 1, action: 'opened' });
    const still = await look({ 'fail-when-overdue': 'true' }, new Date(now.getTime() + 3 * day));
    expect(still.failure).toMatch(/^overdue: late \(inputs\)/);
    expect(still.result.watched[0]!.incident).toMatchObject({ number: 1, action: 'updated' });
    const [issue, ...others] = await issues();
    expect(others).toEqual([]);
    expect(issue!.title).toBe('Drift checks of late (inputs) have stopped');
    expect(issue!.body).toContain('60 days without activity');

    await checkedAt(new Date(now.getTime() + 4 * day));
    const again = await look({}, new Date(now.getTime() + 4.5 * day));
    expect(again.result.watched[0]!.incident).toMatchObject({ number: 1, action: 'closed' });
    expect((await look({}, new Date(now.getTime() + 4.5 * day))).result.watched[0]!.incident).toBeNull();
  });

  it('watches a live model that was never checked, each scope by itself, and no model without drift', async () => {
    writeFileSync(join(folder, 'models/a.yml'), spec('a', 'drift: { current: x.csv, overdue-after: 5d }'));
    writeFileSync(join(folder, 'models/b.yml'), spec('b', ''));
    const models = { models: 'model.yml,models/*.yml', scopes: 'inputs,eu' };
    const idle = await look(models);
    expect(idle.result.watched.map(({ model, scope, state }) => [model, scope, state])).toEqual([
      ['late', 'inputs', 'idle'],
      ['late', 'eu', 'idle'],
      ['a', 'inputs', 'idle'],
      ['a', 'eu', 'idle'],
    ]);
    await goLive('a');
    await goLive('late');
    const inThreeDays = new Date(Date.now() + 3 * day);
    await checkedAt(inThreeDays, 'late', 'inputs');
    const found = await look(models, inThreeDays);
    expect(found.result.watched.map(({ state }) => state)).toEqual(['recent', 'overdue', 'recent', 'recent']);
    expect(found.result.watched[1]!.reason).toBe(
      'a version went live 3 days ago, and no check was ever kept',
    );
    expect(renderMarkdown(found.report!, { budget: 60_000 })).toContain('1 of 4 drift checks is overdue');
  });

  it('calls the switch elsewhere only when all is well, and follows no redirect', async () => {
    const called: string[] = [];
    const server = createServer((request, response) => {
      called.push(request.url!);
      if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' });
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const at = (path: string): string => `http://127.0.0.1:${port}${path}`;
    const now = new Date();
    await checkedAt(now);
    await look({ 'ping-url': at('/key') }, now);
    expect(called).toEqual(['/key']);
    const moved = await look({ 'ping-url': at('/moved') }, now);
    expect(called).toEqual(['/key', '/moved']);
    expect(moved.logger.text()).toMatch(/was told that this check ran, and answers 302/);
    expect(moved.logger.text()).not.toContain('/moved');
    await look({ 'ping-url': at('/key') }, new Date(now.getTime() + 3 * day));
    expect(called).toHaveLength(2);
    server.close();
    const gone = await look({ 'ping-url': at('/key') }, now);
    expect(gone.outputs.verdict).toBe('pass');
    expect(gone.logger.text()).toContain('could not be told that this check ran');
  });

  it('says when there is nothing that it could watch', async () => {
    writeFileSync(join(folder, 'model.yml'), spec('late', ''));
    await expect(look({})).rejects.toThrow(/no model spec with "drift" is among model.yml/);
  });
});
