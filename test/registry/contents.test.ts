import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { digestFile, readContents } from '../../src/registry/contents.js';
import { contentDigest } from '../../src/registry/manifest.js';

const sha = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

describe('contents of a model', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'contents-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('digests a file and its pieces in one reading, whatever the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 120 }),
        async (bytes, size) => {
          const file = join(folder, 'file');
          await writeFile(file, bytes);
          const read = await digestFile(file, size);
          expect(read.size).toBe(bytes.length);
          expect(read.sha256).toBe(sha(bytes));
          expect(read.pieces.length).toBe(Math.ceil(bytes.length / size));
          let end = 0;
          for (const piece of read.pieces) {
            expect(piece.start).toBe(end);
            expect(piece.sha256).toBe(sha(bytes.subarray(piece.start, piece.end)));
            end = piece.end;
          }
          expect(end).toBe(bytes.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads files larger than a chunk of the stream', async () => {
    const bytes = Buffer.alloc(3_500_000, 'model');
    await writeFile(join(folder, 'big'), bytes);
    const { pieces, sha256 } = await digestFile(join(folder, 'big'), 1_500_000);
    expect(sha256).toBe(sha(bytes));
    expect(pieces.map(({ start, end }) => end - start)).toEqual([1_500_000, 1_500_000, 500_000]);
  });

  it('does not depend on the order in which files are named', async () => {
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'a', 'x'), '1');
    await writeFile(join(folder, 'b'), '2');
    const one = await readContents(folder, ['b', 'a/x']);
    const other = await readContents(folder, ['a/x', 'b', 'b']);
    expect(one).toEqual(other);
    expect(contentDigest('m', one)).toBe(contentDigest('m', [...one].reverse()));
    expect(contentDigest('m', one)).not.toBe(contentDigest('n', one));
  });

  it('names everything that cannot be registered at once', async () => {
    await mkdir(join(folder, 'sub'));
    const read = readContents(folder, ['missing', 'sub', '../outside']);
    await expect(read).rejects.toThrow(/missing: cannot be read.*\n|outside the model/);
    await expect(read).rejects.toMatchObject({ problems: { length: 3 } });
    await symlink('/etc/hostname', join(folder, 'leak'));
    await writeFile(join(folder, 'back\\slash'), '');
    const unsafe = readContents(folder, ['leak', 'back\\slash', 'new\nline']);
    await expect(unsafe).rejects.toThrow('"leak" lies outside the model’s folder');
    await expect(unsafe).rejects.toThrow('the name "back\\\\slash" holds a backslash');
    await expect(unsafe).rejects.toMatchObject({ problems: { length: 3 } });
    await expect(readContents(folder, [])).rejects.toThrow('no files to register');
  });
});
