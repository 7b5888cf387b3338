import { UserError, describeProblem } from '../../common/errors.js';
import { formatNumber, plural } from '../../common/text.js';
import type { Chart, Charts, DriftHistory, StreamState } from '../../formats/drift-history.js';
import type { ChartsSettings } from '../../spec/sections/drift-windows.js';
import type { NewPoint } from '../performance/options.js';
import { chartSeries } from './chart.js';
import { emptyHistory, mergeHistory } from './history.js';
import { chartLimits } from './limits.js';
import type { HistoryStore } from './store.js';

export interface HistoryOptions {
  /** Undefined where nothing is to be kept. */
  readonly store?: HistoryStore;
  readonly model: string;
  readonly scope: string;
  /** The workflow run, the same in all its attempts. */
  readonly run: string;
  readonly points: readonly NewPoint[];
  readonly streams: Readonly<Record<string, StreamState>>;
  readonly settings: ChartsSettings;
  /** What was measured, such as the live version: charts learn anew when it changes. */
  readonly era?: string;
}

export interface HistoryOutcome {
  readonly result: Charts;
  readonly verdict: Charts['verdict'];
  readonly reasons: readonly string[];
  /** With this run's points in it, also where it could not be kept. */
  readonly history: DriftHistory;
}

export const defaultCharts: ChartsSettings = { 'false-alarm-every': 370, shift: 1, 'learn-from': 5 };

/**
 * Adds a run's points and streams to the history, and draws the charts of the series that it measured.
 * Can be repeated: a run's own points are replaced. What fails in keeping them loses none of them.
 */
export async function updateHistory(options: HistoryOptions): Promise<HistoryOutcome> {
  const { store, model, scope, run, streams, settings, era } = options;
  const points = options.points.map((one) =>
    era === undefined ? one : { ...one, point: { ...one.point, era } },
  );
  const merge = (history: DriftHistory): DriftHistory => mergeHistory(history, { points, streams, run });
  let history = merge(emptyHistory(model, scope));
  let kept: Charts['kept'] = { kept: false, where: '', why: 'no history is kept' };
  if (store !== undefined) {
    try {
      history = await store.update(merge);
      kept = { kept: true, where: store.where };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const why = error.problems.map(describeProblem).join('; ');
      kept = { kept: false, where: store.where, why };
      // Reading is often allowed where writing is not.
      const past = await store.read().catch(() => undefined);
      if (past !== undefined) history = merge(past);
    }
  }
  const measured = new Set(points.map(({ series }) => series));
  const series = history.series.filter(({ name }) => measured.has(name));
  const limits = chartLimits(settings, 3 * series.length);
  const charts = series.flatMap((one) => chartSeries(one, limits, settings['learn-from']));
  const reasons = describe(charts, settings['learn-from']);
  if (!kept.kept && store !== undefined) reasons.push(`The history could not be kept: ${kept.why!}.`);
  const result: Charts = { verdict: verdictOf(charts), reasons, kept, charts };
  return { result, verdict: result.verdict, reasons, history };
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
  const sentences = [...bySeries.values()].map((list) => {
    const [{ title, learned, points }] = list as [Chart];
    const { value, z } = points.at(-1)!;
    const methods = list.map(({ method }) => names[method]).join(', ');
    const side = z! >= 0 ? 'above' : 'below';
    return `${title}: ${formatNumber(value)} lies ${formatNumber(Math.abs(z!), 3)} standard deviations ${side} the ${plural(learned, 'point')} before it; over its chart’s limit: ${methods}.`;
  });
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

const bySeriesCount = (charts: readonly Chart[]): number => new Set(charts.map(({ series }) => series)).size;
