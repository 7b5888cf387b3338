import type { Clock } from '../common/clock.js';
import { messageOf } from '../common/errors.js';
import type { Logger } from '../common/logger.js';
import { formatInteger, formatNumber, formatPercent } from '../common/text.js';
import { type Action, type Observation, actionOf, boundOf, next } from './engine.js';
import { goodBound } from './evidence.js';
import type { Plan } from './plan.js';
import { Overtaken } from './progress.js';
import type { Signals } from './signals/http.js';
import { observe } from './signals/look.js';
import type { State } from './state.js';
import { type Target, TargetError } from './targets/target.js';

/** Where the state is kept between runs. */
export interface Keeper {
  readonly writtenAt: number;
  /** Told of every state; keeps those that matter. */
  note(state: State): void;
  save(state: State): Promise<void>;
}

export interface DriveOptions {
  readonly plan: Plan;
  readonly versions: { readonly champion: string | null; readonly challenger: string };
  readonly target: Target;
  readonly signals: Signals | undefined;
  readonly keeper: Keeper;
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
  const { plan, keeper, logger, signal } = options;
  let state = from;
  for (;;) {
    signal?.throwIfAborted();
    const action = actionOf(plan, state);
    if (action.kind === 'finish') return state;
    const observation = await act(options, state, action);
    const after = next(plan, state, observation);
    tell(plan, state, after, observation, logger);
    keeper.note(after);
    await keep(options, state, after);
    state = after;
  }
}

/**
 * Keeps a state that matters, or is due. Users come before records: while GitHub is away, a challenger
 * that is to be rolled back is rolled back, and one that is watched is watched on.
 */
async function keep(
  { keeper, beatMs, clock, logger }: DriveOptions,
  before: State,
  after: State,
): Promise<void> {
  const must = matters(before, after);
  if (!must && clock.now().getTime() - keeper.writtenAt < beatMs) return;
  try {
    await keeper.save(after);
  } catch (error) {
    if (error instanceof Overtaken || (must && after.phase !== 'roll-back')) throw error;
    logger.warning(`the state of the rollout could not be kept (${messageOf(error)})`);
  }
}

async function act(options: DriveOptions, state: State, action: Action): Promise<Observation> {
  const { plan, target, signals, versions, clock, logger, signal } = options;
  const now = () => clock.now().getTime();
  try {
    switch (action.kind) {
      case 'start':
        logger.info(`start ${versions.challenger} beside ${versions.champion ?? 'nothing'}`);
        await target.start();
        break;
      case 'set-weight':
        logger.info(`${formatPercent(action.weight)} of the requests go to ${versions.challenger}`);
        await target.setWeight(action.weight);
        break;
      case 'look': {
        await clock.sleep(plan.intervalMs, signal);
        const reading = await signals!.read(signal);
        return observe(reading, plan, state.steps.at(-1)!.weight, versions, now());
      }
      case 'stop':
        logger.warning(`roll back: ${state.decision?.reasons.join('; ') ?? ''}`);
        await target.stop(action.reached);
        break;
      case 'finish':
        break;
    }
    return { kind: 'done', at: now() };
  } catch (error) {
    // A rollback that does not succeed must not be taken for one that did.
    if (!(error instanceof TargetError) || action.kind === 'stop') throw error;
    return { kind: 'failed', at: now(), reason: error.message };
  }
}

/** What the next run could not find out by itself: another phase, another step, the counters a step began with. */
function matters(before: State, after: State): boolean {
  const [old, now] = [before.steps.at(-1), after.steps.at(-1)];
  return (
    before.phase !== after.phase ||
    before.step !== after.step ||
    (old?.last === null && now?.last !== null) ||
    old?.resets !== now?.resets
  );
}

function tell(plan: Plan, before: State, after: State, seen: Observation, logger: Logger): void {
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
