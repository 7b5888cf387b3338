import { routes } from '../../../src/rehearsal/github/rest.js';
import { refusal, withHub } from './harness.js';

describe('every operation that is served', () => {
  it('answers as GitHub’s description says', async () => {
    await withHub(async ({ hub, octokit, at, repository, client }) => {
      await repository.commit({
        branch: 'main',
        files: { '.github/workflows/ci.yml': 'name: CI\non: workflow_dispatch\njobs: {}\n', 'a.csv': 'x\n' },
        message: 'Begin',
      });
      const sha = await repository.resolve('main');
      await repository.setEnvironment({ name: 'production', reviewers: ['mona'] });

      const { data: blob } = await octokit.git.createBlob({ ...at, content: 'x' });
      await octokit.git.getBlob({ ...at, file_sha: blob.sha });
      const { data: tree } = await octokit.git.createTree({
        ...at,
        tree: [{ path: 'x', mode: '100644', type: 'blob', sha: blob.sha }],
      });
      await octokit.git.getTree({ ...at, tree_sha: tree.sha });
      const { data: commit } = await octokit.git.createCommit({ ...at, message: 'x', tree: tree.sha });
      await octokit.git.getCommit({ ...at, commit_sha: commit.sha });
      const { data: tag } = await octokit.git.createTag({
        ...at,
        tag: 't',
        object: sha,
        type: 'commit',
        message: 'm',
      });
      await octokit.git.getTag({ ...at, tag_sha: tag.sha });
      await octokit.git.createRef({ ...at, ref: 'refs/heads/side', sha });
      await octokit.git.updateRef({ ...at, ref: 'heads/side', sha });
      await octokit.git.getRef({ ...at, ref: 'heads/side' });
      await octokit.git.listMatchingRefs({ ...at, ref: 'heads/' });
      await octokit.git.deleteRef({ ...at, ref: 'heads/side' });

      await octokit.repos.get(at);
      await octokit.repos.getCommit({ ...at, ref: 'main' });
      await octokit.repos.listCommits(at);
      await octokit.repos.getContent({ ...at, path: '' });
      await octokit.repos.createOrUpdateFileContents({
        ...at,
        path: 'new.txt',
        message: 'n',
        content: 'bg==',
      });
      await octokit.repos.getBranch({ ...at, branch: 'main' });

      const { data: release } = await octokit.repos.createRelease({ ...at, tag_name: 'v1', draft: true });
      const release_id = release.id;
      const upload = { method: 'POST', url: release.upload_url, name: 'a', data: 'a' } as const;
      const { data: asset } = await octokit.request(upload);
      const asset_id = asset.id as number;
      await octokit.repos.listReleaseAssets({ ...at, release_id });
      const { data: renamed } = await octokit.repos.updateReleaseAsset({
        ...at,
        asset_id,
        name: 'b',
        label: 'B',
      });
      expect(renamed).toMatchObject({ name: 'b', label: 'B' });
      await octokit.repos.getReleaseAsset({ ...at, asset_id });
      await octokit.repos.deleteReleaseAsset({ ...at, asset_id });
      await octokit.repos.updateRelease({ ...at, release_id, draft: false, make_latest: 'true' });
      await octokit.repos.getRelease({ ...at, release_id });
      await octokit.repos.getReleaseByTag({ ...at, tag: 'v1' });
      expect((await octokit.repos.getLatestRelease(at)).data.id).toBe(release_id);
      await octokit.repos.listReleases(at);
      await octokit.repos.listTags(at);
      await octokit.repos.deleteRelease({ ...at, release_id });
      const admin = client({ administration: 'write' });
      await admin.repos.enableImmutableReleases(at);
      await admin.repos.checkImmutableReleases(at);
      await admin.repos.disableImmutableReleases(at);

      const { data } = await octokit.repos.createDeployment({
        ...at,
        ref: 'main',
        auto_merge: false,
        required_contexts: [],
      });
      const deployment_id = (data as { id: number }).id;
      const { data: status } = await octokit.repos.createDeploymentStatus({
        ...at,
        deployment_id,
        state: 'inactive',
        log_url: 'https://example.org/log',
      });
      await octokit.repos.getDeploymentStatus({ ...at, deployment_id, status_id: status.id });
      await octokit.repos.listDeploymentStatuses({ ...at, deployment_id });
      await octokit.repos.getDeployment({ ...at, deployment_id });
      await octokit.repos.listDeployments(at);
      await octokit.repos.deleteDeployment({ ...at, deployment_id });
      await octokit.repos.getAllEnvironments(at);
      await octokit.repos.getEnvironment({ ...at, environment_name: 'production' });

      await octokit.actions.createWorkflowDispatch({ ...at, workflow_id: 'ci.yml', ref: 'main' });
      await octokit.repos.createDispatchEvent({ ...at, event_type: 'retrain' });
      const { data: runs } = await octokit.actions.listWorkflowRuns({ ...at, workflow_id: 'ci.yml' });
      const run_id = runs.workflow_runs[0]!.id;
      await octokit.actions.listWorkflowRunsForRepo(at);
      await octokit.actions.getWorkflowRun({ ...at, run_id });
      await octokit.actions.listJobsForWorkflowRun({ ...at, run_id });
      await repository.runs.requestApproval(run_id, 'production');
      await octokit.actions.getPendingDeploymentsForRun({ ...at, run_id });
      await repository.runs.decide(run_id, 'production', { user: 'mona', state: 'rejected', comment: 'no' });
      await octokit.actions.getReviewsForRun({ ...at, run_id });
      await refusal(
        octokit.actions.reviewPendingDeploymentsForRun({
          ...at,
          run_id,
          environment_ids: [1],
          state: 'approved',
          comment: '',
        }),
      );
      const { id: artifact_id } = await repository.runs.putArtifact(run_id, 'a', []);
      await octokit.actions.listArtifactsForRepo(at);
      await octokit.actions.listWorkflowRunArtifacts({ ...at, run_id });
      await octokit.actions.getArtifact({ ...at, artifact_id });
      await octokit.actions.downloadArtifact({ ...at, artifact_id, archive_format: 'zip' });
      await octokit.actions.deleteArtifact({ ...at, artifact_id });

      const { data: issue } = await octokit.issues.create({ ...at, title: 't' });
      const issue_number = issue.number;
      await octokit.issues.update({ ...at, issue_number, assignees: ['mona'] });
      await octokit.issues.get({ ...at, issue_number });
      await octokit.issues.listForRepo(at);
      await octokit.issues.createLabel({ ...at, name: 'drift', color: 'ff0000', description: 'd' });
      expect((await refusal(octokit.issues.createLabel({ ...at, name: 'Drift' }))).status).toBe(422);
      await octokit.issues.getLabel({ ...at, name: 'drift' });
      await octokit.issues.addLabels({ ...at, issue_number, labels: ['drift'] });
      await octokit.issues.listLabelsOnIssue({ ...at, issue_number });
      await octokit.issues.removeLabel({ ...at, issue_number, name: 'drift' });
      await octokit.issues.listLabelsForRepo(at);
      const { data: comment } = await octokit.issues.createComment({ ...at, issue_number, body: 'b' });
      const comment_id = comment.id;
      await octokit.issues.getComment({ ...at, comment_id });
      await octokit.issues.updateComment({ ...at, comment_id, body: 'c' });
      await octokit.issues.listComments({ ...at, issue_number });
      await octokit.issues.deleteComment({ ...at, comment_id });

      await repository.commit({ branch: 'model', files: { 'm.yml': 'm' }, message: 'm' });
      const { data: pull } = await octokit.pulls.create({ ...at, title: 't', head: 'model', base: 'main' });
      const pull_number = pull.number;
      await repository.review(pull_number, { user: 'mona', state: 'COMMENTED' });
      await octokit.pulls.get({ ...at, pull_number });
      await octokit.pulls.list(at);
      await octokit.pulls.listReviews({ ...at, pull_number });
      await octokit.pulls.listCommits({ ...at, pull_number });
      const commit_sha = await repository.resolve('model');
      await octokit.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha });

      await refusal(octokit.users.getAuthenticated());
      await octokit.users.getByUsername({ username: 'mona' });
      await octokit.rateLimit.get();
      await octokit.meta.get();

      const called = new Set(hub.requests.map(({ operation }) => operation));
      expect(routes.map(({ operation }) => operation).filter((operation) => !called.has(operation))).toEqual(
        [],
      );
      const state = await hub.state();
      expect(state.pulls).toHaveLength(1);
      expect(state.runs).toHaveLength(1);
    });
  });
});
