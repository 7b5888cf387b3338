import { createHash } from 'node:crypto';
import { type FailedRequest, explain } from '../../src/github/explain.js';
import type {
  Approval,
  Comment,
  Deployment,
  DeploymentStatus,
  Issue,
  Release,
  Run,
} from '../../src/github/types.js';

/** Around every call; what it throws, the caller gets, and what it waits for, the caller waits for. */
export type OnCall = (operation: string, phase: 'before' | 'after') => void | Promise<void>;

/** One call between the hook's two phases: `work` is done in one piece. */
export type Perform = <T>(operation: string, work: () => T) => Promise<T>;

export interface StoredCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
  readonly date: string;
  /** The longest way to a commit without parents. */
  readonly generation: number;
}
export interface StoredDeployment {
  readonly deployment: Deployment;
  /** Their earlier ones are never marked inactive by GitHub itself. */
  readonly lasting: boolean;
  /** Newest first; replaced, never changed. */
  statuses: readonly DeploymentStatus[];
}
export interface StoredComment {
  readonly issue: number;
  comment: Comment;
}

/** What the repository holds. Entries are replaced, never changed: what a reader was given stays as it was. */
export interface Store {
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  readonly url: string;
  readonly commits: Map<string, StoredCommit>;
  readonly refs: Map<string, string>;
  /** Oldest first. */
  readonly deployments: Map<number, StoredDeployment>;
  readonly deploymentsByTask: Map<string, StoredDeployment[]>;
  readonly releases: Release[];
  readonly issues: Map<number, Issue>;
  /** In the order in which they were made. */
  readonly labels: string[];
  readonly comments: Map<number, StoredComment>;
  readonly runs: Map<number, Run>;
  readonly approvals: Map<number, readonly Approval[]>;
  /** To the second, as GitHub writes it. */
  now(): string;
  id(): number;
}

export function createStore(about: {
  owner: string;
  name: string;
  defaultBranch: string;
  now: () => Date;
}): Store {
  const { owner, name, defaultBranch, now } = about;
  let counter = 0;
  return {
    owner,
    name,
    defaultBranch,
    url: `http://github.localhost/${owner}/${name}`,
    commits: new Map(),
    refs: new Map(),
    deployments: new Map(),
    deploymentsByTask: new Map(),
    releases: [],
    issues: new Map(),
    labels: [],
    comments: new Map(),
    runs: new Map(),
    approvals: new Map(),
    now: () =>
      now()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
    id: () => 1_000_000 + ++counter,
  };
}

/** The failure that the client makes of a refusal, in its words. */
export function refusal(request: string, status: number, message = 'Not Found'): Error {
  const [method = '', path = ''] = request.split(' ');
  const error: FailedRequest = Object.assign(new Error(message), {
    name: 'HttpError' as const,
    status,
    response: { headers: {}, data: { message } },
  });
  const options = { method, url: `/repos/o/r${path}` };
  return explain(error, { options, attempts: 1, now: new Date(0) });
}

/** The commit that a branch, a tag or a sha means, in GitHub's order. */
export function resolve(
  { refs, commits, defaultBranch }: Store,
  commitish: string,
): StoredCommit | undefined {
  const direct = /^(?:heads|tags)\//.test(commitish) ? `refs/${commitish}` : commitish;
  const names = [
    `refs/heads/${commitish}`,
    `refs/tags/${commitish}`,
    commitish === 'HEAD' ? `refs/heads/${defaultBranch}` : direct,
  ];
  const name = names.find((one) => refs.has(one));
  return commits.get((name === undefined ? undefined : refs.get(name)) ?? commitish);
}

/** Equal commits are one commit, as in git. */
export function addCommit(
  store: Store,
  commit: { message: string; files: ReadonlyMap<string, string>; parents: readonly string[]; author: string },
): StoredCommit {
  const { message, files, parents, author } = commit;
  const date = store.now();
  const text = JSON.stringify([message, [...files].sort(byName), parents, author, date]);
  const sha = createHash('sha1').update(text).digest('hex');
  const known = store.commits.get(sha);
  if (known !== undefined) return known;
  const generation = Math.max(
    0,
    ...parents.map((parent) => (store.commits.get(parent)?.generation ?? 0) + 1),
  );
  const made = { sha, parents, files, message: message.replace(/\n$/, ''), date, generation };
  store.commits.set(sha, made);
  return made;
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : a > b ? 1 : 0;
