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
});
