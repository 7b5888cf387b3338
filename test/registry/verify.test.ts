import { execFileSync } from 'node:child_process';
import type { GitHub } from '../../src/github/types.js';
import { encodeManifest } from '../../src/registry/manifest.js';
import { type TrustedDigest, loadManifest, verifyVersion } from '../../src/registry/verify.js';
import { versionRecordRef } from '../../src/registry/version-record.js';
import { resolveVersion } from '../../src/registry/versions.js';
import { type Local, startLocal } from '../github/local.js';
import { registerSample } from './models.js';

describe('verifying a version', () => {
  let local: Local;
  let github: GitHub;
  let digest: string;
  beforeEach(async () => {
    local = await startLocal();
    github = local.client();
    const enclosures = [
      { kind: 'evaluation', bytes: Buffer.from('{"verdict":"pass"}'), verdict: 'pass' as const },
      { kind: 'profile', bytes: Buffer.from('{"rows":1}') },
    ];
    digest = (await registerSample(local, github, { enclosures })).manifestDigest;
  });
  afterEach(() => local.close());

  const version = () => resolveVersion(github, 'late', '1.0.0');
  const verify = async (trusted: TrustedDigest[] = [], purpose: 'use' | 'restore' = 'use') =>
    verifyVersion({ github, version: await version(), trusted, purpose });
  /** Puts other bytes in the place of an asset, as somebody with write access could. */
  async function replace(name: string, bytes: Uint8Array): Promise<void> {
    const { release } = await version();
    await github.releases.deleteAsset(release.assets.find((asset) => asset.name === name)!.id);
    await github.releases.upload(release, name, { bytes });
  }
  const git = (...args: string[]) => execFileSync('git', ['-C', local.repo.gitFolder, ...args]);

  it('accepts a release as it was registered', async () => {
    expect((await verify([{ manifestDigest: digest, source: 'deployment 1' }])).manifestDigest).toBe(digest);
  });

  it.each(['lineage', 'evidence', 'waivers'] as const)(
    'rejects a manifest whose %s were edited',
    async (what) => {
      const { manifest } = await loadManifest(github, await version());
      const edited = {
        lineage: { ...manifest, lineage: { ...manifest.lineage, seed: 8 } },
        evidence: { ...manifest, evidence: manifest.evidence.slice(1) },
        waivers: {
          ...manifest,
          evidence: manifest.evidence.map((evidence) => ({ ...evidence, waived: ['roc_auc'] })),
        },
      }[what];
      await replace('manifest.json', encodeManifest(edited));
      await expect(verify()).rejects.toThrow(
        /the manifest of late@v1\.0\.0 is sha256:\w+; according to refs\/mlops\/versions\/late\/v1\.0\.0 it was/,
      );
      // Without that record, a deployment or the output of register-model tells.
      await github.refs.delete(versionRecordRef('late', '1.0.0'));
      await expect(verify([{ manifestDigest: digest, source: 'deployment 9 to staging' }])).rejects.toThrow(
        'according to deployment 9 to staging',
      );
    },
  );

  it('rejects a release that nothing else records', async () => {
    await github.refs.delete(versionRecordRef('late', '1.0.0'));
    await expect(verify()).rejects.toThrow(/nothing records the manifest.*`manifest-digest`/);
  });

  it('rejects a tag that was moved', async () => {
    const other = await local.repo.commit({ branch: 'evil', files: { 'x.txt': 'x' }, message: 'Evil' });
    git('update-ref', 'refs/tags/late@v1.0.0', other);
    await expect(verify()).rejects.toThrow(/the tag late@v1\.0\.0 points to \w+; the model was trained from/);
  });

  it.each(['profile.json', 'evidence-evaluation.json'])('rejects a replaced %s', async (name) => {
    await replace(name, Buffer.from('{"forged":true}'));
    await expect(verify()).rejects.toThrow(`${name} of the release late@v1.0.0 is not what was registered`);
  });

  it('rejects checksums, and a model card, that were changed', async () => {
    await replace('checksums.txt', Buffer.from(`${'0'.repeat(64)}  manifest.json\n`));
    await expect(verify()).rejects.toThrow(
      /checksums\.txt of late@v1\.0\.0 does not agree with the release about/,
    );
  });

  it('rejects a model card that was changed', async () => {
    await replace('MODEL_CARD.md', Buffer.from('# The best model\n'));
    await expect(verify()).rejects.toThrow(/does not agree with the release about MODEL_CARD\.md/);
  });

  it('restores with nothing but the manifest, compared with what was approved', async () => {
    await replace('profile.json', Buffer.from('{"forged":true}'));
    await replace('checksums.txt', Buffer.from(' '));
    await github.refs.delete(versionRecordRef('late', '1.0.0'));
    const approved = { manifestDigest: digest, source: 'deployment 1 to production' };
    expect((await verify([approved], 'restore')).manifestDigest).toBe(digest);
    const other = { ...approved, manifestDigest: `sha256:${'f'.repeat(64)}` };
    await expect(verify([other], 'restore')).rejects.toThrow('the release was changed since');
  });
});
