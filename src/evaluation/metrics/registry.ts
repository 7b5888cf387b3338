import { ownValue } from '../../common/own.js';
import { calibrationFamilies, calibrationMetrics } from './calibration.js';
import { columnOfMean, meanOfColumn } from './column.js';
import { confusionFamilies, confusionMetrics } from './confusion.js';
import { errorFamilies, errorMetrics } from './errors.js';
import { type Family, memberOf } from './family.js';
import { meanMetrics } from './mean.js';
import type { Metric, Task } from './metric.js';
import { multilabelMetrics } from './multilabel.js';
import { suggestMetrics } from './suggest.js';
import { proportionMetrics } from './proportion.js';
import { queryFamilies, queryMetrics } from './queries.js';
import { rankingMetrics } from './ranking.js';
import { topFamilies } from './top.js';

export const metrics: readonly Metric[] = [
  ...rankingMetrics,
  ...meanMetrics,
  ...proportionMetrics,
  ...confusionMetrics,
  ...calibrationMetrics,
  ...errorMetrics,
  ...multilabelMetrics,
  ...queryMetrics,
];

export const families: readonly Family[] = [
  ...confusionFamilies,
  ...topFamilies,
  ...calibrationFamilies,
  ...errorFamilies,
  ...queryFamilies,
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
  mean_pinball_loss: 'pinball@0.5',
};

export function metricsOf(task: Task): readonly Metric[] {
  return metrics.filter((metric) => metric.tasks.includes(task));
}

export type Found = { readonly metric: Metric } | { readonly wrong: string; readonly remedy: string };

/**
 * The metric of a name, or what is wrong with the name for this task. Names may hold a number, `ndcg@10` or `f2`,
 * and `mean-of COLUMN` is the mean of a column of the predictions.
 * @param better of the mean of a column, which its name does not tell
 */
export function findMetric(name: string, task: Task, better: Metric['better'] = 'zero'): Found {
  const column = columnOfMean(name);
  if (column !== undefined) return { metric: meanMember(column, better) };
  const known = numbered(ownValue(aliases, name) ?? name);
  const same = metrics.filter((m) => m.name === known);
  const metric = same.find((m) => m.tasks.includes(task));
  if (metric !== undefined) return { metric };
  const at = known.indexOf('@');
  const stem = at < 0 ? known : known.slice(0, at);
  const parents = families.filter((f) => f.name === stem);
  const family = parents.find((f) => f.tasks.includes(task));
  if (family !== undefined) return member(family, at < 0 ? '' : known.slice(at + 1), name);
  const names = [...metricsOf(task).map((m) => m.name), ...familiesOf(task).map((f) => f.example)];
  const elsewhere = [...new Set([...same, ...parents].flatMap(({ tasks }) => tasks))];
  const written = Object.entries(aliases).flatMap(([alias, own]) => (names.includes(own) ? [alias] : []));
  const suggested = suggestMetrics(name, [...names, ...written], elsewhere.length === 0);
  const near = [...new Set(suggested.map((one) => ownValue(aliases, one) ?? one))];
  return {
    wrong:
      elsewhere.length === 0
        ? `there is no metric "${name}"`
        : `"${name}" is a metric of ${elsewhere.join(' and ')}, and this model's task is ${task}`,
    remedy:
      near.length === 0
        ? `metrics of this task: ${names.join(', ')}`
        : `did you mean ${near.map((one) => `"${one}"`).join(' or ')}?`,
  };
}

function familiesOf(task: Task): readonly Family[] {
  return families.filter((family) => family.tasks.includes(task));
}

/** `f2` and `top_3_accuracy` as people write them; f1 has a name of its own. */
function numbered(name: string): string {
  const beta = /^f(\d+(?:\.\d+)?)$/.exec(name)?.[1];
  if (beta !== undefined) return Number(beta) === 1 ? 'f1' : `fbeta@${beta}`;
  const k = /^top_(\d+)_accuracy$/.exec(name)?.[1];
  return k === undefined ? name : `top_k_accuracy@${k}`;
}

function member(family: Family, text: string, name: string): Found {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (family.parameter.fits(value)) return { metric: memberOf(family, value) };
  return {
    wrong:
      text === '' ? `"${name}" needs a number` : `"${text}" in "${name}" is no ${family.parameter.words}`,
    remedy: `write ${family.example}, for instance`,
  };
}

// One object for a column and direction, so that rules of the same mean are known to ask for the same.
const means = new Map<string, Metric>();

function meanMember(column: string, better: Metric['better']): Metric {
  const key = `${better} ${column}`;
  let metric = means.get(key);
  if (metric === undefined) means.set(key, (metric = meanOfColumn(column, better)));
  return metric;
}
