import { relativeChange } from '../statistics/fieller.js';
import { unpairedDifference } from '../statistics/mover.js';
import { normalQuantile } from '../statistics/special.js';
import type { EstimateOptions, Method, Metric, MetricEstimate } from './metrics/metric.js';
import type { EvaluationRows } from './rows.js';
import { type Rule, isRelative } from './rules.js';
import { type Stated, statedEstimate } from './stated.js';

/** A model whose predictions of the challenger's rows are known. */
export interface ModelBaseline {
  readonly rows: EvaluationRows;
  readonly name: string;
  /** The challenger has the same files, so whatever differs between their predictions is chance. */
  readonly sameModel?: boolean;
}

/** What the challenger is compared with, or why there is none. */
export type Baseline =
  | ModelBaseline
  /** Only what a file says of it is known. */
  | { readonly stated: Stated; readonly name: string }
  | { readonly none: string };

export interface Comparison {
  readonly own: MetricEstimate;
  readonly theirs: MetricEstimate;
  /** Challenger less the other. */
  readonly difference: MetricEstimate;
  /** What the rule's limit is about: the difference, or its share of the other's value. */
  readonly judged: MetricEstimate;
}

/**
 * Compares two models by the metric of a rule: row by row, or by the interval that a file states.
 * Only where the metric is not missing in either.
 */
export function compareModels(
  rule: Rule,
  challenger: EvaluationRows,
  baseline: Exclude<Baseline, { none: string }>,
  options: EstimateOptions,
): Comparison {
  const { metric } = rule;
  const own = metric.estimate(challenger, options);
  const [theirs, difference] =
    'rows' in baseline
      ? [metric.estimate(baseline.rows, options), estimateDifference(metric, challenger, baseline, options)]
      : unpaired(metric, own, baseline.stated, options);
  const judged =
    isRelative(rule.kind) && difference.method !== sameModel
      ? relative(own, theirs, difference, options)
      : difference;
  return { own, theirs, difference, judged };
}

/** The method of a difference that is known to be zero, since both models have the same files. */
export const sameModel = 'same-model' satisfies Method;

/**
 * Estimates the challenger's metric less the baseline's, on the same rows. Between models with the same files it is
 * exactly zero, which no number of rows shows; where their predictions differ nevertheless, it is estimated.
 */
export function estimateDifference(
  metric: Metric,
  challenger: EvaluationRows,
  baseline: ModelBaseline,
  options: EstimateOptions,
): MetricEstimate {
  if (baseline.sameModel === true && metric.value(challenger) === metric.value(baseline.rows))
    return { value: 0, lower: 0, upper: 0, method: sameModel };
  return metric.difference(challenger, baseline.rows, options);
}

function unpaired(
  metric: Metric,
  own: MetricEstimate,
  stated: Stated,
  { confidence }: EstimateOptions,
): [MetricEstimate, MetricEstimate] {
  const theirs = statedEstimate(stated.of(metric)!, confidence);
  const difference = unpairedDifference(own, theirs);
  const half = (theirs.upper - theirs.lower) / 2;
  const { half: ownHalf, because } = own.fixed ?? { half: 0, because: '' };
  return [
    theirs,
    {
      ...difference,
      method: 'unpaired',
      ...(own.repeats !== undefined && { repeats: own.repeats }),
      fixed: {
        half: Math.hypot(half, ownHalf),
        because: half >= ownHalf ? 'what the file states is too unsure' : because,
      },
    },
  ];
}

function relative(
  own: MetricEstimate,
  theirs: MetricEstimate,
  difference: MetricEstimate,
  options: EstimateOptions,
): MetricEstimate {
  const variances = {
    first: spread(own, options) ** 2,
    second: spread(theirs, options) ** 2,
    difference: spread(difference, options) ** 2,
  };
  const { fixed, repeats } = difference;
  return {
    value: difference.value / theirs.value,
    ...relativeChange(own.value, theirs.value, variances, normalQuantile(options.confidence)),
    method: 'fieller',
    ...(fixed && { fixed: { ...fixed, half: fixed.half / theirs.value } }),
    ...(repeats !== undefined && { repeats }),
  };
}

/** Standard error that an interval implies, also one that was not made from a standard error. */
export function spread({ lower, upper }: MetricEstimate, { confidence }: EstimateOptions): number {
  return (upper - lower) / (2 * normalQuantile(confidence));
}
