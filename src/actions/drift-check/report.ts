import { formatInteger, formatNumber, formatPercent, plural } from '../../common/text.js';
import type { ColumnDrift, Drift, DriftTest } from '../../formats/drift.js';
import type { Block, Report, Section, Text } from '../../report/model.js';

/** Columns that get a section of their own; the table of all columns has the rest. */
const mostSections = 10;

/** What moved, by how much, why it matters and what to do, for whoever gets the summary or the issue. */
export function driftReport(result: Drift, runUrl: string, advice: readonly Text[] = []): Report {
  const { model, scope, verdict, reference, current, columns } = result;
  const alarms = columns.filter(({ alarm }) => alarm);
  return {
    key: `drift-check:${model}:${scope}`,
    title: `Drift check of ${model}${scope === 'inputs' ? '' : ` (${scope})`}`,
    verdict,
    headline: headline(result, alarms),
    reasons: result.reasons,
    sections: [
      ...(alarms.length > 0 ? [whatToDo(alarms, reference.version, advice)] : []),
      ...bySize(alarms).slice(0, mostSections).map(columnSection),
      allColumns(columns, alarms.length > 0),
      method(result),
    ],
    footer: [
      { name: 'reference', value: `${reference.source} (${plural(reference.rows, 'row')})` },
      { name: 'current', value: `${current.source} (${plural(current.rows, 'row')})` },
      { name: 'run', value: [{ link: runUrl, text: 'log' }] },
    ],
  };
}

function headline({ verdict, columns }: Drift, alarms: readonly ColumnDrift[]): string {
  if (verdict === 'fail') {
    const names = alarms.slice(0, 5).map(({ name }) => name);
    const more = alarms.length > names.length ? ` and ${alarms.length - names.length} more` : '';
    return `${alarms.length} of ${plural(columns.length, 'column')} changed in a way that matters: ${names.join(', ')}${more}`;
  }
  if (verdict === 'pass') return 'Nothing that matters changed';
  const unclear = columns.filter((column) => column.verdict === 'insufficient').length;
  return unclear === 0
    ? 'No column could be compared'
    : `Too few rows to tell for ${unclear} of ${plural(columns.length, 'column')}: that is not a pass`;
}

function whatToDo(
  alarms: readonly ColumnDrift[],
  version: string | undefined,
  advice: readonly Text[],
): Section {
  const trained = version === undefined ? 'The model' : `Version ${version}`;
  const has = (...verdicts: ColumnDrift['verdict'][]): boolean =>
    alarms.some(({ verdict }) => verdicts.includes(verdict));
  const steps: Text[] = [];
  if (has('missing', 'type-changed', 'mixed')) {
    steps.push('Look at the program that delivers the data first: columns are gone, or are of another kind.');
  }
  if (alarms.some(({ tests }) => tests.some((test) => test.of === 'missing' && moved(test)))) {
    steps.push('Values are missing that used to be there: a source may have failed.');
  }
  if (has('drift')) {
    steps.push(
      'Ask whether the change is real (season, new customers, new routes) or a fault of the data (units, joins, filters).',
      'When it is real, train on data that has it; the gate then says whether the new model is better.',
    );
  }
  steps.push(
    'When a change does not matter for this model, say so in model.yml: drift.columns.<name>.ignore, or a larger effect.',
    ...advice,
  );
  return {
    title: 'What it means, and what to do',
    blocks: [
      {
        kind: 'paragraph',
        text: `${trained} learned from other data than it now gets. How well it still does is not known until labels arrive: what was measured on the hold-out data need not hold.`,
      },
      { kind: 'bullets', items: steps },
    ],
  };
}

function columnSection(column: ColumnDrift): Section {
  const { name, reason, reference, current, shares, kind } = column;
  const blocks: Block[] = [
    { kind: 'paragraph', text: `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}.` },
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
    const of = kind === 'numeric' ? 'values' : 'value';
    blocks.push({
      kind: 'table',
      columns: beforeAfter(of),
      rows: shares.map(({ label, reference: before, current: after }) => [
        label,
        formatPercent(before),
        formatPercent(after),
        `${signed((after - before) * 100, 3)} points`,
      ]),
      ...(kind === 'categorical' && { note: 'The largest changes first; shares of all rows.' }),
    });
    blocks.push({
      kind: 'bar-chart',
      title: `${name}: share of rows, before and now`,
      categories: shares.map(({ label }) => label.slice(0, 24)),
      y: { label: 'share of rows, %' },
      series: [
        { name: 'reference', values: shares.map((share) => round(share.reference * 100)) },
        { name: 'current', values: shares.map((share) => round(share.current * 100)) },
      ],
    });
  }
  return { title: name, blocks };
}

const beforeAfter = (first: string) =>
  [
    { title: first },
    { title: 'reference', align: 'right' },
    { title: 'current', align: 'right' },
    { title: 'change', align: 'right' },
  ] as const;

function allColumns(columns: readonly ColumnDrift[], folded: boolean): Section {
  const row = (column: ColumnDrift): Text[] => {
    const test = decisive(column);
    return [
      column.name,
      [column.alarm ? { bold: column.verdict } : column.verdict],
      test === undefined ? '' : amount(test, test.effect),
      test === undefined ? '' : formatNumber(test.threshold),
      test === undefined || test.detectable === null ? '' : formatNumber(test.detectable, 2),
      test === undefined ? '' : test.adjusted < 1e-4 ? '< 0.0001' : formatNumber(test.adjusted, 2),
      column.reason,
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

function method({ alpha, columns }: Drift): Section {
  const tests = columns.reduce((sum, column) => sum + column.tests.length, 0);
  return {
    title: 'How this was decided',
    folded: true,
    blocks: [
      {
        kind: 'bullets',
        items: [
          `A column alarms when its change is certain and large: p at most ${formatNumber(alpha)} after Benjamini and Hochberg’s correction over ${plural(tests, 'test')}, and an effect of at least what matters.`,
          'Numbers: Kolmogorov–Smirnov test; the effect is the Wasserstein distance in standard deviations (σ) of the reference.',
          'Categories, with missing and new values among them: test of homogeneity; the effect is the Jensen–Shannon distance (JS, base 2, 0 to 1).',
          'What chance alone shows on average is taken off both effects. “Can be seen from” is the smallest effect that these rows would show in four of five tries; where it is above what matters, the column is insufficient, never ok.',
          'A time column that moves on is no drift.',
        ],
      },
    ],
  };
}

const moved = (test: DriftTest): boolean => test.effect >= test.threshold;

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
  `${formatNumber(value, 3)} ${measure === 'wasserstein' ? 'σ' : 'JS'}${of === 'missing' ? ' (missing)' : ''}`;

function signed(value: number, digits = 4): string {
  return value > 0 ? `+${formatNumber(value, digits)}` : formatNumber(value, digits);
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** What the log says in one line. */
export function logLine({ model, verdict, columns, current }: Drift): string {
  const alarms = columns.filter(({ alarm }) => alarm).length;
  return `${model}: ${verdict}; ${alarms} of ${plural(columns.length, 'column')} drifted in ${formatInteger(current.rows)} rows`;
}

/** What was done about it. */
export function adviceOf({ incident, retrain }: Drift): string[] {
  return [
    ...(incident === null ? [] : [`The incident is issue #${incident.number}.`]),
    retrain.requested
      ? `Retraining is asked for${retrain.run === undefined ? '' : ` (run ${retrain.run})`}.`
      : `Retraining is not asked for: ${retrain.reason}.`,
  ];
}
