import type { Chart, HistorySeries } from '../../formats/drift-history.js';
import { normalScore, predictionFactor, standardised } from '../../statistics/charts.js';
import type { ChartLimits } from './limits.js';

type Method = Chart['method'];
type ChartPoint = Chart['points'][number];

/** A chart lies this many limits out at most, so that it comes back soon after a long trouble. */
const farthest = 2;

/**
 * The control charts of one series. Each point is held against the points before it, never against itself, as a
 * standard normal value that is exact however few these are (Q charts); so Shewhart's, the CUSUM and the EWMA
 * chart keep their stated run lengths until the first alarm. A point that alarms is not learned from. Values that are
 * not normal are held against the others by rank.
 */
export function chartSeries(series: HistorySeries, limits: ChartLimits, learnFrom: number): Chart[] {
  // Until one of them alarms all three ask for the same values.
  const known = new Map<string, number>();
  const distance: typeof standardised = (...values) => {
    const key = values.join();
    const found = known.get(key) ?? standardised(...values);
    known.set(key, found);
    return found;
  };
  return (['shewhart', 'cusum', 'ewma'] as const).map((method): Chart => {
    const { arl, arlShifted, limit } = limits[method];
    const { points, learned } = draw(series, method, limits, learnFrom, distance);
    const last = points.at(-1);
    return {
      series: series.name,
      title: series.title,
      method,
      arl,
      arlShifted,
      limit,
      ...(method !== 'shewhart' && { weight: limits[method].weight }),
      verdict: last === undefined || last.z === null ? 'inconclusive' : last.worse ? 'fail' : 'pass',
      learned,
      points,
    };
  });
}

function draw(
  { points, better, scatter }: HistorySeries,
  method: Method,
  limits: ChartLimits,
  learnFrom: number,
  distance: typeof standardised,
): { points: ChartPoint[]; learned: number } {
  let known: number[] = [];
  let held = 0;
  let next = statisticOf(method, limits);
  let era = points[0]?.era;
  const drawn = points.map(({ at, value, era: own }): ChartPoint => {
    if (own !== era) [known, next, era] = [[], statisticOf(method, limits), own];
    held = known.length;
    const { mean, deviation } = momentsOf(known);
    if (held < learnFrom || deviation === 0) {
      known.push(value);
      return { at, value, z: null, statistic: null, alarm: false, worse: false };
    }
    const z = scatter === 'any' ? normalScore(value, known) : distance(value, held, mean, deviation);
    const statistic = next(z);
    const alarm = Math.abs(statistic) > limits[method].limit;
    if (!alarm) known.push(value);
    const half = predictionFactor(held, limits.shewhart.tail) * deviation;
    const worse = alarm && (better === 'higher' ? statistic < 0 : better === 'lower' ? statistic > 0 : true);
    const range =
      method === 'shewhart' && scatter !== 'any' ? { lower: mean - half, upper: mean + half } : {};
    return { at, value, z, statistic, ...range, alarm, worse };
  });
  return { points: drawn, learned: held };
}

/** What a chart makes of one z after another; of two sided sums the one that is farther out, signed. */
function statisticOf(method: Method, { cusum, ewma }: ChartLimits): (z: number) => number {
  if (method === 'shewhart') return (z) => z;
  if (method === 'cusum') {
    let [above, below] = [0, 0];
    const most = farthest * cusum.limit;
    return (z) => {
      above = Math.min(most, Math.max(0, above + z - cusum.weight));
      below = Math.min(most, Math.max(0, below - z - cusum.weight));
      return above >= below ? above : -below;
    };
  }
  let average = 0;
  const most = farthest * ewma.limit;
  return (z) => {
    average = Math.max(-most, Math.min(most, (1 - ewma.weight) * average + ewma.weight * z));
    return average;
  };
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const n = values.length;
  if (n < 2) return { mean: NaN, deviation: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  // Equal values differ by rounding only: from such a deviation everything would be far away.
  return { mean, deviation: deviation > 1e-12 * Math.abs(mean) ? deviation : 0 };
}
