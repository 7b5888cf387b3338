import { UserError, messageOf } from '../common/errors.js';
import { formatInteger } from '../common/text.js';
import { parseSelector, compareVersions, tagOf } from '../common/version.js';
import type { ApprovalRecord, DeploymentPayload, Withdrawal } from '../formats/deployment.js';
import { hasStatus, isOutage } from '../github/failure.js';
import { type Entry, type Ledger, readLedger } from '../ledger/ledger.js';
import { findLiveSince, findPrevious } from '../ledger/previous.js';
import { createEntry, setState } from '../ledger/record.js';
import type { Tenure } from '../ledger/tenure.js';
import { takeTenure } from './charge.js';
import { type Plan, planOf } from './plan.js';
import { refuseWithdrawn, servedOf } from './reconcile.js';
import type { Rollback, RolloutEnd, RolloutTools } from './request.js';
import { recordEnd, reportIncident, settleSuccess } from './settle.js';
import { type Decision, type State, initialState, noCounts } from './state.js';
import { bringUp } from './targets/bring.js';
import { type ServedVersion, type Target, TargetError, isServing, isVersion } from './targets/target.js';

/** Without a sign of life for so long, another run may take over from a rollback. */
const leaseMs = 60_000;
/** It looks for pre-emption every 2 s, and a command that it ends is killed after 5 s. */
const settleMs = 8000;
/** How often a rollback moves the target again when a pre-empted run undid it. */
const mostRepeats = 3;

interface Charge {
  readonly rollback: Rollback;
  readonly tools: RolloutTools;
  readonly tenure: Tenure;
  readonly target: Target;
}

/**
 * Returns an environment to an earlier version, at once. Takes over from a rollout that is under way; needs neither
 * signals, nor a status of the target, nor the evidence of the release, nor the version that serves now. The version
 * is resolved once: a second attempt of the run, or a second click, ends where the first one did. The versions that
 * it takes out are withdrawn until a person restores them.
 * @throws UserError when there is nothing to return to
 */
export async function rollBack(rollback: Rollback, tools: RolloutTools): Promise<RolloutEnd> {
  const { logger, signal } = tools;
  // People approve before a rollout is interrupted.
  const [before] = chooseTargets(rollback, await readTolerantly(rollback, tools));
  let approval = await rollback.approve(servedOf(before!));
  const task = `roll back to ${before!.version}`;
  const tenure = await takeTenure(rollback, tools, { cause: 'rollback', task, leaseMs, waitMs: 0 });
  try {
    const ledger = await readTolerantly(rollback, tools);
    const candidates = chooseTargets(rollback, ledger);
    const target = tools.target({
      stable: ledger.live?.version,
      fence: tenure.fence,
      readBack: 'attempted',
      signal: signal === undefined ? tenure.signal : AbortSignal.any([signal, tenure.signal]),
    });
    const charge: Charge = { rollback, tools, tenure, target };
    let end: RolloutEnd | undefined;
    // What an earlier candidate's record withdrew is no candidate any more.
    const withdrawn = new Set<string>();
    for (const candidate of candidates) {
      const served = servedOf(candidate);
      if (withdrawn.has(served.manifestDigest)) continue;
      if (approval.manifestDigest !== served.manifestDigest) approval = await rollback.approve(served);
      end = await returnTo(charge, ledger, candidate, approval);
      if (end.state.decision?.verdict === 'pass') break;
      for (const { manifestDigest } of end.payload.withdraws ?? []) withdrawn.add(manifestDigest);
      logger.warning(
        `${candidate.version} could not be brought up: ${end.state.decision!.reasons.join('; ')}`,
      );
    }
    return end!;
  } catch (error) {
    tenure.signal.throwIfAborted();
    throw error;
  } finally {
    await tenure.release();
  }
}

/** The record, without deployments that cannot be read: they must not stand in the way. */
function readTolerantly({ model, environment }: Rollback, { github, logger }: RolloutTools): Promise<Ledger> {
  return readLedger(github, model, environment, ({ message }) => logger.warning(`${message}: left out`));
}

/** The entries to return to, best first; never empty. */
function chooseTargets(rollback: Rollback, ledger: Ledger): readonly Entry[] {
  const { requested, requestedAt, run, environment, model } = rollback;
  if (requested !== 'previous') return [chooseNamed(rollback, ledger)];
  // What an earlier attempt of this run resolved.
  const own = ledger.entries.find(
    ({ payload }) =>
      payload.cause === 'rollback' && payload.run.id === run.id && payload.requested === requested,
  );
  const askedAt = requestedAt ?? (own && new Date(own.deployment.createdAt));
  const since = askedAt && findLiveSince(ledger, askedAt);
  const withdrawal = own && ledger.withdrawn.get(own.payload.manifestDigest);
  if (since !== undefined || withdrawal !== undefined) {
    throw new UserError({
      message: since
        ? `${since.version} went live in ${environment} after this rollback was asked for`
        : `${withdrawal!.by} withdrew ${withdrawal!.version} after this rollback returned ${environment} to it`,
      remedy: 'start a new rollback if the live version is to be taken out, too',
    });
  }
  const found = findPrevious(ledger, requestedAt);
  if (own !== undefined) return [own, ...found.filter(({ version }) => version !== own.version)];
  if (found.length > 0) return found;
  const been = [...new Set(ledger.entries.filter((e) => e.liveFrom !== undefined).map((e) => e.version))];
  throw new UserError({
    message: `${environment} has had no good version before the live one of ${model}`,
    remedy:
      been.length === 0
        ? 'nothing was live there yet: deploy a version with deploy-canary'
        : `live there were ${been.join(', ')}: name one in the input \`version\`, with \`restore: true\` where it was withdrawn`,
  });
}

/** The highest version that a selector means and that has been live here; withdrawn ones come last. */
function chooseNamed({ requested, restore }: Rollback, ledger: Ledger): Entry {
  const selector = parseSelector(requested);
  if (selector === undefined) {
    throw new UserError({
      message: `"${requested}" is not a version`,
      remedy: 'write previous, 1.2.0, or a range such as ^1',
    });
  }
  const been = ledger.entries.filter(({ liveFrom }) => liveFrom !== undefined);
  const isOut = ({ payload }: Entry): number =>
    !restore && ledger.withdrawn.has(payload.manifestDigest) ? 1 : 0;
  const [entry] = been
    .filter(({ version }) => selector.matches(version))
    .sort((a, b) => isOut(a) - isOut(b) || compareVersions(b.version, a.version));
  if (entry === undefined) {
    const known = [...new Set(been.map(({ version }) => version))].join(', ') || 'none';
    throw new UserError({
      message: `no version of ${ledger.model} that matches "${requested}" has been live in ${ledger.environment}`,
      remedy: `live there were ${known}; another version can be deployed by deploy-canary`,
    });
  }
  refuseWithdrawn(ledger, servedOf(entry), restore);
  return entry;
}

/** Records the rollback, gives the version all requests, and takes everything else out. */
async function returnTo(
  charge: Charge,
  ledger: Ledger,
  to: Entry,
  approval: ApprovalRecord,
): Promise<RolloutEnd> {
  const { rollback, tools, target, tenure } = charge;
  const { clock, logger } = tools;
  const plan: Plan = { ...planOf(rollback.settings, false), watches: false };
  const others = ledger.unfinished.filter((entry) => !isContinued(entry, to));
  const serving = await target.status();
  const isThere = serving === undefined || isVersion(serving.champion, to.version);
  const isRestored = rollback.restore && ledger.withdrawn.has(to.payload.manifestDigest);
  if (
    !isRestored &&
    ledger.live?.version === to.version &&
    ledger.unfinished.every((entry) => isLeftover(entry, ledger.live!)) &&
    isThere &&
    (serving?.challenger ?? null) === null
  ) {
    return endAlreadyLive(charge, ledger.live, ledger.unfinished, plan);
  }
  const continued = ledger.unfinished.find((entry) => isContinued(entry, to));
  const entry = continued ?? (await record(charge, ledger, to, plan, approval));
  await setState(tools.github, entry, 'in_progress', `rolling back to ${to.version}`, rollback.run.url);
  const common = {
    plan,
    payload: entry.payload,
    deployment: entry.deployment.id,
    resumed: entry === continued,
  };
  const began = clock.now().getTime();
  try {
    await bringUp(target, servedOf(to));
    await takeOut(charge, to, [...others, ...(ledger.live ? [ledger.live] : [])]);
    if (tenure.tookOver) await holdAgainstOther(charge, to, others);
  } catch (error) {
    tenure.signal.throwIfAborted();
    if (tools.signal?.aborted === true) throw error;
    // What failed may have failed because another run is in charge, which continues this deployment.
    await tenure.ensureHeld();
    // Where GitHub is away, the next candidate's release is no nearer: the next attempt continues with this one.
    if (isOutage(error)) throw error;
    // A release that was changed, or a platform that refuses: the next candidate may still serve.
    if (!(error instanceof UserError) && !(error instanceof TargetError)) throw error;
    const decision: Decision = { verdict: 'fail', fault: 'target', reasons: [messageOf(error)] };
    const state: State = { ...initialState, phase: 'done', decision };
    await setState(
      tools.github,
      { ...entry, state: 'in_progress' },
      'failure',
      messageOf(error),
      rollback.run.url,
    );
    return {
      ...common,
      how: 'finished',
      state,
      incident: await reportIncident(rollback, tools, entry, state),
    };
  }
  const seen = await target.status();
  const checked =
    seen === undefined ? 'not read back: the target cannot tell what serves' : 'the target shows it';
  const state = stateServedAtOnce(`${to.version} has all requests; ${checked}`, began, clock.now().getTime());
  await tenure.ensureHeld();
  const incident = await recordEnd(rollback, tools, entry, state);
  // Read again: a run that was pre-empted may have recorded its deployment meanwhile.
  const { unfinished } = await readTolerantly(rollback, tools);
  for (const other of unfinished) {
    await setState(tools.github, other, 'inactive', `rolled back to ${to.version}`, rollback.run.url);
  }
  logger.info(`rolled back in ${formatInteger(clock.now().getTime() - began)} ms`);
  return { ...common, how: 'finished', state, incident };
}

/** What the rollback that is live had taken out, when its run was killed before it recorded that. */
const isLeftover = (entry: Entry, live: Entry): boolean =>
  live.payload.cause === 'rollback' && entry.deployment.id < live.deployment.id;

/** A rollback that an earlier run began, to the same bytes. */
const isContinued = ({ payload }: Entry, to: Entry): boolean =>
  payload.cause === 'rollback' && payload.manifestDigest === to.payload.manifestDigest;

async function record(
  { rollback, tools }: Charge,
  ledger: Ledger,
  to: Entry,
  plan: Plan,
  approval: ApprovalRecord,
): Promise<Entry> {
  const { environment, settings, run, model, requested, restore } = rollback;
  const { version } = to;
  const { manifestDigest } = to.payload;
  const payload: DeploymentPayload = {
    kind: 'deployment',
    schemaVersion: 1,
    model,
    version,
    manifestDigest,
    cause: 'rollback',
    replaces: ledger.live?.version ?? null,
    plan: { steps: [...plan.steps], bakeMs: plan.bakeMs, intervalMs: plan.intervalMs },
    approval,
    run: { id: run.id, attempt: run.attempt, url: run.url },
    requested,
    withdraws: withdrawalsOf(ledger, to, run.actor),
    ...(restore && { restoredBy: run.actor }),
  };
  const ref = tagOf(model, version);
  const create = (at: string) =>
    createEntry(tools.github, { ref: at, environment, production: settings.production, payload });
  try {
    return await create(ref);
  } catch (error) {
    // The tag is gone: the commit of the earlier deployment does as well.
    const { sha } = to.deployment;
    if (!hasStatus(error, 404, 422) || !/^[0-9a-f]{40}$/.test(sha)) throw error;
    tools.logger.warning(
      `GitHub took no deployment of the tag ${ref} (${messageOf(error)}): the deployment names its commit ${sha.slice(0, 7)}`,
    );
    return create(sha);
  }
}

/** The live version and those under way, unless it is the one to return to. */
function withdrawalsOf({ live, unfinished }: Ledger, to: Entry, by: string): Withdrawal[] {
  const left = new Map<string, Withdrawal>();
  for (const { version, payload } of [...(live === undefined ? [] : [live]), ...unfinished]) {
    const { manifestDigest } = payload;
    if (manifestDigest !== to.payload.manifestDigest)
      left.set(manifestDigest, { version, manifestDigest, by });
  }
  return [...left.values()];
}

/** Stops what still serves beside the version. The requests are safe by then, so failures are warnings. */
async function takeOut({ target, tools }: Charge, to: Entry, others: readonly Entry[]): Promise<void> {
  const serving = await target.status();
  const shown = serving?.challenger?.version.replace(/^v/, '');
  const known = others
    .filter(({ version }) => serving === undefined || isServing(serving, version))
    .map(servedOf);
  const stranger: ServedVersion[] =
    shown === undefined || known.some(({ version }) => version === shown)
      ? []
      : [{ version: shown, manifestDigest: '' }];
  for (const served of [...known, ...stranger]) {
    if (served.version === to.version) continue;
    await target.stop(served).catch((error: unknown) => {
      tools.logger.warning(
        `${served.version} gets no requests, and could not be stopped: ${messageOf(error)}`,
      );
    });
  }
}

/** The run that this one took over from may have had a command under way, which ends only now. */
async function holdAgainstOther(charge: Charge, to: Entry, others: readonly Entry[]): Promise<void> {
  const { target, tools } = charge;
  for (let repeat = 0; repeat < mostRepeats; repeat++) {
    await tools.clock.sleep(tools.settleMs ?? settleMs, tools.signal);
    const serving = await target.status();
    if (serving === undefined) {
      // Nothing shows what that command did: the weight is set once more.
      await target.setWeight(servedOf(to), 1);
      return;
    }
    if (isVersion(serving.champion, to.version) && serving.challenger === null) return;
    tools.logger.warning('the run that was taken over from changed the target meanwhile: setting it again');
    await bringUp(target, servedOf(to));
    await takeOut(charge, to, others);
  }
}

async function endAlreadyLive(
  { rollback, tools }: Charge,
  live: Entry,
  leftovers: readonly Entry[],
  plan: Plan,
): Promise<RolloutEnd> {
  for (const other of leftovers) {
    await setState(tools.github, other, 'inactive', `rolled back to ${live.version}`, rollback.run.url);
  }
  const incident = await settleSuccess(rollback, tools, live);
  const reasons = [`version ${live.version} is live already`];
  const decision: Decision = { verdict: 'pass', fault: 'none', reasons };
  const state: State = { ...initialState, phase: 'done', decision };
  const { payload, deployment } = live;
  return { how: 'already-live', plan, state, payload, deployment: deployment.id, incident, resumed: true };
}

function stateServedAtOnce(reason: string, since: number, until: number): State {
  const sums = { champion: noCounts, challenger: noCounts };
  return {
    ...initialState,
    phase: 'done',
    steps: [
      {
        weight: 1,
        since,
        until,
        last: null,
        sums,
        looks: 0,
        resets: 0,
        movedAt: until,
        evidence: [],
        logESampleRatio: 0,
        trail: [],
        verdict: 'pass',
      },
    ],
    decision: { verdict: 'pass', fault: 'none', reasons: [reason] },
  };
}
