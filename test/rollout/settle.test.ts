import { setState } from '../../src/ledger/record.js';
import { readProgress } from '../../src/ledger/tenure.js';
import { deploymentTask } from '../../src/formats/deployment.js';
import { payloadOf } from '../ledger/entries.js';
import { QuickStage, broken, refused } from './quick.js';

let stage: QuickStage;
/** How often the signal source was asked before the test. */
let looks: number;
beforeEach(async () => {
  stage = await QuickStage.open();
  stage.rates = { '1.3.0': 0.3 };
  await stage.deployed('1.0.0');
  looks = stage.looks;
});
/** Every call that is about issues fails so. */
const issuesFail = (status: number) => (operation: string, phase: string) => {
  if (operation.startsWith('issues.') && phase === 'before') throw refused(status);
};

describe('where issues are off, or the token may not write them', () => {
  it.each([403, 404, 410])('a failed rollout has its status, and a warning (%s)', async (status) => {
    const run = stage.deploy('1.3.0', { onCall: issuesFail(status) });
    const end = await stage.finish(run);
    expect(end).toMatchObject({ how: 'finished', state: { decision: { verdict: 'fail' } } });
    expect(end.incident).toBeUndefined();
    expect(await stage.record()).toEqual(['1.3.0 failure < in_progress', '1.0.0 success < in_progress']);
    expect(run.logger.records).toContainEqual({
      level: 'warning',
      message: expect.stringMatching(/^the incident’s issue could not be written: GitHub refuses/) as string,
    });
  });

  it.each([403, 404, 410])('a rollout that passed is live (%s)', async (status) => {
    const end = await stage.deployed('1.1.0', { onCall: issuesFail(status) });
    expect(end.state.decision?.verdict).toBe('pass');
    expect((await stage.ledger()).live?.version).toBe('1.1.0');
  });

  it('a rollback that cannot bring anything up still ends', async () => {
    await stage.deployed('1.1.0');
    stage.onCommand = (command, phase) => {
      if (command === 'start 1.0.0' && phase === 'before') throw broken();
    };
    const end = await stage.rolledBack('1.0.0', { onCall: issuesFail(410) });
    expect(end.state.decision?.verdict).toBe('fail');
    expect((await stage.record())[0]).toBe('1.0.0 failure < in_progress');
  });
});

describe('where GitHub fails to write the incident', () => {
  it.each([
    ['is away', 500],
    ['has no requests left for this token', 429],
    ['does not accept the token any more', 401],
  ])('because it %s, the deployment stays open, and the next run writes it', async (_, status) => {
    await expect(stage.deployed('1.3.0', { onCall: issuesFail(status) })).rejects.toThrow(
      `GitHub refuses (${status})`,
    );
    expect((await stage.record())[0]).toBe('1.3.0 in_progress');
    const again = await stage.deployed('1.3.0');
    expect(again).toMatchObject({ resumed: true, incident: { action: 'opened' } });
    expect((await stage.record())[0]).toBe('1.3.0 failure < in_progress');
  });
});

describe('a success', () => {
  it('ends every older deployment that still says so', async () => {
    await stage.deployed('1.1.0');
    const { entries } = await stage.ledger();
    await setState(stage.github, { ...entries[1]!, state: null }, 'success', '', '');
    await stage.deployed('1.2.0');
    const { live, outdated, entries: all } = await stage.ledger();
    expect([live?.version, outdated]).toEqual(['1.2.0', []]);
    expect(all[1]?.statuses[0]).toMatchObject({ state: 'inactive', description: 'replaced by 1.2.0' });
  });

  it('ends nothing in other environments', async () => {
    const { id } = await stage.github.deployments.create({
      ref: 'm@v1.0.0',
      task: deploymentTask('m'),
      environment: 'staging',
      production: false,
      description: '',
      payload: { ...payloadOf('1.0.0') },
    });
    await stage.github.deployments.createStatus(id, { state: 'success', description: '' });
    await stage.deployed('1.1.0', { settings: { production: false } });
    expect((await stage.ledger('staging')).live?.deployment.id).toBe(id);
  });

  it('that a killed run left half done is finished by a run of the same version', async () => {
    stage.rates = { '1.3.0': 0.3 };
    await stage.deployed('1.3.0');
    const run = stage.deploy('1.1.0', {
      onCall: (operation, phase) => {
        if (operation === 'deployments.createStatus' && phase === 'after' && stage.champion === '1.1.0')
          run.kill();
      },
    });
    run.end.catch(() => undefined);
    await stage.clock.pass(600_000);
    expect((await stage.ledger()).outdated).toHaveLength(1);
    const end = await stage.deployed('1.1.0');
    expect(end).toMatchObject({ how: 'already-live', incident: { action: 'closed' }, resumed: true });
    expect((await stage.ledger()).outdated).toEqual([]);
    // What its rollout showed is told again.
    expect(end.state).toMatchObject({ phase: 'done', step: 1, decision: { verdict: 'pass' } });
    expect(end.plan.steps).toEqual([0.5, 1]);
  });
});

describe('a challenger that cannot be stopped', () => {
  it('is told as stuck, with an incident, and stays unfinished for the next run', async () => {
    stage.onCommand = (command, phase) => {
      if (command === 'stop 1.3.0' && phase === 'before') throw broken();
    };
    const end = await stage.deployed('1.3.0');
    expect(end).toMatchObject({ how: 'stuck', incident: { action: 'opened' } });
    expect(end.state.decision?.reasons.at(-1)).toBe('the platform refuses');
    expect((await stage.record())[0]).toBe('1.3.0 in_progress');
    await expect(stage.deployed('1.1.0')).rejects.toThrow(
      /version 1\.3\.0, which an earlier run left unfinished, cannot be stopped: the platform refuses/,
    );
    stage.onCommand = () => undefined;
    expect(await stage.deployed('1.3.0')).toMatchObject({ how: 'finished', resumed: true });
    expect((await stage.record())[0]).toBe('1.3.0 failure < in_progress');
  });
});

describe('a challenger that failed while its state cannot be saved', () => {
  /** From its first share of requests on no state is saved; `isAway`: nor anything else written. */
  const saveNothing = (isAway: boolean) => (operation: string, phase: string) => {
    if (stage.looks <= looks + 1 || phase !== 'before') return;
    if (operation === 'commits.create' || (isAway && operation === 'deployments.createStatus'))
      throw refused(500);
  };

  it('is on record as failed all the same', async () => {
    const end = await stage.deployed('1.3.0', { onCall: saveNothing(false) });
    expect(end).toMatchObject({
      state: { decision: { verdict: 'fail', fault: 'model' } },
      incident: { action: 'opened' },
    });
    expect((await stage.record())[0]).toBe('1.3.0 failure < in_progress');
    expect(stage.serving).toEqual({ champion: { version: '1.0.0' }, challenger: null });
  });

  it('fails again in the next run where nothing could be recorded', async () => {
    const run = stage.deploy('1.3.0', { onCall: saveNothing(true) });
    await expect(stage.finish(run)).rejects.toThrow('GitHub refuses (500)');
    expect(await stage.record()).toEqual(['1.3.0 in_progress', '1.0.0 success < in_progress']);
    expect(stage.serving).toEqual({ champion: { version: '1.0.0' }, challenger: null });
    const end = await stage.deployed('1.3.0', { again: run });
    expect(end).toMatchObject({ resumed: true, state: { decision: { verdict: 'fail', fault: 'model' } } });
    expect((await stage.record())[0]).toBe('1.3.0 failure < in_progress');
  });
});

describe('a challenger that can neither be recorded as failed nor stopped', () => {
  it('is recorded once GitHub answers again, for the next run to stop it', async () => {
    let isAway = false;
    stage.onCommand = (command, phase) => {
      if (command === 'set-weight 1.3.0 0.5' && phase === 'after') isAway = true;
      if (command !== 'stop 1.3.0' || phase !== 'before') return;
      isAway = false;
      throw broken();
    };
    const end = await stage.deployed('1.3.0', {
      onCall: (operation, phase) => {
        if (isAway && stage.looks > looks + 1 && operation === 'commits.create' && phase === 'before')
          throw refused(503);
      },
    });
    expect(end.how).toBe('stuck');
    expect(await readProgress(stage.github, 'm', 'production')).toMatchObject({
      deployment: end.deployment,
      state: { phase: 'roll-back', decision: { verdict: 'fail' } },
    });
  });
});

describe('a challenger that fails where the target does not tell what serves', () => {
  it('loses the requests that it was given', async () => {
    stage.status = () => undefined;
    const before = stage.log.length;
    await stage.deployed('1.3.0');
    expect(stage.log.slice(before)).toEqual([
      'start 1.3.0',
      'set-weight 1.3.0 0.5',
      'set-weight 1.3.0 0',
      'stop 1.3.0',
    ]);
  });

  it('gives all requests back to the stable version', async () => {
    stage.status = () => undefined;
    stage.rates = {};
    const signals = { read: () => (stage.champion === '1.1.0' ? stage.blind() : stage.look()) };
    const before = stage.log.length;
    const end = await stage.deployed('1.1.0', { tools: { signals } });
    expect(end.state.decision).toMatchObject({ verdict: 'inconclusive', fault: 'telemetry' });
    expect(stage.log.slice(before)).toEqual([
      'start 1.1.0',
      'set-weight 1.1.0 0.5',
      'set-weight 1.1.0 1',
      'start 1.0.0',
      'set-weight 1.0.0 1',
      'stop 1.1.0',
    ]);
    expect(stage.serving).toEqual({ champion: { version: '1.0.0' }, challenger: null });
  });
});
