import { type Place, UserError } from '../../common/errors.js';
import type { SearchSpec } from '../../spec/sections/evaluate-search.js';
import type { Metric, Task } from '../metrics/metric.js';
import { findMetric, metricsOf } from '../metrics/registry.js';
import { overRepeats } from '../metrics/repeated.js';
import type { Rule } from '../rules.js';

/** What is searched for. */
export interface SearchRule {
  readonly spec: SearchSpec;
  /** The first that these rows define is searched. */
  readonly searched: readonly Searched[];
  /** Margin of a gate that compares the metric with the champion, if there is one. */
  marginOf(metric: Metric): number | null;
}

export interface Searched {
  readonly metric: Metric;
  /** A mean over rows, by which candidates are found: the metric itself where it is one. */
  readonly by: Metric;
}

const usual: Readonly<Record<Task, readonly string[]>> = {
  'binary-classification': ['log_loss'],
  'multiclass-classification': ['log_loss', 'accuracy'],
  'multilabel-classification': ['hamming_loss'],
  regression: ['mae'],
  ranking: [],
  'example-scores': [],
};

/** What stands for a metric that is no mean over rows while candidates are looked for. */
function standIns({ name }: Metric, task: Task): readonly string[] {
  if (task === 'binary-classification') {
    return /^(precision$|f1$|fbeta|balanced_accuracy$|mcc$)/.test(name) ? ['accuracy'] : ['log_loss'];
  }
  if (task === 'multiclass-classification') return ['accuracy'];
  return task === 'regression' ? ['mse'] : usual[task];
}

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
  const named = (names: readonly string[]): Metric[] =>
    names.flatMap((name) => {
      const found = findMetric(name, task);
      return 'wrong' in found ? [] : [overRepeats(found.metric)];
    });
  const marginOf = (metric: Metric): number | null =>
    rules.find(
      (rule) =>
        rule.metric.name === metric.name && (rule.kind === 'max-drop' || rule.kind === 'max-increase'),
    )?.limit ?? null;
  if (spec.metric === undefined) {
    const metrics = [...rules.map(({ metric }) => metric).filter(fits), ...named(usual[task])];
    if (metrics.length > 0)
      return { spec, searched: metrics.map((metric) => ({ metric, by: metric })), marginOf };
    throw new UserError({
      message: `no gate judges a mean over rows, and slices of a ${task} model are searched by one`,
      where: at([]),
      remedy: 'add a gate with mean-of: a column of the predictions file',
    });
  }
  const found = findMetric(spec.metric, task);
  if ('wrong' in found) {
    throw new UserError({ message: found.wrong, where: at(['metric']), remedy: found.remedy });
  }
  // Of a column's mean, a gate says which way is better.
  const metric =
    rules.find((rule) => rule.metric.name === found.metric.name)?.metric ?? overRepeats(found.metric);
  if (fits(metric)) return { spec, searched: [{ metric, by: metric }], marginOf };
  const by = metric.better === 'zero' ? [] : named(standIns(metric, task));
  if (by.length === 0) {
    const choices = metricsOf(task).filter(fits);
    throw new UserError({
      message: `no slice can be searched by ${metric.name}: ${metric.better === 'zero' ? 'neither way of it is worse' : 'its rows count together, not each by itself'}`,
      where: at(['metric']),
      remedy:
        choices.length > 0
          ? `search by ${choices.map(({ name }) => name).join(' or ')}`
          : 'search by mean-of a column that a gate bounds',
    });
  }
  if (spec['worse-than-rest'] === undefined) {
    throw new UserError({
      message: `${metric.name} is no mean over rows, so nothing says how much worse a slice must be`,
      where: at(['metric']),
      remedy: `add worse-than-rest: the difference of ${metric.name} that is worth a finding`,
    });
  }
  return { spec, searched: by.map((one) => ({ metric, by: one })), marginOf };
}
