import { createHash } from 'node:crypto';
import { RecordingLogger } from '../../src/common/logger.js';
import { GitHubFailure } from '../../src/github/failure.js';
import type { Asset, GitHub, Release, UploadContent } from '../../src/github/types.js';
import { memoryGitHub } from '../github/memory.js';

export const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** One release in memory, for tests that count what is sent and break it on the way. */
export interface Shelf {
  readonly github: GitHub;
  readonly logger: RecordingLogger;
  /** What was done, in order: `upload a`, `delete a`, `get`, `download a`. */
  readonly done: string[];
  /** Milliseconds that were slept between tries. */
  readonly slept: number[];
  readonly clock: { now(): Date; sleep(ms: number): Promise<void> };
  release(): Release;
  put(name: string, text: string, change?: Partial<Asset>): Asset;
  textOf(name: string): string | undefined;
  /** Before an upload is kept: throws to refuse it. */
  onUpload: (name: string, keep: (text?: string) => void) => void;
  /** How the bytes of an asset are sent. */
  send: (text: string) => AsyncIterable<Uint8Array>;
}

async function* whole(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield Buffer.from(text);
}

export function openShelf(): Shelf {
  let next = 1;
  let assets: Asset[] = [];
  const texts = new Map<number, string>();
  const done: string[] = [];
  const slept: number[] = [];
  const nameOf = (id: number): string => assets.find((asset) => asset.id === id)?.name ?? `${id}`;
  const put: Shelf['put'] = (name, text, change = {}) => {
    const asset: Asset = {
      ...{ id: next++, name, label: null, size: Buffer.byteLength(text) },
      ...{ state: 'uploaded', digest: sha256(text), ...change },
    };
    assets = [...assets, asset];
    texts.set(asset.id, text);
    return asset;
  };
  const release = (): Release => ({
    ...{ id: 77, tag: 'm@v1.0.0', name: 'm@v1.0.0', body: '', draft: true, prerelease: false },
    ...{ immutable: false, targetCommitish: 'main', createdAt: '', publishedAt: null, url: '' },
    ...{ uploadUrl: '', assets },
  });
  const memory = memoryGitHub();
  const shelf: Shelf = {
    github: {
      ...memory,
      releases: {
        ...memory.releases,
        get: () => {
          done.push('get');
          return Promise.resolve(release());
        },
        upload: (_, name, content: UploadContent) => {
          done.push(`upload ${name}`);
          if (!('bytes' in content)) throw new Error('a shelf takes bytes');
          const own = Buffer.from(content.bytes).toString('utf8');
          let kept: Asset | undefined;
          shelf.onUpload(name, (text = own) => (kept = put(name, text)));
          return Promise.resolve(kept ?? put(name, own));
        },
        deleteAsset: (id) => {
          done.push(`delete ${nameOf(id)}`);
          assets = assets.filter((asset) => asset.id !== id);
          return Promise.resolve();
        },
        download: (id) => {
          done.push(`download ${nameOf(id)}`);
          return Promise.resolve(shelf.send(texts.get(id)!));
        },
      },
    },
    logger: new RecordingLogger(),
    done,
    slept,
    clock: {
      now: () => new Date(0),
      sleep: (ms) => {
        slept.push(ms);
        return Promise.resolve();
      },
    },
    release,
    put,
    textOf: (name) => {
      const asset = assets.find((one) => one.name === name);
      return asset === undefined ? undefined : texts.get(asset.id);
    },
    onUpload: () => undefined,
    send: whole,
  };
  return shelf;
}

export const failure = (status: number, ambiguous: boolean): GitHubFailure =>
  new GitHubFailure({
    ...{ message: `GitHub says ${status}`, remedy: 'none', status },
    ...{ detail: '', ambiguous, cause: undefined },
  });
