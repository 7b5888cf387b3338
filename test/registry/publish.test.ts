import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetchVersion } from '../../src/registry/fetch.js';
import { downloadBytes } from '../../src/registry/download.js';
import { versionRecordRef } from '../../src/registry/version-record.js';
import { readEvidenceAsset, verifyVersion } from '../../src/registry/verify.js';
import { listVersions, resolveVersion } from '../../src/registry/versions.js';
import { type Local, all, startLocal } from '../github/local.js';
import { owner, registerSample, sampleFiles } from './models.js';

const run = promisify(execFile);

describe('registering and fetching a model', () => {
  let local: Local;
  beforeEach(async () => {
    local = await startLocal();
  });
  afterEach(() => local.close());

  const contents = async (folder: string): Promise<Record<string, string>> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const pairs = files.map(
      async (file) => [file.slice(folder.length + 1), await readFile(file, 'utf8')] as const,
    );
    return Object.fromEntries(await Promise.all(pairs));
  };

  it('makes a release that fetching turns into the same files again', async () => {
    const github = local.client();
    const evidence = {
      kind: 'evaluation',
      bytes: Buffer.from('{"kind":"evaluation"}'),
      verdict: 'pass' as const,
    };
    const registered = await registerSample(local, github, {
      enclosures: [evidence, { kind: 'profile', bytes: Buffer.from('{}') }],
    });
    expect(registered).toMatchObject({ created: true, version: { version: '1.0.0', tag: 'late@v1.0.0' } });
    const { release } = registered.version;
    expect(release).toMatchObject({ draft: false, prerelease: false });
    expect(await local.repo.resolve('late@v1.0.0')).toBe(local.head);
    expect(release.assets.map(({ name }) => name).sort()).toEqual([
      'MODEL_CARD.md',
      'checksums.txt',
      'evidence-evaluation.json',
      'manifest.json',
      'model.bin.part-001',
      'model.bin.part-002',
      'model.bin.part-003',
      'profile.json',
      'tokens-vocabulary.txt',
    ]);
    const version = await resolveVersion(github, 'late', 'newest');
    const verified = await verifyVersion({ github, version });
    expect(verified.manifest).toEqual(registered.manifest);
    expect(Buffer.from((await readEvidenceAsset(github, verified, 'profile.json'))!).toString()).toBe('{}');
    expect(await readEvidenceAsset(github, verified, 'nothing.json')).toBeUndefined();
    const folder = join(local.folder, 'fetched');
    await fetchVersion({ github, verified, folder, logger: local.logger });
    expect(verified.manifestDigest).toBe(registered.manifestDigest);
    expect(await contents(folder)).toEqual(sampleFiles());
  });

  it('lists checksums that sha256sum accepts', async () => {
    const github = local.client();
    const { version } = await registerSample(local, github);
    const folder = join(local.folder, 'assets');
    await mkdir(folder);
    for (const asset of version.release.assets) {
      await writeFile(
        join(folder, asset.name),
        await downloadBytes(github, { ...asset, sha256: asset.digest }),
      );
    }
    const { stdout } = await run('sha256sum', ['--check', '--strict', 'checksums.txt'], { cwd: folder });
    expect(stdout.trim().split('\n')).toHaveLength(version.release.assets.length - 1);
  });

  it('gives the same content one version, and other content the next', async () => {
    const github = local.client();
    const first = await registerSample(local, github);
    const again = await registerSample(local, github);
    expect(again).toMatchObject({ created: false, version: { tag: 'late@v1.0.0' } });
    expect(again.manifestDigest).toBe(first.manifestDigest);
    const next = await registerSample(local, github, { contents: sampleFiles('b') });
    expect(next).toMatchObject({ created: true, version: { tag: 'late@v1.1.0' } });
    expect((await registerSample(local, github, { model: 'other' })).version.tag).toBe('other@v1.0.0');
    expect((await listVersions(github, 'late')).map(({ version }) => version)).toEqual(['1.1.0', '1.0.0']);
  });

  it('knows the same content when somebody rewrote the release’s text', async () => {
    const github = local.client();
    const { version } = await registerSample(local, github);
    await github.releases.updateBody(version.release.id, 'Our best model!');
    expect(await registerSample(local, github)).toMatchObject({
      created: false,
      version: { tag: 'late@v1.0.0' },
    });
  });

  it('does not take a release that somebody made by hand for a registered one', async () => {
    const github = local.client();
    const { version } = await registerSample(local, github);
    await github.refs.delete(versionRecordRef('late', '1.0.0'));
    expect(await registerSample(local, github)).toMatchObject({
      created: true,
      version: { tag: 'late@v1.1.0' },
    });
    // Where there is a record, and the release contradicts it, somebody changed the release.
    const { release } = await resolveVersion(github, 'late', '1.1.0');
    const manifest = release.assets.find(({ name }) => name === 'manifest.json')!;
    const text = Buffer.from(await downloadBytes(github, { ...manifest, sha256: null })).toString('utf8');
    await github.releases.deleteAsset(manifest.id);
    const forged = Buffer.from(text.replace('"seed": 7', '"seed": 8'));
    await github.releases.upload(release, 'manifest.json', { bytes: forged });
    await expect(registerSample(local, github)).rejects.toThrow('the release was changed since');
    expect(version.version).toBe('1.0.0');
  });

  it('gives two jobs at once two versions', async () => {
    const results = await Promise.all(
      ['a', 'b', 'c'].map((seed, i) =>
        registerSample(local, local.client(), {
          contents: sampleFiles(seed),
          owner: owner(7, `runner-${i}`),
          lockTimes: { lease: 2000, patience: 60_000 },
        }),
      ),
    );
    const tags = results.map(({ version }) => version.tag).sort();
    expect(tags).toEqual(['late@v1.0.0', 'late@v1.1.0', 'late@v1.2.0']);
    expect(results.every(({ created }) => created)).toBe(true);
  });

  it('gives two jobs with the same content one version', async () => {
    const results = await Promise.all(
      [1, 2].map((i) =>
        registerSample(local, local.client(), {
          owner: owner(7, `runner-${i}`),
          lockTimes: { lease: 2000, patience: 60_000 },
        }),
      ),
    );
    expect(results.map(({ created }) => created).sort()).toEqual([false, true]);
    expect(await all(local.client().releases.list())).toHaveLength(1);
  });

  it('leaves versions alone that a tag or a person’s draft uses', async () => {
    const github = local.client();
    await github.refs.create('refs/tags/late@v1.0.0', local.head);
    await github.releases.createDraft({ tag: 'late@v1.1.0', target: local.head, name: 'mine', body: 'mine' });
    expect((await registerSample(local, github)).version.tag).toBe('late@v1.2.0');
    expect((await all(github.releases.list())).map(({ body }) => body)).toContain('mine');
  });

  it('takes the next version where GitHub does not take the tag any more', async () => {
    const github = local.client();
    local.hub.faults.add({
      operation: 'repos/update-release',
      how: {
        status: 422,
        body: { message: 'Validation Failed', errors: [{ field: 'tag_name', code: 'already_exists' }] },
      },
    });
    expect((await registerSample(local, github)).version.tag).toBe('late@v1.1.0');
    expect(await all(github.releases.list())).toHaveLength(1);
  });

  it('writes nothing to releases when it is not approved, and frees the lock', async () => {
    const github = local.client();
    const refused = registerSample(local, github, {
      approve: () => Promise.reject(new Error('not approved')),
    });
    await expect(refused).rejects.toThrow('not approved');
    expect(await all(github.releases.list())).toEqual([]);
    expect((await registerSample(local, github, { owner: owner(8) })).version.version).toBe('1.0.0');
  });

  it('clears away drafts that a dead run left of other content', async () => {
    const github = local.client();
    local.hub.faults.add({
      operation: 'repos/upload-release-asset',
      skip: 2,
      count: 100,
      how: { status: 502 },
    });
    await expect(registerSample(local, github)).rejects.toThrow('cannot upload a release asset');
    expect((await all(github.releases.list())).map(({ draft }) => draft)).toEqual([true]);
    local.hub.faults.clear();
    const other = await registerSample(local, github, { contents: sampleFiles('b'), owner: owner(8) });
    expect(other.version.tag).toBe('late@v1.0.0');
    expect(await all(github.releases.list())).toHaveLength(1);
  });

  it('continues a draft of the same content without sending again what is there', async () => {
    const github = local.client();
    local.hub.faults.add({
      operation: 'repos/upload-release-asset',
      skip: 3,
      count: 100,
      how: { status: 502 },
    });
    await expect(registerSample(local, github)).rejects.toThrow();
    local.hub.faults.clear();
    const sent = () =>
      local.hub.requests.filter(({ operation }) => operation === 'repos/upload-release-asset').length;
    const before = sent();
    const { version } = await registerSample(local, github);
    expect(sent() - before).toBe(version.release.assets.length - 3);
  });

  it('explains a commit that GitHub does not let the token tag', async () => {
    const refusal = { status: 403, body: { message: 'Resource not accessible by integration' } };
    local.hub.faults.add({ operation: 'repos/create-release', how: refusal });
    await expect(registerSample(local, local.client())).rejects.toThrow(
      /GitHub refuses a release at commit [0-9a-f]{7} \(.*GITHUB_TOKEN may not tag it/,
    );
  });

  it('names the permission where the token may not write', async () => {
    const github = local.client({ permissions: { contents: 'read' } });
    await expect(registerSample(local, github)).rejects.toThrow('`contents: write`');
  });
});
