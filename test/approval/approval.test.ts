import { type ApprovalQuestion, checkApproval } from '../../src/approval/approval.js';
import { type Local, startLocal } from '../github/local.js';

const manifestDigest = `sha256:${'a'.repeat(64)}`;

describe('approval', () => {
  let local: Local;
  let runId: number;
  beforeEach(async () => {
    local = await startLocal();
  });
  afterEach(() => local.close());

  const startRun = async (headSha: string) => {
    const { id } = await local.repo.runs.start({
      workflow: '.github/workflows/x.yml',
      name: 'x',
      event: 'push',
      headSha,
      headBranch: local.repo.defaultBranch,
      actor: 'bob',
    });
    runId = id;
  };
  const ask = (policy: ApprovalQuestion['policy'], sha = local.head, more: Partial<ApprovalQuestion> = {}) =>
    checkApproval({
      github: local.client({ permissions: { contents: 'read', actions: 'read', 'pull-requests': 'read' } }),
      run: { runId, sha, actor: 'bob' },
      policy,
      environment: 'production',
      approvals: 1,
      manifestDigest,
      ...more,
    });
  const refused = (reason: RegExp) => ({ granted: false, reasons: [expect.stringMatching(reason)] });

  it('is not needed when the policy says none', async () => {
    await startRun(local.head);
    expect(await ask('none')).toEqual({
      granted: true,
      record: { policy: 'none', manifestDigest, approvers: [] },
    });
  });

  describe('by the environment', () => {
    const decide = async (user: string, state: 'approved' | 'rejected') => {
      await local.repo.runs.requestApproval(runId, 'production');
      await local.repo.runs.decide(runId, 'production', { user, state, comment: 'looks good' });
    };
    beforeEach(() => startRun(local.head));

    it('is refused where the environment does not exist, or asks nobody', async () => {
      expect(await ask('environment')).toEqual(refused(/does not exist → create it/));
      await local.repo.setEnvironment({ name: 'production', waitMinutes: 5 });
      expect(await ask('environment')).toEqual(refused(/has no required reviewers, so nobody is asked/));
      expect(await ask('environment', local.head, { environment: undefined })).toEqual(
        refused(/no environment is named/),
      );
    });

    it('is refused until a reviewer approves this run for this environment', async () => {
      await local.repo.setEnvironment({ name: 'production', reviewers: ['ann'] });
      await local.repo.setEnvironment({ name: 'staging', reviewers: ['ann'] });
      expect(await ask('environment')).toEqual(refused(/nobody approved "production"/));
      await local.repo.runs.requestApproval(runId, 'staging');
      await local.repo.runs.decide(runId, 'staging', { user: 'ann', state: 'approved', comment: '' });
      expect(await ask('environment')).toEqual(refused(/nobody approved "production"/));
      await decide('ann', 'approved');
      expect(await ask('environment')).toEqual({
        granted: true,
        record: {
          policy: 'environment',
          manifestDigest,
          approvers: [{ user: 'ann', how: 'environment', scope: 'production', comment: 'looks good' }],
        },
      });
    });

    it('is refused when a reviewer rejected it', async () => {
      await local.repo.setEnvironment({
        name: 'production',
        reviewers: ['ann', 'bob'],
        preventSelfReview: true,
      });
      await decide('ann', 'rejected');
      expect(await ask('environment')).toEqual(refused(/ann rejected "production"/));
    });

    it('is refused, with the remedy, where the token may not look', async () => {
      const github = local.client({ permissions: { contents: 'read' } });
      expect(await ask('environment', local.head, { github })).toEqual(refused(/`actions: read`/));
    });
  });

  describe('by review', () => {
    let number: number;
    const review = (user: string, state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED') =>
      local.repo.review(number, { user, state });
    const merge = async () => {
      const sha = await local.repo.merge(number, { user: 'bob' });
      await startRun(sha);
      return sha;
    };
    beforeEach(async () => {
      await local.repo.commit({ branch: 'change', files: { a: '1' }, message: 'Change', author: 'bob' });
      ({ number } = await local.repo.openPull({ title: 'Change', head: 'change', author: 'bob' }));
    });

    it('counts the latest word of each person, on the head commit', async () => {
      await review('ann', 'APPROVED');
      await review('ann', 'COMMENTED');
      await review('cid', 'CHANGES_REQUESTED');
      await review('cid', 'APPROVED');
      await review('dan', 'APPROVED');
      await review('dan', 'CHANGES_REQUESTED');
      const sha = await merge();
      const answer = await ask('review', sha, { approvals: 2 });
      expect(answer).toMatchObject({ granted: true, record: { policy: 'review', manifestDigest } });
      const approvers = answer.granted ? answer.record.approvers : [];
      expect(approvers.map(({ user }) => user)).toEqual(['ann', 'cid']);
      expect(approvers[0]).toMatchObject({
        how: 'review',
        scope: expect.stringMatching(/^#\d+ at [0-9a-f]{40}$/),
      });
      expect(await ask('review', sha, { approvals: 3 })).toEqual(refused(/has 2 approving reviews.*needs 3/));
    });

    it('does not count approvals of an earlier commit', async () => {
      await review('ann', 'APPROVED');
      // Neither a request for changes then nor an approval now is an approval of an earlier commit.
      await review('cid', 'CHANGES_REQUESTED');
      await local.repo.commit({ branch: 'change', files: { a: '2' }, message: 'More', author: 'bob' });
      await review('dan', 'APPROVED');
      const sha = await merge();
      expect(await ask('review', sha, { approvals: 2 })).toEqual(
        refused(/has 1 approving review .*needs 2 \(1 approval of an earlier commit does not count\)/),
      );
    });

    it('is refused for a commit that no pull request brought', async () => {
      await startRun(local.head);
      expect(await ask('review')).toEqual(refused(/no merged pull request brought commit/));
    });

    it('is refused where only one of both was given', async () => {
      await review('ann', 'APPROVED');
      const sha = await merge();
      await local.repo.setEnvironment({ name: 'production', reviewers: ['eve'] });
      expect(await ask('both', sha)).toEqual(refused(/nobody approved "production"/));
      await local.repo.runs.requestApproval(runId, 'production');
      await local.repo.runs.decide(runId, 'production', { user: 'eve', state: 'approved', comment: '' });
      const answer = await ask('both', sha);
      expect(answer.granted && answer.record.approvers.map(({ user, how }) => [user, how])).toEqual([
        ['eve', 'environment'],
        ['ann', 'review'],
      ]);
    });
  });
});
