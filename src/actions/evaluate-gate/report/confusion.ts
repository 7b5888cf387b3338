import { formatInteger, formatPercent } from '../../../common/text.js';
import type { EvaluationRows } from '../../../evaluation/rows.js';
import type { Block, Text } from '../../../report/model.js';

/** Beyond so many classes, a matrix is no picture any more. */
const mostClasses = 12;
const mostPairs = 15;

interface Counted {
  readonly names: readonly string[];
  /** Rows by actual and predicted class: counts, whatever the rows weigh. */
  readonly count: (actual: string, predicted: string) => number;
}

/** Actual and predicted classes, with the change against the champion in brackets. */
export function confusionBlocks(challenger: EvaluationRows, champion: EvaluationRows | undefined): Block[] {
  const own = countsOf(challenger);
  if (own === undefined) return [];
  const other = champion === undefined ? undefined : countsOf(champion);
  return own.names.length <= mostClasses ? [matrix(own, other)] : [pairs(own, other)];
}

function countsOf(rows: EvaluationRows): Counted | undefined {
  if (rows.task !== 'binary-classification' && rows.task !== 'multiclass-classification') return undefined;
  const names = rows.task === 'binary-classification' ? ['negative', 'positive'] : rows.classes;
  const k = names.length;
  const counts = new Float64Array(k * k);
  for (let i = 0; i < rows.labels.length; i++) counts[rows.labels[i]! * k + rows.predicted[i]!]! += 1;
  // Two models may have met the classes in another order.
  const places = new Map(names.map((name, i) => [name, i]));
  return {
    names,
    count: (actual, predicted) =>
      counts[(places.get(actual) ?? NaN) * k + (places.get(predicted) ?? NaN)] ?? 0,
  };
}

function matrix({ names, count }: Counted, other: Counted | undefined): Block {
  return {
    kind: 'matrix',
    title: 'Confusion matrix of the challenger',
    rows: { label: 'Actual', names },
    columns: { label: 'Predicted', names },
    cells: names.map((actual) => {
      const all = names.reduce((sum, predicted) => sum + count(actual, predicted), 0);
      return names.map((predicted) => {
        const rows = count(actual, predicted);
        const share = all === 0 ? '' : `, ${formatPercent(rows / all, 2)}`;
        return {
          text: `${formatInteger(rows)}${share}${change(rows, other?.count(actual, predicted))}`,
          shade: all === 0 ? 0 : rows / all,
        };
      });
    }),
    note: `Rows, and their share of the actual class${other === undefined ? '' : '; in brackets, more or fewer rows than the champion'}.`,
  };
}

/** The pairs that are mixed up most often. */
function pairs({ names, count }: Counted, other: Counted | undefined): Block {
  const found = names.flatMap((actual) =>
    names.flatMap((predicted) => {
      const rows = actual === predicted ? 0 : count(actual, predicted);
      return rows === 0 ? [] : [{ actual, predicted, rows }];
    }),
  );
  found.sort((a, b) => b.rows - a.rows);
  return {
    kind: 'table',
    columns: [{ title: 'Actual' }, { title: 'Predicted' }, { title: 'Rows', align: 'right' }],
    rows: found
      .slice(0, mostPairs)
      .map(({ actual, predicted, rows }): Text[] => [
        actual,
        predicted,
        `${formatInteger(rows)}${change(rows, other?.count(actual, predicted))}`,
      ]),
    note: `Of ${names.length} classes, the pairs that the challenger mixes up most often${other === undefined ? '' : '; in brackets, more or fewer rows than the champion'}.`,
  };
}

function change(rows: number, before: number | undefined): string {
  if (before === undefined || before === rows) return '';
  return ` (${rows > before ? '+' : '−'}${formatInteger(Math.abs(rows - before))})`;
}
