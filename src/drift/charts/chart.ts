import type { Chart, HistorySeries } from '../../formats/drift-history.js';
import { predictionFactor, standardised } from '../../statistics/charts.js';
import type { ChartLimits } from './limits.js';

type ChartPoint = Chart['points'][number];

/** A chart lies this many limits out at most, so that it comes back soon after a long trouble. */
const farthest = 2;

/**
 * The control charts of one series. Each point is held against the points before it, never against itself, as a
 * standard normal value that is exact however few these are (Q charts); so Shewhart's, the CUSUM and the EWMA
 * chart keep their stated run lengths. A point that alarms is not learned from, and a new era begins anew.
 */
export function chartSeries(series: HistorySeries, limits: ChartLimits, learnFrom: number): Chart[] {
  const points = { shewhart: [] as ChartPoint[], cusum: [] as ChartPoint[], ewma: [] as ChartPoint[] };
  const worse = (side: number): boolean =>
    side !== 0 && (series.better === 'higher' ? side < 0 : series.better === 'lower' ? side > 0 : true);
  let learned: number[] = [];
  let [above, below, average] = [0, 0, 0];
  let era: string | undefined;
  let held = 0;
  for (const { at, value, era: own } of series.points) {
    if (own !== era) [learned, above, below, average, era] = [[], 0, 0, 0, own];
    const n = learned.length;
    const { mean, deviation } = momentsOf(learned);
    held = n;
    const ready = n >= learnFrom && deviation > 0;
    const z = ready ? standardised(value, n, mean, deviation) : null;
    const alarms = [];
    const add = (list: ChartPoint[], statistic: number | null, limit: number, own = {}): void => {
      const alarm = statistic !== null && Math.abs(statistic) > limit;
      list.push({ at, value, z, statistic, ...own, alarm, worse: alarm && worse(Math.sign(statistic)) });
      if (alarm) alarms.push(list);
    };
    if (z === null) {
      for (const list of Object.values(points)) add(list, null, 0);
    } else {
      const { shewhart, cusum, ewma } = limits;
      above = Math.min(farthest * cusum.limit, Math.max(0, above + z - cusum.weight));
      below = Math.min(farthest * cusum.limit, Math.max(0, below - z - cusum.weight));
      average = clamp((1 - ewma.weight) * average + ewma.weight * z, farthest * ewma.limit);
      const half = predictionFactor(n, shewhart.tail) * deviation;
      add(points.shewhart, z, shewhart.limit, { lower: mean - half, upper: mean + half });
      add(points.cusum, above >= below ? above : -below, cusum.limit);
      add(points.ewma, average, ewma.limit);
    }
    if (alarms.length === 0) learned.push(value);
  }
  return (['shewhart', 'cusum', 'ewma'] as const).map((method): Chart => {
    const { arl, arlShifted, limit } = limits[method];
    const last = points[method].at(-1);
    return {
      series: series.name,
      title: series.title,
      method,
      arl,
      arlShifted,
      limit,
      ...(method !== 'shewhart' && { weight: limits[method].weight }),
      verdict: last === undefined || last.z === null ? 'inconclusive' : last.worse ? 'fail' : 'pass',
      learned: held,
      points: points[method],
    };
  });
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // Equal values differ by rounding only: from such a deviation everything would be far away.
  const deviation = n < 2 ? 0 : Math.sqrt(squares / (n - 1));
  return { mean, deviation: deviation > 1e-12 * Math.abs(mean) ? deviation : 0 };
}

const clamp = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
