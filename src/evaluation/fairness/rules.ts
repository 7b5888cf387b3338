import { type Place, type Problem, failOn } from '../../common/errors.js';
import {
  type FairnessKind,
  type FairnessSpec,
  fairnessKinds,
} from '../../spec/sections/evaluate-fairness.js';
import type { Task } from '../metrics/metric.js';
import { type Measure, findMeasure } from './measures.js';

/** One thing that is asked of the groups. */
export interface FairnessRule {
  readonly spec: FairnessSpec;
  readonly measure: Measure;
  readonly kind: FairnessKind;
  readonly limit: number;
  /** What a comparison compares with: `champion` or a version; null for `min` and `max`. */
  readonly versus: string | null;
  /** Groups are compared with models, never with what a file states. */
  readonly file: false;
  /** `demographic_parity_difference max 0.1 by sex`. */
  readonly text: string;
  readonly minRows: number;
}

/**
 * The rules of evaluate.fairness.
 * @param at place of a key of fairness in model.yml
 * @throws UserError for measures that are not known, and for limits that none or every model meets
 */
export function readFairness(
  specs: readonly FairnessSpec[],
  task: Task,
  minSliceRows: number,
  at: (path: readonly (string | number)[]) => Place,
): FairnessRule[] {
  const problems: Problem[] = [];
  const rules: FairnessRule[] = [];
  specs.forEach((spec, index) => {
    const found = findMeasure(spec.metric, task);
    if ('wrong' in found) {
      problems.push({ message: found.wrong, where: at([index, 'metric']), remedy: found.remedy });
      return;
    }
    const { measure } = found;
    const kind = fairnessKinds.find((one) => spec[one] !== undefined)!;
    const limit = spec[kind]!;
    const problem = problemOf(measure, kind, limit, spec.versus);
    if (problem !== undefined) {
      problems.push({ ...problem, where: at([index, kind]) });
      return;
    }
    const versus = kind === 'max-increase' || kind === 'max-drop' ? (spec.versus ?? 'champion') : null;
    const by = (typeof spec.column === 'string' ? [spec.column] : spec.column)
      .map((part) => (typeof part === 'string' ? part : part.column))
      .join(' × ');
    rules.push({
      spec,
      measure,
      kind,
      limit,
      versus,
      file: false,
      text: `${spec.metric} ${kind} ${limit}${versus === null ? '' : ` versus ${versus}`} by ${by}`,
      minRows: spec['min-rows'] ?? minSliceRows,
    });
  });
  failOn(problems);
  return rules;
}

function problemOf(
  { name, transform, metrics }: Measure,
  kind: FairnessKind,
  limit: number,
  versus: string | undefined,
): Problem | undefined {
  const compares = kind === 'max-increase' || kind === 'max-drop';
  const good = { difference: 'max', ratio: 'min', group_min: 'min', group_max: 'max' }[transform];
  if (compares && transform === 'ratio') {
    return {
      message: `the change of a ratio, ${name}, cannot be bounded`,
      remedy: `write ${name.replace(/_ratio$/, '_difference')} with max-increase, or bound the ratio with min`,
    };
  }
  if (compares && kind !== (good === 'max' ? 'max-increase' : 'max-drop')) {
    return {
      message: `${kind} of ${name} limits nothing: that groups come closer, or do better, is no loss`,
      remedy: `write ${good === 'max' ? 'max-increase' : 'max-drop'}`,
    };
  }
  if (!compares && kind !== good) {
    return { message: `${name} is bounded by ${good}, not by ${kind}`, remedy: `write ${good}: ${limit}` };
  }
  if (!compares && versus !== undefined) {
    return {
      message: `versus: ${versus} without a margin decides nothing`,
      remedy: `write max-increase or max-drop: how much further apart the groups may be`,
    };
  }
  const [least, most] = metrics[0]!.range;
  const widest = transform === 'difference' ? most - least : most;
  if (kind === 'max' && (limit >= widest || (transform === 'difference' && limit <= 0))) {
    return {
      message: `${name} max ${limit} ${limit >= widest ? 'lets every model pass' : 'can never pass'}`,
      remedy: `write a limit between 0 and ${widest}`,
    };
  }
  if (transform === 'ratio' && !(limit > 0 && limit < 1)) {
    return {
      message: `${name} is between 0 and 1: min ${limit} ${limit <= 0 ? 'lets every model pass' : 'can never pass'}`,
      remedy: 'write a limit between them, such as 0.8',
    };
  }
  return undefined;
}
