import { uploadAll, type Wanted } from '../../src/registry/upload.js';
import { type Shelf, failure, openShelf, sha256 } from './shelf.js';

const wantedOf = (name: string, text: string): Wanted => ({
  ...{ name, size: Buffer.byteLength(text), sha256: sha256(text) },
  content: { bytes: Buffer.from(text) },
});
let shelf: Shelf;
beforeEach(() => {
  shelf = openShelf();
});
const upload = (wanted: readonly Wanted[], signal?: AbortSignal) => {
  const { github, logger, clock } = shelf;
  return uploadAll({
    github,
    draft: shelf.release(),
    wanted,
    logger,
    clock,
    pause: 100,
    ...(signal && { signal }),
  });
};

describe('uploading to a draft', () => {
  it('sends what is not there, and reads it back', async () => {
    const release = await upload([wantedOf('a', 'one'), wantedOf('b', 'two!')]);
    expect(shelf.done).toEqual(['upload a', 'upload b', 'get']);
    expect(release.assets.map(({ name, size }) => [name, size])).toEqual([
      ['a', 3],
      ['b', 4],
    ]);
    expect(shelf.logger.records).toEqual([
      { level: 'debug', message: 'uploading a, 3 B' },
      { level: 'debug', message: 'uploading b, 4 B' },
    ]);
    expect(shelf.slept).toEqual([]);
  });

  it('leaves what is there already, and deletes what nobody wants first', async () => {
    shelf.put('old', 'old');
    shelf.put('a', 'one');
    await upload([wantedOf('a', 'one'), wantedOf('b', 'two')]);
    expect(shelf.done).toEqual(['delete old', 'upload b', 'get']);
  });

  it.each([
    ['other bytes of the same size', 'eno', {}],
    ['another size', 'more', { digest: sha256('one') }],
    ['an upload that never ended', 'one', { state: 'starter' as const }],
  ])('replaces %s', async (_, text, change) => {
    shelf.put('a', text, change);
    await upload([wantedOf('a', 'one')]);
    expect(shelf.done).toEqual(['delete a', 'upload a', 'get']);
    expect(shelf.textOf('a')).toBe('one');
  });

  it('asks for the bytes where the server gives no digest', async () => {
    shelf.put('a', 'one', { digest: null });
    await upload([wantedOf('a', 'one')]);
    expect(shelf.done).toEqual(['download a', 'get', 'download a']);
    shelf.done.length = 0;
    await upload([wantedOf('a', 'two')]);
    expect(shelf.done).toEqual(['download a', 'delete a', 'upload a', 'get']);
  });

  it('ends where the job is cancelled', async () => {
    const controller = new AbortController();
    shelf.onUpload = () => controller.abort(new Error('cancelled'));
    const sent = upload([wantedOf('a', 'one'), wantedOf('b', 'two')], controller.signal);
    await expect(sent).rejects.toThrow('cancelled');
    expect(shelf.done).toEqual(['upload a']);
  });
});

describe('an upload whose answer is lost', () => {
  it('is tried three times more, with pauses that double', async () => {
    shelf.onUpload = () => {
      throw failure(502, true);
    };
    await expect(upload([wantedOf('a', 'one')])).rejects.toThrow('GitHub says 502');
    expect(shelf.done.filter((step) => step === 'upload a')).toHaveLength(4);
    expect(shelf.slept).toEqual([100, 200, 400]);
  });

  it('is not sent again where it arrived whole', async () => {
    shelf.onUpload = (_, keep) => {
      keep();
      throw failure(502, true);
    };
    await upload([wantedOf('a', 'one')]);
    expect(shelf.done).toEqual(['upload a', 'get', 'get']);
    expect(shelf.slept).toEqual([100]);
  });

  it('is sent again where another try left it broken, which 422 tells', async () => {
    let tries = 0;
    shelf.onUpload = (_, keep) => {
      if (++tries > 1) return;
      keep('on');
      throw failure(422, false);
    };
    await upload([wantedOf('a', 'one')]);
    expect(shelf.done).toEqual(['upload a', 'get', 'delete a', 'upload a', 'get']);
    expect(shelf.textOf('a')).toBe('one');
  });

  it('is not tried again where GitHub refuses it', async () => {
    shelf.onUpload = () => {
      throw failure(403, false);
    };
    await expect(upload([wantedOf('a', 'one')])).rejects.toThrow('GitHub says 403');
    expect(shelf.done).toEqual(['upload a']);
    expect(shelf.slept).toEqual([]);
  });
});

describe('reading back', () => {
  it.each<[string, () => void, string]>([
    ['has other bytes', () => shelf.put('a', 'eno'), `a is not on GitHub what it is here (${sha256('eno')})`],
    [
      'never ended',
      () => shelf.put('a', 'one', { state: 'open', digest: null }),
      'a is not on GitHub what it is here (open)',
    ],
    ['is gone', () => undefined, 'a is not on GitHub what it is here (missing)'],
  ])('rejects an asset that %s', async (_, instead, message) => {
    const { github } = shelf;
    const get: typeof github.releases.get = async (id) => {
      const there = shelf.release().assets.find(({ name }) => name === 'a');
      if (there !== undefined) await github.releases.deleteAsset(there.id);
      instead();
      return github.releases.get(id);
    };
    shelf = { ...shelf, github: { ...github, releases: { ...github.releases, get } } };
    const sent = upload([wantedOf('a', 'one')]);
    await expect(sent).rejects.toThrow(message);
    await expect(sent).rejects.toThrow('if files of the model change while they are uploaded');
  });
});
