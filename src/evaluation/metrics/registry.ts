import { nearest } from '../../common/text.js';
import { calibrationMetrics } from './calibration.js';
import { confusionMetrics } from './confusion.js';
import { errorMetrics } from './errors.js';
import { meanMetrics } from './mean.js';
import type { Metric, Task } from './metric.js';
import { proportionMetrics } from './proportion.js';
import { rankingMetrics } from './ranking.js';

export const metrics: readonly Metric[] = [
  ...rankingMetrics,
  ...meanMetrics,
  ...proportionMetrics,
  ...confusionMetrics,
  ...calibrationMetrics,
  ...errorMetrics,
];

/** Other names under which people know them. */
const aliases: Readonly<Record<string, string>> = {
  average_precision: 'pr_auc',
  brier_score: 'brier',
  matthews_corrcoef: 'mcc',
  sensitivity: 'recall',
  mean_absolute_error: 'mae',
  mean_squared_error: 'mse',
  root_mean_squared_error: 'rmse',
  mean_absolute_percentage_error: 'mape',
  bias: 'mean_error',
};

export function metricsOf(task: Task): readonly Metric[] {
  return metrics.filter((metric) => metric.tasks.includes(task));
}

/** The metric of a name, or what is wrong with the name for this task. */
export function findMetric(name: string, task: Task): { metric: Metric } | { wrong: string; remedy: string } {
  const known = aliases[name] ?? name;
  const metric = metrics.find((m) => m.name === known);
  if (metric?.tasks.includes(task)) return { metric };
  const names = metricsOf(task).map((m) => m.name);
  const wrong =
    metric === undefined
      ? `there is no metric "${name}"`
      : `"${name}" is a metric of ${metric.tasks.join(' and ')}, and this model's task is ${task}`;
  const near = metric === undefined ? nearest(name, names) : undefined;
  return {
    wrong,
    remedy: near === undefined ? `metrics of this task: ${names.join(', ')}` : `did you mean "${near}"?`,
  };
}
