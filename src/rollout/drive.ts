import type { Clock } from '../common/clock.js';
import { messageOf } from '../common/errors.js';
import type { Logger } from '../common/logger.js';
import { Overtaken } from '../ledger/tenure.js';
import { formatInteger, formatNumber, formatPercent } from '../common/text.js';
import { type Action, type Observation, actionOf, boundOf, next } from './engine.js';
import { goodBound } from './evidence.js';
import type { Plan } from './plan.js';
import type { Signals } from './signals/http.js';
import { observe } from './signals/look.js';
import type { Decision, State } from './state.js';
import { stopChallenger } from './targets/bring.js';
import { type ServedVersion, type Target, TargetError } from './targets/target.js';

/** Where the state is kept between runs. */
export interface StateStore {
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  /** Receives every state; saves nothing. */
  note(state: State): void;
  /** @throws Overtaken when another run is in charge */
  save(state: State): Promise<void>;
}

/** Why no more traffic may be given. */
export interface Objection {
  readonly fault: Decision['fault'];
  readonly reason: string;
}

export interface DriveOptions {
  readonly plan: Plan;
  readonly challenger: ServedVersion;
  /** The stable version, which serves until the challenger is promoted; undefined when there is none. */
  readonly stable: ServedVersion | undefined;
  readonly target: Target;
  readonly signals: Signals | undefined;
  readonly store: StateStore;
  /** Compares record and target before the challenger gets more traffic. */
  findObjection(): Promise<Objection | undefined>;
  /** Longest time between two writes of the state, in milliseconds. */
  readonly beatMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
}

/**
 * Drives a rollout from a state to its end. The state is kept before each action, so that a run that
 * goes on from it does the same action again.
 * @throws the signal's reason when cancelled: the weight stays as it is, and the state is the last one kept;
 *   TargetError when the challenger could not be stopped
 */
export async function drive(options: DriveOptions, from: State): Promise<State> {
  const { plan, store, logger, signal } = options;
  let state = from;
  for (;;) {
    signal?.throwIfAborted();
    const action = actionOf(plan, state);
    if (action.kind === 'finish') return state;
    const observation = await act(options, state, action);
    const after = next(plan, state, observation);
    logProgress(plan, state, after, observation, logger);
    store.note(after);
    await saveIfDue(options, state, after);
    state = after;
  }
}

/**
 * Saves a state that matters, or is due. Users come before records: while GitHub is away, a challenger that failed is
 * still rolled back, and one that is watched is watched on.
 */
async function saveIfDue(
  { store, beatMs, clock, logger }: DriveOptions,
  before: State,
  after: State,
): Promise<void> {
  const must = mustSave(before, after);
  if (!must && clock.now().getTime() - store.writtenAt < beatMs) return;
  try {
    await store.save(after);
  } catch (error) {
    // An end is recorded in the deployment next, which says as much as the saved state.
    const canGoOn = !must || after.phase === 'roll-back' || after.phase === 'done';
    if (error instanceof Overtaken || !canGoOn) throw error;
    logger.warning(`the state of the rollout could not be saved (${messageOf(error)})`);
  }
}

async function act(options: DriveOptions, state: State, action: Action): Promise<Observation> {
  const { plan, target, signals, challenger, stable, clock, logger, signal } = options;
  const now = () => clock.now().getTime();
  const versions = { champion: stable?.version ?? null, challenger: challenger.version };
  try {
    switch (action.kind) {
      case 'start':
        logger.info(`start ${challenger.version} beside ${stable?.version ?? 'nothing'}`);
        await target.start(challenger);
        break;
      case 'set-weight': {
        const objection = await options.findObjection();
        if (objection !== undefined) return { kind: 'failed', at: now(), ...objection };
        logger.info(`${formatPercent(action.weight)} of the requests go to ${challenger.version}`);
        await target.setWeight(challenger, action.weight);
        break;
      }
      case 'look': {
        await clock.sleep(plan.intervalMs, signal);
        const reading = await signals!.read(signal);
        return observe(reading, plan, state.steps.at(-1)!.weight, versions, now());
      }
      case 'stop':
        logger.warning(`roll back: ${state.decision?.reasons.join('; ') ?? ''}`);
        await stopChallenger(target, challenger, stable, action.reached);
        break;
      case 'finish':
        break;
    }
    return { kind: 'done', at: now() };
  } catch (error) {
    // A rollback that does not succeed must not look like one that did.
    if (!(error instanceof TargetError) || action.kind === 'stop') throw error;
    return { kind: 'failed', at: now(), reason: error.message, fault: faultOf(action, error) };
  }
}

/** The fault is the model's when its start command fails, and the target's when its status cannot be read or a weight is not set. */
function faultOf(action: Action, { kind }: TargetError): Decision['fault'] {
  if (kind === 'command' && action.kind === 'start') return 'model';
  return kind === 'mismatch' && action.kind === 'set-weight' ? 'routing' : 'target';
}

/** What the next run could not find out by itself: another phase, another step, the counters a step began with. */
function mustSave(before: State, after: State): boolean {
  const [old, now] = [before.steps.at(-1), after.steps.at(-1)];
  return (
    before.phase !== after.phase ||
    before.step !== after.step ||
    (old?.last === null && now?.last !== null) ||
    old?.resets !== now?.resets
  );
}

function logProgress(plan: Plan, before: State, after: State, seen: Observation, logger: Logger): void {
  const step = after.steps.at(-1);
  if (before.phase !== 'watch' || step === undefined) return;
  if (seen.kind === 'trouble') logger.warning(`look: ${seen.trouble.message}`);
  const requests = step.sums.champion.requests + step.sums.challenger.requests;
  const evidence = step.evidence.map(
    (e) =>
      `${e.signal} ${e.side}: worse ${formatNumber(e.logEBadTotal, 2)} of ${formatNumber(boundOf(plan), 2)}, fine ${formatNumber(e.logEGood, 2)} of ${formatNumber(goodBound, 2)}`,
  );
  if (seen.kind === 'counts') {
    logger.info(
      [`${formatPercent(step.weight)}: ${formatInteger(requests)} requests`, ...evidence].join('; '),
    );
  }
}
