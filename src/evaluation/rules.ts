import { type Place, type Problem, failOn } from '../common/errors.js';
import type { Gate } from '../spec/sections/evaluate.js';
import type { Metric, Task } from './metrics/metric.js';
import { findMetric } from './metrics/registry.js';

export const ruleKinds = ['min', 'max', 'max-drop', 'max-increase'] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** One thing that a gate asks for. */
export interface Rule {
  readonly metric: Metric;
  readonly kind: RuleKind;
  /** The limit of the metric, or the tolerated loss, in the metric's unit. */
  readonly limit: number;
  /** What a comparison compares with: `champion` or a version; null for `min` and `max`. */
  readonly versus: string | null;
  /** As in model.yml: `roc_auc max-drop 0.005 versus champion`. */
  readonly text: string;
}

/**
 * The rules of evaluate.gates.
 * @param at place of a key of gates in model.yml
 * @throws UserError for unknown metrics, and for comparisons that would tolerate the wrong direction
 */
export function readRules(
  gates: readonly Gate[],
  task: Task,
  at: (path: readonly (string | number)[]) => Place,
): Rule[] {
  const rules: Rule[] = [];
  const problems: Problem[] = [];
  gates.forEach((gate, index) => {
    const found = findMetric(gate.metric, task, betterOf(gate));
    if ('wrong' in found) {
      problems.push({ message: found.wrong, where: at([index, 'metric']), remedy: found.remedy });
      return;
    }
    const { metric } = found;
    for (const kind of ruleKinds) {
      const limit = gate[kind];
      if (limit === undefined) continue;
      const problem = wrongWay(metric, kind) ?? outOfRange(metric, kind, limit);
      if (problem !== undefined) {
        problems.push({ ...problem, where: at([index, kind]) });
        continue;
      }
      const compares = kind === 'max-drop' || kind === 'max-increase';
      const versus = compares ? (gate.versus ?? 'champion') : null;
      const text = `${gate.metric} ${kind} ${limit}${versus === null ? '' : ` versus ${versus}`}`;
      rules.push({ metric, kind, limit, versus, text });
    }
  });
  failOn(problems);
  return rules;
}

/** Of a column's mean, the rule says which way is better. */
function betterOf(gate: Gate): Metric['better'] {
  if (gate['max-drop'] !== undefined) return 'higher';
  if (gate['max-increase'] !== undefined) return 'lower';
  if ((gate.min === undefined) === (gate.max === undefined)) return 'zero';
  return gate.min === undefined ? 'lower' : 'higher';
}

function wrongWay({ name, better }: Metric, kind: RuleKind): Problem | undefined {
  if (kind !== 'max-drop' && kind !== 'max-increase') return undefined;
  if (better === 'zero') {
    return {
      message: `${name} is best at zero, so neither a drop nor an increase of it is a loss`,
      remedy: 'bound it with min and max',
    };
  }
  if (kind === 'max-drop' && better === 'lower') {
    return {
      message: `${name} is better when it is lower, so a drop is a gain: max-drop limits nothing`,
      remedy: 'write max-increase',
    };
  }
  if (kind === 'max-increase' && better === 'higher') {
    return {
      message: `${name} is better when it is higher, so an increase is a gain: max-increase limits nothing`,
      remedy: 'write max-drop',
    };
  }
  return undefined;
}

function outOfRange(
  { name, range: [least, most] }: Metric,
  kind: RuleKind,
  limit: number,
): Problem | undefined {
  if (kind === 'min' && limit > most) {
    return {
      message: `${name} cannot be above ${most}: min ${limit} can never pass`,
      remedy: `use at most ${most}`,
    };
  }
  if (kind === 'max' && limit < least) {
    return {
      message: `${name} cannot be below ${least}: max ${limit} can never pass`,
      remedy: `use at least ${least}`,
    };
  }
  if ((kind === 'min' && limit <= least) || (kind === 'max' && limit >= most)) {
    return {
      message: `${name} is always between ${least} and ${most}: ${kind} ${limit} lets every model pass`,
      remedy: 'ask for more, or remove the rule',
    };
  }
  return undefined;
}
