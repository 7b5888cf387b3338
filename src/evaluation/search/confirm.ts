import { unpairedDifference } from '../../statistics/mover.js';
import { normalQuantile, normalSf } from '../../statistics/special.js';
import type { EstimateOptions, Metric, MetricEstimate } from '../metrics/metric.js';
import { type EvaluationRows, takeRows } from '../rows.js';
import type { Than } from './candidates.js';

export interface Confirmed {
  readonly challenger: MetricEstimate;
  readonly other: MetricEstimate;
  /** Challenger less other. */
  readonly difference: MetricEstimate;
  /** Of "worse by no more than the threshold". */
  readonly p: number;
}

/**
 * Tests one slice on rows that it was not found on.
 * @param inside rows of the slice among them; the others are the rest
 * @returns undefined where the metric has no value on one of the sides
 */
export function confirm(
  than: Than,
  metric: Metric,
  {
    challenger,
    champion,
    inside,
    outside,
  }: {
    readonly challenger: EvaluationRows;
    readonly champion: EvaluationRows | undefined;
    readonly inside: Uint32Array;
    readonly outside: Uint32Array;
  },
  threshold: number,
  options: EstimateOptions,
): Confirmed | undefined {
  const own = takeRows(challenger, inside);
  const others = than === 'rest' ? takeRows(challenger, outside) : takeRows(champion!, inside);
  if (metric.missing(own) !== undefined || metric.missing(others) !== undefined) return undefined;
  const [first, second] = [metric.estimate(own, options), metric.estimate(others, options)];
  const difference: MetricEstimate =
    than === 'rest'
      ? { ...unpairedDifference(first, second), method: 'unpaired' }
      : metric.difference(own, others, options);
  return { challenger: first, other: second, difference, p: pOf(metric, difference, threshold, options) };
}

/** By the end of the interval that speaks for the model. */
function pOf(
  { better }: Metric,
  { value, lower, upper }: MetricEstimate,
  threshold: number,
  { confidence }: EstimateOptions,
): number {
  const [worse, half] = better === 'higher' ? [-value, upper - value] : [value, value - lower];
  const error = half / normalQuantile(confidence);
  if (error === 0) return worse > threshold ? 0 : 1;
  return Number.isFinite(error) ? normalSf((worse - threshold) / error) : 1;
}
