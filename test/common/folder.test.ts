import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../../src/common/errors.js';
import { displayPath } from '../../src/common/files.js';
import { expandFolderGlobs, listFolder } from '../../src/common/folder.js';

let above: string;
let folder: string;
const put = (...names: string[]): void => {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
};
const link = (name: string, to: string): void => symlinkSync(to, join(folder, name));
const shown = (files: readonly string[]): string[] => files.map((file) => displayPath(file, folder));
const expand = async (...patterns: string[]): Promise<string[]> =>
  shown(await expandFolderGlobs(patterns, folder, { file: 'model.yml', line: 7 }));
const problemsOf = async (...patterns: string[]): Promise<readonly string[]> => {
  const error: unknown = await expand(...patterns).catch((e: unknown) => e);
  if (!(error instanceof UserError)) throw new Error(`no UserError: ${String(error)}`);
  expect(error.problems.filter(({ remedy }) => remedy === undefined)).toEqual([]);
  return error.problems.map(({ message, where }) => `${displayPath(where?.file ?? '', folder)}: ${message}`);
};

beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'folder-'));
  folder = join(above, 'model');
  put('a.bin', 'b/c.bin', '.hidden', 'b/.cache/x');
  writeFileSync(join(above, 'secret'), 'secret');
});
afterEach(() => rmSync(above, { recursive: true }));

describe('expandFolderGlobs', () => {
  it('takes files as expandGlobs does, and links that stay inside', async () => {
    link('link.bin', 'b/c.bin');
    link('newest', 'b');
    expect(await expand('**')).toEqual(['a.bin', 'b/c.bin', 'link.bin', 'newest/c.bin']);
    expect(await expand('*.bin', 'newest/*')).toEqual(['a.bin', 'link.bin', 'newest/c.bin']);
    expect(await expand('**/c.{bin,txt}', '.hid*')).toEqual(['b/c.bin', 'newest/c.bin', '.hidden']);
    expect(await expand('a.bin')).toEqual(['a.bin']);
  });

  it('takes a folder that is a link itself', async () => {
    symlinkSync(folder, join(above, 'current'));
    expect(await expandFolderGlobs(['**'], join(above, 'current'))).toHaveLength(2);
  });

  it('refuses everything that it cannot publish, at once', async () => {
    link('out.bin', '../secret');
    link('out', '..');
    link('gone.bin', 'nowhere');
    link('round.bin', 'round.bin');
    link('b/up', '..');
    put('new\nline', 'back\\slash', 'esc\u001b[31m');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const server = createServer().listen(join(folder, 'socket'));
    await new Promise((done) => server.once('listening', done));
    try {
      expect([...(await problemsOf('**'))].sort()).toEqual(
        [
          'out.bin: is a link that leads out of the folder',
          'out: is a link that leads out of the folder',
          'gone.bin: is a link that leads nowhere',
          'round.bin: is a link that leads nowhere',
          'b/up: is a link back to a folder that holds it',
          `${folder}: the name "new\\nline" holds a control character`,
          `${folder}: the name "back\\\\slash" holds a backslash`,
          `${folder}: the name "esc\\u001b[31m" holds a control character`,
          'pipe: is a named pipe, and no file',
          'socket: is a socket, and no file',
        ].sort(),
      );
    } finally {
      server.close();
    }
  });

  it('refuses a name that is no text', async () => {
    execFileSync('bash', ['-c', String.raw`touch "$0"/$'\xff'.bin`, folder]);
    expect(await problemsOf('**')).toEqual([`${folder}: the name "\ufffd.bin" is not valid UTF-8`]);
  });

  it('minds only what a pattern matches', async () => {
    link('wandb', 'nowhere');
    link('out.log', '../secret');
    expect(await expand('**/*.bin')).toEqual(['a.bin', 'b/c.bin']);
  });

  it('refuses a pattern that leads out of the folder, also over a link', async () => {
    link('out', '..');
    expect(await problemsOf('../secret', 'out/secret', 'out/*')).toEqual([
      `model.yml: "../secret" lies outside the folder ${folder}`,
      'out/secret: is a link that leads out of the folder',
      'out: is a link that leads out of the folder',
    ]);
  });

  it('ends where links lead to each other', async () => {
    put('x/1', 'y/2');
    link('x/to-y', '../y');
    link('y/to-x', '../x');
    expect(await problemsOf('**')).toEqual([
      'x/to-y/to-x: is a link back to a folder that holds it',
      'y/to-x/to-y: is a link back to a folder that holds it',
    ]);
  });

  it('names every pattern that matches nothing', async () => {
    expect(await problemsOf('*.onnx', 'a.bin', 'none')).toEqual([
      `model.yml: no file matches "*.onnx" in ${folder}`,
      `model.yml: no file matches "none" in ${folder}`,
    ]);
    rmSync(folder, { recursive: true });
    expect(await problemsOf('**')).toHaveLength(1);
    mkdirSync(folder);
  });
});

describe('listFolder', () => {
  it('gives every file, hidden ones too, and what cannot be published', async () => {
    link('out.bin', '../secret');
    const { files, problems } = await listFolder(folder);
    expect(shown(files)).toEqual(['.hidden', 'a.bin', 'b/.cache/x', 'b/c.bin']);
    expect(problems).toMatchObject([{ message: 'is a link that leads out of the folder' }]);
  });

  it('is empty where there is no such folder', async () => {
    expect(await listFolder(join(above, 'none'))).toEqual({ files: [], problems: [] });
  });
});
