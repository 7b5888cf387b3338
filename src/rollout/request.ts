import type { Clock } from '../common/clock.js';
import type { Logger } from '../common/logger.js';
import type { ApprovalRecord, DeploymentPayload } from '../formats/deployment.js';
import type { Incident } from '../github/incident.js';
import type { GitHub } from '../github/types.js';
import type { Plan, RolloutSettings } from './plan.js';
import type { Signals } from './signals/http.js';
import type { State } from './state.js';
import type { ServedVersion, Target } from './targets/target.js';

/** The run that asks. */
export interface RequestingRun {
  readonly id: number;
  readonly attempt: number;
  readonly job: string;
  readonly runner: string;
  readonly url: string;
  /** GitHub login of who started it. */
  readonly actor: string;
}

interface Request {
  readonly model: string;
  readonly environment: string;
  readonly settings: RolloutSettings;
  readonly run: RequestingRun;
  /** A person allows a withdrawn version to serve again. */
  readonly restore: boolean;
}

/** A version that is compared with the live one before it is promoted. */
export interface Rollout extends Request {
  readonly version: string;
  readonly tag: string;
  readonly manifestDigest: string;
  readonly approval: ApprovalRecord;
  /** A person says that no version is to be compared with, whatever the record or the target show. */
  readonly firstDeployment: boolean;
  /** How a person wants a difference between record and target settled; undefined: it is an error. */
  readonly reconcile: 'adopt-target' | 'adopt-record' | undefined;
  /** How long to wait for another run that changes the environment, milliseconds. */
  readonly waitMs: number;
}

/** A return to a version that had its place. */
export interface Rollback extends Request {
  /** `previous`, a version, or a range. */
  readonly requested: string;
  /** When it was asked for: the creation of the run on GitHub. Undefined where GitHub does not tell. */
  readonly requestedAt: Date | undefined;
  /** Asks whether people approved the return to a version. @throws UserError when they did not */
  approve(served: ServedVersion): Promise<ApprovalRecord>;
}

export interface RolloutTools {
  readonly github: GitHub;
  /** The target, as a tenure may use it. */
  target(use: {
    /** The version that serves and stays. */
    readonly stable: string | undefined;
    readonly fence: number;
    readonly readBack: 'required' | 'attempted';
    readonly signal: AbortSignal;
  }): Target;
  /** Verifies a registered version that no deployment recorded. @throws UserError when it is none, or was changed */
  verify(version: string): Promise<ServedVersion>;
  readonly signals: Signals | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
  /** Milliseconds within which a run that was taken over from has stopped its commands; default 8,000. */
  readonly settleMs?: number;
  /** How often a run looks who is in charge, milliseconds; default 2,000. */
  readonly lookMs?: number;
}

export interface RolloutEnd {
  /**
   * `cancelled`: the weight stays, the next run continues. `stuck`: the challenger could not be stopped, the next run
   * tries again.
   */
  readonly how: 'finished' | 'already-live' | 'cancelled' | 'stuck';
  readonly plan: Plan;
  readonly state: State;
  readonly payload: DeploymentPayload;
  readonly deployment: number;
  readonly incident: Incident | undefined;
  /** Whether an earlier run had begun it. */
  readonly resumed: boolean;
  /** Share of the requests that the version gets after a cancellation, as the target says; undefined: unknown. */
  readonly routed?: number;
}
