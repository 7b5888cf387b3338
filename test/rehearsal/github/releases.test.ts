import { createHash } from 'node:crypto';
import { refusal, withHub } from './harness.js';

describe('releases', () => {
  it('go from draft to published with verified assets, and make their tag then', async () => {
    await withHub(async ({ octokit, at, repository, client }) => {
      const sha = await repository.resolve('main');
      const tag = 'flight-delay@v1.0.0';
      const { data: draft } = await octokit.repos.createRelease({
        ...at,
        tag_name: tag,
        target_commitish: sha,
        name: 'one',
        body: 'text',
        draft: true,
        make_latest: 'false',
      });
      expect(draft).toMatchObject({ draft: true, published_at: null, assets: [], body: 'text' });
      expect((await refusal(octokit.git.getRef({ ...at, ref: `tags/${tag}` }))).status).toBe(404);
      expect((await refusal(octokit.repos.getReleaseByTag({ ...at, tag }))).status).toBe(404);

      const bytes = Buffer.from('weights');
      const { data: asset } = await octokit.request({
        method: 'POST',
        url: draft.upload_url,
        name: 'a model (1).bin',
        data: bytes,
        headers: { 'content-type': 'application/octet-stream' },
      });
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      expect(asset).toMatchObject({ name: 'a.model.1.bin', size: 7, state: 'uploaded', digest });
      const again = octokit.request({
        method: 'POST',
        url: draft.upload_url,
        name: 'a.model.1.bin',
        data: bytes,
        headers: { 'content-type': 'application/octet-stream' },
      });
      expect(await refusal(again)).toMatchObject({
        status: 422,
        body: { errors: [{ code: 'already_exists', field: 'name' }] },
      });

      const reader = client({ contents: 'read' });
      expect((await reader.repos.listReleases(at)).data).toEqual([]);
      expect((await refusal(reader.repos.getRelease({ ...at, release_id: draft.id }))).status).toBe(404);

      const { data: published } = await octokit.repos.updateRelease({
        ...at,
        release_id: draft.id,
        draft: false,
        make_latest: 'false',
      });
      expect(published).toMatchObject({ draft: false, tag_name: tag, immutable: false });
      const { data: ref } = await octokit.git.getRef({ ...at, ref: `tags/${tag}` });
      expect(ref.object).toMatchObject({ sha, type: 'commit' });
      expect((await reader.repos.getReleaseByTag({ ...at, tag })).data.assets).toHaveLength(1);
      expect((await refusal(octokit.repos.getLatestRelease(at))).status).toBe(404);
      const { data: content } = await reader.repos.getReleaseAsset({
        ...at,
        asset_id: asset.id,
        headers: { accept: 'application/octet-stream' },
      });
      expect(Buffer.from(content as unknown as ArrayBuffer)).toEqual(bytes);
    });
  });

  it('cannot share a tag once published, and drafts show the collision at publishing', async () => {
    await withHub(async ({ octokit, at }) => {
      const release = (draft: boolean) =>
        octokit.repos.createRelease({ ...at, tag_name: 'm@v1.0.0', draft, make_latest: 'false' });
      const { data: first } = await release(true);
      const { data: second } = await release(true);
      await octokit.repos.updateRelease({ ...at, release_id: second.id, draft: false });
      const taken = { status: 422, body: { errors: [{ code: 'already_exists', field: 'tag_name' }] } };
      const publish = octokit.repos.updateRelease({ ...at, release_id: first.id, draft: false });
      expect(await refusal(publish)).toMatchObject(taken);
      expect(await refusal(release(false))).toMatchObject(taken);
      await octokit.repos.deleteRelease({ ...at, release_id: second.id });
      await octokit.repos.updateRelease({ ...at, release_id: first.id, draft: false });
    });
  });

  it('lock at publishing where the repository says so', async () => {
    await withHub(async ({ octokit, at, repository, client }) => {
      const admin = client({ administration: 'write' });
      expect((await refusal(octokit.repos.checkImmutableReleases(at))).status).toBe(403);
      expect((await refusal(admin.repos.checkImmutableReleases(at))).status).toBe(404);
      await repository.setImmutableReleases(true);
      expect((await admin.repos.checkImmutableReleases(at)).data.enabled).toBe(true);
      const create = () => octokit.repos.createRelease({ ...at, tag_name: 'm@v1.0.0', draft: true });
      const { data: draft } = await create();
      const upload = (name: string) =>
        octokit.request({ method: 'POST', url: draft.upload_url, name, data: 'bytes' });
      const { data: asset } = await upload('a.bin');
      const change = { ...at, release_id: draft.id };
      expect((await octokit.repos.updateRelease({ ...change, draft: false })).data.immutable).toBe(true);
      expect((await refusal(upload('late.bin'))).status).toBe(422);
      const removal = octokit.repos.deleteReleaseAsset({ ...at, asset_id: asset.id });
      expect((await refusal(removal)).status).toBe(422);
      expect((await refusal(octokit.git.deleteRef({ ...at, ref: 'tags/m@v1.0.0' }))).status).toBe(422);
      expect((await octokit.repos.updateRelease({ ...change, body: 'notes' })).data.body).toBe('notes');
      await octokit.repos.deleteRelease(change);
      await octokit.git.deleteRef({ ...at, ref: 'tags/m@v1.0.0' });
      const { data: again } = await create();
      const publish = octokit.repos.updateRelease({ ...at, release_id: again.id, draft: false });
      expect((await refusal(publish)).status).toBe(422);
    });
  });

  it('keep to GitHub’s limits', async () => {
    await withHub(
      async ({ octokit, at }) => {
        const long = octokit.repos.createRelease({ ...at, tag_name: 'a', body: 'x'.repeat(125_001) });
        expect(await refusal(long)).toMatchObject({ status: 422, body: { errors: [{ field: 'body' }] } });
        const { data: draft } = await octokit.repos.createRelease({
          ...at,
          tag_name: 'a',
          body: 'x'.repeat(125_000),
          draft: true,
        });
        const upload = (name: string, data: string) =>
          octokit.request({ method: 'POST', url: draft.upload_url, name, data });
        expect((await refusal(upload('large', 'x'.repeat(10)))).status).toBe(422);
        await upload('one', 'x'.repeat(9));
        await upload('two', 'x');
        expect((await refusal(upload('three', 'x'))).status).toBe(422);
        const past = octokit.repos.listReleases({ ...at, per_page: 100, page: 101 });
        expect((await refusal(past)).status).toBe(422);
        const tag = octokit.repos.createRelease({ ...at, tag_name: 'no tag..', draft: true });
        expect((await refusal(tag)).status).toBe(422);
        const target = octokit.repos.createRelease({ ...at, tag_name: 'b', target_commitish: 'none' });
        expect(await refusal(target)).toMatchObject({ body: { errors: [{ field: 'target_commitish' }] } });
      },
      { limits: { assetBytes: 10, assets: 2 } },
    );
  });

  it('refuse a target whose workflows are not those of the default branch', async () => {
    await withHub(async ({ octokit, at, repository }) => {
      const old = await repository.resolve('main');
      await repository.commit({
        branch: 'main',
        files: { '.github/workflows/ci.yml': 'on: push\n' },
        message: 'CI',
      });
      const release = (target_commitish: string) =>
        octokit.repos.createRelease({ ...at, tag_name: 'm@v1.0.0', target_commitish, draft: true });
      expect((await refusal(release(old))).status).toBe(403);
      await octokit.git.createRef({ ...at, ref: 'refs/tags/m@v1.0.0', sha: old });
      expect((await release(old)).status).toBe(201);
    });
  });

  it('answer downloads by a redirect where asked to', async () => {
    await withHub(
      async ({ octokit, at }) => {
        const { data: draft } = await octokit.repos.createRelease({ ...at, tag_name: 'a', draft: true });
        const { data: asset } = await octokit.request({
          method: 'POST',
          url: draft.upload_url,
          name: 'a.bin',
          data: 'bytes',
        });
        const { data } = await octokit.repos.getReleaseAsset({
          ...at,
          asset_id: asset.id,
          headers: { accept: 'application/octet-stream' },
        });
        expect(Buffer.from(data as unknown as ArrayBuffer).toString()).toBe('bytes');
      },
      { redirectDownloads: true },
    );
  });
});
