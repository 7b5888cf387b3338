import { safeParse } from 'valibot';
import { manifestSchema } from '../../src/formats/manifest.js';

const digest = `sha256:${'a'.repeat(64)}`;
const manifest = (path: string, asset = 'model.bin') => ({
  kind: 'manifest',
  schemaVersion: 1,
  model: 'late',
  version: '1.0.0',
  files: [{ path, size: 1, sha256: digest, parts: [{ asset, size: 1, sha256: digest }] }],
  contentDigest: digest,
  specDigest: digest,
  lineage: { commit: 'abc', run: { id: 1, attempt: 1, url: '' } },
  evidence: [],
});

describe('the manifest', () => {
  it('takes files inside the model’s folder', () => {
    for (const path of ['model.bin', 'a/b/c.bin', 'with space', '..a', 'ä.bin']) {
      expect(safeParse(manifestSchema, manifest(path)).success).toBe(true);
    }
  });

  it('refuses every path that leaves it', () => {
    const paths = [
      '',
      '/etc/passwd',
      '../x',
      'a/../../x',
      'a//b',
      './a',
      'a/.',
      '..',
      'C:\\x',
      'C:x',
      'a\\..\\b',
      'a\0b',
    ];
    for (const path of paths) expect(safeParse(manifestSchema, manifest(path)).success).toBe(false);
  });

  it('refuses names of assets that GitHub would rewrite', () => {
    for (const asset of ['', '.hidden', 'a/b', 'a b']) {
      expect(safeParse(manifestSchema, manifest('model.bin', asset)).success).toBe(false);
    }
  });

  it('refuses a file that is named twice', () => {
    const one = manifest('a');
    expect(safeParse(manifestSchema, { ...one, files: [...one.files, ...one.files] }).success).toBe(false);
  });
});
