import { refusal, withHub } from './harness.js';

describe('issues and pull requests', () => {
  it('live: open, comment, close, reopen; labels are made as they are used', async () => {
    await withHub(async ({ octokit, at }) => {
      const { data: issue } = await octokit.issues.create({
        ...at,
        title: 'Drift of flight-delay',
        body: 'b',
        labels: ['mlops', 'drift:flight-delay'],
      });
      expect(issue).toMatchObject({ number: 1, state: 'open', user: { login: 'github-actions[bot]' } });
      const issue_number = issue.number;
      const { data: comment } = await octokit.issues.createComment({ ...at, issue_number, body: 'one' });
      await octokit.issues.updateComment({ ...at, comment_id: comment.id, body: 'two' });
      await octokit.issues.createComment({ ...at, issue_number, body: 'three' });
      const { data: comments } = await octokit.issues.listComments({ ...at, issue_number });
      expect(comments.map(({ body }) => body)).toEqual(['two', 'three']);
      await octokit.issues.deleteComment({ ...at, comment_id: comment.id });
      const { data: closed } = await octokit.issues.update({
        ...at,
        issue_number,
        state: 'closed',
        state_reason: 'completed',
      });
      expect(closed).toMatchObject({ state: 'closed', state_reason: 'completed', comments: 1 });
      expect(closed.closed_at).not.toBeNull();
      const filter = { ...at, labels: 'drift:flight-delay' };
      expect((await octokit.issues.listForRepo(filter)).data).toEqual([]);
      expect((await octokit.issues.listForRepo({ ...filter, state: 'closed' })).data).toHaveLength(1);
      const { data: open } = await octokit.issues.update({ ...at, issue_number, state: 'open' });
      expect(open).toMatchObject({ state: 'open', state_reason: 'reopened', closed_at: null });
      await octokit.issues.addLabels({ ...at, issue_number, labels: ['urgent'] });
      await octokit.issues.removeLabel({ ...at, issue_number, name: 'mlops' });
      const { data: labels } = await octokit.issues.listLabelsOnIssue({ ...at, issue_number });
      expect(labels.map(({ name }) => name)).toEqual(['drift:flight-delay', 'urgent']);
      expect((await octokit.issues.listLabelsForRepo(at)).data).toHaveLength(3);
    });
  });

  it('refuse bodies that are too long', async () => {
    await withHub(async ({ octokit, at }) => {
      const body = 'x'.repeat(65_537);
      expect((await refusal(octokit.issues.create({ ...at, title: 't', body }))).status).toBe(422);
      const { data } = await octokit.issues.create({ ...at, title: 't', body: body.slice(1) });
      const comment = octokit.issues.createComment({ ...at, issue_number: data.number, body });
      expect(await refusal(comment)).toMatchObject({ status: 422, body: { errors: [{ field: 'body' }] } });
    });
  });

  it('are listed in pages that link to each other', async () => {
    await withHub(async ({ octokit, at }) => {
      for (let n = 0; n < 7; n++) await octokit.issues.create({ ...at, title: `issue ${n}` });
      const all = await octokit.paginate(octokit.issues.listForRepo, { ...at, per_page: 3 });
      expect(all.map(({ number }) => number)).toEqual([7, 6, 5, 4, 3, 2, 1]);
      const { headers } = await octokit.issues.listForRepo({ ...at, per_page: 3, page: 2 });
      expect(headers.link).toMatch(/page=1>; rel="prev".*page=3>; rel="next".*page=3>; rel="last"/);
    });
  });

  it('are reviewed and merged; what brought a commit can be found', async () => {
    await withHub(async ({ octokit, at, repository }) => {
      const head = await repository.commit({
        branch: 'model',
        files: { 'model.yml': 'name: m\n' },
        message: 'Model',
        author: 'mona',
      });
      const { number } = await repository.openPull({ title: 'A model', head: 'model', author: 'mona' });
      const pull_number = number;
      const again = octokit.pulls.create({ ...at, title: 't', head: 'model', base: 'main' });
      expect((await refusal(again)).message).toMatch(/already exists/);
      await expect(repository.review(number, { user: 'mona', state: 'APPROVED' })).rejects.toThrow();
      await repository.review(number, { user: 'hubot', state: 'APPROVED' });
      const { data: open } = await octokit.pulls.get({ ...at, pull_number });
      expect(open).toMatchObject({
        merged: false,
        mergeable: true,
        commits: 1,
        additions: 1,
        changed_files: 1,
      });
      expect(open.head.sha).toBe(head);
      expect(await repository.resolve(`refs/pull/${number}/head`)).toBe(head);
      expect(await repository.resolve(`refs/pull/${number}/merge`)).toBe(open.merge_commit_sha);

      const newer = await repository.commit({ branch: 'model', files: { 'a.md': 'a' }, message: 'More' });
      const { data: reviews } = await octokit.pulls.listReviews({ ...at, pull_number });
      expect(reviews).toMatchObject([{ state: 'APPROVED', commit_id: head, user: { login: 'hubot' } }]);
      expect((await octokit.pulls.get({ ...at, pull_number })).data.head.sha).toBe(newer);
      expect((await octokit.pulls.listCommits({ ...at, pull_number })).data).toHaveLength(2);

      const merge = await repository.merge(number, { user: 'hubot' });
      expect(await repository.resolve('main')).toBe(merge);
      expect((await octokit.pulls.get({ ...at, pull_number })).data).toMatchObject({
        merged: true,
        state: 'closed',
        merge_commit_sha: merge,
        merged_by: { login: 'hubot' },
      });
      for (const commit_sha of [merge, newer, head]) {
        const { data } = await octokit.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha });
        expect(data.map((pull) => pull.number)).toEqual([number]);
      }
      const issues = await octokit.issues.listForRepo({ ...at, state: 'all' });
      expect(issues.data[0]!.pull_request).toBeDefined();
      expect((await octokit.pulls.list({ ...at, state: 'closed' })).data).toHaveLength(1);
    });
  });

  it('merge file by file, and know a conflict', async () => {
    await withHub(async ({ repository, octokit, at }) => {
      const lines = (...changed: string[]) =>
        ['1', '2', '3', '4', '5'].map((n, i) => changed[i] ?? n).join('\n');
      const from = await repository.commit({ branch: 'main', files: { 'f.txt': lines() }, message: 'f' });
      await repository.commit({ branch: 'a', from, files: { 'f.txt': lines('one') }, message: 'a' });
      await repository.commit({
        branch: 'b',
        from,
        files: { 'f.txt': lines('1', '2', '3', '4', 'five') },
        message: 'b',
      });
      await repository.commit({ branch: 'c', from, files: { 'f.txt': lines('uno') }, message: 'c' });
      const pulls: number[] = [];
      for (const head of ['a', 'b', 'c']) {
        pulls.push((await repository.openPull({ title: head, head, author: 'mona' })).number);
      }
      await repository.merge(pulls[0]!, { user: 'hubot' });
      await repository.merge(pulls[1]!, { user: 'hubot' });
      const { data } = await octokit.repos.getContent({ ...at, path: 'f.txt', mediaType: { format: 'raw' } });
      expect(data as unknown as string).toBe(lines('one', '2', '3', '4', 'five'));
      await expect(repository.merge(pulls[2]!, { user: 'hubot' })).rejects.toThrow(/conflict/);
      expect((await octokit.pulls.get({ ...at, pull_number: pulls[2]! })).data.mergeable).toBe(false);
    });
  });
});
