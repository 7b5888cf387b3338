import { type Place, UserError } from '../../common/errors.js';
import type { SearchSpec } from '../../spec/sections/evaluate-search.js';
import type { Metric, Task } from '../metrics/metric.js';
import { findMetric, metricsOf } from '../metrics/registry.js';
import type { Rule } from '../rules.js';

/** What is searched for. */
export interface SearchRule {
  readonly spec: SearchSpec;
  /** Means over rows; the first that these rows define is searched. */
  readonly metrics: readonly Metric[];
  /** Margin of a gate that compares the metric with the champion, if there is one. */
  marginOf(metric: Metric): number | null;
}

const usual: Readonly<Record<Task, readonly string[]>> = {
  'binary-classification': ['log_loss'],
  'multiclass-classification': ['log_loss', 'accuracy'],
  'multilabel-classification': ['hamming_loss'],
  regression: ['mae'],
  ranking: [],
  'example-scores': [],
};

/**
 * @param rules of the gates
 * @param at place of a key of `search` in model.yml
 * @throws UserError where no metric is a mean over rows
 */
export function readSearch(
  spec: SearchSpec,
  task: Task,
  rules: readonly Rule[],
  at: (path: readonly string[]) => Place,
): SearchRule {
  const fits = ({ rowValues, better }: Metric): boolean => rowValues !== undefined && better !== 'zero';
  const known = (name: string): Metric | undefined =>
    rules.find(({ metric }) => metric.name === name && fits(metric))?.metric;
  const marginOf = (metric: Metric): number | null =>
    rules.find(
      (rule) =>
        rule.metric.name === metric.name && (rule.kind === 'max-drop' || rule.kind === 'max-increase'),
    )?.limit ?? null;
  if (spec.metric !== undefined) {
    const found = findMetric(spec.metric, task);
    if ('wrong' in found) {
      throw new UserError({ message: found.wrong, where: at(['metric']), remedy: found.remedy });
    }
    const metric = known(found.metric.name) ?? found.metric;
    if (!fits(metric)) {
      const choices = metricsOf(task).filter(fits);
      throw new UserError({
        message: `${metric.name} is no loss or gain that every row has by itself, so no slice can be searched by it`,
        where: at(['metric']),
        remedy:
          choices.length > 0
            ? `search by ${choices.map(({ name }) => name).join(' or ')}`
            : 'search by mean-of a column that a gate bounds',
      });
    }
    return { spec, metrics: [metric], marginOf };
  }
  const metrics = [
    ...rules.map(({ metric }) => metric).filter(fits),
    ...usual[task].flatMap((name) => {
      const found = findMetric(name, task);
      return 'wrong' in found ? [] : [found.metric];
    }),
  ];
  if (metrics.length === 0) {
    throw new UserError({
      message: `no gate judges a mean over rows, and slices of a ${task} model are searched by one`,
      where: at([]),
      remedy: 'add a gate with mean-of: a column of the predictions file',
    });
  }
  return { spec, metrics, marginOf };
}
