import type { GitHub } from '../../src/github/types.js';
import { readLedger } from '../../src/ledger/ledger.js';
import { createEntry, setState } from '../../src/ledger/record.js';
import { findLive, selectDeployed, selectEntry, verifyEntry } from '../../src/registry/select.js';
import { versionRecordRef } from '../../src/registry/version-record.js';
import { NoSuchVersion, resolveVersion } from '../../src/registry/versions.js';
import { type Local, startLocal } from '../github/local.js';
import { entryOf, ledgerOf, payloadOf } from '../ledger/entries.js';
import { registerSample, sampleFiles } from './models.js';

describe('selecting from the ledger', () => {
  const ledger = ledgerOf(
    entryOf(1, '1.9.0', [
      ['success', 1],
      ['inactive', 2],
    ]),
    entryOf(3, '1.10.0', [
      ['success', 3],
      ['inactive', 5],
    ]),
    entryOf(4, '1.11.0', [['failure', 4]]),
    entryOf(5, '1.8.0', [['success', 5]]),
    entryOf(6, '2.0.0', [['success', 6]], { environment: 'staging' }),
  );

  it.each([
    ['live', '1.8.0'],
    ['previous', '1.10.0'],
    ['1.9.0', '1.9.0'],
    ['v1.9.0', '1.9.0'],
    ['^1', '1.10.0'],
    ['newest', '1.10.0'],
    ['~1.8', '1.8.0'],
  ])('%s means the version %s', (selector, version) => {
    expect(selectEntry(ledger, selector).version).toBe(version);
  });

  it.each([
    [
      '1.11.0',
      /production has had no version that matches "1\.11\.0" of m → live there were 1\.8\.0, 1\.10\.0, 1\.9\.0;/,
    ],
    ['^2', /no version that matches "\^2"/],
  ])('%s means none: it was never live there', (selector, message) => {
    expect(() => selectEntry(ledger, selector)).toThrow(NoSuchVersion);
    expect(() => selectEntry(ledger, selector)).toThrow(message);
  });

  it('says so where nothing is live, or was live before', () => {
    expect(() => selectEntry(ledgerOf(), 'live')).toThrow(
      'no version of m is live in production → nothing was live there yet: deploy one',
    );
    const one = ledgerOf(entryOf(1, '1.0.0', [['success', 1]]));
    expect(() => selectEntry(one, 'previous')).toThrow(
      /no good version before the live one of m → live there were 1\.0\.0/,
    );
  });

  it('refuses what is no version, and that is no missing version', () => {
    expect(() => selectEntry(ledger, 'latest')).toThrow(/"latest" is not a version/);
    expect(() => selectEntry(ledger, 'latest')).not.toThrow(NoSuchVersion);
  });
});

describe('verifying what is deployed', () => {
  let local: Local;
  let github: GitHub;
  const digests: string[] = [];
  beforeEach(async () => {
    local = await startLocal();
    github = local.client();
    digests.length = 0;
    for (const seed of ['a', 'b'])
      digests.push((await registerSample(local, github, { contents: sampleFiles(seed) })).manifestDigest);
  });
  afterEach(() => local.close());

  const deploy = async (version: string, manifestDigest: string, environment = 'production') => {
    const payload = payloadOf(version, { model: 'late', manifestDigest });
    const ref = `late@v${version}`;
    const entry = await createEntry(github, { ref, environment, production: true, payload });
    await setState(github, entry, 'success', '', '');
  };

  it('gives the release of the live version, with its manifest', async () => {
    expect(await findLive(github, 'late', 'production')).toBeUndefined();
    await deploy('1.0.0', digests[0]!);
    const live = await findLive(github, 'late', 'production');
    expect(live).toMatchObject({ manifestDigest: digests[0], version: { tag: 'late@v1.0.0' } });
    expect(live!.manifest.version).toBe('1.0.0');
    const selected = await selectDeployed(github, 'late', 'production', '^1');
    expect(selected.manifestDigest).toBe(digests[0]);
  });

  it('rejects a release that is not what any environment recorded', async () => {
    await deploy('1.0.0', digests[1]!, 'staging');
    await deploy('1.0.0', digests[0]!);
    await expect(findLive(github, 'late', 'production')).rejects.toThrow(
      /the manifest of late@v1\.0\.0 is sha256:\w+; according to deployment \d+ to staging it was/,
    );
  });

  it('restores by what this entry recorded alone', async () => {
    await deploy('1.0.0', digests[1]!, 'staging');
    await deploy('1.0.0', digests[0]!);
    // The record of the version cannot be read: that must not stand in the way.
    const ref = versionRecordRef('late', '1.0.0');
    const tip = (await github.refs.get(ref))!.sha;
    const spoilt = await github.commits.create({ message: 'x', files: { 'version.json': '?' }, parent: tip });
    await github.refs.fastForward(ref, spoilt);
    const ledger = await readLedger(github, 'late', 'production');
    const restored = await verifyEntry(github, ledger, ledger.live!, 'restore');
    expect(restored.manifestDigest).toBe(digests[0]);
    const other = { ...ledger.live!, payload: { ...ledger.live!.payload, manifestDigest: digests[1]! } };
    await expect(verifyEntry(github, ledger, other, 'restore')).rejects.toThrow(
      /according to deployment \d+ to production it was/,
    );
  });

  it('compares with the record of the version as well, where a deployment agrees', async () => {
    await deploy('1.0.0', digests[0]!);
    const ref = versionRecordRef('late', '1.0.0');
    const tip = (await github.refs.get(ref))!.sha;
    const text = (await github.commits.readFile(tip, 'version.json'))!;
    const files = { 'version.json': text.replace(digests[0]!, digests[1]!) };
    const sha = await github.commits.create({ message: 'x', files, parent: tip });
    await github.refs.fastForward(ref, sha);
    await expect(findLive(github, 'late', 'production')).rejects.toThrow(`according to ${ref} it was`);
  });

  it('rejects a release whose manifest is another version’s', async () => {
    const version = await resolveVersion(github, 'late', '1.0.0');
    const other = await resolveVersion(github, 'late', '1.1.0');
    const asset = other.release.assets.find(({ name }) => name === 'manifest.json')!;
    const bytes: Uint8Array[] = [];
    for await (const chunk of await github.releases.download(asset.id)) bytes.push(chunk);
    const own = version.release.assets.find(({ name }) => name === 'manifest.json')!;
    await github.releases.deleteAsset(own.id);
    await github.releases.upload(version.release, 'manifest.json', { bytes: Buffer.concat(bytes) });
    await deploy('1.0.0', digests[1]!);
    await expect(findLive(github, 'late', 'production')).rejects.toThrow(
      'manifest.json of late@v1.0.0 describes late 1.1.0',
    );
  });
});
