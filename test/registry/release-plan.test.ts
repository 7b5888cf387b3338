import type { ModelFile } from '../../src/registry/contents.js';
import { encodeManifest, sha256Of } from '../../src/registry/manifest.js';
import { type Enclosure, type Registration, planRelease } from '../../src/registry/release-plan.js';
import { sha256 } from './shelf.js';

const lineage = { commit: 'c'.repeat(40), run: { id: 1, attempt: 1, url: 'u' } };
const fileOf = (path: string, ends: readonly number[]): ModelFile => ({
  path,
  file: `/models/${path}`,
  size: ends.at(-1) ?? 0,
  sha256: sha256(path),
  pieces: ends.map((end, i) => ({ start: ends[i - 1] ?? 0, end, sha256: sha256(`${path} ${i}`) })),
});
const plan = (change: Partial<Registration>) =>
  planRelease(
    {
      ...{ model: 'late', bump: 'minor', commit: lineage.commit, files: [], enclosures: [] },
      ...{ specDigest: sha256('spec'), lineage },
      card: ({ version }, digest) => `# late ${version}, ${digest}`,
      ...change,
    },
    '1.2.0',
  );

describe('the plan of a release', () => {
  const files = [fileOf('big.bin', [1000, 2000, 2500]), fileOf('a/small.txt', [3]), fileOf('empty', [])];

  it('has an asset for each part of a file, named as a part only where there are several', () => {
    const { manifest, assets } = plan({ files });
    expect(manifest).toMatchObject({
      ...{ kind: 'manifest', schemaVersion: 1, model: 'late', version: '1.2.0' },
      ...{ specDigest: sha256('spec'), lineage, evidence: [] },
    });
    expect(manifest.files).toEqual([
      {
        ...{ path: 'big.bin', size: 2500, sha256: sha256('big.bin') },
        parts: [
          { asset: 'big.bin.part-001', size: 1000, sha256: sha256('big.bin 0') },
          { asset: 'big.bin.part-002', size: 1000, sha256: sha256('big.bin 1') },
          { asset: 'big.bin.part-003', size: 500, sha256: sha256('big.bin 2') },
        ],
      },
      {
        ...{ path: 'a/small.txt', size: 3, sha256: sha256('a/small.txt') },
        parts: [{ asset: 'a-small.txt', size: 3, sha256: sha256('a/small.txt 0') }],
      },
      { path: 'empty', size: 0, sha256: sha256('empty'), parts: [] },
    ]);
    expect(assets.slice(0, 4).map(({ content }) => content)).toEqual([
      { file: '/models/big.bin', start: 0, end: 1000 },
      { file: '/models/big.bin', start: 1000, end: 2000 },
      { file: '/models/big.bin', start: 2000, end: 2500 },
      { file: '/models/a/small.txt', start: 0, end: 3 },
    ]);
  });

  it('ends with the card, the manifest and the checksums of all before', () => {
    const { manifest, manifestDigest, card, assets } = plan({ files });
    expect(manifestDigest).toBe(sha256Of(encodeManifest(manifest)));
    expect(card).toBe(`# late 1.2.0, ${manifestDigest}`);
    const texts = assets.slice(-3).map(({ name, content }) => {
      const { bytes, contentType } = content as { bytes: Uint8Array; contentType: string };
      return [name, contentType, Buffer.from(bytes).toString('utf8')];
    });
    const sums = assets.slice(0, -1).map(({ name, sha256 }) => `${sha256.slice(7)}  ${name}\n`);
    expect(sums).toHaveLength(6);
    expect(texts).toEqual([
      ['MODEL_CARD.md', 'text/markdown', card],
      ['manifest.json', 'application/json', `${JSON.stringify(manifest, undefined, 2)}\n`],
      ['checksums.txt', 'text/plain', sums.join('')],
    ]);
    for (const { size, sha256, content } of assets.slice(-3)) {
      const { bytes } = content as { bytes: Uint8Array };
      expect([size, sha256]).toEqual([bytes.byteLength, sha256Of(bytes)]);
    }
  });

  it('says of evidence what it says of itself', () => {
    const bytes = Buffer.from('{}');
    const enclosures: Enclosure[] = [
      { kind: 'evaluation', bytes, verdict: 'pass', waived: ['ece'] },
      { kind: 'drift report!', bytes },
      { kind: 'profile', bytes, verdict: 'inconclusive' },
    ];
    const { manifest, assets } = plan({ enclosures });
    const own = { size: 2, sha256: sha256('{}') };
    expect(manifest.evidence).toEqual([
      { kind: 'evaluation', asset: 'evidence-evaluation.json', ...own, verdict: 'pass', waived: ['ece'] },
      { kind: 'drift report!', asset: 'evidence-drift-report-.json', ...own },
      { kind: 'profile', asset: 'profile.json', ...own, verdict: 'inconclusive' },
    ]);
    expect(Object.keys(manifest.evidence[1]!)).toEqual(['kind', 'asset', 'size', 'sha256']);
    expect(assets[0]).toEqual({
      ...{ name: 'evidence-evaluation.json', ...own },
      content: { bytes, contentType: 'application/json' },
    });
  });

  it('leaves the names of its own assets to them', () => {
    const names = ['manifest.json', 'MODEL_CARD.md', 'checksums.txt', 'profile.json'];
    const { assets } = plan({
      files: names.map((name) => fileOf(name, [1])),
      enclosures: [{ kind: 'profile', bytes: Buffer.from('{}') }],
    });
    expect(assets.slice(0, 4).map(({ name }) => name)).toEqual(
      names.map((name) => expect.stringMatching(new RegExp(`^[0-9a-f]{8}-${name}$`))),
    );
    expect(new Set(assets.map(({ name }) => name)).size).toBe(8);
  });
});
