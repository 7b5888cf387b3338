import { type Place, type Problem, failOn } from '../common/errors.js';
import { type Gate, type RuleKind, compares, ruleKinds } from '../spec/sections/evaluate.js';
import { contradictions } from './contradictions.js';
import type { Metric, Task } from './metrics/metric.js';
import { findMetric } from './metrics/registry.js';
import { overRepeats } from './metrics/repeated.js';

/** One thing that a gate asks for. */
export interface Rule {
  readonly metric: Metric;
  readonly kind: RuleKind;
  /** The limit of the metric, or the tolerated loss: in the metric's unit, or as a share of the other model's value. */
  readonly limit: number;
  /** What a comparison compares with: `champion`, a version, or a file; null for `min` and `max`. */
  readonly versus: string | null;
  /** Whether `versus` is a file, relative to model.yml. */
  readonly file: boolean;
  /** Of each bound, where the gate has one of its own. */
  readonly confidence?: number;
  /** As in model.yml: `roc_auc max-drop 0.005 versus champion`. */
  readonly text: string;
  /** In model.yml. */
  readonly where: Place;
}

/** Whether a rule's limit is a share of the other model's value. */
export function isRelative(kind: RuleKind): boolean {
  return kind === 'max-relative-drop' || kind === 'max-relative-increase';
}

/** Whether the rule bounds its quantity from below: the lower end of the interval must clear the limit. */
export function boundsBelow(kind: RuleKind): boolean {
  return kind === 'min' || kind === 'max-drop' || kind === 'max-relative-drop';
}

/**
 * The rules of evaluate.gates.
 * @param at place of a key of gates in model.yml
 * @throws UserError for unknown metrics, for comparisons that would tolerate the wrong direction, and for rules that
 * contradict each other
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
    const metric = overRepeats(found.metric);
    for (const kind of ruleKinds) {
      const limit = gate[kind];
      if (limit === undefined) continue;
      const where = at([index, kind]);
      const problem = wrongWay(metric, kind) ?? outOfRange(metric, kind, limit);
      if (problem !== undefined) {
        problems.push({ ...problem, where });
        continue;
      }
      const versus = compares(kind) ? (gate.baseline ?? gate.versus ?? 'champion') : null;
      rules.push({
        metric,
        kind,
        limit,
        versus,
        file: versus !== null && gate.baseline !== undefined,
        ...(gate.confidence !== undefined && { confidence: gate.confidence }),
        text: `${gate.metric} ${kind} ${limit}${versus === null ? '' : ` versus ${versus}`}`,
        where,
      });
    }
  });
  failOn([...problems, ...contradictions(rules)]);
  return rules;
}

/** Of a column's mean, the rule says which way is better. */
function betterOf(gate: Gate): Metric['better'] {
  const directions = new Set(
    ruleKinds.filter((kind) => gate[kind] !== undefined && compares(kind)).map(boundsBelow),
  );
  if (directions.size > 0) return directions.has(true) ? 'higher' : 'lower';
  if ((gate.min === undefined) === (gate.max === undefined)) return 'zero';
  return gate.min === undefined ? 'lower' : 'higher';
}

function wrongWay({ name, better }: Metric, kind: RuleKind): Problem | undefined {
  if (!compares(kind)) return undefined;
  if (better === 'zero') {
    return {
      message: `${name} is best at zero, so neither a drop nor an increase of it is a loss`,
      remedy: 'bound it with min and max',
    };
  }
  if (boundsBelow(kind) && better === 'lower') {
    return {
      message: `${name} is better when it is lower, so a drop is a gain: ${kind} limits nothing`,
      remedy: `write ${kind.replace('drop', 'increase')}`,
    };
  }
  if (!boundsBelow(kind) && better === 'higher') {
    return {
      message: `${name} is better when it is higher, so an increase is a gain: ${kind} limits nothing`,
      remedy: `write ${kind.replace('increase', 'drop')}`,
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
  const widest = kind === 'max-relative-drop' ? 1 : isRelative(kind) ? Infinity : most - least;
  if (compares(kind) && limit >= widest) {
    return {
      message: `${kind} ${limit} lets every model pass: no loss of ${name} can be larger`,
      remedy: isRelative(kind)
        ? 'write the share that you tolerate, such as 0.02 for 2 %'
        : 'state the loss that you would tolerate',
    };
  }
  return undefined;
}
