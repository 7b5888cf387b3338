import type { ChartsSettings } from '../../spec/sections/drift-windows.js';
import {
  cusumArl,
  cusumLimit,
  ewmaArl,
  ewmaLimit,
  shewhartArl,
  shewhartLimit,
} from '../../statistics/charts.js';

interface Limit {
  /** Points between two false alarms, on average; and until an alarm after a shift of one standard deviation. */
  readonly arl: number;
  readonly arlShifted: number;
  /** Held against the chart's statistic, in standard deviations of a point. */
  readonly limit: number;
}

export interface ChartLimits {
  /** `tail`: probability beyond the limits, both sides. */
  readonly shewhart: Limit & { readonly tail: number };
  /** `weight`: the allowance k. */
  readonly cusum: Limit & { readonly weight: number };
  /** `weight`: λ of the newest point. `limit` is that of the average itself, not of λ = 1. */
  readonly ewma: Limit & { readonly weight: number };
}

const lambdas = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6];
/** Run lengths beyond this are the same for anybody who reads charts, and cost digits. */
const longest = 1e6;

/**
 * Limits such that all charts together alarm falsely once in `false-alarm-every` points, on average: each has that
 * many times as many as there are charts. CUSUM and EWMA are tuned to be quickest for `shift`.
 * @param charts of one run
 */
export function chartLimits(settings: ChartsSettings, charts: number): ChartLimits {
  const arl = Math.min(longest, settings['false-alarm-every'] * Math.max(1, charts));
  const { shift } = settings;
  const shewhart = shewhartLimit(arl);
  const k = shift / 2;
  const h = cusumLimit(arl, k);
  const tuned = lambdas
    .map((lambda) => ({ lambda, limit: ewmaLimit(arl, lambda) }))
    .map((one) => ({ ...one, delay: ewmaArl(one.lambda, one.limit, shift) }))
    .reduce((best, one) => (one.delay < best.delay ? one : best));
  const { lambda } = tuned;
  return {
    shewhart: { arl, arlShifted: shewhartArl(shewhart, 1), limit: shewhart, tail: 1 / arl },
    cusum: { arl, arlShifted: cusumArl(h, k, 1), limit: h, weight: k },
    ewma: {
      arl,
      arlShifted: ewmaArl(lambda, tuned.limit, 1),
      limit: tuned.limit * Math.sqrt(lambda / (2 - lambda)),
      weight: lambda,
    },
  };
}
