import { UserError, messageOf } from '../common/errors.js';
import type { DeploymentPayload } from '../formats/deployment.js';
import { type Entry, readLedger } from '../ledger/ledger.js';
import { createEntry, setState } from '../ledger/record.js';
import { Overtaken } from '../ledger/tenure.js';
import { type Charge, takeTenure, useTarget } from './charge.js';
import { type StateStore, drive } from './drive.js';
import { shiftTime } from './engine.js';
import { findObjection } from './objection.js';
import { type Plan, planOf } from './plan.js';
import { agree, refuseChanged, refuseUnfinishedRollback, requireFirst } from './preconditions.js';
import { progressOf, saveable } from './progress.js';
import { refuseWithdrawn, servedOf } from './reconcile.js';
import type { Rollout, RolloutEnd, RolloutTools } from './request.js';
import { recordEnd, reportIncident, settleSuccess } from './settle.js';
import { type State, initialState } from './state.js';
import { bringUp, stopChallenger } from './targets/bring.js';
import { type Serving, TargetError, isEmpty, isServing, isVersion } from './targets/target.js';

/**
 * Rolls a version out to an environment, or continues a rollout that an earlier run began. Everything is read after
 * this run is in charge. Every write can be repeated; a run that was killed at any point and started again ends the
 * same.
 * @throws UserError when record, target and request contradict each other, or another run stays in charge;
 *   Overtaken when a rollback took over
 */
export async function rollOut(rollout: Rollout, tools: RolloutTools): Promise<RolloutEnd> {
  const { version, manifestDigest, settings, waitMs } = rollout;
  const { signal } = tools;
  const task = `roll out ${version}`;
  const tenure = await takeTenure(rollout, tools, {
    cause: 'rollout',
    task,
    leaseMs: leaseOf(settings),
    waitMs,
  });
  const charge: Charge = {
    rollout,
    tools,
    tenure,
    signal: signal === undefined ? tenure.signal : AbortSignal.any([signal, tenure.signal]),
    challenger: { version, manifestDigest },
  };
  try {
    return await takeCharge(charge);
  } catch (error) {
    // A command that was ended because another run took over must not hide that.
    tenure.signal.throwIfAborted();
    throw error;
  } finally {
    await tenure.release();
  }
}

/** Long enough that a slow read is not mistaken for a dead run, short enough to wait for. */
export function leaseOf({ intervalMs }: { readonly intervalMs: number }): number {
  return Math.max(30_000, 20 * intervalMs);
}

async function takeCharge(charge: Charge): Promise<RolloutEnd> {
  const { rollout, tools, challenger } = charge;
  const { github } = tools;
  const first = await readLedger(github, rollout.model, rollout.environment);
  refuseWithdrawn(first, challenger, rollout.restore);
  refuseChanged(first, challenger);
  refuseUnfinishedRollback(first);
  const { ledger, serving } = await agree(charge, first);
  const ours = ledger.unfinished.find((entry) => isSame(entry, charge, ledger.live));
  for (const other of ledger.unfinished) if (other !== ours) await giveUp(charge, other, ledger.live);
  const { live } = ledger;
  const target = useTarget(charge, live);
  if (live !== undefined && serving !== undefined && isEmpty(serving)) {
    tools.logger.warning(`nothing serves in ${rollout.environment}: ${live.version} is brought back first`);
    await bringUp(target, servedOf(live));
  }
  if (ours === undefined && live?.payload.manifestDigest === rollout.manifestDigest) {
    return settleLive(charge, live);
  }
  if (ours === undefined && live === undefined) await requireFirst(charge, ledger, target);
  const plan = planOf(rollout.settings, live !== undefined);
  const entry = ours ?? (await begin(charge, plan, live));
  if (ours === undefined) await abandonIfOvertaken(charge, entry);
  await setState(github, entry, 'in_progress', `rolling out ${rollout.version}`, rollout.run.url);
  return conduct(charge, entry, live, ours !== undefined, serving);
}

/** Whether an unfinished deployment is the one that this run asks for. */
function isSame({ payload }: Entry, { rollout }: Charge, live: Entry | undefined): boolean {
  return (
    payload.cause === 'rollout' &&
    payload.version === rollout.version &&
    payload.manifestDigest === rollout.manifestDigest &&
    payload.replaces === (live?.version ?? null)
  );
}

async function begin({ rollout, tools }: Charge, plan: Plan, live: Entry | undefined): Promise<Entry> {
  const { model, version, manifestDigest, approval, run, tag, environment, settings, restore } = rollout;
  const payload: DeploymentPayload = {
    kind: 'deployment',
    schemaVersion: 1,
    model,
    version,
    manifestDigest,
    cause: 'rollout',
    replaces: live?.version ?? null,
    plan: { steps: [...plan.steps], bakeMs: plan.bakeMs, intervalMs: plan.intervalMs },
    approval,
    run: { id: run.id, attempt: run.attempt, url: run.url },
    ...(restore && { restoredBy: run.actor }),
  };
  return createEntry(tools.github, { ref: tag, environment, production: settings.production, payload });
}

/** A rollback may have taken over while the deployment was being recorded, and so could not see it. */
async function abandonIfOvertaken({ rollout, tools, tenure }: Charge, entry: Entry): Promise<void> {
  try {
    await tenure.ensureHeld();
  } catch (error) {
    if (error instanceof Overtaken)
      await setState(
        tools.github,
        entry,
        'inactive',
        'another run took over before it began',
        rollout.run.url,
      );
    throw error;
  }
}

/** Drives a recorded rollout to its end. */
async function conduct(
  charge: Charge,
  entry: Entry,
  live: Entry | undefined,
  resumed: boolean,
  serving: Serving | undefined,
): Promise<RolloutEnd> {
  const { rollout, tools, tenure, challenger, signal } = charge;
  const { clock, logger, signals } = tools;
  const deployment = entry.deployment.id;
  // What was planned when it began holds to its end, whatever the inputs say now.
  const plan: Plan = { ...planOf(rollout.settings, live !== undefined), ...entry.payload.plan };
  const from = resumeFrom(charge, deployment, serving);
  let last = from;
  const store: StateStore = {
    get writtenAt() {
      return tenure.writtenAt;
    },
    note: (state) => {
      last = state;
    },
    save: (state) => tenure.save(saveable(deployment, state, clock.now())),
  };
  const target = useTarget(charge, live);
  const common = { plan, payload: entry.payload, deployment, resumed };
  try {
    const state = await drive(
      {
        plan,
        challenger,
        stable: live && servedOf(live),
        target,
        signals,
        store,
        beatMs: leaseOf(plan) / 3,
        findObjection: () => findObjection(charge, entry, live, target, last),
        clock,
        logger,
        signal,
      },
      from,
    );
    await tenure.ensureHeld();
    return { ...common, how: 'finished', state, incident: await recordEnd(rollout, tools, entry, state) };
  } catch (error) {
    tenure.signal.throwIfAborted();
    if (signal.aborted) {
      await store.save(last).catch((saving: unknown) => {
        logger.warning(`the state of the rollout could not be saved (${messageOf(saving)})`);
      });
      const routed = await routedShare(charge, plan, last);
      return {
        ...common,
        how: 'cancelled',
        state: last,
        incident: undefined,
        ...(routed !== undefined && { routed }),
      };
    }
    if (!(error instanceof TargetError)) throw error;
    const decision = last.decision!;
    const stuck: State = {
      ...last,
      decision: { ...decision, reasons: [...decision.reasons, error.message] },
    };
    await store.save(last);
    return {
      ...common,
      how: 'stuck',
      state: stuck,
      incident: await reportIncident(rollout, tools, entry, stuck),
    };
  }
}

/**
 * The state to go on from. What was saved last may be older than what was done last: a challenger that the target no
 * longer shows was stopped since, and can neither be watched nor get more traffic before it is started again.
 */
function resumeFrom(
  { rollout, tools, tenure, challenger }: Charge,
  deployment: number,
  serving: Serving | undefined,
): State {
  const progress = progressOf(tenure.progress, deployment, rollout);
  if (progress === undefined) return initialState;
  const { phase } = progress.state;
  const needsChallenger = phase === 'weigh' || phase === 'watch';
  if (needsChallenger && serving !== undefined && !isServing(serving, challenger.version)) {
    tools.logger.warning(
      `the target no longer shows ${challenger.version}: its rollout begins again with the first step`,
    );
    return initialState;
  }
  return shiftTime(progress.state, tools.clock.now().getTime() - progress.at);
}

/** The share that a cancelled rollout leaves on the challenger; the status gets a moment of its own. */
async function routedShare(
  { tools, tenure, challenger }: Charge,
  plan: Plan,
  state: State,
): Promise<number | undefined> {
  const moment = AbortSignal.timeout(3000);
  const target = tools.target({
    stable: undefined,
    fence: tenure.fence,
    readBack: 'required',
    signal: moment,
  });
  const serving = await target.status().catch(() => undefined);
  if (serving !== undefined) {
    if (isVersion(serving.champion, challenger.version)) return 1;
    return isVersion(serving.challenger, challenger.version) ? serving.challenger!.weight : 0;
  }
  // A weight that was being set may have been set.
  return state.phase === 'weigh'
    ? undefined
    : (state.steps.at(-1)?.weight ?? (plan.steps.length > 0 ? 0 : undefined));
}

/** Ends a rollout that nobody will continue: another version is wanted now. */
async function giveUp(charge: Charge, other: Entry, live: Entry | undefined): Promise<void> {
  const { rollout, tools, tenure } = charge;
  const { version } = other;
  if (version !== live?.version) {
    tools.logger.warning(
      `version ${version} was left unfinished in ${rollout.environment}: it is stopped first`,
    );
    const progress = progressOf(tenure.progress, other.deployment.id, rollout);
    // Without saved progress it may have had any weight.
    const reached = progress === undefined ? 1 : (progress.state.steps.at(-1)?.weight ?? 0);
    await explainStuck(
      stopChallenger(useTarget(charge, live), servedOf(other), live && servedOf(live), reached),
      version,
    );
  }
  await tenure.ensureHeld();
  await setState(tools.github, other, 'inactive', `given up for ${rollout.version}`, rollout.run.url);
}

async function explainStuck(stopping: Promise<void>, version: string): Promise<void> {
  try {
    await stopping;
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    throw new UserError(
      {
        message: `version ${version}, which an earlier run left unfinished, cannot be stopped: ${error.message}`,
        remedy: `fix rollout.target, then run this again; or deploy ${version} again to finish its rollout`,
      },
      { cause: error },
    );
  }
}

/** The version is live already: what belongs to that is done, if a killed run left it undone. */
async function settleLive({ rollout, tools, tenure }: Charge, live: Entry): Promise<RolloutEnd> {
  const incident = await settleSuccess(rollout, tools, live);
  const reasons = [`version ${live.version} is live already`];
  const decision = { verdict: 'pass' as const, fault: 'none' as const, reasons };
  const progress = progressOf(tenure.progress, live.deployment.id, rollout);
  const state: State = progress?.state.decision
    ? progress.state
    : { ...initialState, phase: 'done', decision };
  const plan: Plan = {
    ...planOf(rollout.settings, live.payload.plan.steps.length > 1),
    ...live.payload.plan,
  };
  const { payload, deployment } = live;
  return { how: 'already-live', plan, state, payload, deployment: deployment.id, incident, resumed: true };
}
