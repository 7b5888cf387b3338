import { meanOfIndependent, widenForFolds } from '../../statistics/cross-validation.js';
import { type EvaluationRows, type FoldModels, rowCount, takeRows } from '../rows.js';
import { type Metric, within } from './metric.js';

/**
 * The metric of rows that may be cross-validated: its interval then allows for models that share training rows. Metrics
 * that compare scores of different rows are averaged over the models (Forman & Scholz 2010, section 3, on ROC AUC),
 * since the scores of two models need not be on one scale.
 */
export function acrossFolds(metric: Metric): Metric {
  const { ofSeveralModels, range } = metric;
  const averaged = ofSeveralModels === 'averaged';
  return {
    ...metric,
    missing: (rows) => {
      if (rows.folds === undefined) return metric.missing(rows);
      if (ofSeveralModels === 'refused') return 'it ranks all rows by the scores of one model';
      if (!averaged) return metric.missing(rows);
      const missing = byModel(rows, rows.folds)
        .map((own) => metric.missing(own))
        .find((found) => found !== undefined);
      return missing === undefined ? undefined : `in one of the folds, ${missing}`;
    },
    value: (rows) =>
      rows.folds === undefined || !averaged
        ? metric.value(rows)
        : meanOverModels(byModel(rows, rows.folds), (own) => metric.value(own)),
    estimate: (rows, options) => {
      const { folds } = rows;
      if (folds === undefined) return metric.estimate(rows, options);
      if (!averaged) return within(widenForFolds(metric.estimate(rows, options), folds.count), range);
      const parts = byModel(rows, folds);
      const estimates = parts.map((own) => metric.estimate(own, options));
      const mean = meanOfIndependent(estimates, parts.map(weightOf));
      return within({ ...widenForFolds(mean, folds.count), method: estimates[0]!.method }, range);
    },
  };
}

const split = new WeakMap<EvaluationRows, readonly EvaluationRows[]>();

/** The rows of each model. */
function byModel(rows: EvaluationRows, { count, models }: FoldModels): readonly EvaluationRows[] {
  let parts = split.get(rows);
  if (parts === undefined) {
    const places: number[][] = Array.from({ length: count + 1 }, () => []);
    models.forEach((model, row) => places[model]!.push(row));
    const filled = places.filter((own) => own.length > 0);
    parts = filled.map((own) => takeRows(rows, Uint32Array.from(own)));
    split.set(rows, parts);
  }
  return parts;
}

function meanOverModels(parts: readonly EvaluationRows[], value: (rows: EvaluationRows) => number): number {
  const weights = parts.map(weightOf);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return parts.reduce((sum, rows, i) => sum + (weights[i]! / total) * value(rows), 0);
}

function weightOf(rows: EvaluationRows): number {
  return rows.weights === undefined ? rowCount(rows) : rows.weights.reduce((sum, one) => sum + one, 0);
}
