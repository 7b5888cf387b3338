import { type Holder, isHolderDead } from '../../src/ledger/holder.js';
import { memoryGitHub } from '../github/memory.js';
import { refusal } from '../github/memory-store.js';

const github = memoryGitHub();
const running = github.world.startRun({ attempt: 2 });
const completed = github.world.startRun({ status: 'completed' });
const holder = (runId: number, change: Partial<Holder> = {}): Holder => ({
  runId,
  runAttempt: 2,
  job: 'deploy',
  runner: 'r1',
  ...change,
});
const self = holder(7);
const isDead = (other: Holder, as = self) => isHolderDead(github, other, as);

describe('a holder of the same run', () => {
  it('is dead when it was an earlier attempt, or an earlier step of this job on this runner', async () => {
    expect(await isDead(holder(7, { runAttempt: 1 }))).toBe(true);
    expect(await isDead(holder(7))).toBe(true);
  });

  it.each([
    ['another job', { job: 'other' }],
    ['the same job of a matrix on another runner', { runner: 'r2' }],
    ['a later attempt', { runAttempt: 3 }],
  ])('is assumed to be alive when it is %s', async (_, change) => {
    expect(await isDead(holder(7, change))).toBe(false);
  });
});

describe('a holder of another run', () => {
  it('is dead when that run is completed, or has begun a later attempt', async () => {
    expect(await isDead(holder(completed))).toBe(true);
    expect(await isDead(holder(running, { runAttempt: 1 }))).toBe(true);
  });

  it('is assumed to be alive while its attempt runs, or when GitHub knows no such run', async () => {
    expect(await isDead(holder(running))).toBe(false);
    expect(await isDead(holder(99))).toBe(false);
  });

  it('is assumed to be alive where the token may not look, and nothing else is hidden', async () => {
    const failing = (error: Error) =>
      github.as({
        onCall: () => {
          throw error;
        },
      });
    const forbidden = failing(refusal('GET /actions/runs', 403));
    expect(await isHolderDead(forbidden, holder(completed), self)).toBe(false);
    const broken = failing(new TypeError('a defect'));
    await expect(isHolderDead(broken, holder(completed), self)).rejects.toThrow('a defect');
  });
});
