import { type ChartsOptions, drawCharts } from '../../../drift/charts/draw.js';
import type { NewPoint } from '../../../drift/performance/options.js';
import type { ColumnDrift } from '../../../formats/drift.js';
import type { DriftHistory } from '../../../formats/drift-history.js';
import { type SectionOutcome, checked, notRun } from './section.js';

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
        scatter: 'any',
        point: { key: run, at: at.toISOString(), rows: current?.rows ?? 0, value: test!.effect },
      };
    });
}

/**
 * Control charts of what this run measured, with what earlier ones left. They are drawn wherever there is a past,
 * and judge only where `drift.charts` asks for it: the sections that measured have judged already.
 */
export function charts(options: ChartsOptions): SectionOutcome {
  const { result } = drawCharts(options);
  const part = result.charts.length > 0 ? { charts: result } : {};
  if (options.settings === undefined) return { sections: [], part };
  // Charts that still learn have nothing to say: that is no doubt about this window.
  if (result.verdict === 'inconclusive') {
    return { sections: [notRun('charts', 'inputs', result.reasons.join(' '))], part };
  }
  const failed = result.charts.filter(({ verdict }) => verdict === 'fail');
  // A chart of how well the model does is about harm; one of a column is about its inputs.
  const harm = failed.some(({ series }) => /^(realised|estimated):/.test(series));
  return { sections: [checked('charts', harm ? 'performance' : 'inputs', result)], part };
}
