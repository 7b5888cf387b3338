import type { Asset, GitHub } from '../../src/github/types.js';
import { encodeManifest, sha256Of } from '../../src/registry/manifest.js';
import { loadManifest, readEvidenceAsset, verifyVersion } from '../../src/registry/verify.js';
import type { ModelVersion } from '../../src/registry/versions.js';
import { resolveVersion } from '../../src/registry/versions.js';
import { type Local, startLocal } from '../github/local.js';
import { registerSample } from './models.js';

/* What somebody with write access may do to a release, one thing at a time. */

let local: Local;
let registered: Registered;
let other: Registered;

/** A version, and the GitHub that has it. */
interface Registered {
  readonly github: GitHub;
  readonly version: ModelVersion;
}

beforeAll(async () => {
  local = await startLocal();
  const github = local.client();
  const register = async (model: string): Promise<Registered> => {
    const enclosures = [{ kind: 'profile', bytes: Buffer.from('{"rows":1}') }];
    await registerSample(local, github, { model, enclosures });
    return { github, version: await resolveVersion(github, model, '1.0.0') };
  };
  registered = await register('late');
  other = await register('early');
});
afterAll(() => local.close());

function withAssets({ github, version }: Registered, assets: readonly Asset[]): Registered {
  return { github, version: { ...version, release: { ...version.release, assets } } };
}
function remove(release: Registered, name: string): Registered {
  const { assets } = release.version.release;
  return withAssets(
    release,
    assets.filter((asset) => asset.name !== name),
  );
}
/** Other bytes in the place of an asset. */
function replace(release: Registered, name: string, bytes: Uint8Array): Registered {
  const { github, version } = release;
  const id = -1;
  const download: GitHub['releases']['download'] = (asked) =>
    asked === id ? Promise.resolve(new Blob([Buffer.from(bytes)]).stream()) : github.releases.download(asked);
  const assets = version.release.assets.map((asset) =>
    asset.name === name ? { ...asset, id, size: bytes.length, digest: sha256Of(bytes) } : asset,
  );
  return withAssets({ github: { ...github, releases: { ...github.releases, download } }, version }, assets);
}
async function textOf({ github, version }: Registered, name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  const { id } = version.release.assets.find((asset) => asset.name === name)!;
  for await (const chunk of await github.releases.download(id)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
const verify = ({ github, version }: Registered) => verifyVersion({ github, version });

it('a release that nobody changed is accepted', async () => {
  const text = await textOf(registered, 'profile.json');
  await verify(registered);
  await verify(replace(registered, 'profile.json', Buffer.from(text)));
});

describe('verifying rejects', () => {
  it.each(['profile.json', 'checksums.txt'])('a release that lacks %s', async (name) => {
    await expect(verify(remove(registered, name))).rejects.toThrow(`the release late@v1.0.0 lacks ${name}`);
  });

  it('a release without a manifest', async () => {
    await expect(verify(remove(registered, 'manifest.json'))).rejects.toThrow(
      'it was not registered by register-model',
    );
  });

  it('a release whose tag is gone', async () => {
    const { github, version } = registered;
    const commits = { ...github.commits, ofTag: () => Promise.resolve(undefined) };
    const without = { github: { ...github, commits }, version };
    await expect(verify(without)).rejects.toThrow('the tag late@v1.0.0 points to nothing');
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
    const text = await textOf(registered, 'checksums.txt');
    const changed = replace(registered, 'checksums.txt', Buffer.from(change(text)));
    await expect(verify(changed)).rejects.toThrow(
      `checksums.txt of late@v1.0.0 does not agree with the release about ${name}`,
    );
  });

  it('evidence whose upload never ended', async () => {
    const assets = registered.version.release.assets.map((asset) =>
      asset.name === 'profile.json' ? { ...asset, state: 'starter' as never } : asset,
    );
    await expect(verify(withAssets(registered, assets))).rejects.toThrow(
      'the release late@v1.0.0 lacks profile.json',
    );
  });

  it('everything that is wrong, at once', async () => {
    const changed = remove(remove(registered, 'checksums.txt'), 'profile.json');
    await expect(verify(changed)).rejects.toMatchObject({ problems: { length: 2 } });
  });
});

describe('loading a manifest rejects', () => {
  it('one whose files do not add up', async () => {
    const { manifest } = await loadManifest(registered.github, registered.version);
    const edited = { ...manifest, files: manifest.files.slice(1) };
    const { github, version } = replace(registered, 'manifest.json', encodeManifest(edited));
    await expect(loadManifest(github, version)).rejects.toThrow(
      'manifest.json of late@v1.0.0 does not add up: its list of files is not the one that was registered',
    );
  });

  it('one of another model', async () => {
    const text = await textOf(other, 'manifest.json');
    const { github, version } = replace(registered, 'manifest.json', Buffer.from(text));
    await expect(loadManifest(github, version)).rejects.toThrow(
      'manifest.json of late@v1.0.0 describes early 1.0.0',
    );
  });
});

describe('reading evidence rejects', () => {
  it('what was replaced since the release was verified, or is gone', async () => {
    const verified = await verify(registered);
    const replaced = replace(registered, 'profile.json', Buffer.from('{"rows":2}'));
    await expect(
      readEvidenceAsset(replaced.github, { ...verified, version: replaced.version }, 'profile.json'),
    ).rejects.toThrow('profile.json is not what was registered');
    const gone = remove(registered, 'profile.json');
    await expect(
      readEvidenceAsset(gone.github, { ...verified, version: gone.version }, 'profile.json'),
    ).rejects.toThrow('the release late@v1.0.0 lacks profile.json');
  });
});
