/** What the local GitHub keeps of a repository, as JSON; the git repository lies beside it. Times are ISO 8601. */
export interface RepositoryData {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  readonly private: boolean;
  readonly createdAt: string;
  /** How many ids were given; ids are `id × 1,000,000 + counter`, so that they are unique among repositories. */
  counter: number;
  /** The last number given to an issue or a pull request. */
  lastNumber: number;
  immutableReleases: boolean;
  /** Tags of immutable releases, kept after the release is deleted: they can never be used again. */
  burntTags: string[];
  readonly variables: Record<string, string>;
  readonly releases: ReleaseData[];
  readonly deployments: DeploymentData[];
  readonly environments: EnvironmentData[];
  readonly labels: LabelData[];
  readonly issues: IssueData[];
  readonly comments: CommentData[];
  readonly runs: RunData[];
  readonly artifacts: ArtifactData[];
  readonly caches: CacheData[];
}

export interface ReleaseData {
  readonly id: number;
  tag: string;
  target: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  immutable: boolean;
  latest: boolean;
  createdAt: string;
  updatedAt: string;
  publishedAt: string | null;
  readonly author: string;
  readonly assets: AssetData[];
}

export interface AssetData {
  readonly id: number;
  name: string;
  label: string | null;
  state: 'uploaded' | 'starter';
  contentType: string;
  size: number;
  digest: string | null;
  downloads: number;
  readonly createdAt: string;
  updatedAt: string;
  readonly uploader: string;
}

export interface DeploymentData {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  readonly originalEnvironment: string;
  environment: string;
  readonly description: string | null;
  readonly creator: string;
  readonly transient: boolean;
  readonly production: boolean;
  readonly createdAt: string;
  updatedAt: string;
  /** Oldest first. */
  readonly statuses: DeploymentStatusData[];
}

export interface DeploymentStatusData {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment: string;
  readonly logUrl: string;
  readonly environmentUrl: string;
  readonly creator: string;
  readonly createdAt: string;
}

export interface EnvironmentData {
  readonly id: number;
  readonly name: string;
  reviewers: string[];
  preventSelfReview: boolean;
  waitMinutes: number;
  readonly createdAt: string;
  updatedAt: string;
}

export interface LabelData {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

/** An issue, or the part of a pull request that is one. */
export interface IssueData {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: string | null;
  labels: string[];
  assignees: string[];
  locked: boolean;
  readonly author: string;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: string | null;
  pull?: PullData;
}

export interface PullData {
  readonly id: number;
  /** A branch; of the fork of this login, where one is named. */
  readonly head: string;
  readonly fork?: string;
  readonly base: string;
  headSha: string;
  baseSha: string;
  mergeSha: string | null;
  mergedAt: string | null;
  mergedBy: string | null;
  draft: boolean;
  /** Oldest first. */
  readonly reviews: ReviewData[];
}

export interface ReviewData {
  readonly id: number;
  readonly user: string;
  readonly state: string;
  readonly body: string;
  readonly commitSha: string;
  readonly submittedAt: string;
}

export interface CommentData {
  readonly id: number;
  readonly issue: number;
  body: string;
  readonly author: string;
  readonly createdAt: string;
  updatedAt: string;
}

export interface RunData {
  readonly id: number;
  readonly number: number;
  attempt: number;
  /** File below `.github/workflows/`, without that folder. */
  readonly workflow: string;
  name: string;
  readonly event: string;
  readonly headSha: string;
  readonly headBranch: string;
  readonly actor: string;
  pulls: number[];
  status: string;
  conclusion: string | null;
  readonly createdAt: string;
  updatedAt: string;
  startedAt: string;
  jobs: JobData[];
  readonly pending: { readonly environment: string; readonly since: string }[];
  readonly approvals: ApprovalData[];
}

export interface JobData {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly steps: readonly { readonly name: string; readonly number: number; readonly conclusion: string }[];
}

export interface ApprovalData {
  readonly environment: string;
  readonly state: 'approved' | 'rejected';
  readonly user: string;
  readonly comment: string;
  readonly at: string;
}

export interface ArtifactData {
  readonly id: number;
  readonly run: number;
  readonly name: string;
  /** File below `blobs/`. */
  readonly blob: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly mimeType: string;
  /** Set when it is finalized; an artifact that is not is shown to nobody. */
  size: number | null;
  digest: string | null;
}

export interface CacheData {
  readonly id: number;
  readonly key: string;
  readonly version: string;
  /** The ref that it belongs to: found from it and, when it is the default branch, from everywhere. */
  readonly scope: string;
  readonly blob: string;
  readonly createdAt: string;
  size: number | null;
}
