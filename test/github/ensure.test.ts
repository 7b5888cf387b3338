import type { Clock } from '../../src/common/clock.js';
import { createOnce, ensure } from '../../src/github/ensure.js';
import { GitHubFailure } from '../../src/github/failure.js';

const slept: number[] = [];
const clock: Clock = {
  now: () => new Date(0),
  sleep: (ms) => {
    slept.push(ms);
    return Promise.resolve();
  },
};
const pace = { clock, retry: { attempts: 3, baseMs: 10 } };
const failure = (ambiguous: boolean) =>
  new GitHubFailure({
    message: 'm',
    remedy: 'r',
    status: ambiguous ? 500 : 422,
    detail: '',
    ambiguous,
    cause: undefined,
  });

/** A thing on a server that fails as told: before the write, after it, or by refusing. */
function server(faults: ('before' | 'after' | 'refuse')[]) {
  const made: number[] = [];
  return {
    made,
    find: () => Promise.resolve(made[0]),
    create: () => {
      const fault = faults.shift();
      if (fault === 'before') return Promise.reject(failure(true));
      if (fault === 'refuse') return Promise.reject(failure(false));
      made.push(made.length + 1);
      return fault === 'after' ? Promise.reject(failure(true)) : Promise.resolve(made.at(-1)!);
    },
  };
}

describe('making something once', () => {
  beforeEach(() => slept.splice(0));

  it.each([[[]], [['before']], [['after']], [['before', 'after']], [['before', 'before']]] as const)(
    'makes it exactly once through %j',
    async (faults) => {
      const world = server([...faults]);
      expect(await ensure(world, pace)).toBe(1);
      expect(world.made).toEqual([1]);
      expect(slept).toEqual(faults.map((_, i) => 10 * 2 ** i));
    },
  );

  it('takes what is there already', async () => {
    const world = server([]);
    await world.create();
    await ensure(world, pace);
    expect(world.made).toEqual([1]);
  });

  it('does not repeat what was refused, nor go on for ever', async () => {
    const refused = server(['refuse']);
    await expect(createOnce(refused, pace)).rejects.toMatchObject({ status: 422 });
    const down = server(['before', 'before', 'before', 'before']);
    await expect(createOnce(down, pace)).rejects.toMatchObject({ status: 500 });
    expect(down.made).toEqual([]);
  });
});
