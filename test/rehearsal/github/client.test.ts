import { systemClock } from '../../../src/common/clock.js';
import { RecordingLogger } from '../../../src/common/logger.js';
import { connect } from '../../../src/github/connect.js';
import { withHub } from './harness.js';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('our own client', () => {
  it('asks for nothing that GitHub’s description does not know', async () => {
    await withHub(async ({ hub, repository }) => {
      const github = connect({
        token: repository.token({ permissions: 'write-all' }),
        run: { apiUrl: hub.apiUrl, owner: 'acme', repository: 'models' },
        logger: new RecordingLogger(),
        clock: systemClock,
        retry: { attempts: 1, baseMs: 1 },
      });
      await repository.commit({
        branch: 'main',
        files: { '.github/workflows/ci.yml': 'on: workflow_dispatch\njobs: {}\n' },
        message: 'CI',
      });
      const head = await repository.resolve('main');
      expect((await github.repository()).defaultBranch).toBe('main');

      const commit = await github.commits.create({ message: 'm', files: { 'a.json': '{}' }, parent: head });
      expect(await github.commits.readFile(commit, 'a.json')).toBe('{}');
      expect(await github.commits.readFile(commit, 'b.json')).toBeUndefined();
      expect((await github.commits.get(commit))?.parents).toEqual([head]);
      expect(await github.refs.create('refs/mlops/x', head)).toBe(true);
      expect(await github.refs.create('refs/mlops/x', head)).toBe(false);
      expect(await github.refs.fastForward('refs/mlops/x', commit)).toBe(true);
      expect(await github.refs.fastForward('refs/mlops/x', head)).toBe(false);
      expect(await github.refs.matching('refs/mlops/')).toHaveLength(1);
      await github.refs.delete('refs/mlops/x');
      await github.refs.delete('refs/mlops/x');
      expect(await github.refs.get('refs/mlops/x')).toBeUndefined();

      const tag = 'm@v1.0.0';
      const draft = await github.releases.createDraft({ tag, target: head, name: 'm', body: 'b' });
      const asset = await github.releases.upload(draft, 'a.bin', { bytes: Buffer.from('bytes') });
      expect(Buffer.concat(await all(await github.releases.download(asset.id))).toString()).toBe('bytes');
      await github.releases.updateBody(draft.id, 'c');
      await github.releases.publish(draft.id);
      expect((await github.releases.byTag(tag))?.assets).toHaveLength(1);
      expect(await github.releases.byTag('none')).toBeUndefined();
      expect(await all(github.releases.list())).toHaveLength(1);
      expect(await github.commits.ofTag(tag)).toBe(head);

      const deployment = await github.deployments.create({
        ref: tag,
        task: 'deploy:m',
        environment: 'production',
        production: true,
        description: 'd',
        payload: { kind: 'deployment' },
      });
      await github.deployments.createStatus(deployment.id, {
        state: 'success',
        description: 'x'.repeat(200),
        logUrl: 'https://example.org/log',
        autoInactive: false,
      });
      expect(await github.deployments.statuses(deployment.id)).toHaveLength(1);
      expect(
        await all(github.deployments.list({ environment: 'production', task: 'deploy:m' })),
      ).toHaveLength(1);
      await repository.setEnvironment({ name: 'production', reviewers: ['hubot'], waitMinutes: 1 });
      expect(await github.environments.get('production')).toMatchObject({
        requiredReviewers: ['hubot'],
        waitMinutes: 1,
      });

      const issue = await github.issues.create({ title: 't', body: 'b', labels: ['drift'] });
      const comment = await github.issues.createComment(issue.number, 'c');
      await github.issues.updateComment(comment.id, 'd');
      expect(await all(github.issues.comments(issue.number))).toHaveLength(1);
      await github.issues.update(issue.number, { state: 'closed', stateReason: 'completed' });
      expect(await all(github.issues.list({ labels: ['drift'], state: 'all' }))).toHaveLength(1);

      await repository.commit({ branch: 'b', files: { b: 'b' }, message: 'b' });
      const { number } = await repository.openPull({ title: 't', head: 'b', author: 'mona' });
      await repository.review(number, { user: 'hubot', state: 'APPROVED' });
      const merge = await repository.merge(number, { user: 'hubot' });
      expect((await github.pulls.ofCommit(merge)).map((pull) => pull.number)).toEqual([number]);
      expect((await github.pulls.get(number))?.merged).toBe(true);
      expect(await github.pulls.reviews(number)).toMatchObject([{ user: 'hubot', state: 'APPROVED' }]);

      const run = await github.dispatches.workflow('ci.yml', 'main', {});
      expect((await github.runs.get(run ?? 0))?.status).toBe('queued');
      expect(await github.runs.approvals(run ?? 0)).toEqual([]);
      await github.dispatches.repository('retrain', { model: 'm' });
    });
  });
});
