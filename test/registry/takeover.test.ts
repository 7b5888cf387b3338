import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { GitHub } from '../../src/github/types.js';
import { GitHubFailure } from '../../src/github/failure.js';
import { fetchVersion } from '../../src/registry/fetch.js';
import { planRelease } from '../../src/registry/release-plan.js';
import { verifyVersion } from '../../src/registry/verify.js';
import { versionRecordRef } from '../../src/registry/version-record.js';
import { type Local, all, startLocal } from '../github/local.js';
import { refusal } from '../github/memory-store.js';
import { registerSample } from './models.js';

let local: Local;
let github: GitHub;
beforeEach(async () => {
  local = await startLocal();
  github = local.client();
});
afterEach(() => local.close());

/** Another run holds this one for dead, and takes its lock. */
async function takeLock(): Promise<void> {
  const ref = 'refs/mlops/locks/late';
  const parent = (await github.refs.get(ref))!.sha;
  const holder = { runId: 99, runAttempt: 1, job: 'register', runner: 'r9', nonce: 'other' };
  const files = { 'lock.json': JSON.stringify({ holder, beat: 0 }) };
  await github.refs.fastForward(ref, await github.commits.create({ message: 'x', files, parent }));
}

/** A client that does something once, before it reads back what it uploaded. */
const onceUploaded = (then: () => Promise<void>): GitHub => {
  let done = false;
  const get: GitHub['releases']['get'] = async (id) => {
    if (!done) {
      done = true;
      await then();
    }
    return github.releases.get(id);
  };
  return { ...github, releases: { ...github.releases, get } };
};

/** A registration that ends before it publishes anything. */
async function leaveDraft(commit = local.head): Promise<void> {
  const stopping = onceUploaded(() => Promise.reject(new Error('killed')));
  await expect(registerSample(local, stopping, { commit })).rejects.toThrow('killed');
  expect((await all(github.releases.list())).map(({ draft }) => draft)).toEqual([true]);
}

describe('a registration', () => {
  it('publishes nothing once another run has taken its lock', async () => {
    await expect(registerSample(local, onceUploaded(takeLock))).rejects.toThrow(
      /another run has taken over the registration of late/,
    );
    expect((await all(github.releases.list())).map(({ draft }) => draft)).toEqual([true]);
    expect(await github.refs.get('refs/tags/late@v1.0.0')).toBeUndefined();
  });

  it('does not continue a draft of another commit: the tag would point there', async () => {
    await leaveDraft();
    const commit = await local.repo.commit({
      branch: local.repo.defaultBranch,
      files: { a: '2' },
      message: 'Next',
    });
    const { version } = await registerSample(local, github, { commit });
    expect(version.tag).toBe('late@v1.0.0');
    expect(await local.repo.resolve('late@v1.0.0')).toBe(commit);
    expect(await all(github.releases.list())).toHaveLength(1);
    await verifyVersion({ github, version });
  });

  it('publishes nothing of a continued draft that does not belong to it', async () => {
    await leaveDraft();
    const [draft] = await all(github.releases.list());
    await github.releases.upload(draft!, 'extra.bin', { bytes: Buffer.from('extra') });
    const { version } = await registerSample(local, github);
    expect(version.release.assets.map(({ name }) => name)).not.toContain('extra.bin');
    const [published] = await all(github.releases.list());
    expect(published).toMatchObject({ id: draft!.id, draft: false });
    expect(published!.assets.map(({ name }) => name)).not.toContain('extra.bin');
  });

  it('uploads again what a dead run left with other bytes', async () => {
    await leaveDraft();
    const [draft] = await all(github.releases.list());
    const asset = draft!.assets.find(({ name }) => name === 'tokens-vocabulary.txt')!;
    await github.releases.deleteAsset(asset.id);
    await github.releases.upload(draft!, asset.name, { bytes: Buffer.from('?'.repeat(asset.size)) });
    const { version } = await registerSample(local, github);
    const now = version.release.assets.find(({ name }) => name === asset.name);
    expect(now?.digest).toBe(asset.digest);
  });

  it('does not answer with a release of the same content that was changed since', async () => {
    const enclosures = [{ kind: 'profile', bytes: Buffer.from('{"rows":1}') }];
    const { version } = await registerSample(local, github, { enclosures });
    const profile = version.release.assets.find(({ name }) => name === 'profile.json')!;
    await github.releases.deleteAsset(profile.id);
    await github.releases.upload(version.release, profile.name, { bytes: Buffer.from('{"rows":2}') });
    await expect(registerSample(local, github, { enclosures })).rejects.toThrow(
      'profile.json of the release late@v1.0.0 is not what was registered',
    );
  });

  it('is a new version where a release of the same content is none of ours: nothing records it', async () => {
    await registerSample(local, github);
    await github.refs.delete(versionRecordRef('late', '1.0.0'));
    expect(await registerSample(local, github)).toMatchObject({
      created: true,
      version: { tag: 'late@v1.1.0' },
    });
  });

  it('does not blame the commit where GitHub refuses a draft for another reason', async () => {
    const refusing = (error: Error): GitHub => ({
      ...github,
      releases: { ...github.releases, createDraft: () => Promise.reject(error) },
    });
    const limited = refusing(refusal('POST /releases', 429, 'API rate limit exceeded'));
    await expect(registerSample(local, limited)).rejects.not.toThrow('refuses a release at commit');
    const broken = refusing(refusal('POST /releases', 422, 'Validation Failed'));
    await expect(registerSample(local, broken)).rejects.toThrow('Validation Failed');
    // A commit that GitHub does not know is not one that it refuses to tag.
    const commit = 'f'.repeat(40);
    const unknown = refusing(refusal('POST /releases', 404));
    await expect(registerSample(local, unknown, { commit })).rejects.not.toThrow('may not tag it');
  });
});

describe('the text of a draft that is continued', () => {
  it('is written anew only where it is another', async () => {
    await leaveDraft();
    const [draft] = await all(github.releases.list());
    const written: string[] = [];
    const updateBody: GitHub['releases']['updateBody'] = (id, body) => {
      written.push(body);
      return github.releases.updateBody(id, body);
    };
    const watched = { ...github, releases: { ...github.releases, updateBody } };
    const stopping = { ...watched, refs: { ...github.refs, create: () => Promise.reject(new Error('x')) } };
    await expect(registerSample(local, stopping)).rejects.toThrow('x');
    expect(written).toEqual([]);
    await github.releases.updateBody(draft!.id, draft!.body.replace('# late', '# edited'));
    const { version } = await registerSample(local, watched);
    expect(written).toEqual([draft!.body]);
    expect(version.release).toMatchObject({ id: draft!.id, body: draft!.body });
  });

  it('is that of one draft: others of the same content are deleted', async () => {
    await leaveDraft();
    const [draft] = await all(github.releases.list());
    const { tag, body, name } = draft!;
    await github.releases.createDraft({ tag, target: local.head, name, body });
    await registerSample(local, github);
    expect(await all(github.releases.list())).toHaveLength(1);
  });
});

describe('a tag that GitHub does not take', () => {
  const taken = (detail: string, status = 422) => {
    const tried: number[] = [];
    const publish = (id: number) => {
      tried.push(id);
      const said = { message: 'refused', remedy: 'none', status, detail };
      return Promise.reject(new GitHubFailure({ ...said, ambiguous: false, cause: undefined }));
    };
    return { tried, client: { ...github, releases: { ...github.releases, publish } } };
  };

  it('is passed over five times, each with a warning, and then it is an error', async () => {
    const { tried, client } = taken('Validation Failed: tag_name already_exists');
    await expect(registerSample(local, client)).rejects.toThrow('refused');
    expect(tried).toHaveLength(6);
    const warnings = local.logger.records.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message)).toEqual(
      [0, 1, 2, 3, 4].map(
        (n) =>
          `GitHub does not take the tag late@v1.${n}.0 (Validation Failed: tag_name already_exists): trying the next version`,
      ),
    );
  });

  it.each([
    ['another refusal of the text', 'body is too long', 422],
    ['another status', 'tag_name', 403],
  ])('is told from %s', async (_, detail, status) => {
    const { tried, client } = taken(detail, status);
    await expect(registerSample(local, client)).rejects.toThrow('refused');
    expect(tried).toHaveLength(1);
  });
});

describe('fetching', () => {
  it('rejects parts that are right each and do not make the file together', async () => {
    const contents = { 'model.bin': `${'a'.repeat(1000)}${'b'.repeat(1000)}${'c'.repeat(500)}` };
    const { version } = await registerSample(local, github, { contents });
    const verified = await verifyVersion({ github, version });
    const [file] = verified.manifest.files;
    const [one, two, three] = file!.parts;
    const manifest = { ...verified.manifest, files: [{ ...file!, parts: [two!, one!, three!] }] };
    const folder = join(local.folder, 'fetched');
    const { logger } = local;
    await expect(
      fetchVersion({ github, verified: { ...verified, manifest }, folder, logger }),
    ).rejects.toThrow(/model\.bin is not what was registered: .*its parts do not belong together/);
    expect(existsSync(folder)).toBe(false);
    await fetchVersion({ github, verified, folder, logger });
    expect(existsSync(join(folder, 'model.bin'))).toBe(true);
  });

  it('rejects a release that lacks a part', async () => {
    const { version } = await registerSample(local, github);
    const verified = await verifyVersion({ github, version });
    const assets = version.release.assets.filter(({ name }) => name !== 'model.bin.part-002');
    const changed = { ...verified, version: { ...version, release: { ...version.release, assets } } };
    const folder = join(local.folder, 'fetched');
    await expect(fetchVersion({ github, verified: changed, folder, logger: local.logger })).rejects.toThrow(
      'the release lacks model.bin.part-002, a part of model.bin',
    );
    expect(existsSync(folder)).toBe(false);
  });

  it('begins anew over what a killed run left half fetched', async () => {
    const { version } = await registerSample(local, github);
    const verified = await verifyVersion({ github, version });
    const folder = join(local.folder, 'fetched');
    await mkdir(`${folder}.partial`);
    await writeFile(join(`${folder}.partial`, 'left.txt'), 'left');
    await fetchVersion({ github, verified, folder, logger: local.logger });
    expect(existsSync(join(folder, 'left.txt'))).toBe(false);
    expect(existsSync(`${folder}.partial`)).toBe(false);
  });
});

describe('the plan of a release', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const plan = (kinds: readonly string[]) =>
    planRelease(
      {
        model: 'late',
        bump: 'minor',
        commit: local.head,
        files: [],
        enclosures: kinds.map((kind, n) => ({ kind, bytes: Buffer.from(`{"n":${n}}`) })),
        specDigest: digest,
        lineage: { commit: local.head, run: { id: 1, attempt: 1, url: '' } },
        card: () => '# late',
      },
      '1.0.0',
    );

  it('gives several pieces of evidence of one kind names of their own', () => {
    const { manifest, assets } = plan(['evaluation', 'profile', 'evaluation', 'profile', 'evaluation']);
    const names = [
      'evidence-evaluation.json',
      'profile.json',
      'evidence-evaluation-2.json',
      'profile-2.json',
      'evidence-evaluation-3.json',
    ];
    expect(manifest.evidence.map(({ asset }) => asset)).toEqual(names);
    expect(assets.map(({ name }) => name)).toEqual([
      ...names,
      'MODEL_CARD.md',
      'manifest.json',
      'checksums.txt',
    ]);
    expect(new Set(manifest.evidence.map(({ sha256 }) => sha256)).size).toBe(5);
  });

  it('refuses more assets than a release takes', () => {
    const kinds = (n: number) => Array.from({ length: n }, (_, i) => `kind-${i}`);
    expect(plan(kinds(997)).assets).toHaveLength(1000);
    expect(() => plan(kinds(998))).toThrow('the release would have 1001 assets: GitHub takes 1000');
  });
});
