import type { Approval, Comment, GitHub, Issue, Release, Run } from '../../src/github/types.js';
import { memoryDeployments } from './memory-deployments.js';
import { memoryCommits, memoryRefs } from './memory-git.js';
import { addComment, addIssue, memoryIssues, memoryRuns } from './memory-issues.js';
import { type OnCall, type Perform, type Store, addCommit, createStore, resolve } from './memory-store.js';

export type { OnCall } from './memory-store.js';

/** One GitHub repository in memory, for tests that make very many calls: as the client and the local GitHub are. */
export interface MemoryGitHub extends GitHub {
  /** The commit that is there. */
  readonly head: string;
  /** Another client of the same repository. */
  as(who: { login?: string; onCall?: OnCall }): GitHub;
  readonly world: MemoryWorld;
}

/** What people and the runner do; no hook is called. */
export interface MemoryWorld {
  /** Changes files on a branch, made from the default branch when new; the commit's sha. */
  commit(options: {
    branch: string;
    files: Readonly<Record<string, string>>;
    message: string;
    author?: string;
  }): string;
  /** A published release; its tag is made where it is missing. */
  publish(release: {
    tag: string;
    target: string;
    name: string;
    body: string;
    prerelease?: boolean;
  }): Release;
  /** Its id; in progress, attempt 1, unless said otherwise. */
  startRun(run?: Partial<Run>): number;
  setRun(id: number, change: Partial<Omit<Run, 'id'>>): void;
  /** As somebody does by hand, for good. */
  deleteDeployment(id: number): void;
  setApprovals(run: number, approvals: readonly Approval[]): void;
  openIssue(issue: {
    title: string;
    body: string;
    labels: readonly string[];
    author: string;
    trusted?: boolean;
  }): Issue;
  comment(issue: number, comment: { body: string; author: string; trusted: boolean }): Comment;
}

/**
 * The hook gets the operation as `deployments.create`; a list is one operation, read at once. Throwing `before`, it
 * prevents the call; throwing `after`, it loses the answer of one that was carried out.
 */
export function memoryGitHub(
  options: {
    now?: () => Date;
    onCall?: OnCall;
    login?: string;
    owner?: string;
    name?: string;
    defaultBranch?: string;
  } = {},
): MemoryGitHub {
  const { now = () => new Date(), onCall, login = 'github-actions[bot]' } = options;
  const { owner = 'acme', name = 'models', defaultBranch = 'main' } = options;
  const store = createStore({ owner, name, defaultBranch, now });
  const world = worldOf(store);
  const head = world.commit({
    branch: defaultBranch,
    files: { 'README.md': '# models\n' },
    message: 'Start',
  });
  return {
    ...clientOf(store, login, onCall),
    head,
    world,
    as: (who) => clientOf(store, who.login ?? login, who.onCall),
  };
}

function clientOf(store: Store, login: string, onCall: OnCall | undefined): GitHub {
  const perform: Perform = async (operation, work) => {
    await onCall?.(operation, 'before');
    const answer = work();
    await onCall?.(operation, 'after');
    return answer;
  };
  const { owner, name, defaultBranch, url, releases } = store;
  return {
    deployments: memoryDeployments(store, perform, login),
    refs: memoryRefs(store, perform),
    commits: memoryCommits(store, perform, login),
    issues: memoryIssues(store, perform, login),
    runs: memoryRuns(store, perform),
    releases: notServed<GitHub['releases']>('releases', {
      byTag: (tag) => perform('releases.byTag', () => releases.find((release) => release.tag === tag)),
    }),
    environments: notServed('environments'),
    pulls: notServed('pulls'),
    dispatches: notServed('dispatches'),
    repository: () => perform('repository', () => ({ owner, name, defaultBranch, private: false, url })),
  };
}

/** An area of which only some methods are there; the others say that they are not. */
function notServed<T extends object>(area: string, served: Partial<T> = {}): T {
  return new Proxy(served as T, {
    get: (target, method) => {
      // Those who wait for anything and those who print it ask for these.
      if (method in target || method === 'then' || typeof method === 'symbol')
        return Reflect.get(target, method);
      return () => {
        throw new Error(`not served: ${area}.${method}`);
      };
    },
  });
}

function worldOf(store: Store): MemoryWorld {
  return {
    commit: ({ branch, files, message, author = store.owner }) => {
      const ref = `refs/heads/${branch}`;
      const parent = resolve(store, ref) ?? resolve(store, store.defaultBranch);
      const all = new Map([...(parent?.files ?? []), ...Object.entries(files)]);
      const parents = parent === undefined ? [] : [parent.sha];
      const { sha } = addCommit(store, { message, files: all, parents, author });
      store.refs.set(ref, sha);
      return sha;
    },
    publish: (release) => publish(store, release),
    startRun: (run = {}) => {
      const id = store.id();
      store.runs.set(id, { ...newRun(store, id), ...run, id: run.id ?? id });
      return run.id ?? id;
    },
    setRun: (id, change) => {
      const run = store.runs.get(id);
      if (run === undefined) throw new Error(`there is no run ${id}`);
      store.runs.set(id, { ...run, ...change });
    },
    deleteDeployment: (id) => {
      const stored = store.deployments.get(id);
      if (stored === undefined) throw new Error(`there is no deployment ${id}`);
      store.deployments.delete(id);
      const ofTask = store.deploymentsByTask.get(stored.deployment.task) ?? [];
      ofTask.splice(ofTask.indexOf(stored), 1);
    },
    setApprovals: (run, approvals) => {
      store.approvals.set(run, approvals);
    },
    openIssue: (issue) => addIssue(store, issue),
    comment: (issue, comment) => addComment(store, issue, comment),
  };
}

function newRun(store: Store, id: number): Run {
  return {
    id,
    attempt: 1,
    name: 'run',
    status: 'in_progress',
    conclusion: null,
    headSha: resolve(store, store.defaultBranch)?.sha ?? '',
    event: 'push',
    actor: store.owner,
    createdAt: store.now(),
    url: `${store.url}/actions/runs/${id}`,
  };
}

function publish(store: Store, wanted: Parameters<MemoryWorld['publish']>[0]): Release {
  const { tag, target, name, body, prerelease = false } = wanted;
  if (store.releases.some((release) => release.tag === tag)) throw new Error(`${tag} is published already`);
  const commit = resolve(store, `refs/tags/${tag}`) ?? resolve(store, target);
  if (commit === undefined) throw new Error(`there is no ${target}`);
  store.refs.set(`refs/tags/${tag}`, commit.sha);
  const id = store.id();
  const release: Release = {
    id,
    tag,
    name,
    body,
    draft: false,
    prerelease,
    immutable: false,
    targetCommitish: target,
    // GitHub dates a release by its commit.
    createdAt: commit.date,
    publishedAt: store.now(),
    url: `${store.url}/releases/tag/${encodeURIComponent(tag)}`,
    uploadUrl: `${store.url}/releases/${id}/assets{?name,label}`,
    assets: [],
  };
  store.releases.push(release);
  return release;
}
