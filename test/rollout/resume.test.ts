import { deploymentTask } from '../../src/formats/deployment.js';
import { driverRef, readProgress } from '../../src/ledger/tenure.js';
import { next, shiftTime } from '../../src/rollout/engine.js';
import { progressOf } from '../../src/rollout/progress.js';
import { leaseOf } from '../../src/rollout/rollout.js';
import { initialState } from '../../src/rollout/state.js';
import type { Serving } from '../../src/rollout/targets/target.js';
import { payloadOf } from '../ledger/entries.js';
import { type QuickRun, QuickStage } from './quick.js';
import { minute, planWith } from './simulate.js';

let stage: QuickStage;
beforeEach(async () => {
  stage = await QuickStage.open();
  await stage.deployed('1.0.0');
});
const now = () => stage.clock.now().getTime();

/** A deployment that some other run has begun. */
async function begun(version: string, change: Parameters<typeof payloadOf>[1]): Promise<number> {
  const { id } = await stage.github.deployments.create({
    ref: `m@v${version}`,
    task: deploymentTask('m'),
    environment: 'production',
    production: true,
    description: '',
    payload: { ...payloadOf(version, change) },
  });
  return id;
}

describe('a rollout that another run continues', () => {
  it('is watched for the rest of its bake, and the time between the runs does not count', async () => {
    const first = await stage.held('1.1.0');
    const began = now();
    await stage.clock.pass(200_000);
    first.controller.abort(new Error('cancelled'));
    await stage.finish(first);
    const watched = now() - began;
    await stage.clock.pass(10 * 3_600_000);
    const resumed = now();
    const end = await stage.deployed('1.1.0');
    expect(end).toMatchObject({ how: 'finished', resumed: true });
    expect(end.state.decision!.reasons).toEqual([
      expect.stringMatching(/^not enough evidence on error_rate/),
    ]);
    const rest = 600_000 - watched;
    expect(now() - resumed).toBeGreaterThanOrEqual(rest - 10_000);
    expect(now() - resumed).toBeLessThanOrEqual(rest + 10_000);
  });

  it('keeps the plan with which it began, whatever the inputs say now', async () => {
    const { deployment } = await stage.cancelled('1.1.0', { settings: { steps: [0.5, 0.8, 1] } });
    const end = await stage.deployed('1.1.0', { settings: { steps: [0.2, 1], bakeMs: 1 } });
    expect(end.deployment).toBe(deployment);
    expect(end.plan).toMatchObject({ steps: [0.5, 0.8, 1], bakeMs: 600_000 });
    expect(stage.log).toContain('set-weight 1.1.0 0.8');
    expect(stage.log).not.toContain('set-weight 1.1.0 0.2');
  });

  it('starts and weighs nothing again', async () => {
    await stage.cancelled('1.1.0');
    const before = stage.log.length;
    await stage.deployed('1.1.0');
    expect(stage.log.slice(before)).toEqual(['set-weight 1.1.0 1']);
  });

  it('is one deployment, also where its run was killed before the first status', async () => {
    const run = stage.deploy('1.1.0', {
      onCall: (operation, phase) =>
        operation === 'deployments.create' && phase === 'after' ? new Promise(() => undefined) : undefined,
    });
    await stage.clock.pass(60_000);
    expect(await stage.record()).toEqual(['1.1.0', '1.0.0 success < in_progress']);
    run.kill();
    expect(await stage.deployed('1.1.0')).toMatchObject({ resumed: true });
    expect(await stage.record()).toEqual([
      '1.1.0 success < in_progress',
      '1.0.0 inactive < success < in_progress',
    ]);
  });

  it('begins anew where the saved progress is of another deployment', async () => {
    const { deployment } = await stage.cancelled('1.1.0');
    await stage.github.deployments.createStatus(deployment, { state: 'inactive', description: '' });
    stage.challenger = null;
    const id = await begun('1.1.0', { replaces: '1.0.0' });
    const end = await stage.deployed('1.1.0');
    expect(end.deployment).toBe(id);
    expect(stage.log.filter((line) => line === 'start 1.1.0')).toHaveLength(2);
    expect(end.state.decision).toMatchObject({ verdict: 'pass' });
  });

  it('is not one that replaces another version than the live one', async () => {
    const id = await begun('1.2.0', { replaces: '0.9.0' });
    const end = await stage.deployed('1.2.0');
    expect(end).toMatchObject({ resumed: false });
    expect(end.deployment).not.toBe(id);
    expect(await stage.record()).toEqual([
      '1.2.0 success < in_progress',
      '1.2.0 inactive',
      '1.0.0 inactive < success < in_progress',
    ]);
  });

  it('is not a correction of the record that a killed run began: its plan has no steps', async () => {
    const plan = { steps: [1], bakeMs: 0, intervalMs: 0 };
    await begun('1.1.0', { replaces: '1.0.0', cause: 'reconcile', plan });
    const before = stage.log.length;
    expect(await stage.deployed('1.1.0')).toMatchObject({ resumed: false });
    expect(stage.log.slice(before)).toContain('set-weight 1.1.0 0.5');
    expect(await stage.record()).toEqual([
      '1.1.0 success < in_progress',
      '1.1.0 inactive',
      '1.0.0 inactive < success < in_progress',
    ]);
  });

  it('begins again with the first step where the target no longer shows the challenger', async () => {
    await stage.cancelled('1.1.0', { settings: { steps: [0.25, 0.5, 1] } });
    stage.challenger = null;
    const before = stage.log.length;
    const end = await stage.deployed('1.1.0');
    expect(end).toMatchObject({ resumed: true, state: { decision: { verdict: 'pass' } } });
    expect(stage.log.slice(before)).toEqual([
      'start 1.1.0',
      'set-weight 1.1.0 0.25',
      'set-weight 1.1.0 0.5',
      'set-weight 1.1.0 1',
    ]);
  });

  it('refuses progress that cannot be read', async () => {
    await stage.cancelled('1.1.0');
    const ref = driverRef('m', 'production');
    const tip = (await stage.github.refs.get(ref))!.sha;
    const content = JSON.parse((await stage.github.commits.readFile(tip, 'driver.json'))!) as object;
    const files = { 'driver.json': JSON.stringify({ ...content, progress: { deployment: 'x' } }) };
    await stage.github.refs.fastForward(
      ref,
      await stage.github.commits.create({ message: 'x', files, parent: tip }),
    );
    const moves = [...stage.log];
    await expect(stage.deployed('1.1.0')).rejects.toThrow(
      /refs\/mlops\/drivers\/m\/production does not hold the progress of a rollout/,
    );
    expect(stage.log).toEqual(moves);
  });
});

describe('a rollout that nobody continues', () => {
  it('is stopped and given up before another version begins', async () => {
    await stage.cancelled('1.1.0');
    const before = stage.log.length;
    const end = await stage.deployed('1.2.0');
    expect(end.payload.replaces).toBe('1.0.0');
    expect(stage.log.slice(before, before + 3)).toEqual(['set-weight 1.1.0 0', 'stop 1.1.0', 'start 1.2.0']);
    expect(await stage.record()).toContain('1.1.0 inactive < in_progress');
  });

  it('may have had all requests where nothing was saved and the target does not tell', async () => {
    stage.status = () => undefined;
    await begun('1.1.0', { replaces: '1.0.0' });
    const before = stage.log.length;
    await stage.deployed('1.2.0');
    expect(stage.log.slice(before, before + 3)).toEqual(['start 1.0.0', 'set-weight 1.0.0 1', 'stop 1.1.0']);
  });

  it('had the weight that was saved, where the target does not tell', async () => {
    await stage.cancelled('1.1.0');
    stage.status = () => undefined;
    const before = stage.log.length;
    await stage.deployed('1.2.0');
    expect(stage.log.slice(before, before + 2)).toEqual(['set-weight 1.1.0 0', 'stop 1.1.0']);
  });

  it('is not stopped where its version is the live one', async () => {
    await begun('1.0.0', { replaces: '0.9.0' });
    const before = stage.log.length;
    const end = await stage.deployed('1.0.0');
    expect(end.how).toBe('already-live');
    expect(stage.log.slice(before)).toEqual([]);
    expect(await stage.record()).toEqual(['1.0.0 inactive', '1.0.0 success < in_progress']);
  });

  it('stays on record as unfinished where it cannot be stopped', async () => {
    await stage.cancelled('1.1.0');
    stage.onCommand = (command, phase) => {
      if (command === 'stop 1.1.0' && phase === 'before')
        throw Object.assign(new Error('no'), { name: 'Unknown' });
    };
    await expect(stage.deployed('1.2.0')).rejects.toThrow('no');
    expect(await stage.record()).toEqual(['1.1.0 in_progress', '1.0.0 success < in_progress']);
  });
});

describe('a cancelled rollout', () => {
  it('saves where it is', async () => {
    const before = stage.looks;
    const run = await stage.held('1.1.0');
    await stage.clock.pass(31_000);
    const looks = stage.looks - before;
    expect(looks).toBeGreaterThan(4);
    run.controller.abort(new Error('cancelled'));
    const { deployment } = await stage.finish(run);
    expect(await readProgress(stage.github, 'm', 'production')).toMatchObject({
      deployment,
      at: now(),
      state: { phase: 'watch', steps: [{ looks }] },
    });
  });

  it.each<[string, () => Serving | undefined, number]>([
    ['its share, as the target tells', () => stage.serving, 0.5],
    [
      'all, where the target shows it as the champion',
      () => ({ champion: { version: 'v1.1.0' }, challenger: null }),
      1,
    ],
    [
      'nothing, where the target shows it nowhere',
      () => ({ champion: { version: '1.0.0' }, challenger: null }),
      0,
    ],
    ['the weight of its last step, where the target does not tell', () => undefined, 0.5],
  ])('says that it leaves the version %s', async (_, status, routed) => {
    const run = await stage.held('1.1.0');
    stage.status = status;
    run.controller.abort(new Error('cancelled'));
    expect(await stage.finish(run)).toMatchObject({ how: 'cancelled', routed });
  });

  it('does not say what it leaves where a weight was being set and the target does not tell', async () => {
    const run: QuickRun = stage.deploy('1.1.0');
    stage.status = () => undefined;
    stage.onCommand = (command) => {
      if (command.startsWith('set-weight')) run.controller.abort(new Error('cancelled'));
    };
    const end = await stage.finish(run);
    expect(end).toMatchObject({ how: 'cancelled', state: { phase: 'weigh' } });
    expect(end.routed).toBeUndefined();
  });
});

describe('time that nobody watched', () => {
  const plan = planWith();
  const counts = (at: number, n: number) => ({
    kind: 'counts' as const,
    at,
    arms: {
      champion: { requests: 9 * n, events: { error: 0 } },
      challenger: { requests: n, events: { error: 0 } },
    },
  });
  const done = { kind: 'done', at: 0 } as const;
  const watching = [done, done, counts(0, 0), counts(minute, 1)].reduce(
    (state, seen) => next(plan, state, seen),
    initialState,
  );

  it('is not mistaken for time without requests', () => {
    const later = shiftTime(watching, 600 * minute);
    // Half of the bake without a request is dead telemetry; 29 minutes of the hour are not.
    expect(next(plan, later, counts(630 * minute, 1)).phase).toBe('watch');
    expect(next(plan, later, counts(631 * minute, 1)).decision).toMatchObject({ fault: 'telemetry' });
  });

  it('moves the clocks of the running step alone', () => {
    const [step] = watching.steps;
    const [moved] = shiftTime(watching, 5).steps;
    expect(moved).toEqual({ ...step, since: step!.since + 5, movedAt: step!.movedAt + 5 });
    const weighing = { ...watching, phase: 'weigh' as const };
    expect(shiftTime(weighing, 5)).toBe(weighing);
    expect(shiftTime(initialState, 5)).toBe(initialState);
  });
});

describe('the lease of a rollout', () => {
  it('outlasts twenty looks, and half a minute at least', () => {
    expect(leaseOf({ intervalMs: 5000 })).toBe(100_000);
    expect(leaseOf({ intervalMs: 1 })).toBe(30_000);
  });
});

describe('saved progress', () => {
  it('is none where nothing was saved', () => {
    const where = { model: 'm', environment: 'production' };
    expect([progressOf(undefined, 1, where), progressOf(null, 1, where)]).toEqual([undefined, undefined]);
    const saved = { deployment: 1, at: 5, state: initialState };
    expect(progressOf(saved, 1, where)).toEqual(saved);
    expect(progressOf(saved, 2, where)).toBeUndefined();
  });
});
