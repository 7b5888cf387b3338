import type { Clock } from '../common/clock.js';
import type { Logger } from '../common/logger.js';
import type { GitHub } from '../github/types.js';

/** The run that an action is part of, as the runner describes it. */
export interface RunContext {
  readonly owner: string;
  readonly repository: string;
  readonly sha: string;
  /** `refs/heads/main`, `refs/pull/7/merge`, … */
  readonly ref: string;
  readonly eventName: string;
  /** The event's payload: untrusted. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly workflow: string;
  readonly job: string;
  readonly runId: number;
  readonly runAttempt: number;
  readonly actor: string;
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** Absolute path of the checked-out repository. */
  readonly workspace: string;
  /** Absolute path of a folder that is emptied after the job. */
  readonly temp: string;
  /** `Linux`, `macOS`, `Windows`. */
  readonly os: string;
  readonly runnerName: string;
}

/** What is taken of an artifact that nobody answers for: this one file, and nothing when there is anything else in it. */
export interface OnlyFile {
  /** A plain name. */
  readonly file: string;
  /** Of the file, and of the artifact as it is kept. */
  readonly maxBytes: number;
}

/** Artifacts of this run (and, with `runId`, of another run of the repository). */
export interface Artifacts {
  /** Uploads files below `root` under a name unique in the run; an artifact of that name is replaced. */
  upload(
    name: string,
    files: readonly string[],
    root: string,
    options?: { retentionDays?: number },
  ): Promise<{ id: number; digest?: string }>;
  /**
   * Downloads the newest artifact of that name into `folder`; undefined when there is none.
   * @param only for an artifact of a run that nobody answers for, such as that of a fork's pull request
   * @throws UserError when there is anything else in it
   */
  download(
    name: string,
    folder: string,
    from?: { runId: number; token: string },
    only?: OnlyFile,
  ): Promise<{ id: number } | undefined>;
}

/** The cache of the repository. It may be read-only, full or gone: nothing may depend on it alone. */
export interface Cache {
  /** The key that was restored, or undefined. Keys: at most 512 characters, no comma. */
  restore(
    paths: readonly string[],
    key: string,
    restoreKeys?: readonly string[],
  ): Promise<string | undefined>;
  /** False when nothing was saved: `@actions/cache` swallows failures, we do not. */
  save(paths: readonly string[], key: string): Promise<boolean>;
}

/** State that `main` saves and `post` reads. */
export interface State {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** Everything of the world that an action touches. Tests pass their own. */
export interface Dependencies {
  readonly run: RunContext;
  /** Loads octokit at the first call. */
  github(token: string): Promise<GitHub>;
  /** Path of DuckDB's native library, for openEngine; fetched at the first call where it is not there yet. */
  duckdb(): Promise<string>;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Aborted when the job is cancelled (SIGINT, SIGTERM). */
  readonly signal: AbortSignal;
  readonly artifacts: Artifacts;
  readonly cache: Cache;
  readonly state: State;
  /** The environment for commands that the user named: the step's own, less our inputs and the runner's tokens. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where this action puts its files for other steps: `mlops-out/<action>` in the workspace, with a number for a job's later steps; exists. */
  readonly outputFolder: string;
  /** Hides a value in the log. */
  mask(secret: string): void;
}
