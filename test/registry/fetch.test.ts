import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../src/formats/manifest.js';
import { fetchVersion } from '../../src/registry/fetch.js';
import { type Shelf, openShelf, sha256 } from './shelf.js';

let shelf: Shelf;
let folder: string;
let parent: string;
beforeEach(async () => {
  shelf = openShelf();
  parent = await mkdtemp(join(tmpdir(), 'fetch-'));
  folder = join(parent, 'deep', 'model');
});
afterEach(() => rm(parent, { recursive: true }));

/** A release whose files are the given pieces. */
function releaseOf(files: Readonly<Record<string, readonly string[]>>) {
  const list = Object.entries(files).map(([path, pieces]) => ({
    path,
    size: pieces.join('').length,
    sha256: sha256(pieces.join('')),
    parts: pieces.map((text, i) => {
      const { name: asset, size, digest } = shelf.put(`${path.replaceAll('/', '-')}-${i}`, text);
      return { asset, size, sha256: digest! };
    }),
  }));
  const manifest: Manifest = {
    ...{ kind: 'manifest', schemaVersion: 1, model: 'm', version: '1.0.0', files: list },
    ...{ contentDigest: sha256(''), specDigest: sha256(''), evidence: [] },
    lineage: { commit: 'c', run: { id: 1, attempt: 1, url: '' } },
  };
  return manifest;
}
const fetchIt = (manifest: Manifest, signal?: AbortSignal) => {
  const { github, logger } = shelf;
  const version = { model: 'm', version: '1.0.0', tag: 'm@v1.0.0', release: shelf.release() };
  const verified = { version, manifest, manifestDigest: sha256('') };
  return fetchVersion({ github, verified, folder, logger, ...(signal && { signal }) });
};
const sample = () => releaseOf({ 'model.bin': ['abc', 'def', 'g'], 'sub/a.txt': ['1'], empty: [] });
const text = (path: string) => readFile(join(folder, path), 'utf8');

describe('fetching a version', () => {
  it('joins the parts of each file in a folder that is made', async () => {
    expect(await fetchIt(sample())).toBe(folder);
    expect(await text('model.bin')).toBe('abcdefg');
    expect(await text('sub/a.txt')).toBe('1');
    expect(await text('empty')).toBe('');
    expect(await readdir(join(parent, 'deep'))).toEqual(['model']);
    expect(shelf.logger.records).toEqual([
      { level: 'info', message: 'm@v1.0.0: 3 files, 8 B, every digest right' },
    ]);
  });

  it('fills a folder that is there and empty', async () => {
    await mkdir(folder, { recursive: true });
    await fetchIt(sample());
    expect(await text('model.bin')).toBe('abcdefg');
  });

  it('downloads nothing where the folder holds the version already', async () => {
    const manifest = sample();
    await fetchIt(manifest);
    shelf.done.length = 0;
    expect(await fetchIt(manifest)).toBe(folder);
    expect(shelf.done).toEqual([]);
    expect(shelf.logger.text()).toContain(`m@v1.0.0 is in ${folder} already`);
  });

  it.each<[string, () => Promise<void>]>([
    ['one file more', () => writeFile(join(folder, 'more'), '')],
    ['one file less', () => rm(join(folder, 'sub/a.txt'))],
    [
      'another file in the place of one',
      async () => {
        await rm(join(folder, 'empty'));
        await writeFile(join(folder, 'other'), '');
      },
    ],
    ['a file of other bytes', () => writeFile(join(folder, 'model.bin'), 'abcdefG')],
    ['a file of another size', () => writeFile(join(folder, 'empty'), 'x')],
  ])('leaves a folder alone that has %s', async (_, change) => {
    const manifest = sample();
    await fetchIt(manifest);
    await change();
    await expect(fetchIt(manifest)).rejects.toThrow(
      `${folder} is not empty, and does not hold m@v1.0.0 → choose another folder, or empty it in a step before`,
    );
    expect(existsSync(join(folder, 'model.bin'))).toBe(true);
  });

  it('takes no part whose upload never ended', async () => {
    const manifest = releaseOf({ 'model.bin': [] });
    shelf.put('a', 'x', { state: 'starter' });
    const parts = [{ asset: 'a', size: 1, sha256: sha256('x') }];
    const files = [{ ...manifest.files[0]!, size: 1, sha256: sha256('x'), parts }];
    await expect(fetchIt({ ...manifest, files })).rejects.toThrow(
      'the release lacks a, a part of model.bin → the release was changed: register the model again',
    );
    expect(existsSync(folder)).toBe(false);
  });

  it('rejects a file whose size is not the registered one', async () => {
    const manifest = sample();
    const [first, ...rest] = manifest.files;
    const files = [{ ...first!, size: 8 }, ...rest];
    await expect(fetchIt({ ...manifest, files })).rejects.toThrow(/^model\.bin is not what was registered/);
    expect(existsSync(folder)).toBe(false);
  });

  it('rejects a path that is no folder', async () => {
    await mkdir(join(parent, 'deep'));
    await writeFile(folder, '');
    await expect(fetchIt(sample())).rejects.toThrow(
      /model: cannot be used as a folder \(ENOTDIR.*\) → name a folder that does not exist yet/,
    );
  });

  it('ends where the job is cancelled', async () => {
    const manifest = sample();
    await expect(fetchIt(manifest, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
    expect(shelf.done).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });
});
