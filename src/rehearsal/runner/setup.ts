import type { Hub, HubRepository } from '../types.js';
import type { Decision, Reporter, RunInfo } from './events.js';
import type { CommitFiles } from './git.js';
import type { ConcurrencyGroups, Slots } from './locks.js';
import type { Processes } from './processes.js';
import type { Mapping } from './values.js';
import type { Workflow } from './workflow.js';

/** What started a run, as GitHub's webhook tells it. */
export interface RunEvent {
  /** `push`, `pull_request`, `schedule`, `workflow_dispatch`, `repository_dispatch`, `workflow_run`, … */
  readonly name: string;
  /** Untrusted. */
  readonly payload: Mapping;
  /** `refs/heads/main`, `refs/tags/v1`, `refs/pull/7/merge`. */
  readonly ref: string;
  /** The commit that runs. */
  readonly sha: string;
  readonly actor: string;
}

/** Where the actions of this project are found instead of on GitHub. */
export interface Suite {
  /** A checkout: `actions/<name>/action.yml` below it. */
  readonly folder: string;
  /** `owner/repository`, as `uses:` says it. */
  readonly name: string;
}

export type Approve = (environment: string, run: RunInfo) => Promise<Decision> | Decision;

/** Everything that one run works with. */
export interface RunSetup {
  readonly hub: Hub;
  readonly repository: HubRepository;
  readonly event: RunEvent;
  readonly info: RunInfo;
  readonly commit: CommitFiles;
  /** Reusable workflows that the workflow calls, by path. */
  readonly callable: ReadonlyMap<string, Workflow>;
  readonly suite: Suite;
  /** Absolute path of the Node that actions run on. */
  readonly node: string;
  /** Folder of this run; removed at its end. */
  readonly folder: string;
  readonly toolFolder: string;
  readonly logFolder: string;
  /** Owner of the tracking id of the run's processes. */
  readonly owner: string;
  readonly eventFile: string;
  /** What steps see of the environment that the rehearsal was started in. */
  readonly inherited: Readonly<Record<string, string>>;
  readonly fork: boolean;
  readonly debug: boolean;
  readonly approve: Approve;
  readonly reporter: Reporter;
  readonly processes: Processes;
  readonly slots: Slots;
  readonly groups: ConcurrencyGroups;
}
