/** What the local GitHub and the runner know of each other. */

/** The local GitHub: an HTTP server that answers as GitHub does, over real git repositories and files. */
export interface Hub {
  /** `http://127.0.0.1:PORT/api/v3`: what GITHUB_API_URL gets. */
  readonly apiUrl: string;
  /** `http://github.localhost:PORT`: what GITHUB_SERVER_URL gets; the toolkit takes it for github.com. */
  readonly serverUrl: string;
  /** `http://127.0.0.1:PORT/`: ACTIONS_RESULTS_URL and ACTIONS_CACHE_URL. */
  readonly resultsUrl: string;
  /** Makes a repository (or finds it, when the folder holds it from an earlier rehearsal). */
  repository(options: {
    owner: string;
    name: string;
    defaultBranch?: string;
    private?: boolean;
  }): Promise<HubRepository>;
  readonly faults: Faults;
  /** Every request that was answered, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** All that the repositories hold, as the REST API would show it: `.rehearsal/state.json`. */
  state(): Promise<HubState>;
  stop(): Promise<void>;
}

export interface HubState {
  readonly releases: readonly object[];
  /** Each with its `statuses`. */
  readonly deployments: readonly object[];
  readonly issues: readonly object[];
  readonly comments: readonly object[];
  readonly pulls: readonly object[];
  readonly runs: readonly object[];
}

export interface RecordedRequest {
  /** GitHub's operation id, e.g. `repos/create-release`; twirp: `ArtifactService/CreateArtifact`; blobs: `blob/put`. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** Failing on purpose. */
export interface Faults {
  add(fault: Fault): void;
  clear(): void;
}
export interface Fault {
  /** Operation id; `*` is any. */
  readonly operation: string;
  /** The first `skip` matching requests pass. Default 0. */
  readonly skip?: number;
  /** How many are hit; default 1. */
  readonly count?: number;
  /** `before`: nothing is done. `after`: it is done, and then the answer is lost. Default `before`. */
  readonly when?: 'before' | 'after';
  readonly how:
    | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: object }
    | { readonly drop: true }
    | { readonly delayMs: number }
    /**
     * The work is done, and the second half of the answer is missing: `connection` promises all of it and hangs up,
     * `body` is a whole answer with half a text. An answer without a body stays as it is.
     */
    | { readonly cut: Cut };
}

export type Cut = 'connection' | 'body';

export interface HubRepository {
  readonly owner: string;
  readonly name: string;
  /** The bare git repository. */
  readonly gitFolder: string;
  readonly defaultBranch: string;
  /**
   * Commits files (path → content; null deletes) to a branch, made from `from` (default: the default branch) when new.
   * `fork`: login of somebody whose fork the branch is in.
   */
  commit(options: {
    branch: string;
    fork?: string;
    files: Readonly<Record<string, string | Uint8Array | null>>;
    message: string;
    author?: string;
    from?: string;
  }): Promise<string>;
  /** Commit of a branch, tag or sha. */
  resolve(commitish: string): Promise<string>;
  openPull(options: {
    title: string;
    body?: string;
    head: string;
    fork?: string;
    base?: string;
    author: string;
  }): Promise<{ number: number }>;
  review(
    pull: number,
    options: { user: string; state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' },
  ): Promise<void>;
  /** A merge commit on the base branch; its sha. */
  merge(pull: number, options: { user: string }): Promise<string>;
  /** Repository variables, as `vars` shows them, and secrets. */
  readonly variables: Record<string, string>;
  readonly secrets: Record<string, string>;
  setEnvironment(environment: {
    name: string;
    reviewers?: readonly string[];
    preventSelfReview?: boolean;
    waitMinutes?: number;
  }): Promise<void>;
  environment(
    name: string,
  ): { readonly reviewers: readonly string[]; readonly waitMinutes: number } | undefined;
  readonly runs: HubRuns;
  /** A token with these permissions; what it may not do answers 403 "Resource not accessible by integration". */
  token(options: { permissions: Permissions; runId?: number }): string;
  /** Called when a workflow or repository dispatch came in over HTTP, after it was answered. */
  onDispatch(listener: (dispatch: Dispatch) => void): void;
}

export type Permissions = Readonly<Record<string, 'read' | 'write' | 'none'>> | 'read-all' | 'write-all';

export type Dispatch =
  | {
      readonly kind: 'workflow';
      readonly runId: number;
      readonly workflow: string;
      readonly ref: string;
      readonly inputs: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'repository';
      readonly eventType: string;
      readonly payload: Readonly<Record<string, unknown>>;
    };

export interface HubRuns {
  /** A new run record, or (with `id`) the one that a dispatch reserved. */
  start(run: {
    id?: number;
    workflow: string;
    name: string;
    event: string;
    headSha: string;
    headBranch: string;
    actor: string;
    pulls?: readonly number[];
  }): Promise<{ id: number; attempt: number; number: number }>;
  update(
    id: number,
    change: { status: 'queued' | 'in_progress' | 'waiting' | 'completed'; conclusion?: string },
  ): Promise<void>;
  /** Records of jobs and steps, shown by the jobs endpoint. */
  setJobs(id: number, jobs: readonly HubJob[]): Promise<void>;
  /** A pending deployment of an environment that wants approval. */
  requestApproval(id: number, environment: string): Promise<void>;
  decide(
    id: number,
    environment: string,
    decision: { user: string; state: 'approved' | 'rejected'; comment: string },
  ): Promise<void>;
  /** The JWT for ACTIONS_RUNTIME_TOKEN, with `scp: Actions.Results:<run>:<job>`. */
  runtimeToken(id: number, jobId: string): string;
  /** Artifacts of a run, for upload-artifact and download-artifact: folders and files on this machine. */
  putArtifact(
    id: number,
    name: string,
    files: readonly { path: string; source: string }[],
  ): Promise<{ id: number; digest: string }>;
  artifacts(id: number): Promise<readonly { id: number; name: string; size: number }[]>;
  extractArtifact(id: number, name: string, folder: string): Promise<boolean>;
}

export interface HubJob {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly steps: readonly { readonly name: string; readonly number: number; readonly conclusion: string }[];
}
