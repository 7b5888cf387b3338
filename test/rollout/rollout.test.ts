import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { RecordingLogger } from '../../src/common/logger.js';
import type { GitHub } from '../../src/github/types.js';
import { driverRef, readProgress } from '../../src/ledger/tenure.js';
import { type Local, startLocal } from '../github/local.js';
import { record, tryRollout } from './harness.js';
import { Stage } from './stage.js';

const rates = { '1.0.0': { error: 0.01 }, '1.1.0': { error: 0.01 }, '1.2.0': { error: 0.2 } };
let local: Local;
let github: GitHub;
let stage: Stage;

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

describe('rolling out', () => {
  it('takes the first version to all requests, the second by evidence, and keeps one live', async () => {
    const first = await tryRollout({ github, stage, version: '1.0.0' });
    expect(first).toMatchObject({ how: 'finished', state: { decision: { verdict: 'pass' } } });
    expect(first.payload.replaces).toBeNull();
    const second = await tryRollout({ github, stage, version: '1.1.0', runId: 2 });
    expect(second.state.decision).toMatchObject({ verdict: 'pass', fault: 'none' });
    expect(second.payload).toMatchObject({ replaces: '1.0.0', plan: { steps: [0.5, 1] } });
    expect(stage.log).toEqual([
      'start 1.0.0 ',
      'set-weight 1.0.0 1',
      'start 1.1.0 ',
      'set-weight 1.1.0 0.5',
      'set-weight 1.1.0 1',
    ]);
    expect(await record(github)).toEqual({
      deployments: [
        'flight-delay@v1.1.0 success < in_progress',
        'flight-delay@v1.0.0 inactive < success < in_progress',
      ],
      issues: [],
    });
  });

  it('rolls a failing version back, files an incident, and closes it when a later one succeeds', async () => {
    await tryRollout({ github, stage, version: '1.0.0' });
    const bad = await tryRollout({ github, stage, version: '1.2.0', runId: 2 });
    expect(bad.state.decision).toMatchObject({ verdict: 'fail', fault: 'model' });
    expect(bad.incident).toMatchObject({ action: 'opened' });
    expect(stage.read('champion')).toBe('1.0.0');
    expect(stage.read('challenger')).toBeUndefined();
    const again = await tryRollout({ github, stage, version: '1.2.0', runId: 3 });
    expect(again.incident).toMatchObject({
      action: 'updated',
      issue: { number: bad.incident!.issue.number },
    });
    const good = await tryRollout({ github, stage, version: '1.1.0', runId: 4 });
    expect(good.incident).toMatchObject({ action: 'closed' });
    expect(await record(github)).toMatchObject({
      deployments: [
        'flight-delay@v1.1.0 success < in_progress',
        'flight-delay@v1.2.0 failure < in_progress',
        'flight-delay@v1.2.0 failure < in_progress',
        'flight-delay@v1.0.0 inactive < success < in_progress',
      ],
      issues: [{ state: 'closed', comments: 2 }],
    });
  });

  it('changes nothing when the version is live already', async () => {
    await tryRollout({ github, stage, version: '1.0.0' });
    const before = [await record(github), stage.log];
    const again = await tryRollout({ github, stage, version: '1.0.0', runId: 2 });
    expect(again).toMatchObject({ how: 'already-live', state: { decision: { verdict: 'pass' } } });
    expect([await record(github), stage.log]).toEqual(before);
  });

  it('brings back what the record calls live but the platform has lost', async () => {
    await tryRollout({ github, stage, version: '1.0.0' });
    rmSync(join(stage.folder, 'champion'));
    const again = await tryRollout({ github, stage, version: '1.0.0', runId: 2 });
    expect(again.how).toBe('already-live');
    expect(stage.read('champion')).toBe('1.0.0');
  });

  it('rolls back to an earlier version at once, without asking blind telemetry', async () => {
    await tryRollout({ github, stage, version: '1.0.0' });
    await tryRollout({ github, stage, version: '1.1.0', runId: 2 });
    stage.answer = () => ({ status: 503, body: 'down' });
    const back = await tryRollout({ github, stage, version: '1.0.0', cause: 'rollback', runId: 3 });
    expect(back).toMatchObject({ state: { decision: { verdict: 'pass' } }, payload: { replaces: '1.1.0' } });
    expect(stage.read('champion')).toBe('1.0.0');
    expect(await record(github)).toMatchObject({
      deployments: [
        'flight-delay@v1.0.0 success < in_progress',
        'flight-delay@v1.1.0 inactive < success < in_progress',
        'flight-delay@v1.0.0 inactive < success < in_progress',
      ],
    });
  });

  it('calls dead telemetry dead, and leaves the champion alone', async () => {
    await tryRollout({ github, stage, version: '1.0.0' });
    stage.answer = () => ({ status: 502, body: '' });
    const blind = await tryRollout({ github, stage, version: '1.1.0', runId: 2 });
    expect(blind.state.decision).toMatchObject({ verdict: 'inconclusive', fault: 'telemetry' });
    expect(stage.read('champion')).toBe('1.0.0');
    expect(stage.read('challenger')).toBeUndefined();
  });

  it('blames the model that does not start', async () => {
    await tryRollout({ github, stage, version: '1.0.0' });
    stage.write('break-start', '');
    const end = await tryRollout({ github, stage, version: '1.1.0', runId: 2 });
    expect(end.state.decision).toMatchObject({ verdict: 'fail', fault: 'model' });
    expect(end.state.decision!.reasons[0]).toContain('the platform refuses to start');
  });

  it('says so when the challenger cannot be stopped, and the next run stops it', async () => {
    await tryRollout({ github, stage, version: '1.0.0' });
    stage.write('break-stop', '');
    const stuck = await tryRollout({ github, stage, version: '1.2.0', runId: 2 });
    expect(stuck).toMatchObject({ how: 'stuck', incident: { action: 'opened' } });
    expect(stage.read('challenger')).toBe('1.2.0');
    rmSync(join(stage.folder, 'break-stop'));
    const next = await tryRollout({ github, stage, version: '1.1.0', runId: 3 });
    expect(next.state.decision).toMatchObject({ verdict: 'pass' });
    expect(stage.log).toContain('stop 1.2.0 ');
    expect(await record(github)).toMatchObject({
      deployments: [
        'flight-delay@v1.1.0 success < in_progress',
        'flight-delay@v1.2.0 inactive < in_progress',
        'flight-delay@v1.0.0 inactive < success < in_progress',
      ],
      issues: [{ state: 'closed' }],
    });
  });

  it('restores the champion when a version that took all requests cannot be seen serving', async () => {
    await tryRollout({ github, stage, version: '1.0.0' });
    // Blind only once the challenger has all requests.
    stage.answer = () => (stage.read('champion') === '1.1.0' ? { status: 500, body: '' } : undefined);
    const end = await tryRollout({ github, stage, version: '1.1.0', runId: 2 });
    expect(end.state.decision).toMatchObject({ verdict: 'inconclusive', fault: 'telemetry' });
    expect(stage.read('champion')).toBe('1.0.0');
    expect(stage.read('challenger')).toBeUndefined();
  });
});

describe('GitHub away', () => {
  it('does not keep a failing challenger in front of users', async () => {
    await tryRollout({ github, stage, version: '1.0.0' });
    // Away from the moment that the challenger gets requests.
    stage.answer = (n) => {
      if (n === 2) local.hub.faults.add({ operation: '*', count: 1e6, how: { status: 503 } });
      return undefined;
    };
    stage.looks = 0;
    await expect(tryRollout({ github, stage, version: '1.2.0', runId: 2 })).rejects.toThrow();
    expect(stage.read('challenger')).toBeUndefined();
    expect(stage.read('champion')).toBe('1.0.0');
    local.hub.faults.clear();
    stage.answer = undefined;
    const again = await tryRollout({ github, stage, version: '1.2.0', runId: 2 });
    expect(again).toMatchObject({ resumed: true, incident: { action: 'opened' } });
    expect(again.state.decision!.verdict).not.toBe('pass');
  });
});

describe('interrupted', () => {
  it('is cancelled where it stands, and the next run goes on from there', async () => {
    await tryRollout({ github, stage, version: '1.0.0' });
    const controller = new AbortController();
    // Too few requests to decide anything until the cancellation.
    stage.perLook = 1;
    stage.answer = (n) => {
      if (n > 20) controller.abort(new Error('cancelled'));
      return undefined;
    };
    const cancelled = await tryRollout({
      github,
      stage,
      version: '1.1.0',
      runId: 2,
      signal: controller.signal,
    });
    expect(cancelled.how).toBe('cancelled');
    expect(stage.read('weight')).toBe('0.5');
    expect(cancelled.routed).toBe(0.5);
    expect(await readProgress(github, 'flight-delay', 'production')).toMatchObject({
      deployment: cancelled.deployment,
      state: { phase: 'watch' },
    });
    const tip = await github.refs.get(driverRef('flight-delay', 'production'));
    const text = await github.commits.readFile(tip!.sha, 'driver.json');
    expect(JSON.parse(text!)).toMatchObject({ driver: null });

    stage.answer = undefined;
    stage.perLook = 4000;
    const resumed = await tryRollout({ github, stage, version: '1.1.0', runId: 3 });
    expect(resumed).toMatchObject({ resumed: true, deployment: cancelled.deployment });
    expect(resumed.state.decision).toMatchObject({ verdict: 'pass' });
    expect(stage.log.filter((line) => line === 'set-weight 1.1.0 0.5')).toHaveLength(1);
  });

  it('two live runs do not drive one rollout', async () => {
    await tryRollout({ github, stage, version: '1.0.0' });
    stage.perLook = 1;
    const first = new AbortController();
    const second = new AbortController();
    const driving = tryRollout({ github, stage, version: '1.1.0', runId: 2, signal: first.signal });
    while (stage.read('weight') !== '0.5') await new Promise((resolve) => setTimeout(resolve, 5));
    const logger = new RecordingLogger();
    const waiting = tryRollout({ github, stage, version: '1.1.0', runId: 3, signal: second.signal, logger });
    while (!logger.text().includes('another run is about to roll out 1.1.0'))
      await new Promise((r) => setTimeout(r, 5));
    const moves = stage.log.length;
    second.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow();
    expect(stage.log).toHaveLength(moves);
    first.abort(new Error('enough'));
    expect((await driving).how).toBe('cancelled');
  });
});
