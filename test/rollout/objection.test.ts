import { setState } from '../../src/ledger/record.js';
import { driverRef, readProgress } from '../../src/ledger/tenure.js';
import type { State } from '../../src/rollout/state.js';
import { digestOf } from '../ledger/entries.js';
import { type QuickRun, QuickStage, broken, refused } from './quick.js';

/* What changes while a rollout is under way, and what it then may not do any more. */

let stage: QuickStage;
beforeEach(async () => {
  stage = await QuickStage.open();
  await stage.deployed('1.0.0');
});

/** Lets a held rollout see enough requests for its next step. */
async function decide(run: QuickRun) {
  stage.perLook = 4000;
  return stage.finish(run);
}
const decisionOf = async (run: QuickRun) => (await decide(run)).state.decision;
const notPromoted = () => expect(stage.log).not.toContain('set-weight 1.1.0 1');

describe('a challenger gets no more requests', () => {
  it('where the live version changed on record', async () => {
    const run = await stage.held('1.1.0');
    await setState(stage.github, (await stage.ledger()).live!, 'inactive', 'by hand', '');
    expect(await decisionOf(run)).toEqual({
      verdict: 'inconclusive',
      fault: 'none',
      reasons: ['the record changed during the rollout: 1.0.0 was live, now no version is'],
    });
    notPromoted();
    expect(stage.serving).toEqual({ champion: { version: '1.0.0' }, challenger: null });
  });

  it('where its own deployment was ended by something else', async () => {
    const run = await stage.held('1.1.0');
    const [own] = (await stage.ledger()).entries;
    await setState(stage.github, own!, 'inactive', 'by hand', '');
    expect((await decisionOf(run))?.reasons).toEqual([
      `deployment ${own!.deployment.id} of this rollout was ended or deleted by something else`,
    ]);
    notPromoted();
  });

  it('where the live version was withdrawn', async () => {
    const run = await stage.held('1.1.0');
    const { live } = await stage.ledger();
    const by = { version: '1.0.0', manifestDigest: digestOf('1.0.0'), by: 'ann' };
    await stage.github.deployments.create({
      ref: 'm@v1.2.0',
      task: live!.deployment.task,
      environment: 'production',
      production: true,
      description: '',
      payload: { ...live!.payload, version: '1.2.0', cause: 'rollback', withdraws: [by] },
    });
    await expect(decide(run)).rejects.toThrow(/ann withdrew 1\.0\.0 from production/);
    notPromoted();
  });

  it.each([
    ['another version serves beside it', () => (stage.champion = '0.9.0')],
    ['it is not there any more', () => (stage.challenger = null)],
    [
      'it has taken the place of the stable version',
      () => Object.assign(stage, { champion: '1.1.0', challenger: null }),
    ],
  ])('where %s before its last step', async (_, meddle) => {
    const settings = { steps: [0.5, 0.8, 1] };
    const run = await stage.held('1.1.0', { settings });
    stage.perLook = 4000;
    let meddled = false;
    stage.status = () => {
      if (!meddled) meddle();
      meddled = true;
      return stage.serving;
    };
    const { decision } = (await stage.finish(run)).state;
    expect(stage.log).not.toContain('set-weight 1.1.0 0.8');
    expect(decision).toMatchObject({ verdict: 'inconclusive', fault: 'routing' });
    expect(decision?.reasons[0]).toMatch(/^1\.0\.0 should serve beside 1\.1\.0, and the target shows/);
  });

  it('where another run is in charge', async () => {
    const run = await stage.held('1.1.0');
    const back = stage.back('1.0.0');
    stage.perLook = 4000;
    await expect(stage.finish(run)).rejects.toThrow(/another run has taken over m in production/);
    await stage.finish(back);
    notPromoted();
  });
});

/** Another run takes over, without a word to this one. */
async function takeOver(): Promise<void> {
  const ref = driverRef('m', 'production');
  const parent = (await stage.github.refs.get(ref))!.sha;
  const sha = await stage.github.commits.create({ message: 'x', files: {}, parent });
  await stage.github.refs.fastForward(ref, sha);
}

describe('a run that was taken over from', () => {
  /** Deploys 1.1.0, and takes over as soon as a state that fits is saved. */
  async function takenOverAfter(fits: (state: State) => boolean): Promise<void> {
    let done = false;
    const run = stage.deploy('1.1.0', {
      onCall: async (operation, phase) => {
        if (done || operation !== 'refs.fastForward' || phase !== 'after') return;
        const progress = await readProgress(stage.github, 'm', 'production');
        const { state } = (progress ?? {}) as { state?: State };
        if (state === undefined || !fits(state)) return;
        done = true;
        await takeOver();
      },
    });
    await expect(stage.finish(run)).rejects.toThrow(/another run has taken over m in production/);
    expect(done).toBe(true);
  }

  it('gives no requests between its save and its command', async () => {
    await takenOverAfter(({ phase, step }) => phase === 'weigh' && step === 1);
    notPromoted();
  });

  it('records no success between its save and its last status', async () => {
    await takenOverAfter(({ phase, step }) => phase === 'done' && step === 1);
    expect(await stage.record()).toEqual(['1.1.0 in_progress', '1.0.0 success < in_progress']);
  });

  it('does not abort what an earlier run left unfinished', async () => {
    await stage.cancelled('1.1.0');
    stage.onCommand = (command, phase) =>
      command === 'stop 1.1.0' && phase === 'after' ? takeOver() : undefined;
    await expect(stage.deployed('1.2.0')).rejects.toThrow(/another run has taken over/);
    expect(await stage.record()).toEqual(['1.1.0 in_progress', '1.0.0 success < in_progress']);
  });

  it.each(['start 1.3.0', 'set-weight 1.3.0 0.5', 'stop 1.3.0'])(
    'ends its command within seconds: %s',
    async (held) => {
      stage.rates = { '1.3.0': 0.3 };
      stage.onCommand = (command, phase) =>
        command === held && phase === 'before' ? new Promise<void>(() => undefined) : undefined;
      const run = stage.deploy('1.3.0');
      run.end.catch(() => undefined);
      await stage.clock.pass(20_000);
      await takeOver();
      await expect(stage.finish(run, 2500)).rejects.toThrow(/another run has taken over/);
    },
  );

  it('says so, and not that its command failed', async () => {
    await stage.cancelled('1.1.0');
    let fail: (error: Error) => void = () => undefined;
    // The command has done its work, and fails afterwards.
    stage.onCommand = (command, phase) =>
      command === 'stop 1.1.0' && phase === 'after'
        ? new Promise<void>((_, reject) => (fail = reject))
        : undefined;
    const run = stage.deploy('1.2.0');
    run.end.catch(() => undefined);
    await stage.clock.pass(1000);
    await takeOver();
    await stage.clock.pass(3000);
    fail(broken());
    await expect(stage.finish(run)).rejects.toThrow(/another run has taken over/);
  });
});

describe('a challenger goes on', () => {
  it('where a killed run took the last step and could not save that', async () => {
    const run = stage.deploy('1.1.0');
    stage.onCommand = (command, phase) => {
      if (command === 'set-weight 1.1.0 1' && phase === 'after') run.kill();
    };
    run.end.catch(() => undefined);
    await stage.clock.pass(600_000, () => stage.champion === '1.1.0');
    await stage.clock.pass(1000);
    expect((await stage.ledger()).live?.version).toBe('1.0.0');
    stage.onCommand = () => undefined;
    expect(await stage.deployed('1.1.0')).toMatchObject({
      resumed: true,
      state: { decision: { verdict: 'pass' } },
    });
    expect((await stage.ledger()).live?.version).toBe('1.1.0');
  });

  it('where the target does not tell what serves', async () => {
    stage.status = () => undefined;
    expect((await stage.deployed('1.1.0')).state.decision?.verdict).toBe('pass');
  });
});

describe('a rollout that is pre-empted while it records itself', () => {
  it('ends its deployment and starts nothing', async () => {
    let release: () => void = () => undefined;
    const late = stage.deploy('1.1.0', {
      onCall: (operation, phase) =>
        operation === 'deployments.create' && phase === 'after'
          ? new Promise<void>((resolve) => (release = resolve))
          : undefined,
    });
    late.end.catch(() => undefined);
    await stage.clock.pass(5000);
    // It returns to the version that is live, and does not see that deployment's run end.
    const { live } = await stage.ledger();
    const back = stage.back('1.0.0', {
      onCall: (operation, phase) => {
        if (operation === 'deployments.createStatus' && phase === 'before') throw refused(500);
      },
    });
    back.end.catch(() => undefined);
    await stage.clock.pass(1000);
    release();
    await expect(stage.finish(late)).rejects.toThrow(/another run has taken over/);
    await stage.clock.pass(60_000);
    const late2 = (await stage.ledger()).entries.find(({ version }) => version === '1.1.0');
    expect(late2).toMatchObject({
      state: 'inactive',
      statuses: [{ description: 'another run took over before it began' }],
    });
    expect(stage.log).not.toContain('start 1.1.0');
    expect((await stage.ledger()).live?.deployment.id).toBe(live!.deployment.id);
  });
});
