import { findMetric } from '../../../src/evaluation/metrics/registry.js';
import type { Task } from '../../../src/evaluation/metrics/metric.js';
import type { EvaluationRows } from '../../../src/evaluation/rows.js';

/* For rows so few that every value can be found by hand. */

export const f64 = (...values: readonly number[]) => Float64Array.from(values);
export const metricOf = (name: string, task: Task) => {
  const found = findMetric(name, task);
  if ('wrong' in found) throw new Error(found.wrong);
  return found.metric;
};
export const value = (name: string, rows: EvaluationRows) => metricOf(name, rows.task).value(rows);
export const missing = (name: string, rows: EvaluationRows) => metricOf(name, rows.task).missing(rows);
