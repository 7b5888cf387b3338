/** The parts of GitHub that we use. Times are ISO 8601 texts as GitHub sends them. */
export interface GitHub {
  readonly releases: Releases;
  readonly refs: Refs;
  readonly commits: Commits;
  readonly deployments: Deployments;
  readonly environments: Environments;
  readonly runs: Runs;
  readonly issues: Issues;
  readonly pulls: Pulls;
  readonly dispatches: Dispatches;
  readonly repository: () => Promise<Repository>;
}

export interface Repository {
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  readonly private: boolean;
  readonly url: string;
}

export interface Release {
  readonly id: number;
  readonly tag: string;
  readonly name: string;
  readonly body: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly immutable: boolean;
  readonly targetCommitish: string;
  readonly createdAt: string;
  readonly publishedAt: string | null;
  readonly url: string;
  readonly uploadUrl: string;
  readonly assets: readonly Asset[];
}
export interface Asset {
  readonly id: number;
  readonly name: string;
  readonly label: string | null;
  readonly size: number;
  readonly state: 'uploaded' | 'open' | 'starter';
  /** `sha256:…`, where GitHub gives it. */
  readonly digest: string | null;
}
export interface Releases {
  /** All releases that the token may see, drafts too (with push access), newest first. */
  list(): AsyncIterable<Release>;
  get(id: number): Promise<Release>;
  /** The published release of a tag; undefined when there is none. */
  byTag(tag: string): Promise<Release | undefined>;
  createDraft(draft: {
    tag: string;
    target: string;
    name: string;
    body: string;
    prerelease?: boolean;
  }): Promise<Release>;
  /** Publishes a draft; never makes it the repository's "latest". */
  publish(id: number): Promise<Release>;
  updateBody(id: number, body: string): Promise<Release>;
  delete(id: number): Promise<void>;
  /** Streams a part of a file (bytes start..end, end exclusive) or bytes as one asset. Not repeated by itself. */
  upload(release: Release, name: string, content: UploadContent): Promise<Asset>;
  deleteAsset(id: number): Promise<void>;
  /** The bytes of an asset. */
  download(id: number): Promise<AsyncIterable<Uint8Array>>;
}
export type UploadContent =
  | { readonly bytes: Uint8Array; readonly contentType?: string }
  | { readonly file: string; readonly start: number; readonly end: number; readonly contentType?: string };

export interface Ref {
  /** Full name, `refs/…`. */
  readonly ref: string;
  readonly sha: string;
  /** `tag` when the ref points to an annotated tag object. */
  readonly type: 'commit' | 'tag' | 'tree' | 'blob';
}
export interface Refs {
  get(ref: string): Promise<Ref | undefined>;
  /** Every ref that starts with `prefix` (`refs/tags/name@`). */
  matching(prefix: string): Promise<readonly Ref[]>;
  /** False when the ref exists already: an atomic lock. */
  create(ref: string, sha: string): Promise<boolean>;
  /** Compare-and-swap: false when `sha` is no descendant of where the ref is now. */
  fastForward(ref: string, sha: string): Promise<boolean>;
  /** Nothing happens when it is gone already. */
  delete(ref: string): Promise<void>;
}

export interface Commits {
  /** Makes a commit that holds exactly these small text files (no parent when undefined); moves no ref. */
  create(commit: {
    message: string;
    files: Readonly<Record<string, string>>;
    parent?: string;
  }): Promise<string>;
  /** Text of a file at a commit or ref; undefined when it is not there. */
  readFile(commitish: string, path: string): Promise<string | undefined>;
  get(
    sha: string,
  ): Promise<{ sha: string; parents: readonly string[]; message: string; date: string } | undefined>;
  /** Follows an annotated tag to its commit. */
  ofTag(tag: string): Promise<string | undefined>;
}

export type DeploymentState =
  'error' | 'failure' | 'inactive' | 'in_progress' | 'queued' | 'pending' | 'success';
export interface Deployment {
  readonly id: number;
  /** Its id in GraphQL. */
  readonly nodeId: string;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly creator: string;
  readonly createdAt: string;
}
export interface DeploymentStatus {
  readonly state: DeploymentState;
  readonly description: string;
  readonly createdAt: string;
  readonly logUrl: string;
  readonly environmentUrl: string;
}
export interface Deployments {
  /** Newest first. */
  list(filter: {
    environment?: string;
    task?: string;
    ref?: string;
    sha?: string;
  }): AsyncIterable<Deployment>;
  /** Sends auto_merge false and required_contexts [] always. */
  create(deployment: {
    ref: string;
    task: string;
    environment: string;
    production: boolean;
    transient?: boolean;
    description: string;
    payload: object;
  }): Promise<Deployment>;
  /** Newest first. */
  statuses(id: number): Promise<readonly DeploymentStatus[]>;
  /**
   * Every status of each, newest first; 100 deployments a request. Throws where the answer is not complete.
   */
  statusesOf(deployments: readonly Deployment[]): Promise<ReadonlyMap<number, readonly DeploymentStatus[]>>;
  /** `description` is cut to 140 characters. */
  createStatus(
    id: number,
    status: {
      state: DeploymentState;
      description: string;
      logUrl?: string;
      environmentUrl?: string;
      autoInactive?: boolean;
    },
  ): Promise<DeploymentStatus>;
}

export interface Environment {
  readonly name: string;
  readonly requiredReviewers: readonly string[];
  readonly preventSelfReview: boolean;
  readonly waitMinutes: number;
}
export interface Environments {
  get(name: string): Promise<Environment | undefined>;
}

export interface Approval {
  readonly state: 'approved' | 'rejected' | 'pending';
  readonly environments: readonly string[];
  readonly user: string;
  readonly comment: string;
}
export interface Run {
  readonly id: number;
  readonly attempt: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly headSha: string;
  readonly event: string;
  readonly actor: string;
  readonly createdAt: string;
  readonly url: string;
}
export interface Runs {
  get(id: number): Promise<Run | undefined>;
  approvals(id: number): Promise<readonly Approval[]>;
}

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly author: string;
  /** Whether the author is an app, or belongs to the repository. */
  readonly trusted: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly url: string;
}
export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly author: string;
  /** Whether the author is an app, or belongs to the repository. */
  readonly trusted: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly url: string;
}
export interface Issues {
  /** Newest first; pull requests left out. */
  list(filter: { labels?: readonly string[]; state?: 'open' | 'closed' | 'all' }): AsyncIterable<Issue>;
  create(issue: { title: string; body: string; labels: readonly string[] }): Promise<Issue>;
  update(
    number: number,
    change: {
      title?: string;
      body?: string;
      state?: 'open' | 'closed';
      stateReason?: 'completed' | 'reopened';
    },
  ): Promise<Issue>;
  comments(number: number): AsyncIterable<Comment>;
  createComment(number: number, body: string): Promise<Comment>;
  updateComment(id: number, body: string): Promise<Comment>;
  /** Nothing happens when it is gone already. */
  deleteComment(id: number): Promise<void>;
}

export interface Pull {
  readonly number: number;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly author: string;
  readonly headSha: string;
  /** The branch that it brings, and the repository (`owner/name`) which holds that; null when a fork is gone. */
  readonly headRef: string;
  readonly headRepository: string | null;
  readonly mergeSha: string | null;
  readonly baseRef: string;
  readonly url: string;
}
export interface Review {
  readonly user: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly commitSha: string | null;
  readonly submittedAt: string;
}
export interface Pulls {
  get(number: number): Promise<Pull | undefined>;
  /** The pull requests that brought a commit. */
  ofCommit(sha: string): Promise<readonly Pull[]>;
  /** Those that are open and bring a branch of this owner's repository, a fork or this one. Check what comes back. */
  openFrom(owner: string, branch: string): Promise<readonly Pull[]>;
  /** Oldest first, as GitHub sends them. */
  reviews(number: number): Promise<readonly Review[]>;
}

export interface Dispatches {
  /** The id of the run, where GitHub tells it. */
  workflow(file: string, ref: string, inputs: Readonly<Record<string, string>>): Promise<number | undefined>;
  repository(eventType: string, payload: Readonly<Record<string, unknown>>): Promise<void>;
}
