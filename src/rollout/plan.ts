import { type Problem, failOn } from '../common/errors.js';
import { ownValue } from '../common/own.js';
import type { LoadedSpec } from '../spec/load.js';
import type { Spec } from '../spec/schema.js';
import type { Guardrail } from '../spec/sections/rollout.js';
import type { ApprovalPolicy } from '../spec/words.js';

/** One side of a guardrail: the rate of one event, compared between the arms. */
export interface Rule {
  readonly signal: string;
  readonly event: string;
  /** Which arm's rate must not be the higher one: `max` the challenger's, `min` the champion's. */
  readonly side: 'max' | 'min';
  /** The limit as the spec says it, challenger : champion. */
  readonly limit: number;
  /** Rate below which the event does not matter, 0 < negligible < 1. */
  readonly negligible: number;
}

/** What a rollout will do. It does not change once the deployment exists. */
export interface Plan {
  /** Shares of the traffic, growing, the last one 1. */
  readonly steps: readonly number[];
  readonly bakeMs: number;
  readonly intervalMs: number;
  readonly rules: readonly Rule[];
  /** False when there is nothing to compare with. */
  readonly compares: boolean;
  /** False without a signal source: then only what the target says counts. */
  readonly watches: boolean;
}

type RolloutSpec = NonNullable<Spec['rollout']>;
type SignalSource = NonNullable<RolloutSpec['signals']>;

/** model.yml for one environment, with what the inputs override. */
export interface RolloutSettings {
  readonly target: RolloutSpec['target'];
  readonly signals: SignalSource | undefined;
  readonly steps: readonly number[];
  readonly bakeMs: number;
  readonly intervalMs: number;
  readonly rules: readonly Rule[];
  readonly approval: ApprovalPolicy;
  readonly approvals: number;
  readonly production: boolean;
}

export interface Overrides {
  readonly steps?: readonly string[];
  readonly bakeMs?: number;
  readonly intervalMs?: number;
  readonly signalsUrl?: string;
  readonly approval?: ApprovalPolicy;
  readonly approvals?: number;
  readonly production?: boolean;
}

const defaults = { steps: [0.05, 0.25, 0.5, 1], bakeMs: 3_600_000, intervalMs: 30_000 };

/**
 * Settings of one environment: inputs override the environment's own, which override the rollout's.
 * @throws UserError with every problem, at its place in model.yml
 */
export function rolloutSettings(
  spec: LoadedSpec,
  environment: string,
  overrides: Overrides,
): RolloutSettings {
  const { settings, problems, unseen } = readSettings(spec, environment, overrides);
  failOn([...problems, ...unseen]);
  return settings;
}

/**
 * Mistakes of `rollout` that need no input of an action to be known. Signals may come from an input, so that their
 * absence is a warning.
 */
export function rolloutMistakes(spec: LoadedSpec): { problems: Problem[]; warnings: Problem[] } {
  const { rollout } = spec.value;
  if (rollout === undefined) return { problems: [], warnings: [] };
  const read = [...new Set([...Object.keys(rollout.environments), 'production'])].map((environment) =>
    readSettings(spec, environment, {}),
  );
  return {
    problems: distinct(read.flatMap(({ problems }) => problems)),
    warnings: distinct(read.flatMap(({ unseen }) => unseen)),
  };
}

/** Environments share most of their settings, and so their mistakes. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

interface ReadSettings {
  readonly settings: RolloutSettings;
  readonly problems: readonly Problem[];
  /** That no signal source is named for guardrails. */
  readonly unseen: readonly Problem[];
}

/** @throws UserError where there is no rollout */
function readSettings(spec: LoadedSpec, environment: string, overrides: Overrides): ReadSettings {
  const { rollout } = spec.value;
  if (rollout === undefined) {
    failOn([
      {
        message: 'there is no rollout: nothing says how this model is deployed',
        where: { file: spec.file },
        remedy: 'add rollout: with target: { kind: command, start: …, set-weight: …, stop: … }',
      },
    ]);
    throw new Error('unreachable');
  }
  const own = ownValue(rollout.environments, environment) ?? {};
  const problems: Problem[] = [];
  const unseen: Problem[] = [];
  const steps = overrides.steps?.length
    ? parseSteps(overrides.steps, problems)
    : (own.steps ?? rollout.steps ?? defaults.steps);
  const guardrailPath = own.guardrails
    ? ['rollout', 'environments', environment, 'guardrails']
    : ['rollout', 'guardrails'];
  const rules = (own.guardrails ?? rollout.guardrails ?? []).flatMap((guardrail, i) => {
    const wrong = wrongIn(guardrail);
    if (wrong !== undefined) problems.push({ ...wrong, where: spec.at([...guardrailPath, i]) });
    return rulesOf(guardrail);
  });
  const configured = own.signals ?? rollout.signals;
  const signals: SignalSource | undefined =
    overrides.signalsUrl === undefined
      ? configured
      : { ...configured, kind: 'http' as const, url: overrides.signalsUrl };
  if (steps.some((weight) => weight < 1)) {
    const where = spec.at(['rollout']);
    if (rules.length === 0) {
      problems.push({
        message: `no guardrail for ${environment}: nothing could stop the rollout`,
        where,
        remedy:
          'add guardrails: [{ signal: error_rate, max-ratio: 1.5 }], or steps: [100%] to deploy at once',
      });
    }
    if (signals === undefined) {
      unseen.push({
        message: `no signals for ${environment}: the guardrails would see nothing`,
        where,
        remedy:
          'add signals: { kind: http, url: … }, give deploy-canary the input signals-url, or write steps: [100%] to deploy at once',
      });
    }
  }
  const bakeMs = overrides.bakeMs ?? own.bake ?? rollout.bake ?? defaults.bakeMs;
  const intervalMs = overrides.intervalMs ?? own.interval ?? rollout.interval ?? defaults.intervalMs;
  if (intervalMs <= 0 || intervalMs > bakeMs) {
    problems.push({
      message: `the interval (${intervalMs} ms) must be above 0 and not above bake (${bakeMs} ms)`,
      where: spec.at(['rollout']),
    });
  }
  const settings = {
    target: rollout.target,
    signals,
    steps,
    bakeMs,
    intervalMs,
    rules,
    approval: overrides.approval ?? own['require-approval'] ?? rollout['require-approval'] ?? 'none',
    approvals: overrides.approvals ?? own.approvals ?? rollout.approvals ?? 1,
    production: overrides.production ?? own.production ?? rollout.production ?? environment === 'production',
  };
  return { settings, problems, unseen };
}

/** The plan for a version. Without a live version to compare with, all requests go to it at once. */
export function planOf(settings: RolloutSettings, compares: boolean): Plan {
  const { steps, bakeMs, intervalMs, rules, signals } = settings;
  return {
    steps: compares ? steps : [1],
    bakeMs,
    intervalMs,
    rules: compares ? rules : [],
    compares,
    watches: signals !== undefined,
  };
}

function rulesOf(guardrail: Guardrail): Rule[] {
  const { signal, negligible } = guardrail;
  const event = signal.replace(/_rate$/, '');
  const sides = [
    { side: 'max' as const, limit: guardrail['max-ratio'] },
    { side: 'min' as const, limit: guardrail['min-ratio'] },
  ];
  return sides.flatMap(({ side, limit }) =>
    limit === undefined ? [] : [{ signal, event, side, limit, negligible }],
  );
}

function wrongIn(guardrail: Guardrail): Omit<Problem, 'where'> | undefined {
  const { signal, negligible } = guardrail;
  if (!/^[A-Za-z][A-Za-z0-9_-]*_rate$/.test(signal)) {
    return {
      message: `"${signal}" is not a rate`,
      remedy: 'name it <event>_rate: error_rate is what the signal source counts as "error", per request',
    };
  }
  if (guardrail['max-ratio'] === 1 || guardrail['min-ratio'] === 1) {
    return {
      message: `a ratio of exactly 1 for ${signal} can be reached only by a better model, never by an equal one`,
      remedy: 'say what loss you tolerate, such as max-ratio: 1.5 or min-ratio: 0.8',
    };
  }
  if (negligible <= 0 || negligible >= 1) {
    return { message: `negligible ${negligible} of ${signal} must be above 0 and below 1` };
  }
  return undefined;
}

function parseSteps(texts: readonly string[], problems: Problem[]): number[] {
  const remedy = 'write the input as 5%, 25%, 50%, 100%';
  const steps = texts.map((text) => {
    const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text);
    return match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  });
  const bad = texts.filter((_, i) => !(steps[i]! > 0 && steps[i]! <= 1));
  if (bad.length > 0) {
    problems.push({ message: `input "steps": ${bad.join(', ')} is not a share of the traffic`, remedy });
  } else if (steps.some((step, i) => i > 0 && step <= steps[i - 1]!)) {
    problems.push({ message: 'input "steps" must grow', remedy });
  } else if (steps.at(-1) !== 1) {
    problems.push({ message: 'the last of the input "steps" must be 100%', remedy });
  }
  return steps;
}
