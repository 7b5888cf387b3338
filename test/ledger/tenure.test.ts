import { RecordingLogger } from '../../src/common/logger.js';
import type { GitHub } from '../../src/github/types.js';
import {
  type Driver,
  Overtaken,
  Tenure,
  type TenureOptions,
  driverRef,
  readProgress,
} from '../../src/ledger/tenure.js';
import { type MemoryGitHub, memoryGitHub } from '../github/memory.js';
import { VirtualClock } from '../rollout/model/clock.js';

const ref = driverRef('m', 'production');
const minute = 60_000;
let clock: VirtualClock;
let github: MemoryGitHub;
let logger: RecordingLogger;
let tenures: Tenure[];

beforeEach(() => {
  clock = new VirtualClock();
  github = memoryGitHub({ now: () => clock.now() });
  logger = new RecordingLogger();
  tenures = [];
});
afterEach(async () => {
  await finish(Promise.all(tenures.map((tenure) => tenure.release())));
});

/** A run that goes on, and may take charge. */
const driverOf = (cause: Driver['cause'] = 'rollout', change: Partial<Driver> = {}): Driver => {
  const runId = change.runId ?? github.world.startRun();
  const url = `https://github.example/runs/${runId}`;
  const task = cause === 'rollout' ? 'roll out 1.1.0' : 'roll back to 1.0.0';
  return { runAttempt: 1, job: 'deploy', runner: `r${runId}`, url, cause, task, ...change, runId };
};

async function take(change: Partial<TenureOptions> = {}): Promise<Tenure> {
  const options = { github, model: 'm', environment: 'production', clock, logger };
  const tenure = await Tenure.take({
    ...options,
    driver: driverOf(),
    leaseMs: minute,
    waitMs: 10 * minute,
    ...change,
  });
  tenures.push(tenure);
  return tenure;
}

/** What a promise comes to, with as much time as it needs. */
async function finish<T>(promise: Promise<T>, ms = 60 * minute): Promise<T> {
  let done = false;
  const mark = () => {
    done = true;
  };
  promise.then(mark, mark);
  await clock.pass(ms, () => done);
  if (!done) throw new Error('it still waits');
  return promise;
}

/** Whether a promise has come to something by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  const mark = () => {
    done = true;
  };
  promise.then(mark, mark);
  await clock.pass(0);
  return done;
}

/** What the ref says. */
async function content(): Promise<Record<string, unknown>> {
  const tip = await github.refs.get(ref);
  return JSON.parse((await github.commits.readFile(tip!.sha, 'driver.json'))!) as Record<string, unknown>;
}

/** Somebody writes something else where the driver is named. */
async function spoil(text: string): Promise<void> {
  const tip = await github.refs.get(ref);
  const files = { 'driver.json': text };
  const sha = await github.commits.create({ message: 'x', files, ...(tip && { parent: tip.sha }) });
  await (tip ? github.refs.fastForward(ref, sha) : github.refs.create(ref, sha));
}

/** A client whose calls fail while it is told so. */
function failing(): { client: GitHub; away: boolean } {
  const state = { client: github as GitHub, away: false };
  state.client = github.as({
    onCall: () => {
      if (state.away) throw new Error('GitHub is away');
    },
  });
  return state;
}

describe('being in charge', () => {
  it('is written down at once, and given back in the end', async () => {
    const driver = driverOf();
    const tenure = await take({ driver });
    const { fence } = tenure;
    expect(await content()).toMatchObject({ fence, driver, leaseMs: minute });
    expect(tenure.tookOver).toBe(false);
    await finish(tenure.release());
    expect(await content()).toMatchObject({ fence, driver: null });
  });

  it('gives every tenure a larger fence, whether the one before let go or not', async () => {
    const first = await take();
    await finish(first.release());
    const second = await take();
    const third = await take({ driver: driverOf('rollback') });
    expect([second.fence - first.fence, third.fence - second.fence]).toEqual([1, 1]);
    expect([second.tookOver, third.tookOver]).toEqual([false, true]);
    await clock.pass(minute);
    const fourth = await finish(take({ driver: driverOf('rollback') }));
    expect(fourth.fence).toBeGreaterThan(third.fence);
  });

  it('gives a larger fence also after somebody deleted the ref', async () => {
    const first = await take();
    const second = await take({ driver: driverOf('rollback') });
    await github.refs.delete(ref);
    await clock.pass(2000);
    const third = await take();
    expect(third.fence).toBeGreaterThan(Math.max(first.fence, second.fence));
  });

  it('gives a larger fence also where the clock of this machine is behind', async () => {
    const first = await take();
    await finish(first.release());
    const behind = {
      now: () => new Date(clock.now().getTime() - 60 * minute),
      sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
    };
    expect((await take({ clock: behind })).fence).toBe(first.fence + 1);
  });

  it('goes to one of two that ask at the same moment', async () => {
    const both = [take(), take()];
    const tenure = await finish(Promise.race(both));
    const [won, waits] = (await isDone(both[0]!)) ? both : both.toReversed();
    expect(await isDone(waits!)).toBe(false);
    await tenure.ensureHeld();
    await finish((await won!).release());
    expect((await finish(waits!)).fence).toBeGreaterThan(tenure.fence);
  });

  it('goes to one of two that ask at the same moment for what another run has left', async () => {
    await finish((await take()).release());
    const both = [take(), take()];
    const tenure = await finish(Promise.race(both));
    await tenure.ensureHeld();
    expect((await Promise.all(both.map(isDone))).sort()).toEqual([false, true]);
    await finish(tenure.release());
    await finish(Promise.all(both));
  });

  it('is of one environment and one model', async () => {
    await take();
    await take({ environment: 'staging' });
    await take({ model: 'n' });
    expect(tenures.map(({ tookOver }) => tookOver)).toEqual([false, false, false]);
    for (const tenure of tenures) await tenure.ensureHeld();
  });

  it.each([
    ['eu/west', 'refs/mlops/drivers/m/eu%2Fwest'],
    ['a..b.lock', 'refs/mlops/drivers/m/a%2E%2Eb%2Elock'],
    ["it's *new*~(1)!", 'refs/mlops/drivers/m/it%27s%20%2Anew%2A%7E%281%29%21'],
  ])('has a ref that git takes, whatever the environment is called: %s', async (environment, name) => {
    expect(driverRef('m', environment)).toBe(name);
    await take({ environment });
    expect(await github.refs.get(name)).toBeDefined();
  });

  it('is not waited for where the job was cancelled before', async () => {
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(take({ signal })).rejects.toThrow('cancelled');
    expect(await github.refs.get(ref)).toBeUndefined();
  });
});

describe('a rollout', () => {
  it('waits for a live run, says for whom, and takes charge when that lets go', async () => {
    const first = await take();
    const waiting = take();
    await clock.pass(5 * minute);
    expect(await isDone(waiting)).toBe(false);
    const said = logger.records.filter(({ level }) => level === 'notice').map(({ message }) => message);
    expect(said).toEqual([
      expect.stringMatching(/^another run is about to roll out 1\.1\.0 in production \(https:.*\): waiting$/),
    ]);
    await first.release();
    const second = await finish(waiting, 2000);
    expect(second.tookOver).toBe(false);
    expect(logger.text()).not.toContain('took over');
  });

  it('fails once it has waited for the longest allowed time, and not before', async () => {
    await take();
    const started = clock.now().getTime();
    const waiting = take({ waitMs: 5 * minute + 1 });
    await expect(finish(waiting)).rejects.toThrow(
      /still about to roll out 1\.1\.0 in production after 5 min.*rollback-model does not wait/,
    );
    expect(clock.now().getTime() - started).toBe(5 * minute + 1);
  });

  it('stops waiting when its job is cancelled', async () => {
    await take();
    const controller = new AbortController();
    const waiting = take({ signal: controller.signal });
    await clock.pass(minute);
    controller.abort(new Error('cancelled'));
    await expect(finish(waiting)).rejects.toThrow('cancelled');
  });

  it('takes over at once from a run that GitHub calls completed', async () => {
    const driver = driverOf();
    await take({ driver });
    github.world.setRun(driver.runId, { status: 'completed' });
    const started = clock.now().getTime();
    const second = await finish(take());
    expect([second.tookOver, clock.now().getTime() - started]).toEqual([true, 0]);
    expect(logger.text()).toContain('took over from the run that was to roll out 1.1.0');
  });

  it('takes over from a run that vanished, once its lease is over by our own clock', async () => {
    const gone = failing();
    // That run's clock is a year ahead.
    const ahead = { now: () => new Date(clock.now().getTime() + 365 * 86_400_000) };
    await take({ github: gone.client, clock: { ...ahead, sleep: (ms, signal) => clock.sleep(ms, signal) } });
    gone.away = true;
    await clock.pass(10 * minute);
    const started = clock.now().getTime();
    const second = await finish(take({ waitMs: 10 * minute }));
    expect(clock.now().getTime() - started).toBe(minute);
    expect(second.tookOver).toBe(true);
  });

  it('does not take over while the other run renews', async () => {
    await take({ leaseMs: minute });
    const waiting = take({ waitMs: 30 * minute });
    waiting.catch(() => undefined);
    await clock.pass(29 * minute);
    expect(await isDone(waiting)).toBe(false);
    await expect(finish(waiting)).rejects.toThrow(/still about to/);
  });

  it('refuses a ref that does not say who is in charge', async () => {
    await spoil('{"kind": "other"}');
    await expect(take()).rejects.toThrow(
      /refs\/mlops\/drivers\/m\/production does not say who is in charge.*git push origin :refs/,
    );
    await expect(readProgress(github, 'm', 'production')).rejects.toThrow('who is in charge');
  });
});

describe('a rollback', () => {
  const rollback = (change: Partial<TenureOptions> = {}) =>
    take({ driver: driverOf('rollback'), waitMs: 0, ...change });

  it('pre-empts a live rollout without waiting', async () => {
    const first = await take();
    const started = clock.now().getTime();
    const second = await finish(rollback());
    expect([second.tookOver, clock.now().getTime() - started]).toEqual([true, 0]);
    await expect(first.ensureHeld()).rejects.toThrow(Overtaken);
  });

  it('leaves another rollback ten seconds to end', async () => {
    const first = await rollback();
    const waiting = rollback();
    await clock.pass(9000);
    expect(await isDone(waiting)).toBe(false);
    await first.release();
    const second = await finish(waiting, 1000);
    expect(second.tookOver).toBe(false);
  });

  it('pre-empts another rollback that takes longer than ten seconds', async () => {
    const first = await rollback();
    const started = clock.now().getTime();
    const second = await finish(rollback());
    expect(clock.now().getTime() - started).toBe(10_000);
    expect(second.tookOver).toBe(true);
    await expect(first.ensureHeld()).rejects.toThrow(Overtaken);
  });

  it('goes on where the ref says nothing that can be read, with a fence above those before', async () => {
    const before = await take();
    for (const text of ['no JSON', '{"kind": "other"}']) {
      await clock.pass(1000);
      await spoil(text);
      const tenure = await finish(rollback());
      expect(tenure.fence).toBeGreaterThan(before.fence);
      expect(tenure.progress).toBeUndefined();
      await finish(tenure.release());
    }
  });
});

describe('a tenure', () => {
  it('keeps the progress for the next run', async () => {
    const first = await take();
    expect([first.progress, await readProgress(github, 'm', 'production')]).toEqual([undefined, undefined]);
    await first.save({ step: 1 });
    expect(first.progress).toEqual({ step: 1 });
    // What a renewal, the end of the tenure and the next one leave as it is.
    await clock.pass(minute);
    expect(await readProgress(github, 'm', 'production')).toEqual({ step: 1 });
    await finish(first.release());
    const second = await take();
    expect(second.progress).toEqual({ step: 1 });
    expect(await readProgress(github, 'm', 'production')).toEqual({ step: 1 });
  });

  it('tells when it last wrote', async () => {
    const tenure = await take();
    const taken = clock.now().getTime();
    await clock.pass(5000);
    expect(tenure.writtenAt).toBe(taken);
    await tenure.save({});
    expect(tenure.writtenAt).toBe(taken + 5000);
  });

  it('renews three times in its lease, and not while it writes anyway', async () => {
    const tenure = await take({ leaseMs: minute });
    const beat = async () => (await content()).beat;
    await clock.pass(20_000);
    expect(await beat()).toBe(1);
    await clock.pass(40_000);
    expect(await beat()).toBe(3);
    await clock.pass(15_000);
    await tenure.save({});
    // The renewal that is due five seconds later has nothing to say.
    await clock.pass(6000);
    expect(await beat()).toBe(4);
  });

  it('goes on renewing after a renewal that failed', async () => {
    let calls = 0;
    const client = github.as({
      onCall: (operation, phase) => {
        if (operation === 'commits.create' && phase === 'before' && ++calls === 2)
          throw new Error('GitHub is away');
      },
    });
    const tenure = await take({ github: client, leaseMs: minute });
    await clock.pass(minute);
    await tenure.ensureHeld();
    expect(tenure.writtenAt).toBe(clock.now().getTime());
    expect(logger.text()).toContain('not renewed: GitHub is away');
  });

  describe('whose ref is absent', () => {
    /** A tenure whose next reads of the ref, so many, answer that it is absent. */
    const held = async (driver: Driver, times: number): Promise<Tenure> => {
      let left = 0;
      const client = github.as({});
      const get: GitHub['refs']['get'] = async (name) => (left-- > 0 ? undefined : client.refs.get(name));
      const tenure = await take({ driver, github: { ...client, refs: { ...client.refs, get } } });
      left = times;
      return tenure;
    };

    it('goes on when a second look finds it', async () => {
      const tenure = await held(driverOf(), 1);
      await finish(tenure.ensureHeld());
      expect(tenure.signal.aborted).toBe(false);
    });

    it('stops a rollout, which could not see another run begin', async () => {
      const tenure = await held(driverOf(), 2);
      await expect(finish(tenure.ensureHeld())).rejects.toThrow(
        /refs\/mlops\/drivers\/m\/production, which says .* is gone: somebody deleted it → check what serves, then run this again/,
      );
      expect(tenure.signal.aborted).toBe(true);
      expect(tenure.signal.reason).not.toBeInstanceOf(Overtaken);
    });

    it('does not stop a rollback', async () => {
      const tenure = await held(driverOf('rollback'), 2);
      await finish(tenure.ensureHeld());
      expect(tenure.signal.aborted).toBe(false);
    });
  });

  it('that was overtaken says so at every use, aborts what it does, and writes nothing more', async () => {
    const first = await take();
    await first.save({ of: 'first' });
    const second = await take({ driver: driverOf('rollback') });
    expect(first.signal.aborted).toBe(false);
    await expect(first.save({ of: 'nobody' })).rejects.toThrow(
      /another run has taken over m in production.*changes nothing more/,
    );
    expect(first.signal.reason).toBeInstanceOf(Overtaken);
    await expect(first.ensureHeld()).rejects.toThrow(Overtaken);
    expect(first.progress).toEqual({ of: 'first' });
    await finish(first.release());
    await second.ensureHeld();
    expect(await content()).toMatchObject({ fence: second.fence, driver: { cause: 'rollback' } });
  });

  it('that was overtaken hears of it by its next renewal', async () => {
    const first = await take({ leaseMs: minute });
    await take({ driver: driverOf('rollback'), leaseMs: minute });
    await clock.pass(19_000);
    expect(first.signal.aborted).toBe(false);
    await clock.pass(1000);
    expect(first.signal.aborted).toBe(true);
  });

  it('is not over because GitHub is away', async () => {
    const flaky = failing();
    const tenure = await take({ github: flaky.client });
    flaky.away = true;
    await expect(tenure.ensureHeld()).rejects.toThrow('GitHub is away');
    await expect(tenure.save({})).rejects.toThrow('GitHub is away');
    expect(tenure.signal.aborted).toBe(false);
    flaky.away = false;
    await tenure.ensureHeld();
  });

  it('writes one thing after the other, however many are asked for at once', async () => {
    const tenure = await take();
    await Promise.all([1, 2, 3].map((n) => tenure.save({ n })));
    await tenure.ensureHeld();
    expect(await content()).toMatchObject({ beat: 3, progress: { n: 3 } });
  });

  it('lets go without an error where GitHub is away', async () => {
    const flaky = failing();
    const tenure = await take({ github: flaky.client });
    flaky.away = true;
    await finish(tenure.release());
    expect(logger.text()).toContain('could not be released: GitHub is away');
  });

  it('renews no more after it has let go', async () => {
    const tenure = await take();
    await finish(tenure.release());
    const tip = await github.refs.get(ref);
    await clock.pass(10 * minute);
    expect(await github.refs.get(ref)).toEqual(tip);
  });
});

describe('watching while something is done', () => {
  it('hears of a pre-emption within two seconds', async () => {
    const first = await take({ leaseMs: 60 * minute });
    const working = first.watchWhile(
      () =>
        new Promise((_, reject) =>
          first.signal.addEventListener('abort', () => reject(first.signal.reason as Error)),
        ),
    );
    working.catch(() => undefined);
    await take({ driver: driverOf('rollback') });
    await clock.pass(2000);
    expect(first.signal.aborted).toBe(true);
    await expect(working).rejects.toThrow(Overtaken);
  });

  it('goes on while GitHub is away, and gives the answer', async () => {
    const flaky = failing();
    const tenure = await take({ github: flaky.client, leaseMs: 60 * minute });
    let answer: (text: string) => void = () => undefined;
    const working = tenure.watchWhile(() => new Promise<string>((resolve) => (answer = resolve)));
    flaky.away = true;
    await clock.pass(minute);
    expect(tenure.signal.aborted).toBe(false);
    answer('done');
    expect(await finish(working)).toBe('done');
    flaky.away = false;
  });

  it('ends with what is done', async () => {
    let looks = 0;
    const client = github.as({
      onCall: (operation) => {
        if (operation === 'refs.get') looks++;
      },
    });
    const tenure = await take({ github: client, leaseMs: 60 * minute });
    await expect(finish(tenure.watchWhile(() => Promise.reject(new Error('failed'))))).rejects.toThrow(
      'failed',
    );
    const before = looks;
    await clock.pass(minute);
    expect(looks).toBe(before);
  });
});
