import { formatNumber, plural } from '../../common/text.js';
import type { Chart, Charts } from '../../formats/drift-history.js';
import type { Block, Section, Text } from '../../report/model.js';
import { clip } from './report-columns.js';

/** Series that are drawn; the table has more. */
const mostDrawn = 6;
const mostRows = 60;
/** Points of a drawing: more are a thicket. */
const mostPoints = 90;

const names = { shewhart: 'Shewhart', cusum: 'CUSUM', ewma: 'EWMA' };

/** What earlier checks measured, and what this one adds to it. */
export function historySections(result: Charts): Section[] {
  const bySeries = new Map<string, Chart[]>();
  for (const chart of result.charts)
    bySeries.set(chart.series, [...(bySeries.get(chart.series) ?? []), chart]);
  // One point is no line.
  const series = [...bySeries.values()].filter(([first]) => first!.points.length > 1);
  if (series.length === 0) return [];
  const failing = (charts: readonly Chart[]): number =>
    charts.filter(({ verdict }) => verdict === 'fail').length;
  const sorted = [...series].sort((a, b) => failing(b) - failing(a));
  return [
    {
      title: 'Over time',
      folded: result.verdict !== 'fail',
      blocks: [
        { kind: 'bullets', items: result.reasons.slice(0, 10).map((reason) => clip(reason, 300)) },
        ...sorted.slice(0, mostDrawn).flatMap(drawing),
        table(sorted),
        { kind: 'paragraph', text: howRead(result) },
      ],
    },
  ];
}

/** The values between what Shewhart's chart allows; where a sum or average is beyond its limit, that one, too. */
function drawing(charts: readonly Chart[]): Block[] {
  const [shewhart] = charts as [Chart];
  const points = shewhart.points.slice(-mostPoints);
  const x = { label: '', values: points.map(({ at }) => at.slice(0, 10)) };
  const blocks: Block[] = [
    {
      kind: 'line-chart',
      title: clip(shewhart.title, 120),
      x,
      y: { label: '' },
      series: [
        { name: 'measured', values: points.map(({ value }) => value) },
        { name: 'at most', values: points.map(({ upper }) => upper ?? null) },
        { name: 'at least', values: points.map(({ lower }) => lower ?? null) },
      ],
    },
  ];
  const others = charts.filter(({ method, verdict }) => method !== 'shewhart' && verdict === 'fail');
  if (others.length > 0) {
    blocks.push({
      kind: 'line-chart',
      title: `${clip(shewhart.title, 120)}: ${others.map(({ method }) => names[method]).join(' and ')}`,
      x,
      y: { label: 'share of the limit' },
      series: others.map(({ method, limit, points: own }) => ({
        name: names[method],
        values: own
          .slice(-mostPoints)
          .map(({ statistic }) => (statistic === null ? null : statistic / limit)),
      })),
      lines: [
        { name: 'limit', y: 1 },
        { name: '', y: -1 },
      ],
    });
  }
  return blocks;
}

function table(series: readonly (readonly Chart[])[]): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'measured' },
      { title: 'now', align: 'right' },
      { title: 'held against', align: 'right' },
      { title: 'distance, σ', align: 'right' },
      { title: 'verdict' },
    ],
    rows: series.slice(0, mostRows).map((charts): Text[] => {
      const [{ title, points, learned }] = charts as [Chart];
      const { value, z } = points.at(-1)!;
      const failed = charts.filter(({ verdict }) => verdict === 'fail').map(({ method }) => names[method]);
      const better = charts.some((chart) => chart.points.at(-1)!.alarm) && failed.length === 0;
      return [
        clip(title, 120),
        formatNumber(value),
        plural(learned, 'point'),
        z === null ? '' : formatNumber(z, 2),
        failed.length > 0
          ? [{ bold: failed.join(', ') }]
          : better
            ? 'better than before'
            : z === null
              ? 'still learning'
              : 'within its limits',
      ];
    }),
    ...(series.length > mostRows && { note: `${series.length - mostRows} more are in the result.` }),
  };
}

function howRead({ charts }: Charts): string {
  const of = (method: Chart['method']): Chart => charts.find((chart) => chart.method === method)!;
  const [shewhart, cusum, ewma] = [of('shewhart'), of('cusum'), of('ewma')];
  const after = ({ arlShifted }: Chart): string => formatNumber(arlShifted, 2);
  return `Each point is held against the points before it, by limits that know how few these are. Without a change one of these ${charts.length} charts alarms once in ${formatNumber(shewhart.arl / charts.length, 3)} checks on average. A shift of one standard deviation is found after ${after(cusum)} points by CUSUM (k = ${formatNumber(cusum.weight!)}, h = ${formatNumber(cusum.limit, 3)}), after ${after(ewma)} by EWMA (λ = ${formatNumber(ewma.weight!)}), after ${after(shewhart)} by Shewhart’s chart (±${formatNumber(shewhart.limit, 3)} σ), which is the quickest for large ones.`;
}
