import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dispatch } from '../types.js';
import { endAbandonedRuns } from './abandoned.js';
import type { RepositoryData } from './data.js';
import { Git } from './git.js';

/** GitHub's limits, smaller in tests that want to meet them. */
export interface Limits {
  /** Assets must be smaller than this. */
  readonly assetBytes: number;
  /** Assets of one release. */
  readonly assets: number;
}
export const githubLimits: Limits = { assetBytes: 2 ** 31, assets: 1000 };

/** A repository as it lies in its folder: `repository.json`, `git/`, `blobs/`. */
export class Repo {
  readonly git: Git;
  redirectDownloads = false;
  /** Signs addresses of blobs; they are good as long as this process lives. */
  readonly secret = randomBytes(16).toString('hex');
  readonly listeners: ((dispatch: Dispatch) => void)[] = [];
  #tail: Promise<unknown> = Promise.resolve();

  readonly folder: string;
  readonly data: RepositoryData;
  readonly clock: () => Date;
  readonly limits: Limits;

  constructor(folder: string, data: RepositoryData, clock: () => Date, limits: Limits) {
    this.folder = folder;
    this.data = data;
    this.clock = clock;
    this.limits = limits;
    this.git = new Git(join(folder, 'git'));
  }

  get fullName(): string {
    return `${this.data.owner}/${this.data.name}`;
  }

  /** Time to the second, as GitHub writes it. */
  now(): string {
    return this.clock()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
  }

  id(): number {
    return this.data.id * 1_000_000 + ++this.data.counter;
  }

  number(): number {
    return ++this.data.lastNumber;
  }

  asset(id: number): string {
    return this.blob(`asset-${id}`);
  }

  blob(name: string): string {
    return join(this.folder, 'blobs', name);
  }

  /** One change after the other, each saved before the next begins: what it leaves on a kill is whole. */
  async exclusively<T>(change: () => T | Promise<T>): Promise<T> {
    const turn = this.#tail.then(change);
    this.#tail = turn.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await turn;
    } finally {
      this.save();
    }
  }

  dispatched(dispatch: Dispatch): void {
    for (const listener of this.listeners) listener(dispatch);
  }

  save(): void {
    const file = join(this.folder, 'repository.json');
    writeFileSync(`${file}.new`, JSON.stringify(this.data));
    renameSync(`${file}.new`, file);
  }
}

/** What a killed process and its git left half done, and what would stand in the way of the next. */
function clear(folder: string): void {
  const remove = (at: string, left: RegExp): void => {
    for (const entry of readdirSync(at, { recursive: true, withFileTypes: true })) {
      if (left.test(entry.name)) rmSync(join(entry.parentPath, entry.name), { recursive: true, force: true });
    }
  };
  remove(join(folder, 'git', 'refs'), /\.lock$/);
  for (const name of ['HEAD.lock', 'packed-refs.lock', 'config.lock']) {
    rmSync(join(folder, 'git', name), { force: true });
  }
  // Blocks of an upload that was never finished can be of no use: their address is no longer signed.
  remove(join(folder, 'blobs'), /^(upload|new)-|\.new$|\.blocks$/);
}

/** Reads a repository of an earlier rehearsal; undefined when there is none. */
export function readRepository(folder: string, clock: () => Date, limits: Limits): Repo | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, 'repository.json'), 'utf8');
  } catch {
    return undefined;
  }
  clear(folder);
  const repo = new Repo(folder, JSON.parse(text) as RepositoryData, clock, limits);
  endAbandonedRuns(repo.data, repo.now());
  return repo;
}

export async function createRepository(
  folder: string,
  clock: () => Date,
  limits: Limits,
  about: { id: number; owner: string; name: string; defaultBranch: string; private: boolean },
): Promise<Repo> {
  for (const part of ['git', 'blobs']) mkdirSync(join(folder, part), { recursive: true });
  const repo = new Repo(
    folder,
    {
      ...about,
      createdAt: clock()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      counter: 0,
      lastNumber: 0,
      immutableReleases: false,
      burntTags: [],
      variables: {},
      releases: [],
      deployments: [],
      environments: [],
      labels: [],
      issues: [],
      comments: [],
      runs: [],
      artifacts: [],
      caches: [],
    },
    clock,
    limits,
  );
  await repo.git.init(about.defaultBranch);
  // Last, so that a folder with this file is a whole repository.
  repo.save();
  return repo;
}
