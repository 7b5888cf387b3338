import type { Metric } from './metric.js';
import { meanMetric } from './mean.js';

const prefix = 'mean-of ';

/** The column that `mean-of COLUMN` names; undefined for another metric. */
export function columnOfMean(metric: string): string | undefined {
  return metric.startsWith(prefix) ? metric.slice(prefix.length) : undefined;
}

/** The mean of a column of the predictions file: a judge's score, a cost, anything known example by example. */
export function meanOfColumn(column: string, better: Metric['better']): Metric {
  const metric = meanMetric({
    name: `${prefix}${column}`,
    title: `Mean of ${column}`,
    tasks: [
      'binary-classification',
      'multiclass-classification',
      'multilabel-classification',
      'regression',
      'ranking',
      'example-scores',
    ],
    better,
    range: [-Infinity, Infinity],
    missing: (rows) => (rows.extras?.has(column) ? undefined : `the predictions have no column "${column}"`),
    contributions: (rows) => rows.extras!.get(column)!,
    // Documents of one query are no independent evidence.
    design: (rows) => (rows.task === 'ranking' ? { clusters: rows.queries, ...rows } : rows),
  });
  return { ...metric, rowValues: (rows) => rows.extras!.get(column)! };
}
