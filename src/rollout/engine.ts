import { ownValue } from '../common/own.js';
import { formatDuration, formatInteger, formatNumber, formatPercent } from '../common/text.js';
import { badBound, goodBound, weighRouting, weighRule } from './evidence.js';
import type { Plan } from './plan.js';
import { type Arms, type Decision, type State, type Step, noCounts } from './state.js';

/** What the driver does next. Each effect is idempotent: it names the desired state, not a change. */
export type Action =
  | { readonly kind: 'start' }
  | { readonly kind: 'set-weight'; readonly weight: number }
  | { readonly kind: 'look' }
  | { readonly kind: 'stop'; readonly reached: number }
  | { readonly kind: 'finish' };

export type TroubleKind =
  | 'unreachable'
  | 'timeout'
  | 'status'
  | 'not-json'
  | 'malformed'
  | 'no-requests'
  | 'counters-reset'
  | 'wrong-version'
  | 'wrong-weight';

/** A read of the signals without data, as opposed to a read with bad data. */
export interface Trouble {
  readonly kind: TroubleKind;
  readonly message: string;
}

export type Observation =
  /** The action was done. `at` in milliseconds since 1970, as everywhere here. */
  | { readonly kind: 'done'; readonly at: number }
  | {
      readonly kind: 'failed';
      readonly at: number;
      readonly reason: string;
      readonly fault: Decision['fault'];
    }
  /** Cumulative counters of both arms; one that does not exist counts nothing. */
  | { readonly kind: 'counts'; readonly at: number; readonly arms: Arms }
  | { readonly kind: 'trouble'; readonly at: number; readonly trouble: Trouble };

/** Looks in a row without an answer after which nobody is watching. */
const patience = 5;
/** Counter resets in one step after which its counts are not to be trusted. */
const toleratedResets = 3;
/** Requests that a version must have answered at 100 % before it counts as serving. */
const servedRequests = 10;
const keptTrail = 60;

/** The action that a state asks for: a function of the state alone, so that any run can go on from it. */
export function actionOf(plan: Plan, state: State): Action {
  switch (state.phase) {
    case 'start':
      return { kind: 'start' };
    case 'weigh':
      return { kind: 'set-weight', weight: plan.steps[state.step]! };
    case 'watch':
      return { kind: 'look' };
    case 'roll-back':
      return { kind: 'stop', reached: state.steps.at(-1)?.weight ?? 0 };
    case 'done':
      return { kind: 'finish' };
  }
}

/** The state after an observation. Pure: the same observations give the same rollout. */
export function next(plan: Plan, state: State, seen: Observation): State {
  switch (state.phase) {
    case 'start':
      if (seen.kind === 'failed')
        return rollBack(state, {
          verdict: seen.fault === 'model' ? 'fail' : 'inconclusive',
          fault: seen.fault,
          reasons: [seen.reason],
        });
      return seen.kind === 'done' ? { ...state, phase: 'weigh' } : state;
    case 'weigh':
      if (seen.kind === 'failed') return rollBack(state, fault('inconclusive', seen.fault, seen.reason));
      return seen.kind === 'done' ? beginWatch(plan, state, seen.at) : state;
    case 'watch':
      return watch(plan, state, seen);
    case 'roll-back':
      return seen.kind === 'done' ? { ...state, phase: 'done' } : state;
    case 'done':
      return state;
  }
}

/** Time that nobody watched is not held against a rollout: its clocks move on by `ms`. */
export function shiftTime(state: State, ms: number): State {
  const step = state.steps.at(-1);
  if (step === undefined || state.phase !== 'watch') return state;
  return withStep(state, { ...step, since: step.since + ms, movedAt: step.movedAt + ms });
}

function beginWatch(plan: Plan, state: State, at: number): State {
  const weight = plan.steps[state.step]!;
  const step: Step = {
    weight,
    since: at,
    until: at,
    last: null,
    sums: noSums,
    looks: 0,
    resets: 0,
    movedAt: at,
    evidence: [],
    logESampleRatio: 0,
    trail: [],
    verdict: 'running',
  };
  const begun: State = { ...state, phase: 'watch', steps: [...state.steps, step], troubles: [] };
  return plan.watches ? begun : pass(plan, begun, step);
}

function watch(plan: Plan, state: State, seen: Observation): State {
  const step = state.steps.at(-1)!;
  if (seen.kind === 'trouble') return onTrouble(plan, state, { ...step, until: seen.at }, seen.trouble);
  if (seen.kind !== 'counts') return state;
  const { at, arms } = seen;
  if (step.last === null) {
    return withStep({ ...state, troubles: [] }, { ...step, last: arms, until: at, looks: 1 });
  }
  if (ranBackwards(step.last, arms)) {
    const reset = { ...step, last: arms, until: at, looks: step.looks + 1, resets: step.resets + 1 };
    if (reset.resets > toleratedResets) {
      const reason = `the counters ran backwards ${reset.resets} times at ${formatPercent(step.weight)}: they cannot be trusted`;
      return conclude(state, reset, fault('inconclusive', 'telemetry', reason));
    }
    return withStep({ ...state, troubles: [] }, reset);
  }
  const sums = addIncrements(step.sums, step.last, arms);
  const moved = requestsOf(sums) > requestsOf(step.sums);
  const counted: Step = {
    ...step,
    last: arms,
    sums,
    until: at,
    looks: step.looks + 1,
    movedAt: moved ? at : step.movedAt,
  };
  return step.weight < 1 ? compare(plan, state, counted) : watchAll(plan, state, counted);
}

/** A step with both arms: routing first, since a broken split compares nothing. */
function compare(plan: Plan, state: State, counted: Step): State {
  const routing = weighRouting(counted.sums, counted.weight);
  const shape = { rules: plan.rules.length, steps: plan.steps.length };
  const earlier = state.steps.slice(0, -1);
  const weigh = (sums: Arms) => plan.rules.map((rule) => weighRule(rule, sums, earlier, shape));
  const [before, evidence] = [weigh(noSums), weigh(counted.sums)];
  const step: Step = {
    ...counted,
    evidence,
    logESampleRatio: routing.logE,
    trail: thin([
      ...(counted.trail.length === 0 ? [trailPoint(noSums, before)] : counted.trail),
      trailPoint(counted.sums, evidence),
    ]),
  };
  const here: State = { ...state, troubles: [] };
  if (routing.broken) {
    const { champion, challenger } = step.sums;
    const share = challenger.requests / (challenger.requests + champion.requests);
    const reason = `the challenger was to get ${formatPercent(step.weight)} of the requests and got ${formatPercent(share)} (${formatInteger(challenger.requests)} of ${formatInteger(challenger.requests + champion.requests)}): the routing does not follow the weight`;
    return conclude(here, step, fault('inconclusive', 'routing', reason));
  }
  const violated = evidence.filter((e) => e.verdict === 'fail');
  if (violated.length > 0) {
    const decision: Decision = { verdict: 'fail', fault: 'model', reasons: violated.map(describeViolation) };
    return conclude(here, step, decision);
  }
  if (evidence.every((e) => e.verdict === 'pass')) return pass(plan, here, step);
  return waitOrEnd(plan, here, step, () =>
    fault(
      'inconclusive',
      'none',
      ...evidence
        .filter((e) => e.verdict !== 'pass')
        .map(
          (e) =>
            `not enough evidence on ${e.signal} at ${formatPercent(step.weight)} after ${formatDuration(plan.bakeMs)} and ${formatInteger(requestsOf(step.sums))} requests: ${formatNumber(Math.max(e.logEGood, 0), 2)} of the ${formatNumber(goodBound, 2)} that promotion requires`,
        ),
    ),
  );
}

/** All traffic on one version: nothing is compared, only that it serves. */
function watchAll(plan: Plan, state: State, step: Step): State {
  const { requests, events } = step.sums.challenger;
  const served = requests - (events.error ?? 0);
  const here: State = { ...state, troubles: [] };
  if (requests >= servedRequests && served > 0) return pass(plan, here, step);
  if (requests >= servedRequests * 2) {
    const reason = `none of ${formatInteger(requests)} requests at 100 % was answered without an error`;
    return conclude(here, step, fault('fail', 'model', reason));
  }
  return waitOrEnd(plan, here, step, () =>
    served > 0
      ? undefined
      : fault(
          requests > 0 ? 'fail' : 'inconclusive',
          requests > 0 ? 'model' : 'telemetry',
          requests > 0
            ? `none of ${formatInteger(requests)} requests at 100 % was answered without an error`
            : `no request was counted at 100 % in ${formatDuration(plan.bakeMs)}: nothing shows that the version serves`,
        ),
  );
}

/** Looks again until the bake is over; `verdict` undefined then means pass. */
function waitOrEnd(plan: Plan, state: State, step: Step, verdict: () => Decision | undefined): State {
  if (step.until - step.movedAt >= plan.bakeMs / 2 && step.weight < 1) {
    const reason = `no request was counted at ${formatPercent(step.weight)} for ${formatDuration(step.until - step.movedAt)}: dead telemetry, or no traffic`;
    return conclude(state, step, fault('inconclusive', 'telemetry', reason));
  }
  if (step.until - step.since < plan.bakeMs) return withStep(state, step);
  const decision = verdict();
  return decision === undefined ? pass(plan, state, step) : conclude(state, step, decision);
}

function onTrouble(plan: Plan, state: State, step: Step, trouble: Trouble): State {
  const troubles = [...state.troubles, { ...trouble }].slice(-patience);
  const over = step.until - step.since >= plan.bakeMs;
  if (troubles.length < patience && !over) return withStep({ ...state, troubles }, step);
  const routing = trouble.kind === 'wrong-version' || trouble.kind === 'wrong-weight';
  const reason = `${troubles.length} consecutive reads of the signals returned no data at ${formatPercent(step.weight)}: ${trouble.message}`;
  return conclude(
    { ...state, troubles },
    step,
    fault('inconclusive', routing ? 'routing' : 'telemetry', reason),
  );
}

function pass(plan: Plan, state: State, step: Step): State {
  const passed = withStep(state, { ...step, verdict: 'pass' });
  if (state.step + 1 < plan.steps.length) return { ...passed, phase: 'weigh', step: state.step + 1 };
  const how =
    plan.steps.length > 1
      ? 'all steps passed: no guardrail is worse than tolerated'
      : plan.watches
        ? 'it serves; there was nothing to compare it with'
        : 'the target says that it serves; nothing was watched';
  return { ...passed, phase: 'done', decision: { verdict: 'pass', fault: 'none', reasons: [how] } };
}

function conclude(state: State, step: Step, decision: Decision): State {
  const verdict = decision.verdict === 'pass' ? 'pass' : decision.verdict;
  return rollBack(withStep(state, { ...step, verdict }), decision);
}

function rollBack(state: State, decision: Decision): State {
  return { ...state, phase: 'roll-back', decision };
}

function fault(verdict: 'fail' | 'inconclusive', what: Decision['fault'], ...reasons: string[]): Decision {
  return { verdict, fault: what, reasons };
}

function describeViolation(e: Step['evidence'][number]): string {
  const show = (rate: number | null) => (rate === null ? 'unknown' : formatPercent(rate));
  const ratio = e.ratio === null ? '' : `, ${formatNumber(e.ratio, 3)} times as much`;
  const rule = e.side === 'max' ? `at most ${e.limit} times` : `at least ${e.limit} times`;
  return `${e.signal} is ${show(e.rates.challenger)} on the challenger against ${show(e.rates.champion)} on the champion${ratio}; ${rule} is tolerated`;
}

/** The bound that evidence against the challenger is held to under a plan. */
export const boundOf = (plan: Plan): number => badBound(Math.max(1, plan.rules.length));

const noSums: Arms = { champion: noCounts, challenger: noCounts };

const withStep = (state: State, step: Step): State => ({
  ...state,
  steps: [...state.steps.slice(0, -1), step],
});
const requestsOf = (arms: Arms): number => arms.champion.requests + arms.challenger.requests;

function ranBackwards(last: Arms, now: Arms): boolean {
  return (['champion', 'challenger'] as const).some(
    (arm) =>
      now[arm].requests < last[arm].requests ||
      Object.entries(last[arm].events).some(([event, n]) => (ownValue(now[arm].events, event) ?? 0) < n),
  );
}

function addIncrements(sums: Arms, last: Arms, now: Arms): Arms {
  const add = (arm: 'champion' | 'challenger') => ({
    requests: sums[arm].requests + now[arm].requests - last[arm].requests,
    events: Object.fromEntries(
      Object.entries(now[arm].events).map(([event, n]) => [
        event,
        (ownValue(sums[arm].events, event) ?? 0) + n - (ownValue(last[arm].events, event) ?? 0),
      ]),
    ),
  });
  return { champion: add('champion'), challenger: add('challenger') };
}

function trailPoint(sums: Arms, evidence: Step['evidence']): Step['trail'][number] {
  return {
    requests: requestsOf(sums),
    bad: evidence.map((e) => e.logEBadTotal),
    good: evidence.map((e) => e.logEGood),
  };
}

/** Keeps every second point once there are too many, and always the last. */
function thin<T>(trail: T[]): T[] {
  if (trail.length <= keptTrail) return trail;
  return trail.filter((_, i) => i % 2 === (trail.length - 1) % 2);
}
