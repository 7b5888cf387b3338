import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { defaultPartSize, digestFile, readContents } from '../../src/registry/contents.js';
import { contentDigest, contentMarker, markedContent } from '../../src/registry/manifest.js';

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

  it('tells of each file that cannot be registered why, and where it is', async () => {
    await mkdir(join(folder, 'sub'));
    const read = (path: string) => readContents(folder, [path]);
    await expect(read('missing')).rejects.toMatchObject({
      problems: [
        {
          message: expect.stringMatching(/^cannot be read \(.*ENOENT/),
          where: { file: join(folder, 'missing') },
          remedy: 'check that it exists and may be read',
        },
      ],
    });
    await expect(read('sub')).rejects.toMatchObject({
      problems: [
        {
          message: 'is no file',
          where: { file: join(folder, 'sub') },
          remedy: 'name only files in release.files',
        },
      ],
    });
    await expect(read('sub/../../x')).rejects.toThrow(/^"sub\/\.\.\/\.\.\/x" lies outside/);
    // A path that leaves and comes back is not taken either.
    await writeFile(join(folder, 'a'), '1');
    await expect(read('sub/../a')).rejects.toThrow('lies outside the model’s folder');
    await expect(read('new\nline')).rejects.toMatchObject({ problems: [{ where: { file: folder } }] });
    await expect(readContents(folder, [])).rejects.toThrow(
      `${folder} has no files to register → check the input \`folder\` and \`release.files\` in model.yml`,
    );
  });

  it('takes files of a folder that is itself a link', async () => {
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real', 'a'), '1');
    await symlink(join(folder, 'real'), join(folder, 'link'));
    const [file] = await readContents(join(folder, 'link'), ['a']);
    expect(file).toMatchObject({ path: 'a', size: 1, sha256: sha(Buffer.from('1')) });
  });

  it('splits only what is larger than a part: GitHub takes assets below 2 GiB', async () => {
    expect(defaultPartSize).toBe(1_900_000_000);
    await writeFile(join(folder, 'a'), '12345678');
    const pieces = async (partSize?: number) =>
      (await readContents(folder, ['a'], partSize))[0]!.pieces.map(({ start, end }) => [start, end]);
    expect(await pieces()).toEqual([[0, 8]]);
    expect(await pieces(8)).toEqual([[0, 8]]);
    expect(await pieces(7)).toEqual([
      [0, 7],
      [7, 8],
    ]);
    expect((await digestFile(join(folder, 'a'))).pieces).toHaveLength(1);
    await writeFile(join(folder, 'empty'), '');
    expect(await digestFile(join(folder, 'empty'))).toEqual({
      size: 0,
      sha256: sha(Buffer.of()),
      pieces: [],
    });
  });
});

describe('the digest of a content', () => {
  const file = (path: string, change: object = {}) => ({ path, size: 1, sha256: 'sha256:aa', ...change });
  it('is that of model and files as canonical JSON, sorted by path', () => {
    const text =
      '{"files":[{"path":"a","sha256":"sha256:aa","size":1},{"path":"b","sha256":"sha256:aa","size":1}],"model":"m"}';
    expect(contentDigest('m', [file('b', { parts: [] }), file('a')])).toBe(sha(Buffer.from(text)));
  });

  it('is another where the path, the size or the bytes of a file are', () => {
    const digests = [{}, { path: 'b' }, { size: 2 }, { sha256: 'sha256:bb' }].map((change) =>
      contentDigest('m', [file('a', change)]),
    );
    expect(new Set(digests).size).toBe(4);
  });

  it('is found again in the text of a release, and nothing else is', () => {
    const digest = sha(Buffer.from('x'));
    expect(contentMarker(digest)).toBe(`<!-- mlops-actions:content ${digest} -->`);
    expect(markedContent(`# Model\n\n${contentMarker(digest)}\n`)).toBe(digest);
    expect(markedContent(`<!-- mlops-actions:content ${digest}0 -->`)).toBeUndefined();
    expect(markedContent('# Model')).toBeUndefined();
  });
});
