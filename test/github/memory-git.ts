import type { Commits, Ref, Refs } from '../../src/github/types.js';
import { type Perform, type Store, addCommit, refusal, resolve } from './memory-store.js';

export function memoryRefs(store: Store, perform: Perform): Refs {
  const { refs, commits } = store;
  const show = (ref: string, sha: string): Ref => ({ ref, sha, type: 'commit' });
  const full = (ref: string): string => `refs/${ref.replace(/^refs\//, '')}`;

  return {
    get: (ref) =>
      perform('refs.get', () => {
        const sha = refs.get(full(ref));
        return sha === undefined ? undefined : show(full(ref), sha);
      }),

    matching: (prefix) =>
      perform('refs.matching', () =>
        [...refs]
          .filter(([ref]) => ref.startsWith(full(prefix)))
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([ref, sha]) => show(ref, sha)),
      ),

    create: (ref, sha) =>
      perform('refs.create', () => {
        if (refs.has(ref)) return false;
        if (!isRefName(ref)) throw refusal('POST /git/refs', 422, `${ref} is not a valid ref name.`);
        if (!commits.has(sha)) throw refusal('POST /git/refs', 422, 'Object does not exist');
        // Git keeps refs as files: one cannot be the folder of another.
        const inWay = [...refs.keys()].some((one) => one.startsWith(`${ref}/`) || ref.startsWith(`${one}/`));
        if (inWay) throw refusal('POST /git/refs', 422, 'Reference already exists');
        refs.set(ref, sha);
        return true;
      }),

    fastForward: (ref, sha) =>
      perform('refs.fastForward', () => {
        const tip = refs.get(full(ref));
        if (tip === undefined) throw refusal('PATCH /git/refs', 422, 'Reference does not exist');
        if (!commits.has(sha)) throw refusal('PATCH /git/refs', 422, 'Object does not exist');
        if (!isAncestor(store, tip, sha)) return false;
        refs.set(full(ref), sha);
        return true;
      }),

    delete: (ref) =>
      perform('refs.delete', () => {
        refs.delete(full(ref));
      }),
  };
}

/** As `git check-ref-format` has it, below `refs/` and one folder. */
function isRefName(ref: string): boolean {
  const bad = /\.\.|[\x00-\x20\x7f~^:?*[\\]|\/\/|\/$|@\{|\.$|\/\.|\.lock(?:\/|$)/;
  return /^refs\/[^/]+\/./.test(ref) && !bad.test(ref);
}

function isAncestor({ commits }: Store, older: string, newer: string): boolean {
  const lowest = commits.get(older)?.generation ?? 0;
  const seen = new Set<string>();
  const left = [newer];
  for (let sha = left.pop(); sha !== undefined; sha = left.pop()) {
    if (sha === older) return true;
    const commit = commits.get(sha);
    if (commit === undefined || commit.generation <= lowest || seen.has(sha)) continue;
    seen.add(sha);
    left.push(...commit.parents);
  }
  return false;
}

export function memoryCommits(store: Store, perform: Perform, login: string): Commits {
  return {
    create: ({ message, files, parent }) =>
      perform('commits.create', () => {
        if (parent !== undefined && !store.commits.has(parent)) {
          throw refusal('POST /git/commits', 422, 'Parent SHA does not exist or is not a commit object');
        }
        const parents = parent === undefined ? [] : [parent];
        return addCommit(store, { message, files: new Map(Object.entries(files)), parents, author: login })
          .sha;
      }),

    readFile: (commitish, path) =>
      perform('commits.readFile', () => resolve(store, commitish)?.files.get(path.replace(/^\/+|\/+$/g, ''))),

    get: (sha) =>
      perform('commits.get', () => {
        const found = store.commits.get(sha);
        return found && { sha, parents: found.parents, message: found.message, date: found.date };
      }),

    ofTag: (tag) => perform('commits.ofTag', () => store.refs.get(`refs/tags/${tag}`)),
  };
}
