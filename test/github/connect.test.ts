import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../../src/rehearsal/types.js';
import { type Local, all, startLocal } from './local.js';

describe('the client, over HTTP', () => {
  let local: Local;
  beforeEach(async () => {
    local = await startLocal();
  });
  afterEach(() => local.close());

  it('reads the repository', async () => {
    expect(await local.client().repository()).toMatchObject({
      owner: 'acme',
      name: 'models',
      private: false,
    });
  });

  it('drafts, fills, publishes and deletes a release', async () => {
    const { releases } = local.client();
    const draft = await releases.createDraft({ tag: 'm@v1.0.0', target: local.head, name: 'm', body: 'b' });
    expect(draft).toMatchObject({ draft: true, tag: 'm@v1.0.0', body: 'b', assets: [] });
    const small = await releases.upload(draft, 'a.txt', {
      bytes: Buffer.from('hello'),
      contentType: 'text/plain',
    });
    expect(small).toMatchObject({ name: 'a.txt', size: 5, state: 'uploaded' });
    const file = join(local.folder, 'file');
    await writeFile(file, '0123456789');
    const part = await releases.upload(draft, 'b.bin', { file, start: 2, end: 7 });
    expect(part.size).toBe(5);
    expect(Buffer.concat(await all(await releases.download(part.id))).toString()).toBe('23456');
    expect(await releases.byTag('m@v1.0.0')).toBeUndefined();
    const published = await releases.publish(draft.id);
    expect(published.draft).toBe(false);
    expect((await releases.byTag('m@v1.0.0'))?.assets.map(({ name }) => name)).toEqual(['a.txt', 'b.bin']);
    expect(await local.repo.resolve('m@v1.0.0')).toBe(local.head);
    expect((await releases.updateBody(draft.id, 'new')).body).toBe('new');
    await releases.deleteAsset(part.id);
    await releases.deleteAsset(part.id);
    expect((await releases.get(draft.id)).assets).toHaveLength(1);
    await releases.delete(draft.id);
    await releases.delete(draft.id);
    expect(await all(releases.list())).toEqual([]);
  });

  it('lists beyond one page', async () => {
    const { releases } = local.client();
    for (let i = 0; i < 103; i++) {
      await releases.createDraft({ tag: `m@v1.${i}.0`, target: local.head, name: 'm', body: `${i}` });
    }
    expect(await all(releases.list())).toHaveLength(103);
  });

  it('uses refs as locks and for compare-and-swap', async () => {
    const { refs, commits } = local.client();
    const first = await commits.create({ message: 'one', files: { 'a.json': '1' } });
    const second = await commits.create({ message: 'two', files: { 'a.json': '2' }, parent: first });
    const rival = await commits.create({ message: 'three', files: { 'a.json': '3' }, parent: first });
    expect(await refs.create('refs/mlops/x', first)).toBe(true);
    expect(await refs.create('refs/mlops/x', second)).toBe(false);
    expect(await refs.fastForward('refs/mlops/x', second)).toBe(true);
    expect(await refs.fastForward('refs/mlops/x', rival)).toBe(false);
    expect(await refs.get('refs/mlops/x')).toEqual({ ref: 'refs/mlops/x', sha: second, type: 'commit' });
    const third = await commits.create({ message: 'four', files: { 'a.json': '4' }, parent: second });
    local.hub.faults.add({
      operation: 'git/update-ref',
      how: { status: 422, body: { message: 'Repository rule violations found' } },
    });
    // Nobody moved it: this is no lost race.
    await expect(refs.fastForward('refs/mlops/x', third)).rejects.toThrow('Repository rule violations found');
    expect(await commits.readFile(second, 'a.json')).toBe('2');
    expect(await commits.readFile(second, 'b.json')).toBeUndefined();
    expect(await commits.get(second)).toMatchObject({ parents: [first], message: 'two' });
    expect(await commits.get('0'.repeat(40))).toBeUndefined();
    expect(await refs.matching('refs/mlops/')).toHaveLength(1);
    await refs.delete('refs/mlops/x');
    await refs.delete('refs/mlops/x');
    expect(await refs.get('refs/mlops/x')).toBeUndefined();
    await expect(refs.create('refs/mlops/y', '0'.repeat(40))).rejects.toThrow('cannot create a ref');
  });

  it.each(['connection', 'body'] as const)(
    'reads a file again when its answer is cut off (%s)',
    async (cut) => {
      const { commits } = local.client();
      const text = JSON.stringify({ numbers: Array.from({ length: 50 }, (_, i) => i) });
      const sha = await commits.create({ message: 'One', files: { 'a.json': text } });
      local.hub.faults.add({ operation: 'repos/get-content', how: { cut } });
      expect(await commits.readFile(sha, 'a.json')).toBe(text);
    },
  );

  it('records deployments as ours: no merge, no contexts, descriptions cut', async () => {
    const { deployments, releases, commits } = local.client();
    const draft = await releases.createDraft({ tag: 'm@v1.0.0', target: local.head, name: 'm', body: '' });
    await releases.publish(draft.id);
    expect(await commits.ofTag('m@v1.0.0')).toBe(local.head);
    expect(await commits.ofTag('m@v9.0.0')).toBeUndefined();
    const made = await deployments.create({
      ref: 'm@v1.0.0',
      task: 'deploy:m',
      environment: 'production',
      production: true,
      description: 'é'.repeat(200),
      payload: { a: { b: [1] } },
    });
    expect(made).toMatchObject({ ref: 'm@v1.0.0', sha: local.head, payload: { a: { b: [1] } } });
    expect([...made.description]).toHaveLength(140);
    await deployments.createStatus(made.id, { state: 'in_progress', description: 'x'.repeat(200) });
    await deployments.createStatus(made.id, { state: 'success', description: 'done' });
    const statuses = await deployments.statuses(made.id);
    expect(statuses.map(({ state }) => state)).toEqual(['success', 'in_progress']);
    const found = await all(deployments.list({ environment: 'production', task: 'deploy:m' }));
    expect(found.map(({ id }) => id)).toEqual([made.id]);
    expect(await all(deployments.list({ environment: 'staging' }))).toEqual([]);
  });

  it('reads environments, runs and approvals', async () => {
    await local.repo.setEnvironment({
      name: 'production',
      reviewers: ['ann'],
      preventSelfReview: true,
      waitMinutes: 3,
    });
    const { environments, runs } = local.client();
    expect(await environments.get('production')).toEqual({
      name: 'production',
      requiredReviewers: ['ann'],
      preventSelfReview: true,
      waitMinutes: 3,
    });
    expect(await environments.get('nowhere')).toBeUndefined();
    const run = await local.repo.runs.start({
      workflow: '.github/workflows/x.yml',
      name: 'x',
      event: 'push',
      headSha: local.head,
      headBranch: local.repo.defaultBranch,
      actor: 'bob',
    });
    await local.repo.runs.requestApproval(run.id, 'production');
    await local.repo.runs.decide(run.id, 'production', { user: 'ann', state: 'approved', comment: 'go' });
    expect(await runs.get(run.id)).toMatchObject({ id: run.id, headSha: local.head, actor: 'bob' });
    expect(await runs.get(999_999)).toBeUndefined();
    expect(await runs.approvals(run.id)).toEqual([
      { state: 'approved', environments: ['production'], user: 'ann', comment: 'go' },
    ]);
  });

  it('works with issues and pull requests', async () => {
    const { issues, pulls } = local.client();
    const issue = await issues.create({ title: 't', body: 'b', labels: ['drift'] });
    expect(issue).toMatchObject({ state: 'open', labels: ['drift'] });
    await issues.createComment(issue.number, 'hello');
    expect((await all(issues.comments(issue.number))).map(({ body }) => body)).toEqual(['hello']);
    await issues.update(issue.number, { state: 'closed', stateReason: 'completed' });
    expect(await all(issues.list({ labels: ['drift'] }))).toEqual([]);
    expect(await all(issues.list({ labels: ['drift'], state: 'all' }))).toHaveLength(1);

    await local.repo.commit({ branch: 'change', files: { a: '1' }, message: 'Change' });
    const { number } = await local.repo.openPull({ title: 'Change', head: 'change', author: 'bob' });
    await local.repo.review(number, { user: 'ann', state: 'APPROVED' });
    const merged = await local.repo.merge(number, { user: 'bob' });
    const [pull] = await pulls.ofCommit(merged);
    expect(pull).toMatchObject({ number, merged: true, author: 'bob', mergeSha: merged });
    expect(await pulls.get(number)).toMatchObject({ headSha: pull!.headSha });
    expect(await pulls.get(4711)).toBeUndefined();
    expect(await pulls.reviews(number)).toMatchObject([
      { user: 'ann', state: 'APPROVED', commitSha: pull!.headSha },
    ]);
    expect(await all(issues.list({ state: 'all' }))).toHaveLength(1);
  });

  it('sends dispatches', async () => {
    const seen: string[] = [];
    local.repo.onDispatch((dispatch) => seen.push(dispatch.kind));
    await local.repo.commit({
      branch: local.repo.defaultBranch,
      files: { '.github/workflows/w.yml': 'on: workflow_dispatch\njobs: {}\n' },
      message: 'Workflow',
    });
    const { dispatches } = local.client();
    expect(typeof (await dispatches.workflow('w.yml', local.repo.defaultBranch, {}))).toBe('number');
    await dispatches.repository('retrain', { model: 'm' });
    expect(seen).toEqual(['workflow', 'repository']);
  });

  const failures: readonly Omit<Fault, 'operation'>[] = [
    { how: { status: 500 } },
    { how: { status: 502 }, when: 'after' },
    { how: { drop: true } },
    { how: { drop: true }, when: 'after' },
  ];
  it.each(failures)('does every write once, though one answer is lost: %j', async (failure) => {
    const { hub } = local;
    const { releases, refs, commits, deployments, issues } = local.client();
    const failOnce = (operation: string) => hub.faults.add({ operation, ...failure });

    failOnce('repos/create-release');
    const draft = await releases.createDraft({ tag: 'm@v1.0.0', target: local.head, name: 'm', body: 'b' });
    expect(await all(releases.list())).toHaveLength(1);
    failOnce('repos/update-release');
    expect((await releases.publish(draft.id)).draft).toBe(false);

    failOnce('git/create-tree');
    failOnce('git/create-commit');
    const first = await commits.create({ message: 'one', files: { a: '1' } });
    const second = await commits.create({ message: 'two', files: { a: '2' }, parent: first });
    failOnce('git/create-ref');
    expect(await refs.create('refs/mlops/x', first)).toBe(true);
    failOnce('git/update-ref');
    expect(await refs.fastForward('refs/mlops/x', second)).toBe(true);
    failOnce('git/delete-ref');
    await refs.delete('refs/mlops/x');
    expect(await refs.get('refs/mlops/x')).toBeUndefined();

    failOnce('repos/create-deployment');
    const deployment = await deployments.create({
      ref: 'm@v1.0.0',
      task: 'deploy:m',
      environment: 'staging',
      production: false,
      description: '',
      payload: { b: 1, a: 2 },
    });
    expect(await all(deployments.list({}))).toHaveLength(1);
    failOnce('repos/create-deployment-status');
    await deployments.createStatus(deployment.id, { state: 'success', description: 'done' });
    expect(await deployments.statuses(deployment.id)).toHaveLength(1);

    failOnce('issues/create');
    const issue = await issues.create({ title: 't', body: 'b', labels: [] });
    expect(await all(issues.list({}))).toHaveLength(1);
    failOnce('issues/create-comment');
    await issues.createComment(issue.number, 'c');
    expect(await all(issues.comments(issue.number))).toHaveLength(1);
    failOnce('issues/update');
    expect((await issues.update(issue.number, { title: 'new' })).title).toBe('new');

    failOnce('repos/delete-release');
    await releases.delete(draft.id);
    expect(await all(releases.list())).toEqual([]);
  });
});
