import { formatNumber, plural } from '../../common/text.js';
import type { Chart, Charts, DriftHistory } from '../../formats/drift-history.js';
import type { ChartsSettings } from '../../spec/sections/drift-windows.js';
import type { NewPoint } from '../performance/options.js';
import { chartSeries } from './chart.js';
import { emptyHistory, mergeHistory } from './history.js';
import { chartLimits } from './limits.js';

export interface ChartsOptions {
  readonly model: string;
  readonly scope: string;
  /** What earlier checks left; undefined where there is nothing, or nothing is kept. */
  readonly history: DriftHistory | undefined;
  /** The workflow run, the same in all its attempts. */
  readonly run: string;
  /** What this check measured: the series that are charted. */
  readonly points: readonly NewPoint[];
  readonly settings?: ChartsSettings | undefined;
}

export interface ChartsOutcome {
  readonly result: Charts;
  readonly verdict: Charts['verdict'];
  readonly reasons: readonly string[];
}

const defaults: ChartsSettings = { 'false-alarm-every': 370, shift: 1, 'learn-from': 5 };

/** The points as measured of `era`, such as the live version: charts learn anew when it changes. */
export function inEra(points: readonly NewPoint[], era: string): NewPoint[] {
  return points.map((one) => ({ ...one, point: { ...one.point, era } }));
}

/** Draws the charts of the series that a check measured, with its points added to what earlier checks left. */
export function drawCharts(options: ChartsOptions): ChartsOutcome {
  const { model, scope, run, points } = options;
  const settings = options.settings ?? defaults;
  const history = mergeHistory(options.history ?? emptyHistory(model, scope), { points, streams: {}, run });
  const measured = new Set(points.map((one) => one.series));
  const series = history.series.filter(({ name }) => measured.has(name));
  const limits = chartLimits(settings, 3 * series.length);
  const charts = series.flatMap((one) => chartSeries(one, limits, settings['learn-from']));
  const reasons = describe(charts, settings['learn-from']);
  const result: Charts = { verdict: verdictOf(charts), reasons, charts };
  return { result, verdict: result.verdict, reasons };
}

/** A series that is new does not make the others unclear. */
function verdictOf(charts: readonly Chart[]): Charts['verdict'] {
  if (charts.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return charts.some(({ verdict }) => verdict === 'pass') ? 'pass' : 'inconclusive';
}

const names = { shewhart: 'Shewhart', cusum: 'CUSUM', ewma: 'EWMA' };

function describe(charts: readonly Chart[], learnFrom: number): string[] {
  const failed = charts.filter(({ verdict }) => verdict === 'fail');
  const bySeries = new Map<string, Chart[]>();
  for (const chart of failed) bySeries.set(chart.series, [...(bySeries.get(chart.series) ?? []), chart]);
  const sentences = [...bySeries.values()].map(failure);
  const learning = new Set(
    charts.filter(({ verdict }) => verdict === 'inconclusive').map((one) => one.series),
  );
  if (learning.size > 0) {
    sentences.push(
      `${plural(learning.size, 'chart')} of ${bySeriesCount(charts)} still ${learning.size === 1 ? 'learns' : 'learn'}: ${plural(learnFrom, 'point')} that differ are needed first.`,
    );
  }
  const passing = charts.find(({ verdict }) => verdict === 'pass');
  if (failed.length === 0 && passing !== undefined) sentences.push('No chart is beyond its limits.');
  return sentences;
}

/** Of the charts of one series that fail: a point by itself, or many that together lie on one side. */
function failure(charts: readonly Chart[]): string {
  const far = charts.find(({ method }) => method === 'shewhart');
  const { title, learned, points, method, limit } = far ?? charts[0]!;
  const { value, z, statistic } = points.at(-1)!;
  const side = statistic! >= 0 ? 'above' : 'below';
  if (far !== undefined) {
    return `${title}: ${formatNumber(value)} lies ${formatNumber(Math.abs(z!), 3)} standard deviations ${side} the ${plural(learned, 'point')} before it (limit ${formatNumber(limit, 3)}).`;
  }
  return `${title}: the newest points, last ${formatNumber(value)}, lie ${side} the ${plural(learned, 'point')} before them too often to be chance (${names[method]} ${formatNumber(Math.abs(statistic!), 3)}, limit ${formatNumber(limit, 3)}).`;
}

const bySeriesCount = (charts: readonly Chart[]): number => new Set(charts.map(({ series }) => series)).size;
