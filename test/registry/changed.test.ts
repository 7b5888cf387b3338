import type { GitHub } from '../../src/github/types.js';
import { encodeManifest } from '../../src/registry/manifest.js';
import { loadManifest, readEvidenceAsset, verifyVersion } from '../../src/registry/verify.js';
import type { ModelVersion } from '../../src/registry/versions.js';
import { resolveVersion } from '../../src/registry/versions.js';
import { type Local, startLocal } from '../github/local.js';
import { registerSample } from './models.js';

/* What somebody with write access may do to a release, one thing at a time. */

let local: Local;
let github: GitHub;
beforeAll(async () => {
  local = await startLocal();
  github = local.client();
});
afterAll(() => local.close());

let models = 0;
/** A registered model of its own. */
async function registered(): Promise<ModelVersion> {
  const model = `late-${++models}`;
  await registerSample(local, github, {
    model,
    enclosures: [{ kind: 'profile', bytes: Buffer.from('{"rows":1}') }],
  });
  return resolveVersion(github, model, '1.0.0');
}
const again = ({ model }: ModelVersion) => resolveVersion(github, model, '1.0.0');
async function remove(version: ModelVersion, name: string): Promise<ModelVersion> {
  await github.releases.deleteAsset(version.release.assets.find((asset) => asset.name === name)!.id);
  return again(version);
}
async function replace(version: ModelVersion, name: string, bytes: Uint8Array): Promise<ModelVersion> {
  await remove(version, name);
  await github.releases.upload(version.release, name, { bytes });
  return again(version);
}
async function textOf(version: ModelVersion, name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  const { id } = version.release.assets.find((asset) => asset.name === name)!;
  for await (const chunk of await github.releases.download(id)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
const verify = (version: ModelVersion) => verifyVersion({ github, version });

describe('verifying rejects', () => {
  it.each(['profile.json', 'checksums.txt'])('a release that lacks %s', async (name) => {
    const version = await remove(await registered(), name);
    await expect(verify(version)).rejects.toThrow(`the release ${version.tag} lacks ${name}`);
  });

  it('a release without a manifest', async () => {
    const version = await remove(await registered(), 'manifest.json');
    await expect(verify(version)).rejects.toThrow('it was not registered by register-model');
  });

  it('a release whose tag is gone', async () => {
    const version = await registered();
    await github.refs.delete(`refs/tags/${version.tag}`);
    await expect(verify(version)).rejects.toThrow(`the tag ${version.tag} points to nothing`);
  });

  it.each([
    [
      'names a file that is not there',
      (text: string) => `${text}${'0'.repeat(64)}  extra.bin\n`,
      'extra.bin',
    ],
    [
      'leaves a part of the model out',
      (text: string) => text.replace(/.*model\.bin\.part-002\n/, ''),
      'model.bin.part-002',
    ],
    [
      'has another digest of a part',
      (text: string) => text.replace(/\w{64}(?= {2}model\.bin\.part-001)/, 'f'.repeat(64)),
      'model.bin.part-001',
    ],
    [
      'has another digest of the evidence',
      (text: string) => text.replace(/\w{64}(?= {2}profile)/, 'f'.repeat(64)),
      'profile.json',
    ],
    [
      'has another digest of the manifest',
      (text: string) => text.replace(/\w{64}(?= {2}manifest)/, 'f'.repeat(64)),
      'manifest.json',
    ],
  ])('a checksums.txt that %s', async (_, change, name) => {
    const version = await registered();
    const text = await textOf(version, 'checksums.txt');
    const changed = await replace(version, 'checksums.txt', Buffer.from(change(text)));
    await expect(verify(changed)).rejects.toThrow(
      `checksums.txt of ${version.tag} does not agree with the release about ${name}`,
    );
  });

  it('evidence whose upload never ended', async () => {
    const version = await registered();
    const assets = version.release.assets.map((asset) =>
      asset.name === 'profile.json' ? { ...asset, state: 'starter' as never } : asset,
    );
    const half = { ...version, release: { ...version.release, assets } };
    await expect(verify(half)).rejects.toThrow(`the release ${version.tag} lacks profile.json`);
  });

  it('everything that is wrong, at once', async () => {
    const version = await registered();
    await remove(version, 'checksums.txt');
    const changed = await remove(version, 'profile.json');
    await expect(verify(changed)).rejects.toMatchObject({ problems: { length: 2 } });
  });
});

describe('loading a manifest rejects', () => {
  it('one whose files do not add up', async () => {
    const version = await registered();
    const { manifest } = await loadManifest(github, version);
    const edited = { ...manifest, files: manifest.files.slice(1) };
    const changed = await replace(version, 'manifest.json', encodeManifest(edited));
    await expect(loadManifest(github, changed)).rejects.toThrow(
      `manifest.json of ${version.tag} does not add up: its list of files is not the one that was registered`,
    );
  });

  it('one of another model', async () => {
    const [version, other] = [await registered(), await registered()];
    const text = await textOf(other, 'manifest.json');
    const changed = await replace(version, 'manifest.json', Buffer.from(text));
    await expect(loadManifest(github, changed)).rejects.toThrow(
      `manifest.json of ${version.tag} describes ${other.model} 1.0.0`,
    );
  });
});

describe('reading evidence rejects', () => {
  it('what was replaced since the release was verified, or is gone', async () => {
    const version = await registered();
    const verified = await verify(version);
    const replaced = await replace(version, 'profile.json', Buffer.from('{"rows":2}'));
    await expect(
      readEvidenceAsset(github, { ...verified, version: replaced }, 'profile.json'),
    ).rejects.toThrow('profile.json is not what was registered');
    const gone = await remove(replaced, 'profile.json');
    await expect(readEvidenceAsset(github, { ...verified, version: gone }, 'profile.json')).rejects.toThrow(
      `the release ${version.tag} lacks profile.json`,
    );
  });
});
