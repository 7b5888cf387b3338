import type { Withdrawal } from '../../src/formats/deployment.js';
import { deploymentTask } from '../../src/formats/deployment.js';
import { setState } from '../../src/ledger/record.js';
import { digestOf, payloadOf } from '../ledger/entries.js';
import { type Ask, QuickStage, broken, refused } from './quick.js';

let stage: QuickStage;
beforeEach(async () => {
  stage = await QuickStage.open();
});
const deployAll = async (...versions: string[]) => {
  for (const version of versions) {
    await stage.deployed(version);
    await stage.clock.pass(2000);
  }
};
const now = () => stage.clock.now();
const live = async () => (await stage.ledger()).live?.version;
const out = async () => [...(await stage.ledger()).withdrawn.values()].map(({ version }) => version).sort();
/** A command fails before it does anything. */
const refuse = (wanted: string) => {
  stage.onCommand = (command, phase) => {
    if (command === wanted && phase === 'before') throw broken();
  };
};

describe('a rollback to the previous version', () => {
  it('records what it leaves and who asked, gives all requests over, and takes the rest out', async () => {
    await deployAll('1.0.0', '1.1.0');
    const before = stage.log.length;
    const end = await stage.rolledBack();
    expect(end).toMatchObject({ how: 'finished', resumed: false, plan: { steps: [1], watches: false } });
    expect(end.payload).toMatchObject({
      cause: 'rollback',
      version: '1.0.0',
      replaces: '1.1.0',
      requested: 'previous',
      withdraws: [{ version: '1.1.0', manifestDigest: digestOf('1.1.0'), by: 'ann' }],
    });
    expect(end.payload.restoredBy).toBeUndefined();
    expect(stage.log.slice(before)).toEqual(['start 1.0.0', 'set-weight 1.0.0 1']);
    expect(await stage.record()).toEqual([
      '1.0.0 success < in_progress',
      '1.1.0 inactive < success < in_progress',
      '1.0.0 inactive < success < in_progress',
    ]);
    expect(end.state.decision?.reasons).toEqual(['1.0.0 has all requests; the target shows it']);
    expect(stage.uses.at(-1)).toMatchObject({ stable: '1.1.0', readBack: 'attempted' });
  });

  it('says that it was not read back where the target does not tell', async () => {
    await deployAll('1.0.0', '1.1.0');
    stage.status = () => undefined;
    const end = await stage.rolledBack();
    expect(end.state.decision?.reasons).toEqual([
      '1.0.0 has all requests; not read back: the target cannot tell what serves',
    ]);
    // Nothing shows what still serves, so that the version that it leaves is stopped.
    expect(stage.log).toContain('stop 1.1.0');
  });

  it('withdraws the live version and the unfinished one, but never the one that it returns to', async () => {
    await deployAll('1.0.0', '1.1.0');
    await stage.cancelled('1.2.0');
    await stage.rolledBack('1.0.0');
    expect(await out()).toEqual(['1.1.0', '1.2.0']);
    await stage.rolledBack('1.1.0', { change: { restore: true } });
    expect(await out()).toEqual(['1.0.0', '1.2.0']);
  });

  it('stops what a target shows beside the version, regardless of who started it', async () => {
    await deployAll('1.0.0', '1.1.0');
    Object.assign(stage, { champion: '1.0.0', challenger: { version: '9.9.9', weight: 0.2 } });
    await stage.rolledBack();
    expect(stage.log).toContain('stop 9.9.9');
    expect(stage.serving).toEqual({ champion: { version: '1.0.0' }, challenger: null });
  });

  it('succeeds although what it took out cannot be stopped', async () => {
    await deployAll('1.0.0', '1.1.0');
    await stage.cancelled('1.2.0');
    refuse('stop 1.2.0');
    const run = stage.back();
    expect((await stage.finish(run)).state.decision?.verdict).toBe('pass');
    expect(run.logger.text()).toContain('1.2.0 gets no requests, and could not be stopped');
    expect(await stage.record()).toContain('1.2.0 inactive < in_progress');
  });

  it('does nothing where the version is live, serves alone, and nothing is unfinished', async () => {
    await deployAll('1.0.0');
    const before = [await stage.record(), [...stage.log]];
    expect(await stage.rolledBack('1.0.0')).toMatchObject({ how: 'already-live' });
    expect([await stage.record(), stage.log]).toEqual(before);
  });

  it.each([
    ['another one serves', () => (stage.champion = '0.9.0')],
    ['a second one is up', () => (stage.challenger = { version: '0.9.0', weight: 0 })],
    ['nothing serves', () => (stage.champion = null)],
  ])('acts where the version is live and %s', async (_, meddle) => {
    await deployAll('1.0.0');
    meddle();
    expect(await stage.rolledBack('1.0.0')).toMatchObject({ how: 'finished' });
    expect(stage.serving).toEqual({ champion: { version: '1.0.0' }, challenger: null });
  });

  it('acts where the version is live and another one is unfinished', async () => {
    await deployAll('1.0.0');
    await stage.cancelled('1.1.0');
    expect(await stage.rolledBack('1.0.0')).toMatchObject({ how: 'finished' });
    expect(await out()).toEqual(['1.1.0']);
  });

  it('is recorded at the commit where the tag is gone', async () => {
    await deployAll('1.0.0', '1.1.0');
    await stage.github.refs.delete('refs/tags/m@v1.0.0');
    const run = stage.back();
    const { deployment } = await stage.finish(run);
    const { entries } = await stage.ledger();
    expect(entries[0]?.deployment).toMatchObject({ id: deployment, ref: stage.github.head });
    expect(run.logger.text()).toMatch(
      /GitHub took no deployment of the tag m@v1\.0\.0 .*names its commit [0-9a-f]{7}/,
    );
  });

  it('is not recorded elsewhere where GitHub fails for another reason', async () => {
    await deployAll('1.0.0', '1.1.0');
    let calls = 0;
    const onCall = (operation: string, phase: string) => {
      if (operation !== 'deployments.create' || phase !== 'before') return;
      calls++;
      throw refused(500);
    };
    await expect(stage.rolledBack('previous', { onCall })).rejects.toThrow('GitHub refuses (500)');
    expect(calls).toBe(1);
    expect(stage.champion).toBe('1.1.0');
  });
});

describe('the version that a rollback returns to', () => {
  it('is the highest that the selector means and that was live here', async () => {
    await deployAll('1.0.0', '1.2.0', '1.1.0', '1.3.0');
    await stage.rolledBack('~1.2');
    expect(await live()).toBe('1.2.0');
    await expect(stage.rolledBack('<3')).rejects.toThrow('"<3" is not a version');
    await expect(stage.rolledBack('2.0.0')).rejects.toThrow(
      /no version of m that matches "2\.0\.0" has been live in production → live there were 1\.2\.0, 1\.3\.0, 1\.1\.0, 1\.0\.0/,
    );
    await stage.rolledBack('^1.0.0', { change: { restore: true } });
    expect(await live()).toBe('1.3.0');
  });

  it('is none that failed, however it is asked for', async () => {
    await deployAll('1.0.0');
    stage.rates = { '1.1.0': 0.3 };
    await stage.deployed('1.1.0');
    await expect(stage.rolledBack('1.1.0')).rejects.toThrow(/has been live in production/);
    await expect(stage.rolledBack()).rejects.toThrow(
      /no good version before the live one of m → live there were 1\.0\.0: name one/,
    );
  });

  it('is none where nothing was live', async () => {
    await expect(stage.rolledBack()).rejects.toThrow(/nothing was live there yet: deploy a version/);
  });

  it('is none that a person withdrew, unless a person restores it', async () => {
    await deployAll('1.0.0', '1.1.0');
    await stage.rolledBack();
    await expect(stage.rolledBack('1.1.0')).rejects.toThrow(/ann withdrew version 1\.1\.0/);
    const end = await stage.rolledBack('1.1.0', { change: { restore: true } });
    expect(end.payload).toMatchObject({ restoredBy: 'ann', requested: '1.1.0' });
    expect(await out()).toEqual(['1.0.0']);
  });

  it('is restored also where it is still live, since no other could be brought up', async () => {
    await deployAll('1.0.0', '1.1.0');
    refuse('start 1.0.0');
    await stage.rolledBack();
    expect([await live(), await out()]).toEqual(['1.1.0', ['1.1.0']]);
    stage.onCommand = () => undefined;
    const end = await stage.rolledBack('1.1.0', { change: { restore: true } });
    expect(end).toMatchObject({ how: 'finished', payload: { restoredBy: 'ann' } });
    expect([await live(), await out()]).toEqual(['1.1.0', []]);
  });

  it('may be one whose rollout is unfinished: that is ended, and the rollback has its own record', async () => {
    await deployAll('1.0.0', '1.1.0');
    const rollout = await stage.cancelled('1.0.0');
    const end = await stage.rolledBack('1.0.0');
    expect(end.deployment).not.toBe(rollout.deployment);
    expect(end.payload).toMatchObject({ cause: 'rollback', withdraws: [{ version: '1.1.0' }] });
    expect((await stage.ledger()).unfinished).toEqual([]);
    expect([await live(), await out()]).toEqual(['1.0.0', ['1.1.0']]);
  });

  it('is the same for the second attempt, which changes nothing', async () => {
    await deployAll('1.0.0', '1.1.0', '1.2.0');
    const first = stage.back();
    await stage.finish(first);
    const before = await stage.record();
    expect(await stage.rolledBack('previous', { again: first })).toMatchObject({ how: 'already-live' });
    expect(await stage.record()).toEqual(before);
    expect(await live()).toBe('1.1.0');
  });

  it('is refused to a second attempt after a newer version went live', async () => {
    await deployAll('1.0.0', '1.1.0');
    const first = stage.back();
    await stage.finish(first);
    await stage.clock.pass(2000);
    await stage.deployed('1.2.0');
    await expect(stage.rolledBack('previous', { again: first })).rejects.toThrow(
      /1\.2\.0 went live in production after this rollback was asked for/,
    );
    expect(await live()).toBe('1.2.0');
  });

  it('is refused to a second attempt after a person withdrew it', async () => {
    await deployAll('1.0.0', '1.1.0', '1.2.0');
    const first = stage.back();
    await stage.finish(first);
    await stage.clock.pass(2000);
    await stage.rolledBack();
    expect(await live()).toBe('1.0.0');
    await expect(stage.rolledBack('previous', { again: first })).rejects.toThrow(
      /ann withdrew 1\.1\.0 after this rollback returned production to it/,
    );
    expect(await live()).toBe('1.0.0');
  });

  it('is refused where a version went live after it was requested', async () => {
    await deployAll('1.0.0');
    const requestedAt = now();
    await stage.clock.pass(2000);
    await deployAll('1.1.0');
    await expect(stage.rolledBack('previous', { change: { requestedAt } })).rejects.toThrow(
      /1\.1\.0 went live in production after this rollback was asked for/,
    );
    expect(stage.champion).toBe('1.1.0');
  });

  it('is another one for another request of the same run', async () => {
    await deployAll('1.0.0', '1.1.0', '1.2.0');
    const first = stage.back('1.0.0');
    await stage.finish(first);
    await stage.clock.pass(2000);
    const end = await stage.rolledBack('previous', { again: first, change: { restore: true } });
    expect(end.payload.version).toBe('1.1.0');
  });

  it('is the next candidate where the first cannot be brought up', async () => {
    await deployAll('1.0.0', '1.1.0', '1.2.0');
    refuse('start 1.1.0');
    const asked: string[] = [];
    const approve = ({ version, manifestDigest }: { version: string; manifestDigest: string }) => {
      asked.push(version);
      return Promise.resolve({ policy: 'none' as const, manifestDigest, approvers: [] });
    };
    const run = stage.back('previous', { change: { approve } });
    const end = await stage.finish(run);
    expect(end.payload).toMatchObject({
      version: '1.0.0',
      approval: { manifestDigest: digestOf('1.0.0') },
    });
    // People approve each version that gets the requests, and none twice.
    expect(asked).toEqual(['1.1.0', '1.0.0']);
    expect(run.logger.text()).toContain('1.1.0 could not be brought up: the platform refuses');
    expect((await stage.record()).slice(0, 2)).toEqual([
      '1.0.0 success < in_progress',
      '1.1.0 failure < in_progress',
    ]);
    expect([stage.champion, await live()]).toEqual(['1.0.0', '1.0.0']);
  });

  it.each([
    ['is away', 503],
    ['does not answer', 0],
    ['has no requests left for this token', 429],
    ['does not accept the token any more', 401],
  ])('stays the first candidate where GitHub %s: the next attempt continues with it', async (_, status) => {
    await deployAll('1.0.0', '1.1.0', '1.2.0');
    stage.onCommand = (command, phase) => {
      if (command === 'start 1.1.0' && phase === 'before') throw refused(status);
    };
    const run = stage.back();
    await expect(stage.finish(run)).rejects.toThrow(`GitHub refuses (${status})`);
    expect((await stage.record())[0]).toBe('1.1.0 in_progress');
    expect(stage.champion).toBe('1.2.0');
    stage.onCommand = () => undefined;
    const end = await stage.rolledBack('previous', { again: run });
    expect(end).toMatchObject({ resumed: true, payload: { version: '1.1.0' } });
    expect([stage.champion, await live()]).toEqual(['1.1.0', '1.1.0']);
  });

  it('is the next candidate where the release of the first is gone', async () => {
    await deployAll('1.0.0', '1.1.0', '1.2.0');
    stage.onCommand = (command, phase) => {
      if (command === 'start 1.1.0' && phase === 'before') throw refused(404);
    };
    expect((await stage.rolledBack()).payload.version).toBe('1.0.0');
  });

  it('is none where no candidate can be brought up, and an incident says so', async () => {
    await deployAll('1.0.0', '1.1.0');
    refuse('start 1.0.0');
    const end = await stage.rolledBack();
    expect(end).toMatchObject({
      state: { decision: { verdict: 'fail', fault: 'target', reasons: ['the platform refuses'] } },
      incident: { action: 'opened' },
    });
    expect(await live()).toBe('1.1.0');
  });

  it('is decided by the record as it is once the run is in charge, and approved as that', async () => {
    await deployAll('1.0.0', '1.1.0');
    const asked: string[] = [];
    const approve = async ({ version, manifestDigest }: { version: string; manifestDigest: string }) => {
      asked.push(version);
      // While people think about it, another version goes live.
      if (asked.length === 1) await stage.deploy('1.2.0').end;
      return { policy: 'none' as const, manifestDigest, approvers: [] };
    };
    const end = await stage.rolledBack('previous', { change: { approve } });
    expect(end.payload).toMatchObject({
      version: '1.1.0',
      replaces: '1.2.0',
      withdraws: [{ version: '1.2.0' }],
      approval: { manifestDigest: digestOf('1.1.0') },
    });
    expect([await live(), asked]).toEqual(['1.1.0', ['1.0.0', '1.1.0']]);
  });

  it('is approved before a rollout is interrupted', async () => {
    await deployAll('1.0.0');
    const run = await stage.held('1.1.0');
    const approve = () => Promise.reject(new Error('nobody approved'));
    await expect(stage.rolledBack('previous', { change: { approve } })).rejects.toThrow('nobody approved');
    await stage.clock.pass(30_000);
    run.controller.abort(new Error('enough'));
    expect((await stage.finish(run)).how).toBe('cancelled');
  });
});

describe('a deployment that cannot be read', () => {
  it('stops every rollout, and no rollback, which says that it is left out', async () => {
    await deployAll('1.0.0', '1.1.0');
    const { deployment, payload } = (await stage.ledger()).live!;
    const { id } = await stage.github.deployments.create({
      ...deployment,
      production: true,
      payload: { ...payload, schemaVersion: 2 },
    });
    const run = stage.back();
    expect((await stage.finish(run)).state.decision?.verdict).toBe('pass');
    expect(stage.champion).toBe('1.0.0');
    expect(run.logger.text()).toContain(`deployment ${id} of m cannot be read`);
    const before = [...stage.log];
    await expect(stage.deployed('1.2.0')).rejects.toThrow(`deployment ${id} of m cannot be read`);
    expect(stage.log).toEqual(before);
  });
});

describe('a rollback that was killed', () => {
  const begin = (version: string, withdraws: Withdrawal[] = []) =>
    stage.github.deployments.create({
      ref: `m@v${version}`,
      task: deploymentTask('m'),
      environment: 'production',
      production: true,
      description: '',
      payload: { ...payloadOf(version, { cause: 'rollback', withdraws }) },
    });

  it('is continued by the next rollback, in its own deployment', async () => {
    await deployAll('1.0.0', '1.1.0');
    const { id } = await begin('1.0.0');
    expect(await stage.rolledBack()).toMatchObject({ deployment: id, resumed: true });
    expect(await stage.record()).toEqual([
      '1.0.0 success < in_progress',
      '1.1.0 inactive < success < in_progress',
      '1.0.0 inactive < success < in_progress',
    ]);
  });

  it('is ended by a rollback to another version', async () => {
    await deployAll('1.0.0', '1.1.0', '1.2.0');
    const { id } = await begin('1.1.0');
    const end = await stage.rolledBack('1.0.0');
    expect(end.deployment).not.toBe(id);
    expect((await stage.record()).slice(0, 2)).toEqual(['1.0.0 success < in_progress', '1.1.0 inactive']);
  });
});

describe('a rollback that takes over', () => {
  /** A rollout that is held, and a command of it that does its work once it is let go. */
  async function heldCommand(onRelease: () => void): Promise<{ release(): void }> {
    await stage.held('1.1.0');
    return { release: onRelease };
  }

  it('sets again what a command of the other run undid', async () => {
    await deployAll('1.0.0');
    const { release } = await heldCommand(() =>
      Object.assign(stage, { champion: '1.1.0', challenger: { version: '1.0.0', weight: 0 } }),
    );
    const run = stage.back();
    await stage.clock.pass(1000);
    release();
    const end = await stage.finish(run);
    expect(end.state.decision?.verdict).toBe('pass');
    expect(run.logger.text()).toContain('changed the target meanwhile: setting it again');
    expect(stage.champion).toBe('1.0.0');
    expect(await out()).toEqual(['1.1.0']);
  });

  it('stops what a command of the other run started again', async () => {
    await deployAll('1.0.0');
    const { release } = await heldCommand(() => (stage.challenger = { version: '1.1.0', weight: 0.5 }));
    const run = stage.back();
    await stage.clock.pass(1000);
    release();
    await stage.finish(run);
    expect(stage.serving).toEqual({ champion: { version: '1.0.0' }, challenger: null });
  });

  it('sets the weight once more where the target does not tell', async () => {
    await deployAll('1.0.0');
    await stage.held('1.1.0');
    stage.status = () => undefined;
    const before = stage.log.length;
    await stage.rolledBack();
    expect(stage.log.slice(before)).toEqual([
      'start 1.0.0',
      'set-weight 1.0.0 1',
      'stop 1.1.0',
      'set-weight 1.0.0 1',
    ]);
  });

  it('waits until the other run’s commands have ended, and not where the run before had let go', async () => {
    await deployAll('1.0.0', '1.1.0');
    const started = now().getTime();
    await stage.rolledBack('1.0.0');
    expect(now().getTime() - started).toBeLessThan(1000);
    await stage.held('1.2.0');
    const again = now().getTime();
    await stage.rolledBack();
    expect(now().getTime() - again).toBeGreaterThanOrEqual(8000);
  });

  it('ends the deployment that the other run recorded meanwhile', async () => {
    await deployAll('1.0.0', '1.1.0');
    let release: () => void = () => undefined;
    let recorded = false;
    const late = stage.deploy('1.2.0', {
      onCall: (operation, phase) => {
        if (operation !== 'deployments.create' || phase !== 'before') return undefined;
        return new Promise<void>((resolve) => {
          release = () => {
            recorded = true;
            resolve();
          };
        });
      },
    });
    late.end.catch(() => undefined);
    await stage.clock.pass(5000);
    const run = stage.back();
    stage.onCommand = (command, phase) => {
      if (command === 'set-weight 1.0.0 1' && phase === 'after') release();
    };
    await stage.finish(run);
    await stage.clock.pass(10_000);
    expect(recorded).toBe(true);
    await expect(late.end).rejects.toThrow(/another run has taken over/);
    expect((await stage.ledger()).unfinished).toEqual([]);
    expect(stage.log).not.toContain('start 1.2.0');
  });
});

describe('a rollback that is overtaken', () => {
  it('records no failure of its own: the other one continues its deployment', async () => {
    await deployAll('1.0.0', '1.1.0');
    let release: (error: Error) => void = () => undefined;
    stage.onCommand = (command, phase) =>
      command === 'start 1.0.0' && phase === 'before'
        ? new Promise<void>((_, reject) => (release = reject))
        : undefined;
    const first = stage.back();
    first.end.catch(() => undefined);
    await stage.clock.pass(1000);
    stage.onCommand = () => undefined;
    const second = stage.back();
    await stage.clock.pass(11_000);
    release(broken());
    await expect(stage.finish(first)).rejects.toThrow(/another run has taken over m in production/);
    expect(await stage.finish(second)).toMatchObject({
      resumed: true,
      state: { decision: { verdict: 'pass' } },
    });
    expect((await stage.record())[0]).toBe('1.0.0 success < in_progress');
  });

  it('records no success of its own', async () => {
    await deployAll('1.0.0', '1.1.0');
    const hold: Ask = {
      onCall: (operation) => {
        if (operation === 'deployments.createStatus' && stage.champion === '1.0.0')
          throw new Error('it still writes');
      },
    };
    let release: () => void = () => undefined;
    stage.onCommand = (command, phase) =>
      command === 'set-weight 1.0.0 1' && phase === 'after'
        ? new Promise<void>((resolve) => (release = resolve))
        : undefined;
    const first = stage.back('previous', hold);
    first.end.catch(() => undefined);
    await stage.clock.pass(1000);
    stage.onCommand = () => undefined;
    const second = stage.back();
    await stage.clock.pass(10_500);
    release();
    await expect(stage.finish(first)).rejects.toThrow(/another run has taken over/);
    await stage.finish(second);
    expect(await live()).toBe('1.0.0');
  });
});

describe('a rollback that fails for another reason', () => {
  it('is left unfinished where its job was cancelled', async () => {
    await deployAll('1.0.0', '1.1.0');
    const run = stage.back();
    stage.onCommand = (command, phase) => {
      if (command === 'start 1.0.0' && phase === 'before') {
        run.controller.abort(new Error('cancelled'));
        throw broken();
      }
    };
    await expect(stage.finish(run)).rejects.toThrow();
    expect((await stage.record())[0]).toBe('1.0.0 in_progress');
  });

  it('is left unfinished by a defect, which is not mistaken for a refusal of the platform', async () => {
    await deployAll('1.0.0', '1.1.0', '1.2.0');
    stage.onCommand = (command, phase) => {
      if (command === 'start 1.1.0' && phase === 'before') throw new TypeError('a defect');
    };
    await expect(stage.rolledBack()).rejects.toThrow('a defect');
    expect((await stage.record())[0]).toBe('1.1.0 in_progress');
    expect(stage.champion).toBe('1.2.0');
  });

  it('closes the incident of the rollout once it succeeds', async () => {
    await deployAll('1.0.0', '1.1.0');
    stage.rates = { '1.2.0': 0.3 };
    expect((await stage.deployed('1.2.0')).incident).toMatchObject({ action: 'opened' });
    expect((await stage.rolledBack()).incident).toMatchObject({ action: 'closed' });
  });

  it('cleans up what a killed run left when the version is live already', async () => {
    await deployAll('1.0.0', '1.1.0');
    const [newest, older] = (await stage.ledger()).entries;
    await setState(stage.github, { ...older!, state: null }, 'success', '', '');
    expect((await stage.ledger()).outdated).toHaveLength(1);
    await stage.rolledBack('1.1.0');
    expect((await stage.ledger()).outdated).toEqual([]);
    expect((await stage.ledger()).live?.deployment.id).toBe(newest!.deployment.id);
  });
});

it('records a rollback once that was killed after its success was recorded', async () => {
  await stage.deployed('1.0.0');
  await stage.cancelled('1.1.0');
  let succeeded = false;
  const run = stage.back('previous', {
    onCall: async (operation, phase) => {
      if (operation !== 'deployments.createStatus' || phase !== 'after' || succeeded) return;
      succeeded = (await stage.ledger()).entries[0]?.state === 'success';
      if (succeeded) run.kill();
    },
  });
  await stage.clock.pass(60_000);
  expect(succeeded).toBe(true);
  await stage.rolledBack('previous', { again: run });
  expect(await stage.record()).toEqual([
    '1.0.0 success < in_progress',
    '1.1.0 inactive < in_progress',
    '1.0.0 inactive < success < in_progress',
  ]);
});
