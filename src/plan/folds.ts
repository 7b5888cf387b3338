import type { Problem } from '../common/errors.js';
import type { Rule } from '../evaluation/rules.js';
import type { LoadedSpec } from '../spec/load.js';

/** What cannot go with `evaluate.folds`, each at its place. @param rules of the gates */
export function foldMistakes({ value: { evaluate }, at }: LoadedSpec, rules: readonly Rule[]): Problem[] {
  if (evaluate.folds === undefined) return [];
  const problems: Problem[] = [];
  const limits = rules.filter(({ versus }) => versus === null);
  if (limits.length === 0) {
    problems.push({
      message: 'evaluate.folds judges limits (min, max), and no gate has one',
      where: at(['evaluate', 'folds']),
      remedy: 'add a gate with min or max, or leave folds out: comparisons are judged on the hold-out rows',
    });
  }
  if (evaluate.repeats !== undefined) {
    problems.push({
      message: 'evaluate.folds and evaluate.repeats do not go together',
      where: at(['evaluate', 'repeats']),
      remedy: 'keep one of them',
    });
  }
  if (typeof evaluate.threshold === 'object') {
    problems.push({
      message: 'with evaluate.folds, no threshold can be chosen: each model would have its own',
      where: at(['evaluate', 'threshold']),
      remedy: 'write it as a number',
    });
  }
  for (const { metric, where, text } of limits) {
    if (metric.ofSeveralModels !== 'refused') continue;
    problems.push({
      message: `"${text}" ranks all rows by the scores of one model, and evaluate.folds trains several`,
      where,
      remedy: 'compare this metric with the champion, or take another metric, such as pr_auc',
    });
  }
  return problems;
}
