import { type Problem, describePlace } from '../common/errors.js';
import { compares } from '../spec/sections/evaluate.js';
import type { Rule } from './rules.js';

/** Rules that cannot both be meant, each at the place of the later one. */
export function contradictions(rules: readonly Rule[]): Problem[] {
  const problems: Problem[] = [];
  rules.forEach((rule, i) => {
    for (const earlier of rules.slice(0, i)) {
      if (earlier.metric.name !== rule.metric.name) continue;
      const problem = between(earlier, rule);
      if (problem !== undefined) problems.push({ ...problem, where: rule.where });
    }
  });
  return problems;
}

function between(earlier: Rule, later: Rule): Problem | undefined {
  const line = earlier.where.line === undefined ? 'before' : `in ${describePlace(earlier.where)}`;
  if (earlier.kind === later.kind && other(earlier) === other(later)) {
    return earlier.limit === later.limit
      ? { message: `"${later.text}" is there already, ${line}`, remedy: 'remove one of the two' }
      : {
          message: `"${later.text}" contradicts "${earlier.text}" ${line}: one limit of the same`,
          remedy: 'keep the one that you mean',
        };
  }
  const limitOf = (kind: Rule['kind']): number | undefined =>
    [earlier, later].find((rule) => rule.kind === kind)?.limit;
  const [min = -Infinity, max = Infinity] = [limitOf('min'), limitOf('max')];
  if (min > max) {
    return {
      message: `"${later.text}" contradicts "${earlier.text}" ${line}: nothing can pass`,
      remedy: 'keep the one that you mean',
    };
  }
  // Of the mean of a column the rule says which way is better.
  if (compares(earlier.kind) && compares(later.kind) && earlier.metric.better !== later.metric.better) {
    return {
      message: `"${later.text}" takes ${later.metric.better} for better, and "${earlier.text}" ${line} the other way`,
      remedy: 'say one of the two: a drop or an increase is the loss',
    };
  }
  return undefined;
}

/** v1.2.0 and 1.2.0 are one version. */
function other({ versus, file }: Rule): string | null {
  return file ? versus : (versus?.replace(/^v(?=\d)/, '') ?? null);
}
