import { formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import type { DriftWindow, WindowComparison, WindowsDrift } from '../../formats/drift-windows.js';
import type { Block, Section, Text } from '../../report/model.js';
import { clip } from './report-columns.js';

/** Columns that are drawn and listed: those that moved most, for what matters of them. */
const mostColumns = 3;
const mostListed = 20;

/** Windows of the current data, one after the other, against all of the reference and against its same season. */
export function windowsSections(result: WindowsDrift): Section[] {
  const { windows, verdict, size, season, time, left } = result;
  if (windows.length === 0) return [];
  const lost = [
    left.newer > 0 ? `${plural(left.newer, 'row')} too new to fill one` : '',
    left.older > 0 ? `${plural(left.older, 'row')} older` : '',
    left.untimed > 0 ? `${plural(left.untimed, 'row')} without a time` : '',
  ].filter((part) => part !== '');
  return [
    {
      title: 'Windows of time',
      folded: verdict === 'pass',
      blocks: [
        {
          kind: 'paragraph',
          text: `Windows of ${size} by ${clip(time, 60)}${season.length > 0 ? `, compared with all of the reference and with its rows of the same ${season.join(' and ')}` : ''}.${lost.length > 0 ? ` In no window: ${lost.join(', ')}.` : ''}`,
        },
        windowTable(windows, season),
        ...drawings(windows, season),
        ...columnTable(windows.at(-1)!, season),
      ],
    },
  ];
}

function windowTable(windows: readonly DriftWindow[], season: readonly string[]): Block {
  const found = (comparison: WindowComparison | null): Text =>
    comparison === null
      ? 'no such rows'
      : comparison.drifted.length === 0
        ? [{ verdict: comparison.verdict }]
        : [{ verdict: comparison.verdict }, ` ${listed(comparison.drifted)}`];
  return {
    kind: 'table',
    columns: [
      { title: 'window' },
      { title: 'rows', align: 'right' },
      { title: 'against the reference' },
      ...(season.length > 0 ? [{ title: `against the same ${season.join(', ')}` }] : []),
    ],
    rows: windows.map(({ from, until, rows, plain, matched }) => [
      `${minute(from)} to ${minute(until)}`,
      formatInteger(rows),
      found(plain),
      ...(season.length > 0 ? [found(matched)] : []),
    ]),
  };
}

function drawings(windows: readonly DriftWindow[], season: readonly string[]): Block[] {
  if (windows.length < 3) return [];
  const matters = new Set(
    windows.flatMap(({ columns }) =>
      columns
        .filter(({ plain, matched, threshold }) => Math.max(plain, matched ?? 0) >= threshold)
        .map(({ name }) => name),
    ),
  );
  return largest(windows.at(-1)!)
    .filter(({ name }) => matters.has(name))
    .slice(0, mostColumns)
    .map(({ name, threshold, measure }): Block => {
      const of = (pick: (column: DriftWindow['columns'][number]) => number | null): (number | null)[] =>
        windows.map(({ columns }) => {
          const column = columns.find((one) => one.name === name);
          return column === undefined ? null : pick(column);
        });
      return {
        kind: 'line-chart',
        title: `${clip(name, 60)}: how far from the reference`,
        x: { label: '', values: windows.map(({ from }) => from.slice(0, 10)) },
        y: { label: measure === 'wasserstein' ? 'standard deviations' : 'distance', min: 0 },
        series: [
          { name: 'all of the reference', values: of(({ plain }) => plain) },
          ...(season.length > 0
            ? [{ name: `the same ${season.join(', ')}`, values: of(({ matched }) => matched) }]
            : []),
        ],
        lines: [{ name: 'matters from here', y: threshold }],
      };
    });
}

function columnTable(window: DriftWindow, season: readonly string[]): Block[] {
  if (season.length === 0) return [];
  return [
    {
      kind: 'table',
      columns: [
        { title: 'newest window' },
        { title: 'change', align: 'right' },
        { title: `against the same ${season.join(', ')}`, align: 'right' },
        { title: 'goes with the season', align: 'right' },
        { title: 'matters from', align: 'right' },
      ],
      rows: largest(window)
        .slice(0, mostListed)
        .map(({ name, plain, matched, explained, threshold }) => [
          clip(name, 60),
          formatNumber(plain, 3),
          matched === null ? '' : formatNumber(matched, 3),
          explained === null || plain < threshold ? '' : formatPercent(explained, 2),
          formatNumber(threshold),
        ]),
    },
  ];
}

const largest = ({ columns }: DriftWindow): DriftWindow['columns'] =>
  [...columns].sort((a, b) => b.plain / b.threshold - a.plain / a.threshold);

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => clip(name, 40));
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : shown.join(', ');
}

const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');
