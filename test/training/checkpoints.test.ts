import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { RecordingLogger } from '../../src/common/logger.js';
import {
  type Stores,
  checkpointOf,
  restoreCheckpoint,
  saveCheckpoint,
} from '../../src/training/checkpoints.js';

const training = {
  model: 'm',
  commit: 'c0ffee',
  command: './train',
  parameters: { rounds: 3 },
  seed: 7,
  dataDigest: 'sha256:00',
};

/** Stores in folders, of which each may be out of order; what the real ones do is tested with the action. */
async function world(broken: { cache?: 'refuses' | 'throws'; artifacts?: 'throws' } = {}) {
  const root = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  const cached = new Map<string, string>();
  const artifacts = new Map<string, string>();
  const copy = async (from: string): Promise<string> => {
    const to = await mkdtemp(join(root, 'kept-'));
    await cp(from, to, { recursive: true });
    return to;
  };
  const logger = new RecordingLogger();
  const stores: Stores = {
    logger,
    cache: {
      async save([folder], key) {
        if (broken.cache === 'throws') throw new Error('cache service is down');
        if (broken.cache === 'refuses' || cached.has(key)) return false;
        cached.set(key, await copy(folder!));
        return true;
      },
      async restore([folder], key, prefixes = []) {
        if (broken.cache === 'throws') throw new Error('cache service is down');
        const found = [...cached.keys()]
          .reverse()
          .find((k) => k === key || prefixes.some((p) => k.startsWith(p)));
        if (found !== undefined) await cp(cached.get(found)!, folder!, { recursive: true });
        return found;
      },
    },
    artifacts: {
      async upload(name, _files, folder) {
        if (broken.artifacts === 'throws') throw new Error('artifact service is down');
        artifacts.set(name, await copy(folder));
        return { id: 1 };
      },
      async download(name, folder) {
        const found = artifacts.get(name);
        if (found !== undefined) await cp(found, folder, { recursive: true });
        return found === undefined ? undefined : { id: 1 };
      },
    },
  };
  const folderOf = async (name: string): Promise<string> => {
    await mkdir(join(root, name));
    return join(root, name);
  };
  return { stores, logger, cached, folderOf };
}

describe('checkpoints', () => {
  it('go from one run to the next by the cache', async () => {
    const { stores, cached, folderOf } = await world();
    const first = checkpointOf(training, await folderOf('first'));
    await writeFile(join(first.folder, 'state'), 'round 2');
    expect(await saveCheckpoint(first, '1-1-train', stores)).toBe(true);
    const next = checkpointOf(training, await folderOf('next'));
    expect(await restoreCheckpoint(next, stores)).toBe([...cached.keys()][0]);
    expect(await readFile(join(next.folder, 'state'), 'utf8')).toBe('round 2');
  });

  it.each(['refuses', 'throws'] as const)('go by the artifact when the cache %s', async (cache) => {
    const { stores, logger, folderOf } = await world({ cache });
    const first = checkpointOf(training, await folderOf('first'));
    await writeFile(join(first.folder, 'state'), 'round 2');
    expect(await saveCheckpoint(first, '1-1-train', stores)).toBe(true);
    expect(logger.text()).toContain('the checkpoint is not in the cache');
    const next = checkpointOf(training, await folderOf('next'));
    expect(await restoreCheckpoint(next, stores)).toBe(`artifact ${next.artifact}`);
    expect(await readFile(join(next.folder, 'state'), 'utf8')).toBe('round 2');
  });

  it('are lost with a warning for each place when both fail', async () => {
    const { stores, logger, folderOf } = await world({ cache: 'throws', artifacts: 'throws' });
    const checkpoint = checkpointOf(training, await folderOf('first'));
    await writeFile(join(checkpoint.folder, 'state'), 'round 2');
    expect(await saveCheckpoint(checkpoint, '1-1-train', stores)).toBe(false);
    expect(logger.records.map(({ level }) => level)).toEqual(['warning', 'warning']);
  });

  it('hold what links inside them lead to, and say what they cannot hold', async () => {
    const { stores, logger, folderOf } = await world();
    const uploaded: string[] = [];
    const artifacts = {
      ...stores.artifacts,
      upload: (_name: string, files: readonly string[]) => {
        uploaded.push(...files.map((file) => basename(file)));
        return Promise.resolve({ id: 1 });
      },
    };
    const { folder, ...rest } = checkpointOf(training, await folderOf('first'));
    await writeFile(join(folder, 'epoch-3'), 'round 3');
    await symlink('epoch-3', join(folder, 'last'));
    await symlink('/etc/hostname', join(folder, 'leak'));
    expect(await saveCheckpoint({ folder, ...rest }, '1-1-train', { ...stores, artifacts })).toBe(true);
    expect(uploaded).toEqual(['epoch-3', 'last']);
    expect(logger.text()).toMatch(/checkpoint: .*leak: is a link that leads out of the folder/);
  });

  it('are not saved when the program left none', async () => {
    const { stores, cached, folderOf } = await world();
    expect(await saveCheckpoint(checkpointOf(training, await folderOf('first')), '1', stores)).toBe(false);
    expect(cached.size).toBe(0);
  });

  it.each([
    ['commit', { commit: 'decaf' }],
    ['command', { command: './train --fast' }],
    ['parameters', { parameters: { rounds: 4 } }],
    ['seed', { seed: 8 }],
    ['data', { dataDigest: 'sha256:01' }],
  ])('are of another training when %s changes', (_what, change) => {
    expect(checkpointOf({ ...training, ...change }, '/x').prefix).not.toBe(
      checkpointOf(training, '/x').prefix,
    );
  });

  it('have keys that the cache takes, whatever the job is called', async () => {
    const { stores, cached, folderOf } = await world();
    const checkpoint = checkpointOf({ ...training, model: 'a'.repeat(100) }, await folderOf('any'));
    await writeFile(join(checkpoint.folder, 'state'), '');
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 1000, unit: 'binary' }), async (mark) => {
        cached.clear();
        await saveCheckpoint(checkpoint, mark, stores);
        expect([...cached.keys()][0]).toMatch(/^[\w.-]{1,512}$/);
      }),
      { numRuns: 20 },
    );
  });
});
