import { formatNumber, formatPercent, plural } from '../../common/text.js';
import type { ColumnDrift, Drift, DriftTest } from '../../formats/drift.js';
import type { Block, Multiple, Section, Text } from '../../report/model.js';

/** Columns that get a section of their own, and small charts; the table of all columns has the rest. */
const mostSections = 10;
const mostCharts = 60;

/** Every name comes from data, and may be of any length. */
export const clip = (text: string, length = 80): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

/** All columns that moved, at a glance; for those that alarm, and else for those that moved farthest. */
export function movesSection(columns: readonly ColumnDrift[]): Section[] {
  const drawn = bySize(columns.filter(({ shares, tests }) => shares.length > 0 && tests.length > 0));
  const alarms = drawn.filter(({ alarm }) => alarm);
  const shown = alarms.length > 0 ? alarms : drawn.slice(0, 12);
  if (shown.length === 0) return [];
  const left = shown.length - Math.min(shown.length, mostCharts);
  return [
    {
      title: alarms.length > 0 ? 'What moved' : 'What moved most, all within what matters or uncertain',
      blocks: [
        {
          kind: 'multiples',
          title: 'Share of the rows by value',
          series: ['reference', 'current'],
          amount: 'How far columns moved, in multiples of what matters',
          items: shown.slice(0, mostCharts).map(multiple),
        },
        {
          kind: 'table',
          columns: [{ title: 'column' }, { title: 'moved by' }, { title: 'most of all' }],
          rows: shown.map(moveRow),
        },
        ...(left > 0
          ? [
              {
                kind: 'paragraph' as const,
                text: `${plural(left, 'more column')} moved, without a chart here.`,
              },
            ]
          : []),
      ],
    },
  ];
}

function moveRow(column: ColumnDrift): Text[] {
  const test = decisive(column)!;
  const { reference, current, shares, kind } = column;
  const [a, b] = [reference?.numbers, current?.numbers];
  const [top] = [...shares].sort(
    (x, y) => Math.abs(y.current - y.reference) - Math.abs(x.current - x.reference),
  );
  const [before, now] = missingShares(column);
  const where =
    test.of === 'missing'
      ? `no value: ${formatPercent(before)} → ${formatPercent(now)}`
      : kind === 'numeric' && a !== undefined && b !== undefined
        ? `median ${formatNumber(a.median)} → ${formatNumber(b.median)}, mean ${formatNumber(a.mean)} → ${formatNumber(b.mean)}`
        : top === undefined
          ? ''
          : `${clip(top.label)}: ${formatPercent(top.reference)} → ${formatPercent(top.current)}`;
  return [
    clip(column.name),
    `${amount(test, test.effect)}, and ${formatNumber(test.threshold)} matters`,
    where,
  ];
}

const missingShares = ({ reference, current }: ColumnDrift): [number, number] => [
  (reference?.missing ?? 0) / Math.max(1, reference?.rows ?? 1),
  (current?.missing ?? 0) / Math.max(1, current?.rows ?? 1),
];

function multiple(column: ColumnDrift): Multiple {
  const test = decisive(column)!;
  const gone = test.of === 'missing';
  const [before, now] = missingShares(column);
  return {
    title: clip(column.name),
    note: `${amount(test, test.effect)}, ${formatNumber(test.threshold)} matters · ${sureness(test)}`,
    alarm: column.alarm,
    ordered: (column.kind === 'numeric' || column.kind === 'time') && !gone,
    labels: gone ? ['no value', 'a value'] : column.shares.map(({ label }) => label),
    before: gone ? [before, 1 - before] : column.shares.map(({ reference }) => reference),
    now: gone ? [now, 1 - now] : column.shares.map(({ current }) => current),
    amount: test.effect / test.threshold,
  };
}

/** The columns that alarm, the largest change first: by how much, and where. */
export const columnSections = (columns: readonly ColumnDrift[]): Section[] =>
  bySize(columns.filter(({ alarm }) => alarm))
    .slice(0, mostSections)
    .map(columnSection);

function columnSection({ name, reason, reference, current, shares, kind }: ColumnDrift): Section {
  const blocks: Block[] = [
    { kind: 'paragraph', text: `${reason.slice(0, 1).toUpperCase()}${clip(reason.slice(1), 1000)}.` },
  ];
  if (reference?.numbers && current?.numbers && kind === 'numeric') {
    const [a, b] = [reference.numbers, current.numbers];
    const rows = (['mean', 'deviation', 'p5', 'median', 'p95'] as const).map((key) => [
      key === 'deviation'
        ? 'standard deviation'
        : key === 'p5' || key === 'p95'
          ? `${key.slice(1)} % are at most`
          : key,
      formatNumber(a[key]),
      formatNumber(b[key]),
      signed(b[key] - a[key]),
    ]);
    blocks.push({ kind: 'table', columns: beforeAfter(''), rows });
  }
  if (shares.length > 0) {
    blocks.push({
      kind: 'table',
      columns: beforeAfter(kind === 'numeric' ? 'values' : 'value'),
      rows: shares.map(({ label, reference: before, current: after }) => [
        clip(label),
        formatPercent(before),
        formatPercent(after),
        `${signed(Number(((after - before) * 100).toFixed(1)))} points`,
      ]),
      ...(kind === 'categorical' && { note: 'The largest changes first; shares of all rows.' }),
      ...(kind === 'text' && {
        note: 'The words that changed most; shares of the texts that have them (at most, where a side does not list them).',
      }),
    });
  }
  return { title: `${clip(name)} in numbers`, folded: true, blocks };
}

const beforeAfter = (first: string) =>
  [
    { title: first },
    { title: 'reference', align: 'right' },
    { title: 'current', align: 'right' },
    { title: 'change', align: 'right' },
  ] as const;

/** Columns that were not tested, and why: readers assume that a column without a remark was tested. */
export function untestedSection(columns: readonly ColumnDrift[]): Section[] {
  const kinds: readonly ColumnDrift['verdict'][] = ['ignored', 'id', 'new', 'constant', 'all-null'];
  const left = columns.filter(({ verdict }) => kinds.includes(verdict));
  if (left.length === 0) return [];
  return [
    {
      title: `Not tested: ${plural(left.length, 'column')}`,
      folded: true,
      blocks: [
        {
          kind: 'table',
          columns: [{ title: 'column' }, { title: 'why' }],
          rows: left.map(({ name, reason }) => [clip(name), clip(reason, 300)]),
        },
      ],
    },
  ];
}

/** One row a column: those that alarm first. */
export function allColumns(columns: readonly ColumnDrift[], folded: boolean): Section {
  const row = (column: ColumnDrift): Text[] => {
    const test = decisive(column);
    return [
      clip(column.name),
      [column.alarm ? { bold: column.verdict } : column.verdict],
      test === undefined ? '' : amount(test, test.effect),
      test === undefined ? '' : formatNumber(test.threshold),
      test === undefined || test.detectable === null ? '' : formatNumber(test.detectable, 2),
      test === undefined ? '' : test.adjusted < 1e-4 ? '< 0.0001' : formatNumber(test.adjusted, 2),
      clip(column.reason, 500),
    ];
  };
  return {
    title: 'All columns',
    folded,
    blocks: [
      {
        kind: 'table',
        columns: [
          { title: 'column' },
          { title: 'verdict' },
          { title: 'change', align: 'right' },
          { title: 'matters from', align: 'right' },
          { title: 'can be seen from', align: 'right' },
          { title: 'p, corrected', align: 'right' },
          { title: 'why' },
        ],
        rows: [...bySize(columns.filter(({ alarm }) => alarm)), ...columns.filter(({ alarm }) => !alarm)].map(
          row,
        ),
      },
    ],
  };
}

export function method({ alpha, columns }: Drift): Section {
  const tests = columns.reduce((sum, column) => sum + column.tests.length, 0);
  return {
    title: 'How columns were judged',
    folded: true,
    blocks: [
      {
        kind: 'bullets',
        items: [
          `A column alarms when its change is certain and large: p at most ${formatNumber(alpha)} after Benjamini and Hochberg’s correction over ${plural(tests, 'test')}, and an effect of at least what matters.`,
          'Numbers: Anderson–Darling’s test over ranks and values (small samples: the exact Kolmogorov–Smirnov test); the effect is the Wasserstein distance in standard deviations (σ) of the reference, without the outermost 1 % of the rows.',
          'Categories, with missing and new values among them: the effect is the Jensen–Shannon distance (JS, base 2, 0 to 1).',
          'New values, where there are rare ones: the share of rows whose value the reference does not have is held against random splits of the rows of both sides; the effect is that share less the one that values seen only once in the reference lead one to expect (Good and Turing).',
          'What chance alone shows on average is taken off both effects. “Can be seen from” is the smallest effect that these rows would show in four of five tries. A column is ok only when that is at most 0.2 σ or 0.1 JS (or its own effect in model.yml); else it is insufficient.',
          'A time column that moves on is no drift; its days of the week and hours of the day are compared. Free text is compared by its words and its lengths.',
          'Rows are taken to be independent of each other. Where they hang together (one customer’s, one minute’s), unchanged data alarm more often.',
        ],
      },
    ],
  };
}

/** The test that decided, or came nearest. */
const decisive = ({ tests }: ColumnDrift): DriftTest | undefined =>
  [...tests].sort((a, b) => b.effect / b.threshold - a.effect / a.threshold)[0];

const size = (column: ColumnDrift): number => {
  const test = decisive(column);
  return test === undefined ? Infinity : test.effect / test.threshold;
};

/** Broken columns first, then by how far beyond what matters. */
const bySize = (columns: readonly ColumnDrift[]): ColumnDrift[] =>
  [...columns].sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)));

const amount = ({ measure, of }: DriftTest, value: number): string =>
  measure === 'unseen-share'
    ? `${formatPercent(value)} (${of})`
    : `${formatNumber(value, 3)} ${measure === 'wasserstein' ? 'σ' : 'JS'}${of === 'values' ? '' : ` (${of})`}`;

const sureness = ({ adjusted }: DriftTest): string =>
  adjusted < 1e-4 ? 'p < 0.0001' : `p = ${formatNumber(adjusted, 2)}`;

function signed(value: number, digits = 4): string {
  return value === 0 ? '0' : `${value > 0 ? '+' : '−'}${formatNumber(Math.abs(value), digits)}`;
}
