import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalGitHub } from '../../../src/rehearsal/github/server.js';
import { clientOf, refusal, withHub } from './harness.js';

describe('tokens and permissions', () => {
  it('answers as GitHub does when a token lacks a permission', async () => {
    await withHub(async ({ client, hub, at }) => {
      const reader = client({ contents: 'read', issues: 'write' });
      await reader.repos.listReleases(at);
      await reader.issues.create({ ...at, title: 't' });
      const denied = await refusal(reader.repos.createRelease({ ...at, tag_name: 'v1' }));
      expect(denied).toMatchObject({
        status: 403,
        body: { message: 'Resource not accessible by integration' },
      });
      expect((await refusal(reader.repos.listDeployments(at))).status).toBe(403);
      expect((await refusal(client('read-all').issues.create({ ...at, title: 't' }))).status).toBe(403);
      expect((await refusal(client({}).repos.createDispatchEvent({ ...at, event_type: 'x' }))).status).toBe(
        403,
      );
      const upload = await fetch(`${hub.apiUrl}/repos/acme/models/releases/1/assets?name=a`, {
        method: 'POST',
        headers: { authorization: 'token x' },
        body: Buffer.alloc(30 << 20),
      });
      expect(upload.status).toBe(401);
      expect((await refusal(reader.users.getAuthenticated())).status).toBe(403);
      expect((await reader.rateLimit.get()).data.rate.limit).toBe(1000);
      const bad = await fetch(`${hub.apiUrl}/repos/acme/models`, { headers: { authorization: 'token x' } });
      expect([bad.status, await bad.json()]).toMatchObject([401, { message: 'Bad credentials' }]);
      const anonymous = await fetch(`${hub.apiUrl}/repos/acme/models`);
      expect(anonymous.status).toBe(200);
    });
  });

  it('keep repositories apart, and private ones out of sight', async () => {
    await withHub(async ({ hub, octokit }) => {
      await hub.repository({ owner: 'acme', name: 'open' });
      await hub.repository({ owner: 'acme', name: 'secret', private: true });
      expect((await octokit.repos.get({ owner: 'acme', repo: 'open' })).data.private).toBe(false);
      expect((await refusal(octokit.repos.get({ owner: 'acme', repo: 'secret' }))).status).toBe(404);
      const write = octokit.issues.create({ owner: 'acme', repo: 'open', title: 't' });
      expect((await refusal(write)).status).toBe(404);
      expect((await fetch(`${hub.apiUrl}/repos/acme/secret`)).status).toBe(404);
    });
  });
});

describe('what is not served', () => {
  it('answers 501 with the name of the operation, and 404 to what GitHub has not either', async () => {
    await withHub(async ({ octokit, at }) => {
      const unserved = await refusal(octokit.repos.createFork(at));
      expect([unserved.status, unserved.message]).toEqual([
        501,
        expect.stringContaining('repos/create-fork'),
      ]);
      const below = await refusal(octokit.repos.getCombinedStatusForRef({ ...at, ref: 'main' }));
      expect([below.status, below.message]).toEqual([501, expect.stringContaining('status')]);
      expect((await refusal(octokit.request('GET /repos/{owner}/{repo}/nothing', at))).status).toBe(404);
    });
  });
});

describe('faults', () => {
  it('hit an operation before or after its work, as often as ordered', async () => {
    await withHub(async ({ hub, octokit, at }) => {
      const create = (title: string) => octokit.issues.create({ ...at, title });
      const titles = async (): Promise<string[]> =>
        (await octokit.issues.listForRepo(at)).data.map(({ title }) => title).reverse();
      hub.faults.add({
        operation: 'issues/create',
        skip: 1,
        count: 2,
        how: { status: 503, headers: { 'retry-after': '1' }, body: { message: 'busy' } },
      });
      await create('a');
      expect(await refusal(create('b'))).toMatchObject({ status: 503, body: { message: 'busy' } });
      expect((await refusal(create('c'))).status).toBe(503);
      await create('d');
      expect(await titles()).toEqual(['a', 'd']);
      hub.faults.add({ operation: 'issues/create', when: 'after', how: { drop: true } });
      await refusal(create('e'));
      hub.faults.add({ operation: 'issues/create', how: { drop: true } });
      await refusal(create('f'));
      hub.faults.add({ operation: 'issues/create', when: 'after', how: { status: 500 } });
      expect((await refusal(create('g'))).status).toBe(500);
      hub.faults.add({ operation: '*', how: { delayMs: 30 } });
      await create('h');
      expect(await titles()).toEqual(['a', 'd', 'e', 'g', 'h']);
      hub.faults.add({ operation: '*', count: Infinity, how: { status: 500 } });
      expect((await refusal(titles())).status).toBe(500);
      hub.faults.clear();
      expect(await titles()).toHaveLength(5);
      const made = hub.requests.filter(({ operation }) => operation === 'issues/create');
      expect(made.map(({ status }) => status)).toEqual([201, 503, 503, 201, 0, 0, 500, 201]);
    });
  });

  it('cut an answer off in the middle, its work done', async () => {
    await withHub(async ({ hub, octokit, at }) => {
      const read = async (cut: 'connection' | 'body') => {
        await octokit.issues.create({ ...at, title: cut });
        hub.faults.add({ operation: 'issues/list-for-repo', how: { cut } });
        const answer = await fetch(`${hub.apiUrl}/repos/acme/models/issues`);
        return [answer.status, Number(answer.headers.get('content-length')), answer] as const;
      };
      const [status, length, hungUp] = await read('connection');
      expect([status, length > 500]).toEqual([200, true]);
      await expect(hungUp.text()).rejects.toThrow();
      const [fine, shorter, whole] = await read('body');
      const text = await whole.text();
      expect([fine, text.length]).toEqual([200, shorter]);
      expect(text).toMatch(/^\[\{/);
      expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
      hub.faults.add({ operation: 'issues/create', how: { cut: 'connection' } });
      await octokit.issues.create({ ...at, title: 'done' }).catch(() => undefined);
      expect((await octokit.issues.listForRepo(at)).data.map(({ title }) => title)).toContain('done');
    });
  });

  it('leave a broken upload behind as GitHub’s storage does', async () => {
    await withHub(async ({ hub, octokit, at }) => {
      const { data: draft } = await octokit.repos.createRelease({ ...at, tag_name: 'a', draft: true });
      const upload = () =>
        octokit.request({ method: 'POST', url: draft.upload_url, name: 'a.bin', data: 'bytes' });
      hub.faults.add({ operation: 'repos/upload-release-asset', how: { status: 502 } });
      expect((await refusal(upload())).status).toBe(502);
      const { data: assets } = await octokit.repos.listReleaseAssets({ ...at, release_id: draft.id });
      expect(assets).toMatchObject([{ name: 'a.bin', state: 'starter', size: 0 }]);
      expect((await refusal(upload())).status).toBe(422);
      await octokit.repos.deleteReleaseAsset({ ...at, asset_id: assets[0]!.id });
      expect((await upload()).data.state).toBe('uploaded');
    });
  });
});

describe('a later start over the same folder', () => {
  it('finds everything as it was, even after a kill', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'local-github-'));
    const at = { owner: 'acme', repo: 'models' };
    const start = async () => {
      const hub = await LocalGitHub.start({ folder });
      const repository = await hub.repository({ owner: 'acme', name: 'models' });
      return { hub, repository, octokit: clientOf(hub, repository, 'write-all') };
    };
    try {
      const first = await start();
      const sha = await first.repository.commit({ branch: 'main', files: { a: 'a' }, message: 'a' });
      await first.repository.setEnvironment({ name: 'production', reviewers: ['hubot'] });
      const { data: draft } = await first.octokit.repos.createRelease({ ...at, tag_name: 'v1', draft: true });
      await first.octokit.request({ method: 'POST', url: draft.upload_url, name: 'a.bin', data: 'bytes' });
      await first.octokit.issues.create({ ...at, title: 't' });
      const before = await first.hub.state();
      await expect(LocalGitHub.start({ folder })).rejects.toThrow(/running on this folder already/);
      // As a kill would leave it: nothing is written at the end.
      await first.hub.stop();
      const inside = join(folder, 'acme/models');
      await writeFile(join(inside, 'git/refs/heads/main.lock'), '');
      await writeFile(join(inside, 'blobs/upload-half'), 'half');
      await writeFile(join(inside, 'repository.json.new'), '{');

      const second = await start();
      expect(await second.repository.resolve('main')).toBe(sha);
      expect(second.repository.environment('production')).toMatchObject({ reviewers: ['hubot'] });
      const after = await second.hub.state();
      const bare = (state: object): string => JSON.stringify(state).replace(/:\d{4,5}\b/g, '');
      expect(bare(after)).toBe(bare(before));
      await second.octokit.repos.updateRelease({ ...at, release_id: draft.id, draft: false });
      const { data: issue } = await second.octokit.issues.create({ ...at, title: 'u' });
      expect(issue.number).toBe(2);
      await second.repository.commit({ branch: 'main', files: { b: 'b' }, message: 'b' });
      expect((await readdir(join(inside, 'blobs'))).every((name) => name.startsWith('asset-'))).toBe(true);
      await second.hub.stop();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
