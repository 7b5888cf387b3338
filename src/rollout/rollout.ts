import type { Clock } from '../common/clock.js';
import type { Logger } from '../common/logger.js';
import type { ApprovalRecord, DeploymentPayload } from '../formats/deployment.js';
import { hasStatus } from '../github/failure.js';
import type { Incident } from '../github/incident.js';
import type { GitHub } from '../github/types.js';
import { type Deployed, type Survey, createDeployment, setState, survey } from './deployments.js';
import { type Keeper, drive } from './drive.js';
import { shiftTime } from './engine.js';
import { closeRolloutIncident, openRolloutIncident } from './incident.js';
import { type Plan, type RolloutSettings, planOf } from './plan.js';
import { type Driver, Progress, readProgress } from './progress.js';
import type { Signals } from './signals/http.js';
import { type State, initialState } from './state.js';
import { type Target, TargetError } from './targets/target.js';

export interface Rollout {
  readonly model: string;
  readonly version: string;
  readonly tag: string;
  readonly manifestDigest: string;
  readonly environment: string;
  readonly cause: 'rollout' | 'rollback';
  readonly settings: RolloutSettings;
  readonly approval: ApprovalRecord;
  readonly run: Driver;
}

export interface RolloutTools {
  readonly github: GitHub;
  /** The target for a version, beside the champion that serves now. */
  target(version: string, champion: string | undefined): Target;
  readonly signals: Signals | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
}

export interface RolloutEnd {
  /**
   * `cancelled`: the weight stays, the next run goes on. `stuck`: the challenger could not be stopped,
   * the next run tries again.
   */
  readonly how: 'finished' | 'already-live' | 'cancelled' | 'stuck';
  readonly plan: Plan;
  readonly state: State;
  readonly payload: DeploymentPayload;
  readonly deployment: number;
  readonly incident: Incident | undefined;
  /** Whether an earlier run had begun it. */
  readonly resumed: boolean;
}

/**
 * Rolls a version out to an environment, or goes on with a rollout that an earlier run began.
 * Every write can be repeated; a run that was killed at any point and started again ends the same.
 * @throws UserError when another run drives this rollout; TargetError when what another version left cannot be stopped
 */
export async function rollOut(rollout: Rollout, tools: RolloutTools): Promise<RolloutEnd> {
  const { github } = tools;
  const found = await survey(github, rollout.model, rollout.environment);
  const isOurs = ({ payload }: Deployed): boolean =>
    payload.version === rollout.version &&
    payload.manifestDigest === rollout.manifestDigest &&
    payload.cause === rollout.cause;
  const ours = found.unfinished.find(isOurs);
  for (const other of found.unfinished) {
    if (other !== ours) await giveUp(rollout, tools, other, found.live);
  }
  if (ours === undefined && found.live !== undefined && (await serves(rollout, tools, found.live))) {
    return settleLive(rollout, tools, found, found.live);
  }
  const champion = found.live?.payload.version;
  const compares = rollout.cause === 'rollout' && champion !== undefined && champion !== rollout.version;
  const begun =
    ours ??
    (await begin(rollout, tools, planOf(rollout.settings, compares, rollout.cause), champion ?? null));
  await setState(github, begun, 'in_progress', `rolling out ${rollout.version}`, rollout.run.url);
  // What was planned when it began holds to its end, whatever the inputs say now.
  const replaced = begun.payload.replaces ?? undefined;
  const plan: Plan = {
    ...planOf(rollout.settings, compares || begun.payload.plan.steps.length > 1, rollout.cause),
    ...begun.payload.plan,
  };
  const progress = await Progress.take(
    { ...progressOptions(rollout, tools, begun, plan), resume: (state, gap) => shiftTime(state, gap) },
    initialState,
  );
  const target = tools.target(rollout.version, replaced === rollout.version ? undefined : replaced);
  const versions = { champion: replaced ?? null, challenger: rollout.version };
  let last = progress.state;
  const keeper: Keeper = {
    get writtenAt() {
      return progress.writtenAt;
    },
    note: (state) => {
      last = state;
    },
    save: (state) => progress.save(state),
  };
  const { signals, clock, logger, signal } = tools;
  const beatMs = leaseOf(plan) / 3;
  const common = {
    plan,
    payload: begun.payload,
    deployment: begun.deployment.id,
    resumed: ours !== undefined,
  };
  try {
    const state = await drive(
      { plan, versions, target, signals, keeper, beatMs, clock, logger, ...(signal && { signal }) },
      progress.state,
    );
    const incident = await finish(rollout, tools, begun, state);
    return { ...common, how: 'finished', state, incident };
  } catch (error) {
    if (signal?.aborted === true) {
      await progress.release(last);
      return { ...common, how: 'cancelled', state: last, incident: undefined };
    }
    if (!(error instanceof TargetError)) throw error;
    const decision = last.decision!;
    const stuck: State = {
      ...last,
      decision: { ...decision, reasons: [...decision.reasons, error.message] },
    };
    await progress.release(last);
    const incident = await report(rollout, tools, begun, stuck);
    return { ...common, how: 'stuck', state: stuck, incident };
  }
}

async function begin(
  rollout: Rollout,
  tools: RolloutTools,
  plan: Plan,
  replaces: string | null,
): Promise<Deployed> {
  const { model, version, manifestDigest, cause, approval, run, tag, environment, settings } = rollout;
  const { steps, bakeMs, intervalMs } = plan;
  const payload: DeploymentPayload = {
    kind: 'deployment',
    schemaVersion: 1,
    model,
    version,
    manifestDigest,
    cause,
    replaces,
    plan: { steps: [...steps], bakeMs, intervalMs },
    approval,
    run: { id: run.id, attempt: run.attempt, url: run.url },
  };
  return createDeployment(tools.github, { tag, environment, production: settings.production, payload });
}

/** Ends a rollout that nobody will go on with: another version is wanted now. */
async function giveUp(
  rollout: Rollout,
  tools: RolloutTools,
  other: Deployed,
  live: Deployed | undefined,
): Promise<void> {
  const { github, logger } = tools;
  const { version } = other.payload;
  logger.warning(`version ${version} was left unfinished in ${rollout.environment}: it is rolled back first`);
  if ((await readProgress(github, other.deployment.id)) !== undefined) {
    const plan: Plan = { ...planOf(rollout.settings, true, 'rollout'), ...other.payload.plan };
    const options = { ...progressOptions(rollout, tools, other, plan), resume: (state: State) => state };
    const progress = await Progress.take(options, initialState);
    const { state } = progress;
    if (state.phase !== 'done') {
      await tools.target(version, live?.payload.version).stop(state.steps.at(-1)?.weight ?? 0);
      const decision = {
        verdict: 'inconclusive',
        fault: 'none',
        reasons: [`given up for ${rollout.version}`],
      } as const;
      await progress.save({
        ...state,
        phase: 'done',
        decision: { ...decision, reasons: [...decision.reasons] },
      });
    }
  }
  await setState(github, other, 'inactive', `given up for ${rollout.version}`, rollout.run.url);
}

/** Whether a version is live, and the target, where it can tell, agrees. */
async function serves(rollout: Rollout, tools: RolloutTools, live: Deployed): Promise<boolean> {
  const { version, manifestDigest } = live.payload;
  if (version !== rollout.version || manifestDigest !== rollout.manifestDigest) return false;
  const status = await tools.target(version, undefined).status();
  if (status === undefined || status.champion?.version.replace(/^v/, '') === version) return true;
  return status.challenger?.version.replace(/^v/, '') === version && status.challenger.weight === 1;
}

/** The record says success: what belongs to that is done, if a killed run left it undone. */
async function settleLive(
  rollout: Rollout,
  tools: RolloutTools,
  found: Survey,
  live: Deployed,
): Promise<RolloutEnd> {
  const incident = await afterSuccess(rollout, tools, live, found);
  const progress = await readProgress(tools.github, live.deployment.id);
  const reasons = [`version ${live.payload.version} is live already`];
  const decision = { verdict: 'pass' as const, fault: 'none' as const, reasons };
  const state: State = progress?.content.state ?? { ...initialState, phase: 'done', decision };
  const plan: Plan = {
    ...planOf(rollout.settings, live.payload.plan.steps.length > 1, rollout.cause),
    ...live.payload.plan,
  };
  const { payload, deployment } = live;
  return { how: 'already-live', plan, state, payload, deployment: deployment.id, incident, resumed: true };
}

/** Writes down how it ended: the incident before the failing status, which says that all is done. */
async function finish(
  rollout: Rollout,
  tools: RolloutTools,
  begun: Deployed,
  state: State,
): Promise<Incident | undefined> {
  const { github } = tools;
  const decision = state.decision!;
  const running: Deployed = { ...begun, state: 'in_progress' };
  const description = decision.reasons.join('; ');
  if (decision.verdict === 'pass') {
    await setState(github, running, 'success', description, rollout.run.url);
    const now = await survey(github, rollout.model, rollout.environment);
    return afterSuccess(rollout, tools, begun, now);
  }
  const incident = await report(rollout, tools, begun, state);
  await setState(github, running, 'failure', description, rollout.run.url);
  return incident;
}

async function report(
  rollout: Rollout,
  { github, logger }: RolloutTools,
  begun: Deployed,
  state: State,
): Promise<Incident | undefined> {
  const incident = await whereAllowed(
    logger,
    openRolloutIncident(github, rollout, {
      version: rollout.version,
      replaced: begun.payload.replaces,
      decision: state.decision!,
      state,
      runUrl: rollout.run.url,
      deployment: begun.deployment.id,
    }),
  );
  if (incident !== undefined) logger.info(`incident: ${incident.issue.url}`);
  return incident;
}

/** A rollout is not undone, nor its status withheld, because issues are off (410) or the token may not write them. */
async function whereAllowed<T>(logger: Logger, writing: Promise<T>): Promise<T | undefined> {
  try {
    return await writing;
  } catch (error) {
    if (!hasStatus(error, 403, 404, 410)) throw error;
    logger.warning(`the incident’s issue could not be written: ${error.message}`);
    return undefined;
  }
}

async function afterSuccess(
  rollout: Rollout,
  { github, logger }: RolloutTools,
  live: Deployed,
  { outdated }: Survey,
): Promise<Incident | undefined> {
  for (const older of outdated) {
    await setState(github, older, 'inactive', `replaced by ${rollout.version}`, rollout.run.url);
  }
  return whereAllowed(
    logger,
    closeRolloutIncident(github, rollout, {
      version: rollout.version,
      runUrl: rollout.run.url,
      deployment: live.deployment.id,
    }),
  );
}

/** Long enough that a slow look is not taken for a dead run, short enough to wait for. */
function leaseOf({ intervalMs }: Plan): number {
  return Math.max(30_000, 20 * intervalMs);
}

function progressOptions(rollout: Rollout, tools: RolloutTools, deployed: Deployed, plan: Plan) {
  const { github, clock, logger, signal } = tools;
  return {
    github,
    deployment: deployed.deployment.id,
    driver: rollout.run,
    leaseMs: leaseOf(plan),
    clock,
    ...(signal && { signal }),
    onWait: (ms: number, url: string) =>
      logger.notice(
        `another run may be driving this rollout (${url}): waiting ${Math.ceil(ms / 1000)} s for it`,
      ),
  };
}
