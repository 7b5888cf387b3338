import { meanOverRepeats } from '../../statistics/repeats.js';
import type { EvaluationRows } from '../rows.js';
import { acrossFolds } from './folded.js';
import { type EstimateOptions, type Metric, type MetricEstimate, twoSided, within } from './metric.js';

// One object for a metric, so that rules of the same metric are known to ask for the same.
const made = new WeakMap<Metric, Metric>();

/**
 * The metric of rows that may have repeats: its mean over them, with an interval that holds for other repeats and
 * other rows; and of rows that may be cross-validated. Of other rows it is the metric itself.
 */
export function overRepeats(metric: Metric): Metric {
  let repeated = made.get(metric);
  if (repeated === undefined) made.set(metric, (repeated = repeat(acrossFolds(metric))));
  return repeated;
}

function repeat(metric: Metric): Metric {
  return {
    ...metric,
    missing: (rows) =>
      allOf(rows)
        .map((one) => metric.missing(one))
        .find((missing) => missing !== undefined),
    value: (rows) => {
      const all = allOf(rows);
      return all.reduce((sum, one) => sum + metric.value(one), 0) / all.length;
    },
    estimate: (rows, options) => {
      const [first, ...rest] = allOf(rows).map((one) => metric.estimate(one, options));
      return within(combined([first!, ...rest], options), metric.range);
    },
    // Repeats are drawn independently, so which is set beside which does not matter.
    difference: (first, second, options) => {
      const [own, theirs] = [allOf(first), allOf(second)];
      const count = Math.max(own.length, theirs.length);
      const differences = Array.from({ length: count }, (_, i) =>
        metric.difference(own[i % own.length]!, theirs[i % theirs.length]!, options),
      );
      return combined(differences, options);
    },
  };
}

/** Every repeat of these rows, the first one first. */
export function allOf(rows: EvaluationRows): readonly EvaluationRows[] {
  return rows.repeats === undefined ? [rows] : [rows, ...rows.repeats];
}

function combined(
  estimates: readonly MetricEstimate[],
  { confidence, nominal = confidence }: EstimateOptions,
): MetricEstimate {
  const [first] = estimates;
  if (estimates.length === 1) return first!;
  const { between, ...estimate } = meanOverRepeats(estimates, twoSided(nominal));
  return {
    ...estimate,
    method: first!.method,
    repeats: estimates.length,
    fixed: { half: between, because: 'the repeats differ too much, and more of them would narrow it' },
  };
}
