import { formatInteger, formatNumber } from '../../../common/text.js';
import type { EvaluationRows, MultilabelRows, ScoredRows } from '../../../evaluation/rows.js';
import type { Block, Multiple, Text } from '../../../report/model.js';

const bins = 20;
const mostClasses = 30;

/** Of several labels: each class by itself. Of scored examples: how the scores lie. */
export function distributionBlocks(
  challenger: MultilabelRows | ScoredRows,
  champion: EvaluationRows | undefined,
): Block[] {
  if (challenger.task === 'multilabel-classification') {
    const other = champion?.task === challenger.task ? champion : undefined;
    return [classTable(challenger, other)];
  }
  const other = champion?.task === challenger.task ? champion : undefined;
  const items = [...(challenger.extras ?? [])].flatMap(([name, values]) => {
    const before = other?.extras?.get(name);
    return before === undefined ? [] : [histogram(name, values, before)];
  });
  if (items.length === 0) return [];
  return [
    {
      kind: 'multiples',
      title: 'How the scores lie',
      series: ['champion', 'challenger'],
      amount: 'Difference of means',
      items,
    },
  ];
}

function histogram(title: string, now: Float64Array, before: Float64Array): Multiple {
  let [low, high] = [Infinity, -Infinity];
  for (const values of [now, before]) {
    for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  const width = (high - low) / bins || 1;
  const shares = (values: Float64Array): number[] => {
    const counts = new Array<number>(bins).fill(0);
    for (const value of values) counts[Math.min(bins - 1, Math.floor((value - low) / width))]! += 1;
    return counts.map((count) => count / values.length);
  };
  const mean = (values: Float64Array): number => values.reduce((sum, x) => sum + x, 0) / values.length;
  return {
    title,
    note: `mean ${formatNumber(mean(before))} → ${formatNumber(mean(now))}`,
    alarm: false,
    ordered: true,
    labels: Array.from({ length: bins }, (_, b) => formatNumber(low + (b + 0.5) * width, 3)),
    before: shares(before),
    now: shares(now),
    amount: mean(now) - mean(before),
  };
}

function classTable(rows: MultilabelRows, other: MultilabelRows | undefined): Block {
  const { classes } = rows;
  const table = classes.map((name, c) => ({ name, own: counts(rows, c), before: other && counts(other, c) }));
  table.sort((a, b) => b.own.rows - a.own.rows);
  return {
    kind: 'table',
    columns: [
      { title: 'Class' },
      { title: 'Rows', align: 'right' },
      { title: 'Precision', align: 'right' },
      { title: 'Recall', align: 'right' },
      { title: 'F1', align: 'right' },
      ...(other === undefined ? [] : [{ title: 'F1 of the champion', align: 'right' as const }]),
    ],
    rows: table
      .slice(0, mostClasses)
      .map(({ name, own, before }): Text[] => [
        name,
        formatInteger(own.rows),
        share(own.hits, own.claimed),
        share(own.hits, own.rows),
        share(2 * own.hits, own.rows + own.claimed),
        ...(before === undefined ? [] : [share(2 * before.hits, before.rows + before.claimed)]),
      ]),
    ...(table.length > mostClasses && {
      note: `The ${mostClasses} most frequent of ${table.length} classes.`,
    }),
  };
}

function counts(
  { labels, predicted, classes }: MultilabelRows,
  c: number,
): { rows: number; claimed: number; hits: number } {
  let [rows, claimed, hits] = [0, 0, 0];
  for (let i = c; i < labels.length; i += classes.length) {
    rows += labels[i]!;
    claimed += predicted[i]!;
    hits += labels[i]! * predicted[i]!;
  }
  return { rows, claimed, hits };
}

function share(part: number, whole: number): string {
  return whole === 0 ? 'none' : formatNumber(part / whole, 3);
}
