import { refusal, withHub } from './harness.js';

describe('git over REST', () => {
  it('creates a ref once, and moves it only forward unless forced', async () => {
    await withHub(async ({ octokit, at, repository }) => {
      const first = await repository.resolve('main');
      const second = await repository.commit({ branch: 'main', files: { 'a.txt': 'a' }, message: 'a' });
      const other = await repository.commit({
        branch: 'side',
        from: first,
        files: { 'b.txt': 'b' },
        message: 'b',
      });
      const ref = 'refs/mlops/lock/flight-delay@v1.0.0';
      const name = ref.slice('refs/'.length);
      const { data: made } = await octokit.git.createRef({ ...at, ref, sha: first });
      expect(made).toMatchObject({ ref, object: { sha: first, type: 'commit' } });
      expect(await refusal(octokit.git.createRef({ ...at, ref, sha: second }))).toMatchObject({
        status: 422,
        body: { message: 'Reference already exists' },
      });
      await octokit.git.updateRef({ ...at, ref: name, sha: second });
      expect(await refusal(octokit.git.updateRef({ ...at, ref: name, sha: other }))).toMatchObject({
        status: 422,
        body: { message: 'Update is not a fast forward' },
      });
      await octokit.git.updateRef({ ...at, ref: name, sha: other, force: true });
      expect((await octokit.git.getRef({ ...at, ref: name })).data.object.sha).toBe(other);
      await octokit.git.deleteRef({ ...at, ref: name });
      expect(await refusal(octokit.git.deleteRef({ ...at, ref: name }))).toMatchObject({ status: 422 });
      expect(await refusal(octokit.git.createRef({ ...at, ref, sha: '0'.repeat(40) }))).toMatchObject({
        body: { message: 'Object does not exist' },
      });
      expect((await refusal(octokit.git.createRef({ ...at, ref: 'main', sha: first }))).status).toBe(422);
    });
  });

  it('lets one of many at once create a ref', async () => {
    await withHub(async ({ octokit, at, repository }) => {
      const sha = await repository.resolve('main');
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, () => octokit.git.createRef({ ...at, ref: 'refs/mlops/lock', sha })),
      );
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });

  it('finds refs by prefix, without pages', async () => {
    await withHub(async ({ octokit, at, repository }) => {
      const sha = await repository.resolve('main');
      for (let n = 0; n < 40; n++) {
        await octokit.git.createRef({ ...at, ref: `refs/tags/m@v1.${n}.0`, sha });
      }
      await octokit.git.createRef({ ...at, ref: 'refs/tags/other@v1.0.0', sha });
      expect((await octokit.git.listMatchingRefs({ ...at, ref: 'tags/m@' })).data).toHaveLength(40);
      expect((await octokit.git.listMatchingRefs({ ...at, ref: 'tags/none' })).data).toEqual([]);
      expect((await octokit.repos.listTags({ ...at, per_page: 100 })).data).toHaveLength(41);
      expect((await refusal(octokit.git.getRef({ ...at, ref: 'tags/m@' }))).status).toBe(404);
    });
  });

  it('makes blobs, trees, commits and annotated tags, and reads them back', async () => {
    await withHub(async ({ octokit, at, repository }) => {
      const head = await repository.resolve('main');
      const { data: blob } = await octokit.git.createBlob({
        ...at,
        content: Buffer.from([0, 255, 7]).toString('base64'),
        encoding: 'base64',
      });
      const { data: tree } = await octokit.git.createTree({
        ...at,
        base_tree: head,
        tree: [
          { path: 'state/rollout.json', mode: '100644', type: 'blob', content: '{"step":1}' },
          { path: 'raw.bin', mode: '100644', type: 'blob', sha: blob.sha },
          { path: 'README.md', mode: '100644', type: 'blob', sha: null },
        ],
      });
      const { data: commit } = await octokit.git.createCommit({
        ...at,
        message: 'step 1\n\nbody',
        tree: tree.sha,
        parents: [head],
      });
      expect(commit).toMatchObject({ message: 'step 1\n\nbody', parents: [{ sha: head }] });
      const { data: whole } = await octokit.git.getTree({ ...at, tree_sha: commit.sha, recursive: '1' });
      expect(whole.tree.map(({ path }) => path)).toEqual(['raw.bin', 'state', 'state/rollout.json']);
      const { data: raw } = await octokit.git.getBlob({ ...at, file_sha: blob.sha });
      expect(Buffer.from(raw.content, 'base64')).toEqual(Buffer.from([0, 255, 7]));
      const { data: file } = await octokit.repos.getContent({
        ...at,
        path: 'state/rollout.json',
        ref: commit.sha,
      });
      expect(Buffer.from((file as { content: string }).content, 'base64').toString()).toBe('{"step":1}');
      const { data: tag } = await octokit.git.createTag({
        ...at,
        tag: 'v1',
        object: commit.sha,
        type: 'commit',
        message: 'one',
      });
      await octokit.git.createRef({ ...at, ref: 'refs/tags/v1', sha: tag.sha });
      const { data: ref } = await octokit.git.getRef({ ...at, ref: 'tags/v1' });
      expect(ref.object.type).toBe('tag');
      expect((await octokit.git.getTag({ ...at, tag_sha: ref.object.sha })).data.object.sha).toBe(commit.sha);
      expect((await octokit.repos.getCommit({ ...at, ref: 'v1' })).data.sha).toBe(commit.sha);
      expect((await octokit.git.getCommit({ ...at, commit_sha: commit.sha })).data.tree.sha).toBe(tree.sha);
      const escape = octokit.git.createTree({
        ...at,
        tree: [{ path: '../outside', mode: '100644', type: 'blob', content: 'x' }],
      });
      expect((await refusal(escape)).status).toBe(422);
    });
  });

  it('shows and writes contents, branches and histories', async () => {
    await withHub(async ({ octokit, at, repository }) => {
      await repository.commit({
        branch: 'main',
        files: { 'data/a.csv': 'x\n1\n', 'data/b.csv': 'x\n2\n', 'run.sh': '#!/bin/sh\n' },
        message: 'Data',
        author: 'mona',
      });
      const { data: folder } = await octokit.repos.getContent({ ...at, path: 'data' });
      expect((folder as { name: string }[]).map(({ name }) => name)).toEqual(['a.csv', 'b.csv']);
      const { data: raw } = await octokit.repos.getContent({
        ...at,
        path: 'data/a.csv',
        mediaType: { format: 'raw' },
      });
      expect(raw as unknown as string).toBe('x\n1\n');
      expect((await refusal(octokit.repos.getContent({ ...at, path: 'none' }))).status).toBe(404);
      const put = {
        ...at,
        path: 'data/a.csv',
        message: 'Change',
        content: Buffer.from('y').toString('base64'),
      };
      expect((await refusal(octokit.repos.createOrUpdateFileContents(put))).status).toBe(422);
      const { sha } = (folder as { sha: string }[])[0]!;
      await octokit.repos.createOrUpdateFileContents({ ...put, sha });
      const { data: commits } = await octokit.repos.listCommits({ ...at, path: 'data/a.csv' });
      expect(commits.map(({ commit }) => commit.message)).toEqual(['Change', 'Data']);
      expect(commits[1]!.author?.login).toBe('mona');
      const { data: branch } = await octokit.repos.getBranch({ ...at, branch: 'main' });
      const { data: tip } = await octokit.repos.getCommit({ ...at, ref: 'main' });
      expect(branch.commit.sha).toBe(tip.sha);
      expect(tip.files).toMatchObject([{ filename: 'data/a.csv', status: 'modified', additions: 1 }]);
    });
  });
});
