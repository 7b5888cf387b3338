import { delimiter } from 'node:path';
import type { Permissions } from '../types.js';
import { type JobPlaces, githubEnvironment, runnerEnvironment } from './contexts.js';
import type { Scope, Status, Token } from './expressions.js';
import type { Frame } from './frame.js';
import { hashFiles } from './glob.js';
import type { JobLog } from './job-log.js';
import { limited } from './limited.js';
import { trackingId, trackingVariable, type Tracking } from './processes.js';
import type { RunSetup } from './setup.js';
import type { Mapping, Value } from './values.js';
import type { Job, Workflow } from './workflow.js';

/** How long steps with `always()` may still run once a job is cancelled: GitHub gives five minutes. */
const afterCancellation = 5 * 60_000;

/** What `environment:` of a job says. */
export interface JobEnvironment {
  readonly name: string;
  /** Evaluated at the end of the job. */
  readonly url: Token | undefined;
  /** False: GitHub files no deployment of its own. */
  readonly deployment: boolean;
}

/** One job to run: of a matrix, of a called workflow, or plain. */
export interface JobPlan {
  readonly workflow: Workflow;
  readonly job: Job;
  /** Unique in the run, fit for a file name. */
  readonly key: string;
  /** As people see it: `caller / train (1, linux)`. */
  readonly name: string;
  readonly permissions: Permissions;
  readonly token: string;
  readonly github: Mapping;
  /** Of the workflow or of the call, evaluated. */
  readonly env: Readonly<Record<string, string>>;
  readonly inputs: Mapping;
  readonly secrets: Readonly<Record<string, string>>;
  readonly needs: Mapping;
  readonly matrix: Mapping | null;
  readonly strategy: Mapping;
  readonly environment: JobEnvironment | undefined;
}

/** A post step that waits for the end of the job. */
export interface Post {
  readonly name: string;
  run(): Promise<void>;
}

/** What changes while a job runs. */
export class JobState {
  readonly plan: JobPlan;
  readonly setup: RunSetup;
  readonly places: JobPlaces;
  readonly log: JobLog;
  readonly tracking: Tracking;
  readonly runner: Record<string, Value>;
  /** Aborted when the job is cancelled or out of time. */
  readonly signal: AbortSignal;
  readonly posts: Post[] = [];
  /** Job's `env:`, and what steps added by GITHUB_ENV. */
  readonly env: Record<string, string>;
  /** What steps added by GITHUB_PATH, the latest first. */
  readonly path: string[] = [];
  /** What actions left for their post step, by the step's key. */
  readonly actionStates = new Map<string, Record<string, string>>();
  #counter = 0;
  #late: AbortSignal | undefined;

  constructor(options: {
    plan: JobPlan;
    setup: RunSetup;
    places: JobPlaces;
    log: JobLog;
    tracking: Tracking;
    runner: Record<string, Value>;
    signal: AbortSignal;
  }) {
    this.plan = options.plan;
    this.setup = options.setup;
    this.places = options.places;
    this.log = options.log;
    this.tracking = options.tracking;
    this.runner = options.runner;
    this.signal = options.signal;
    this.env = { ...options.plan.env };
  }

  /** For what runs now: the job's own signal, or, once that is aborted, one of the time that is left for `always()`. */
  lateSignal(): AbortSignal {
    if (!this.signal.aborted) return this.signal;
    this.#late ??= limited(undefined, afterCancellation).signal;
    return this.#late;
  }

  /** A number that no other file of this job has. */
  next(): number {
    return ++this.#counter;
  }

  statusOf(frame: Frame): Status {
    return this.signal.aborted ? 'cancelled' : frame.status;
  }

  scope(frame: Frame, env: Readonly<Record<string, string>> = {}, status = this.statusOf(frame)): Scope {
    const { plan, setup, places } = this;
    return {
      file: frame.file,
      status,
      hashFiles: (patterns) => hashFiles(patterns, places.workspace),
      contexts: {
        github: {
          ...plan.github,
          workspace: places.workspace,
          ...(frame.actionPath !== undefined && { action_path: frame.actionPath, action_status: status }),
        },
        env: { ...this.env, ...frame.env, ...env },
        vars: setup.repository.variables,
        // A composite action sees no secrets: they are given to it as inputs.
        secrets: frame.depth === 0 ? { ...plan.secrets, GITHUB_TOKEN: plan.token } : null,
        inputs: frame.inputs ?? plan.inputs,
        needs: plan.needs,
        matrix: plan.matrix,
        strategy: plan.strategy,
        steps: Object.fromEntries(Object.entries(frame.steps).map(([id, step]) => [id, { ...step }])),
        job: { status },
        runner: this.runner,
      },
    };
  }

  /** PATH of the steps. */
  searchPath(): string {
    return [...this.path, this.setup.inherited.PATH ?? ''].join(delimiter);
  }

  /** The environment of a process of a step. */
  environment(frame: Frame, own: Readonly<Record<string, string>>): Record<string, string> {
    return {
      ...this.setup.inherited,
      ...githubEnvironment({ ...this.plan.github, workspace: this.places.workspace }),
      ...runnerEnvironment(this.runner),
      [trackingVariable]: trackingId(this.tracking),
      ...this.env,
      ...frame.env,
      ...own,
      PATH: own.PATH ?? frame.env.PATH ?? this.env.PATH ?? this.searchPath(),
    };
  }
}
