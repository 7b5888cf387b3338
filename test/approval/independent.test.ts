import { type ApprovalQuestion, checkApproval } from '../../src/approval/approval.js';
import type { Approval, GitHub, Pull, Review } from '../../src/github/types.js';
import { memoryGitHub } from '../github/memory.js';
import { refusal } from '../github/memory-store.js';

/* Whose approval does not count, even if GitHub accepts it. */

const sha = 'c'.repeat(40);
const headSha = 'd'.repeat(40);
const pullOf = (change: Partial<Pull> = {}): Pull => ({
  number: 5,
  title: 'Change',
  state: 'closed',
  merged: true,
  author: 'bob',
  headSha,
  headRef: 'change',
  headRepository: 'acme/models',
  mergeSha: sha,
  baseRef: 'main',
  url: '',
  ...change,
});
const reviewOf = (user: string, state: Review['state'] = 'APPROVED', commitSha = headSha): Review => ({
  user,
  state,
  commitSha,
  submittedAt: '2026-05-03T12:00:00Z',
});

async function ask(
  policy: ApprovalQuestion['policy'],
  world: {
    pulls?: readonly Pull[];
    reviews?: readonly Review[];
    environment?: { requiredReviewers: readonly string[]; preventSelfReview: boolean };
    approvals?: readonly Approval[];
    failure?: Error;
  },
  approvals = 1,
) {
  const { pulls = [pullOf()], reviews = [], environment, failure } = world;
  const memory = memoryGitHub();
  const fail = () => Promise.reject(failure!);
  const github = {
    ...memory,
    pulls: {
      ofCommit: failure ? fail : () => Promise.resolve(pulls),
      reviews: () => Promise.resolve(reviews),
    },
    environments: { get: () => Promise.resolve(environment) },
    runs: { ...memory.runs, approvals: () => Promise.resolve(world.approvals ?? []) },
  } as unknown as GitHub;
  const run = { runId: 1, sha, actor: 'bob' };
  const manifestDigest = `sha256:${'a'.repeat(64)}`;
  return checkApproval({ github, run, policy, environment: 'production', approvals, manifestDigest });
}
const users = (answer: Awaited<ReturnType<typeof ask>>) =>
  answer.granted ? answer.record.approvers.map(({ user }) => user) : answer.reasons;

describe('a review', () => {
  it('by the author of the pull request does not count', async () => {
    const reviews = [reviewOf('bob'), reviewOf('ann')];
    expect(users(await ask('review', { reviews }))).toEqual(['ann']);
    expect(users(await ask('review', { reviews }, 2))).toEqual([
      expect.stringMatching(
        /#5 has 1 approving review of its head commit ddddddd by people other than its author, and needs 2/,
      ),
    ]);
  });

  it('by an account that is gone does not count', async () => {
    expect((await ask('review', { reviews: [reviewOf('')] })).granted).toBe(false);
  });

  it('that was dismissed does not count, and one that was only begun says nothing', async () => {
    const dismissed = [reviewOf('ann'), reviewOf('ann', 'DISMISSED')];
    expect((await ask('review', { reviews: dismissed })).granted).toBe(false);
    const pending = [reviewOf('ann'), reviewOf('ann', 'PENDING')];
    expect(users(await ask('review', { reviews: pending }))).toEqual(['ann']);
  });

  it('of an earlier commit does not count', async () => {
    const stale = [reviewOf('ann', 'APPROVED', sha)];
    expect(users(await ask('review', { reviews: stale }))).toEqual([
      expect.stringMatching(/1 approval of an earlier commit does not count/),
    ]);
  });

  it.each([
    ['is not merged', { merged: false }],
    ['merely contains the commit', { mergeSha: 'e'.repeat(40) }],
  ])('of a pull request that %s does not count', async (_, change) => {
    const answer = await ask('review', { pulls: [pullOf(change)], reviews: [reviewOf('ann')] });
    expect(users(answer)).toEqual([expect.stringMatching(/no merged pull request brought commit ccccccc/)]);
  });

  it('of a pull request whose head is the commit counts', async () => {
    const pulls = [pullOf({ mergeSha: null, headSha: sha })];
    const reviews = [reviewOf('ann', 'APPROVED', sha)];
    expect(users(await ask('review', { pulls, reviews }))).toEqual(['ann']);
  });

  it('is wanted once at least, whatever number is asked for', async () => {
    expect((await ask('review', {}, 0)).granted).toBe(false);
    expect((await ask('review', { reviews: [reviewOf('ann')] }, 0)).granted).toBe(true);
  });
});

describe('an approval of the environment', () => {
  const approval = (user: string, state: Approval['state'] = 'approved'): Approval => ({
    user,
    state,
    environments: ['production'],
    comment: '',
  });
  const protectedBy = (preventSelfReview: boolean) => ({
    requiredReviewers: ['bob', 'ann'],
    preventSelfReview,
  });

  it('by who started the run does not count where the environment prevents self-review', async () => {
    const approvals = [approval('bob')];
    const strict = await ask('environment', { environment: protectedBy(true), approvals });
    expect(users(strict)).toEqual([expect.stringMatching(/^nobody approved "production" in this run/)]);
    const both = { environment: protectedBy(true), approvals: [approval('bob'), approval('ann')] };
    expect(users(await ask('environment', both))).toEqual(['ann']);
    const lenient = await ask('environment', { environment: protectedBy(false), approvals });
    expect(users(lenient)).toEqual(['bob']);
  });

  it('does not count beside a rejection', async () => {
    const approvals = [approval('ann'), approval('bob', 'rejected')];
    expect(users(await ask('environment', { environment: protectedBy(false), approvals }))).toEqual([
      'bob rejected "production" in this run',
    ]);
  });
});

describe('a question that GitHub does not answer', () => {
  it.each([403, 404])('is no approval where it refuses (%s)', async (status) => {
    const answer = await ask('review', { failure: refusal('GET /pulls', status) });
    expect(answer).toMatchObject({ granted: false, reasons: [expect.any(String)] });
  });

  it.each([
    ['fails', refusal('GET /pulls', 500)],
    ['has a defect', new TypeError('a defect')],
  ])('is an error where it %s', async (_, failure) => {
    await expect(ask('review', { failure })).rejects.toBe(failure);
  });

  it('is told with the reasons of both ways', async () => {
    expect(users(await ask('both', {}))).toEqual([
      expect.stringMatching(/the environment "production" does not exist/),
      expect.stringMatching(/#5 has 0 approving reviews/),
    ]);
  });
});
