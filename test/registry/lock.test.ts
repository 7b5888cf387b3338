import { RecordingLogger } from '../../src/common/logger.js';
import type { GitHub } from '../../src/github/types.js';
import { type Lock, type Owner, defaultLockTimes, withLock } from '../../src/registry/lock.js';
import { type MemoryGitHub, memoryGitHub } from '../github/memory.js';
import { refused } from '../rollout/quick.js';
import { VirtualClock } from '../rollout/model/clock.js';

const ref = 'refs/mlops/locks/m';
const minute = 60_000;
const times = { lease: 2 * minute, patience: 60 * minute };
let clock: VirtualClock;
let github: MemoryGitHub;
let logger: RecordingLogger;
beforeEach(() => {
  clock = new VirtualClock();
  github = memoryGitHub({ now: () => clock.now() });
  logger = new RecordingLogger();
});

const ownerOf = (change: Partial<Owner> = {}): Owner => ({
  runId: change.runId ?? github.world.startRun(),
  runAttempt: 1,
  job: 'register',
  runner: 'r1',
  ...change,
});

interface Held {
  /** What the run says in the end. */
  readonly end: Promise<string>;
  readonly owner: Owner;
  lock: Lock | undefined;
  letGo(): void;
}

/** A run that wants the lock, and holds it until it is told to let go. */
function want(owner = ownerOf(), client: GitHub = github, signal?: AbortSignal): Held {
  let letGo: () => void = () => undefined;
  const work = new Promise<void>((resolve) => (letGo = resolve));
  const held: { lock: Lock | undefined } = { lock: undefined };
  const context = { github: client, model: 'm', owner, clock, logger, times, ...(signal && { signal }) };
  const end = withLock(context, async (lock) => {
    held.lock = lock;
    await work;
    return 'registered';
  });
  end.catch(() => undefined);
  return Object.assign(held, { end, owner, letGo });
}
const content = async (): Promise<unknown> => {
  const tip = await github.refs.get(ref);
  return JSON.parse((await github.commits.readFile(tip!.sha, 'lock.json'))!);
};

describe('the lock of a model', () => {
  it('is written down while it is held, and given back', async () => {
    const run = want();
    await clock.pass(1);
    expect(await content()).toMatchObject({ holder: { runId: run.owner.runId, job: 'register' } });
    run.letGo();
    expect(await run.end).toBe('registered');
    expect(await content()).toEqual({ holder: null, beat: 0 });
  });

  it('is held by one of those who want it at once, and then by the others in turn', async () => {
    // Answers take time, so that all of them see the same.
    const slow = github.as({ onCall: (_, phase) => (phase === 'before' ? clock.sleep(10) : undefined) });
    const runs = Array.from({ length: 3 }, () => want(ownerOf(), slow));
    for (let n = 1; n <= 3; n++) {
      await clock.pass(minute);
      const holders = runs.filter(({ lock }) => lock !== undefined);
      expect(holders).toHaveLength(n);
      holders.forEach(({ letGo }) => letGo());
    }
    await clock.pass(minute);
    expect(await Promise.all(runs.map(({ end }) => end))).toEqual(Array(3).fill('registered'));
  });

  it('is waited for while the holder lives, however long it takes', async () => {
    const first = want();
    await clock.pass(1);
    const second = want();
    await clock.pass(30 * minute);
    expect(second.lock).toBeUndefined();
    await first.lock!.ensureHeld();
    expect(logger.text()).toContain(`run ${first.owner.runId} is registering a version of m: waiting for it`);
    first.letGo();
    await clock.pass(5000);
    expect(second.lock).toBeDefined();
    second.letGo();
    await clock.pass(1);
  });

  it.each([
    ['another job of the same run', { job: 'other' }],
    ['the same job of a matrix on another runner', { runner: 'r2' }],
  ])('is not taken from %s that lives', async (_, change) => {
    const first = want();
    await clock.pass(1);
    const second = want({ ...first.owner, ...change });
    await clock.pass(10 * minute);
    expect(second.lock).toBeUndefined();
    first.letGo();
    await clock.pass(minute);
    second.letGo();
    await clock.pass(1);
    expect(await second.end).toBe('registered');
  });

  it('is given up on after an hour, in words', async () => {
    const first = want();
    await clock.pass(1);
    const second = want();
    await clock.pass(59 * minute);
    expect(second.lock).toBeUndefined();
    await clock.pass(2 * minute);
    await expect(second.end).rejects.toThrow(
      new RegExp(`run ${first.owner.runId} has been registering m for more than 1 h`),
    );
    first.letGo();
    await clock.pass(1);
  });

  it('is taken at once from a run that GitHub calls completed', async () => {
    const first = want();
    await clock.pass(1);
    github.world.setRun(first.owner.runId, { status: 'completed' });
    const second = want();
    await clock.pass(1);
    expect(second.lock).toBeDefined();
    expect(logger.text()).toContain(`run ${first.owner.runId} left a registration of m unfinished`);
    await expect(first.lock!.ensureHeld()).rejects.toThrow(
      /another run has taken over the registration of m/,
    );
    first.letGo();
    second.letGo();
    await clock.pass(1);
    expect(await content()).toEqual({ holder: null, beat: 0 });
  });

  it('is taken from a run that has not spoken for the lease, and not a moment before', async () => {
    let away = false;
    const client = github.as({
      onCall: () => {
        if (away) throw new Error('GitHub is away');
      },
    });
    const first = want(ownerOf(), client);
    await clock.pass(1);
    away = true;
    const second = want();
    await clock.pass(times.lease - 1);
    expect(second.lock).toBeUndefined();
    await clock.pass(1);
    expect(second.lock).toBeDefined();
    away = false;
    await expect(first.lock!.ensureHeld()).rejects.toThrow(/this run was paused for too long/);
    first.letGo();
    await clock.pass(1);
    // What it was does not give the other run's lock away.
    await second.lock!.ensureHeld();
    second.letGo();
    await clock.pass(1);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['is no JSON', { 'lock.json': 'no JSON' }],
    ['is no lock', { 'lock.json': '{"holder": 5}' }],
    ['is not there', { 'other.json': '{}' }],
  ])('is not taken where its file %s: it may be anybody’s', async (_, files) => {
    await github.refs.create(ref, await github.commits.create({ message: 'x', files }));
    const run = want();
    await clock.pass(times.patience);
    expect(run.lock).toBeUndefined();
    await expect(run.end).rejects.toThrow(
      /refs\/mlops\/locks\/m does not say who registers .*delete the ref/,
    );
  });

  it('is not taken from a holder whose file GitHub does not show', async () => {
    const first = want();
    await clock.pass(1);
    const hidden = github.as({
      onCall: (operation) => {
        if (operation === 'commits.readFile') throw refused(500);
      },
    });
    const second = want(ownerOf(), hidden);
    await clock.pass(minute);
    expect(second.lock).toBeUndefined();
    await first.lock!.ensureHeld();
    first.letGo();
    await clock.pass(1);
  });

  it('is not waited for any more by a cancelled job', async () => {
    const first = want();
    await clock.pass(1);
    const controller = new AbortController();
    const second = want(ownerOf(), github, controller.signal);
    await clock.pass(minute);
    controller.abort(new Error('cancelled'));
    await expect(second.end).rejects.toThrow('cancelled');
    first.letGo();
    await clock.pass(1);
  });

  it('is given up on in the moment in which the patience ends', async () => {
    const first = want();
    await clock.pass(1);
    const second = want();
    let ended = false;
    second.end.catch(() => (ended = true));
    await clock.pass(times.patience - 1);
    expect(ended).toBe(false);
    await clock.pass(1);
    expect(ended).toBe(true);
    first.letGo();
    await clock.pass(1);
  });

  it('is renewed four times in a lease', async () => {
    const run = want();
    await clock.pass(times.lease - 1);
    expect(await content()).toMatchObject({ beat: 3 });
    await clock.pass(1);
    expect(await content()).toMatchObject({ holder: { runId: run.owner.runId }, beat: 4 });
    run.letGo();
    await clock.pass(1);
  });

  it.each([
    [1000, 4000],
    [5000, 400_000],
  ])('is looked at every %i ms where the lease is %i ms, and told of once', async (pause, lease) => {
    const first = want();
    await clock.pass(1);
    const looked: number[] = [];
    const started = clock.now().getTime();
    const client = github.as({
      onCall: (operation, phase) => {
        if (operation === 'refs.get' && phase === 'before') looked.push(clock.now().getTime() - started);
      },
    });
    const controller = new AbortController();
    const { signal } = controller;
    const context = { github: client, model: 'm', owner: ownerOf(), clock, logger, signal };
    const end = withLock({ ...context, times: { lease, patience: times.patience } }, () =>
      Promise.resolve('registered'),
    );
    end.catch(() => undefined);
    await clock.pass(3 * pause);
    controller.abort(new Error('cancelled'));
    await expect(end).rejects.toThrow('cancelled');
    expect(looked).toEqual([0, pause, 2 * pause, 3 * pause]);
    expect(logger.text().match(/waiting for it/g)).toHaveLength(1);
    first.letGo();
    await clock.pass(1);
  });

  it('expires after two minutes, and is waited for an hour, by default', () => {
    expect(defaultLockTimes).toEqual({ lease: 120_000, patience: 3_600_000 });
  });

  it('says where it can be neither renewed nor given back, and nothing where all is well', async () => {
    const well = want();
    await clock.pass(minute);
    well.letGo();
    await clock.pass(1);
    expect(logger.records).toEqual([]);
    let away = false;
    const client = github.as({
      onCall: () => {
        if (away) throw new Error('GitHub is away');
      },
    });
    const run = want(ownerOf(), client);
    await clock.pass(1);
    away = true;
    await clock.pass(minute);
    run.letGo();
    await clock.pass(1);
    expect(await run.end).toBe('registered');
    expect(logger.records).toEqual([
      { level: 'debug', message: 'the lock of m is no longer renewed: GitHub is away' },
      { level: 'debug', message: 'the lock of m could not be released: GitHub is away' },
    ]);
  });

  it('names the run in the commits by which it is held, and gives it back on top', async () => {
    const run = want();
    await clock.pass(1);
    const held = (await github.refs.get(ref))!.sha;
    expect(await github.commits.get(held)).toMatchObject({
      ...{ message: `Register m in run ${run.owner.runId}`, parents: [] },
    });
    run.letGo();
    await clock.pass(1);
    const free = (await github.refs.get(ref))!.sha;
    expect(await github.commits.get(free)).toMatchObject({ message: 'Release m', parents: [held] });
  });
});
