import { type ChartsOptions, drawCharts, inEra } from '../../../drift/charts/draw.js';
import type { NewPoint } from '../../../drift/performance/options.js';
import type { ColumnDrift } from '../../../formats/drift.js';
import type { DriftHistory } from '../../../formats/drift-history.js';
import { type SectionOutcome, checked } from './section.js';

/** Points of a year for each of so many columns are what a small file holds. */
const mostColumns = 20;

/** How far each column moved in this run, as points of charts: the same columns as before, those that alarm first. */
export function columnPoints(
  columns: readonly ColumnDrift[],
  history: DriftHistory | undefined,
  { run, at }: { readonly run: string; readonly at: Date },
): NewPoint[] {
  const known = new Set(history?.series.map(({ name }) => name));
  const seriesOf = (name: string): string => `column:${name.slice(0, 200)}`;
  const tested = columns.filter(({ tests }) => tests.length > 0);
  const rank = ({ name, alarm }: ColumnDrift): number => (known.has(seriesOf(name)) ? 2 : 0) + Number(alarm);
  return [...tested]
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, mostColumns)
    .map(({ name, tests, current }) => {
      const [test] = tests;
      const measure = test!.measure === 'wasserstein' ? 'standard deviations' : 'Jensen–Shannon distance';
      return {
        series: seriesOf(name),
        title: `${name.slice(0, 80)}: how far from the reference (${measure})`,
        better: 'lower',
        point: { key: run, at: at.toISOString(), rows: current?.rows ?? 0, value: test!.effect },
      };
    });
}

/**
 * Control charts of what this run measured, with what earlier ones left. They are drawn wherever there is a past,
 * and judge only where `drift.charts` asks for it: the sections that measured have judged already.
 * @param era what points were measured of: charts learn anew when it changes
 */
export function charts(
  options: Omit<ChartsOptions, 'points'>,
  points: readonly NewPoint[],
  era: string,
): SectionOutcome & { readonly points: readonly NewPoint[] } {
  const own = inEra(points, era);
  const { result } = drawCharts({ ...options, points: own });
  const part = result.charts.length > 0 ? { charts: result } : {};
  if (options.settings === undefined) return { sections: [], part, points: own };
  const failed = result.charts.filter(({ verdict }) => verdict === 'fail');
  // A chart of how well the model does is about harm; one of a column is about its inputs.
  const harm = failed.some(({ series }) => !series.startsWith('column:'));
  const section = checked('charts', harm ? 'performance' : 'inputs', result);
  return { sections: [section], part, points: own };
}
