import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadBytes, downloadDigest, downloadInto } from '../../src/registry/download.js';
import { type Shelf, openShelf, sha256 } from './shelf.js';

let shelf: Shelf;
beforeEach(() => {
  shelf = openShelf();
});
const expected = (text: string, change: { size?: number; sha256?: string | null } = {}) => {
  const { id, name, size } = shelf.put('a', text);
  return { id, name, size, sha256: sha256(text), ...change };
};
/** Sends the pieces of each try in turn; an error among them breaks the stream. */
function sending(...tries: readonly (readonly (string | Error)[])[]): void {
  let n = 0;

  shelf.send = async function* () {
    for (const piece of tries[n++] ?? []) {
      if (piece instanceof Error) throw piece;
      yield Buffer.from(piece);
    }
  };
}
const text = async (bytes: Promise<Uint8Array>): Promise<string> => Buffer.from(await bytes).toString('utf8');
const broken = new TypeError('terminated');

describe('downloading an asset', () => {
  it('gives its bytes, whose size and digest are right', async () => {
    expect(await text(downloadBytes(shelf.github, expected('model')))).toBe('model');
    expect(shelf.done).toEqual(['download a']);
  });

  it('takes bytes of which nobody told the digest', async () => {
    expect(await text(downloadBytes(shelf.github, expected('model', { sha256: null })))).toBe('model');
  });

  it('begins anew where the connection breaks', async () => {
    sending(['mo', broken], ['mod', 'el']);
    expect(await text(downloadBytes(shelf.github, expected('model')))).toBe('model');
    expect(shelf.done).toEqual(['download a', 'download a']);
  });

  it('fails after the third broken connection, and reports how far it came', async () => {
    sending([broken], ['m', broken], ['mo', 'd', broken], ['model']);
    await expect(downloadBytes(shelf.github, expected('model'))).rejects.toThrow(
      'a is not what was registered: the connection broke after 3 of 5 bytes (terminated) → the release was changed or damaged: do not use it; register the model again',
    );
    expect(shelf.done).toHaveLength(3);
  });

  it('passes other failures on at once', async () => {
    sending([new Error('no space')], ['model']);
    await expect(downloadBytes(shelf.github, expected('model'))).rejects.toThrow(/^no space$/);
    expect(shelf.done).toHaveLength(1);
  });

  it('rejects fewer bytes than were registered', async () => {
    await expect(downloadBytes(shelf.github, expected('mode', { size: 5 }))).rejects.toThrow(
      'a is not what was registered: 4 bytes instead of 5 →',
    );
    expect(shelf.done).toHaveLength(3);
  });

  it('rejects more bytes without reading them to the end', async () => {
    const sent: string[] = [];

    shelf.send = async function* () {
      for (const piece of ['mod', 'els', 'and', 'more']) {
        sent.push(piece);
        yield Buffer.from(piece);
      }
    };
    await expect(downloadBytes(shelf.github, expected('model'))).rejects.toThrow(
      'a is not what was registered: more than 6 bytes instead of 5 →',
    );
    expect(sent).toEqual(['mod', 'els', 'mod', 'els', 'mod', 'els']);
  });

  it('rejects other bytes of the same size', async () => {
    await expect(downloadBytes(shelf.github, expected('model', { sha256: sha256('ledom') }))).rejects.toThrow(
      `a is not what was registered: its digest is ${sha256('model')}, registered is ${sha256('ledom')} →`,
    );
  });
});

describe('downloading for the digest alone', () => {
  it('gives that of the bytes as they are, whatever was registered', async () => {
    sending(['mo', broken], ['model']);
    expect(await downloadDigest(shelf.github, expected('model', { sha256: sha256('other') }))).toBe(
      sha256('model'),
    );
  });
});

describe('downloading into a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'download-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes from the offset on, again from there after a broken connection', async () => {
    sending(['xy', broken], ['mod', 'el']);
    const file = join(folder, 'f');
    const handle = await open(file, 'wx+');
    await handle.write('0123456789');
    await downloadInto(shelf.github, expected('model'), handle, 3);
    await handle.close();
    expect(await readFile(file, 'utf8')).toBe('012model89');
  });

  it('ends where the job is cancelled', async () => {
    const handle = await open(join(folder, 'f'), 'wx+');
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(downloadInto(shelf.github, expected('model'), handle, 0, signal)).rejects.toThrow(
      'cancelled',
    );
    await handle.close();
    expect(await readFile(join(folder, 'f'), 'utf8')).toBe('');
  });
});
