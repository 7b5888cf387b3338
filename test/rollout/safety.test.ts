import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { RecordingLogger } from '../../src/common/logger.js';
import { deploymentTask } from '../../src/formats/deployment.js';
import type { GitHub } from '../../src/github/types.js';
import { readLedger } from '../../src/ledger/ledger.js';
import { setState } from '../../src/ledger/record.js';
import { driverRef } from '../../src/ledger/tenure.js';
import { type Local, startLocal } from '../github/local.js';
import { type Try, record, sha, tryRollout } from './harness.js';
import { Stage } from './stage.js';

/* What once went wrong on the way to production and back. */

const rates = {
  '1.0.0': { error: 0.01 },
  '1.1.0': { error: 0.01 },
  '1.2.0': { error: 0.01 },
  '1.3.0': { error: 0.3 },
};
let local: Local;
let github: GitHub;
let stage: Stage;
let runs = 100;

beforeEach(async () => {
  local = await startLocal();
  github = local.client();
  for (const version of Object.keys(rates)) {
    await github.refs.create(`refs/tags/flight-delay@v${version}`, local.head);
  }
  stage = await Stage.open(join(local.folder, 'platform'), rates);
});
afterEach(async () => {
  await stage.close();
  await local.close();
});

const go = (version: string, more: Partial<Try> = {}) =>
  tryRollout({ github, stage, version, runId: ++runs, ...more });
const back = (version = 'previous', more: Partial<Try> = {}) => go(version, { cause: 'rollback', ...more });
const ledger = () => readLedger(github, 'flight-delay', 'production');
const live = async () => (await ledger()).live?.version;

/** A rollout that stays at half of the requests until it is told to end. */
async function hold(version: string): Promise<{ end: Promise<unknown>; cancel(): void }> {
  const controller = new AbortController();
  stage.perLook = 1;
  const end = go(version, { signal: controller.signal });
  end.catch(() => undefined);
  while (stage.read('weight') !== '0.5') await new Promise((resolve) => setTimeout(resolve, 5));
  return { end, cancel: () => controller.abort(new Error('cancelled')) };
}

async function cancelled(version: string): Promise<void> {
  const { end, cancel } = await hold(version);
  cancel();
  await end;
  stage.perLook = 4000;
}

describe('the champion', () => {
  it('is known after any number of failed rollouts', async () => {
    await go('1.0.0');
    const { payload } = (await ledger()).live!;
    for (let i = 0; i < 32; i++) {
      const failed = { ...payload, version: '1.3.0', manifestDigest: sha('1.3.0'), replaces: '1.0.0' };
      const { id } = await github.deployments.create({
        ref: 'flight-delay@v1.3.0',
        task: deploymentTask('flight-delay'),
        environment: 'production',
        production: true,
        description: '',
        payload: failed,
      });
      await github.deployments.createStatus(id, { state: 'failure', description: '' });
    }
    const end = await go('1.1.0');
    expect(end.payload).toMatchObject({ replaces: '1.0.0', plan: { steps: [0.5, 1] } });
    expect(await ledger()).toMatchObject({ live: { version: '1.1.0' }, outdated: [] });
  });

  it('that is missing on record is no reason for full traffic', async () => {
    await go('1.0.0');
    await setState(github, (await ledger()).live!, 'inactive', 'by another tool', '');
    const moves = stage.log;
    await expect(go('1.1.0')).rejects.toThrow(
      /the record shows no live version; the target serves champion 1\.0\.0.*reconcile: adopt-target/,
    );
    expect(stage.log).toEqual(moves);
    expect(await live()).toBeUndefined();

    const adopted = await go('1.1.0', { change: { reconcile: 'adopt-target' } });
    expect(adopted.payload).toMatchObject({ replaces: '1.0.0', plan: { steps: [0.5, 1] } });
  });

  it('that is missing on record and on the target needs a person to start anew', async () => {
    await go('1.0.0');
    await setState(github, (await ledger()).live!, 'inactive', 'by another tool', '');
    rmSync(join(stage.folder, 'champion'));
    await expect(go('1.1.0')).rejects.toThrow(/have been live in production.*first-deployment: true/);
    await go('1.1.0', { change: { firstDeployment: true } });
    expect([await live(), stage.read('champion')]).toEqual(['1.1.0', '1.1.0']);
  });

  it('is asked for where nothing was ever deployed, but something serves', async () => {
    stage.write('champion', '0.9.0');
    await expect(go('1.0.0')).rejects.toThrow(/the target serves champion 0\.9\.0/);
    expect(stage.log).toEqual([]);
    await go('1.0.0', { change: { firstDeployment: true } });
    expect(stage.read('champion')).toBe('1.0.0');
  });

  it('on record is adopted by the target where a person wants that', async () => {
    await go('1.0.0');
    stage.write('champion', '0.9.0');
    await expect(go('1.1.0')).rejects.toThrow(/record and target of production disagree/);
    expect(stage.read('champion')).toBe('0.9.0');
    await go('1.1.0', { change: { reconcile: 'adopt-record' } });
    expect(stage.read('champion')).toBe('1.1.0');
    expect(stage.log).toContain('set-weight 1.0.0 1');
  });

  it('of a target that cannot tell what serves needs a person to say that it is the first', async () => {
    const settings = { target: { ...stage.commands, kind: 'command' as const, status: undefined } };
    await expect(go('1.0.0', { settings })).rejects.toThrow(/the target has no status command/);
    await go('1.0.0', { settings, change: { firstDeployment: true } });
    expect(await live()).toBe('1.0.0');
  });
});

describe('a rollback', () => {
  it('that is run again ends where it ended', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await go(version);
    // GitHub's times are whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const requestedAt = new Date();
    const runId = ++runs;
    await back('previous', { runId, change: { requestedAt } });
    expect(await live()).toBe('1.1.0');
    // A second attempt of the run, and a second click before the first one was done.
    await back('previous', { runId, change: { requestedAt } });
    await back('previous', { change: { requestedAt } });
    // A second attempt where GitHub does not tell when the run was created.
    await back('previous', { runId });
    expect([await live(), stage.read('champion')]).toEqual(['1.1.0', '1.1.0']);
    expect((await ledger()).entries).toHaveLength(4);
  });

  it('that failed after its success was recorded is finished by the next attempt', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await go(version);
    const runId = ++runs;
    const operation = 'repos/create-deployment-status';
    local.hub.faults.add({ operation, skip: 1, count: 100, when: 'after', how: { status: 500 } });
    local.hub.faults.add({ operation: 'repos/list-deployment-statuses', count: 1e6, how: { status: 500 } });
    await expect(back('previous', { runId })).rejects.toThrow();
    local.hub.faults.clear();
    await back('previous', { runId });
    expect([await live(), stage.read('champion'), stage.read('challenger')]).toEqual([
      '1.1.0',
      '1.1.0',
      undefined,
    ]);
    expect((await ledger()).outdated).toEqual([]);
  });

  it('does not take out what went live after it was asked for', async () => {
    await go('1.0.0');
    const requestedAt = new Date(Date.now() - 60_000);
    await go('1.1.0');
    await expect(back('previous', { change: { requestedAt } })).rejects.toThrow(
      /1\.1\.0 went live in production after this rollback was asked for/,
    );
    expect(stage.read('champion')).toBe('1.1.0');
  });

  it('after a cancelled canary returns to the version that serves', async () => {
    await go('1.0.0');
    await go('1.1.0');
    await cancelled('1.2.0');
    const end = await back();
    expect(end.payload).toMatchObject({ version: '1.1.0', withdraws: [{ version: '1.2.0', by: 'ann' }] });
    expect([stage.read('champion'), stage.read('challenger')]).toEqual(['1.1.0', undefined]);
    expect(await ledger()).toMatchObject({ live: { version: '1.1.0' }, unfinished: [] });
  });

  it('takes over from a rollout at once', async () => {
    await go('1.0.0');
    const { end } = await hold('1.1.0');
    const started = Date.now();
    await back();
    expect(Date.now() - started).toBeLessThan(15_000);
    await expect(end).rejects.toThrow(/another run has taken over flight-delay in production/);
    expect([stage.read('champion'), stage.read('challenger')]).toEqual(['1.0.0', undefined]);
    expect(await ledger()).toMatchObject({ live: { version: '1.0.0' }, unfinished: [] });
  });

  it('works when the platform has lost everything', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await go(version);
    for (const file of ['champion', 'challenger', 'weight'])
      rmSync(join(stage.folder, file), { force: true });
    await back();
    expect([await live(), stage.read('champion')]).toEqual(['1.1.0', '1.1.0']);
  });

  it('works without signals and without a status, and says that it was not read back', async () => {
    await go('1.0.0');
    await go('1.1.0');
    stage.answer = () => ({ status: 503, body: 'down' });
    stage.write('break-status', '');
    const end = await back();
    expect(end.state.decision).toMatchObject({ verdict: 'pass', reasons: [/not read back/] as never });
    expect(stage.read('champion')).toBe('1.0.0');
  });

  it('works when another deployment of the model cannot be read', async () => {
    await go('1.0.0');
    await go('1.1.0');
    const { payload } = (await ledger()).live!;
    await github.deployments.create({
      ref: 'flight-delay@v1.2.0',
      task: deploymentTask('flight-delay'),
      environment: 'staging',
      production: false,
      description: '',
      payload: { ...payload, schemaVersion: 2 },
    });
    await expect(go('1.2.0')).rejects.toThrow(/deployment \d+ of flight-delay cannot be read/);
    await back();
    expect(stage.read('champion')).toBe('1.0.0');
  });

  it('has a larger fencing token than the rollout, also after the ref was deleted', async () => {
    await go('1.0.0');
    const ref = driverRef('flight-delay', 'production');
    const fence = async () => {
      const text = await github.commits.readFile((await github.refs.get(ref))!.sha, 'driver.json');
      return (JSON.parse(text!) as { fence: number }).fence;
    };
    const before = await fence();
    await github.refs.delete(ref);
    await go('1.1.0');
    const after = await fence();
    expect(after).toBeGreaterThanOrEqual(before);
    await back();
    expect(await fence()).toBeGreaterThan(after);
  });

  it('goes to the version before where the last good one cannot be brought up', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await go(version);
    const start = `test "$MLOPS_VERSION" != 1.1.0 && ${stage.commands.start}`;
    await back('previous', { settings: { target: { kind: 'command', ...stage.commands, start } } });
    expect([await live(), stage.read('champion')]).toEqual(['1.0.0', '1.0.0']);
    expect((await ledger()).entries.map(({ version, state }) => `${version} ${state}`)).toEqual([
      '1.0.0 success',
      '1.1.0 failure',
      '1.2.0 inactive',
      '1.1.0 inactive',
      '1.0.0 inactive',
    ]);
  });

  it('that was killed is finished before anything else is rolled out', async () => {
    await go('1.0.0');
    await go('1.1.0');
    local.hub.faults.add({ operation: 'repos/create-deployment-status', count: 1e6, how: { status: 500 } });
    await expect(back()).rejects.toThrow();
    local.hub.faults.clear();
    await expect(go('1.2.0')).rejects.toThrow(/a rollback of production to 1\.0\.0 is unfinished/);
    await back();
    expect([await live(), stage.read('champion')]).toEqual(['1.0.0', '1.0.0']);
  });

  it('keeps the version out until a person restores it', async () => {
    await go('1.0.0');
    await go('1.1.0');
    await back();
    await expect(go('1.1.0')).rejects.toThrow(/ann withdrew version 1\.1\.0.*restore: true/);
    await expect(back('1.1.0')).rejects.toThrow(/ann withdrew version 1\.1\.0/);
    expect(stage.read('champion')).toBe('1.0.0');
    await go('1.1.0', { change: { restore: true } });
    expect(await live()).toBe('1.1.0');
    // It is good again: the next rollback may return to it.
    await go('1.2.0');
    await back();
    expect(await live()).toBe('1.1.0');
  });
});

describe('runs at the same time', () => {
  it('read everything again after they waited', async () => {
    await go('1.0.0');
    const { end, cancel } = await hold('1.1.0');
    const logger = new RecordingLogger();
    const waiting = go('1.2.0', { logger });
    while (!logger.text().includes('another run is about to')) await new Promise((r) => setTimeout(r, 5));
    stage.perLook = 4000;
    await end;
    const second = await waiting;
    expect(second.payload.replaces).toBe('1.1.0');
    expect(await ledger()).toMatchObject({ live: { version: '1.2.0' }, outdated: [], unfinished: [] });
    cancel();
  });

  it('take turns: ten versions leave one live and nothing unfinished', async () => {
    await go('1.0.0');
    const versions = Array.from({ length: 10 }, (_, i) => `2.${i}.0`);
    for (const version of versions)
      await github.refs.create(`refs/tags/flight-delay@v${version}`, local.head);
    await Promise.all(versions.map((version) => go(version)));
    const { live: last, unfinished, outdated } = await ledger();
    expect({ unfinished, outdated }).toEqual({ unfinished: [], outdated: [] });
    expect(stage.read('champion')).toBe(last!.version);
    expect(stage.read('challenger')).toBeUndefined();
  });

  it('file one version once', async () => {
    await go('1.0.0');
    await Promise.all(Array.from({ length: 5 }, () => go('1.1.0')));
    expect((await record(github)) as { deployments: string[] }).toMatchObject({
      deployments: [
        'flight-delay@v1.1.0 success < in_progress',
        'flight-delay@v1.0.0 inactive < success < in_progress',
      ],
    });
  });

  it('fail with a message when another run stays in charge', async () => {
    await go('1.0.0');
    const { end, cancel } = await hold('1.1.0');
    await expect(go('1.2.0', { change: { waitMs: 50 } })).rejects.toThrow(
      /another run is still about to roll out 1\.1\.0 in production.*rollback-model does not wait/,
    );
    cancel();
    await end;
  });

  it('keep models in one environment apart', async () => {
    await go('1.0.0');
    const payload = { ...(await ledger()).live!.payload, model: 'other' };
    const { id } = await github.deployments.create({
      ref: 'flight-delay@v1.0.0',
      task: deploymentTask('other'),
      environment: 'production',
      production: true,
      description: '',
      payload,
    });
    await github.deployments.createStatus(id, { state: 'success', description: '' });
    await go('1.1.0');
    expect((await github.deployments.statuses(id)).map(({ state }) => state)).toEqual(['success']);
  });
});

describe('blame', () => {
  it('does not fall on the model when the status cannot be read', async () => {
    await go('1.0.0');
    const deployments = (await ledger()).entries.length;
    const target = { kind: 'command' as const, ...stage.commands, status: 'echo \'{"live": true}\'' };
    await expect(go('1.1.0', { settings: { target } })).rejects.toThrow(
      /status must print.*nothing was changed/,
    );
    expect((await ledger()).entries).toHaveLength(deployments);
    expect(await record(github)).toMatchObject({ issues: [] });
  });

  it('falls on the target when the status breaks during the rollout', async () => {
    await go('1.0.0');
    const start = `${stage.commands.start} && touch break-status`;
    const end = await go('1.1.0', { settings: { target: { kind: 'command', ...stage.commands, start } } });
    expect(end.state.decision).toMatchObject({ verdict: 'inconclusive', fault: 'target' });
    expect(JSON.stringify(end.incident)).not.toContain('At fault: the model.');
  });
});

describe('a record that changes during a rollout', () => {
  it('stops the challenger before it gets more traffic', async () => {
    await go('1.0.0');
    const { end } = await hold('1.1.0');
    await setState(github, (await ledger()).live!, 'inactive', 'by another tool', '');
    stage.perLook = 4000;
    expect(await end).toMatchObject({
      state: { decision: { verdict: 'inconclusive', reasons: [/the record changed during the rollout/] } },
    });
    expect([stage.read('champion'), stage.read('challenger')]).toEqual(['1.0.0', undefined]);
  });
});
