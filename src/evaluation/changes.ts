import { formatNumber } from '../common/text.js';
import type { ChangesRecord } from '../formats/decision-changes.js';
import { columnOfMean } from './metrics/column.js';
import { ndcgOfQueries } from './metrics/queries.js';
import type { Rule } from './rules.js';
import { type EvaluationRows, classified, rowCount } from './rows.js';
import type { Slicing } from './slices/define.js';

/** How good each unit's answer is; larger is better. */
interface Quality {
  readonly unit: ChangesRecord['unit'];
  readonly measure: string;
  readonly values: Float64Array;
  /** Breaks ties among rows that got equally worse: how wrong the answer is. */
  error?(row: number): number;
}

const most = { slices: 12, rows: 5 };

/**
 * What changed row by row: counts, the slices in which most changed on balance, and the rows that got most worse.
 * @param placeOf where a row stands, as `file:line`
 * @returns undefined where the task has no measure of single rows
 */
export async function changesBetween(
  challenger: EvaluationRows,
  champion: EvaluationRows,
  rules: readonly Pick<Rule, 'metric'>[],
  slicings: readonly Slicing[],
  placeOf: (row: number) => Promise<string>,
): Promise<ChangesRecord | undefined> {
  const [now, before] = [qualityOf(challenger, rules), qualityOf(champion, rules)];
  if (now === undefined || before === undefined) return undefined;
  const { unit, measure, values } = now;
  const change = filled(values.length, (i) => values[i]! - before.values[i]!);
  const all = countChanges(change);
  const rights = measure === 'right' ? bothOf(values, before.values) : {};
  return {
    unit,
    measure,
    units: values.length,
    ...all,
    ...rights,
    slices: unit === 'row' ? changedSlices(change, slicings) : [],
    rows: unit === 'row' ? await worstRows(change, now, before, challenger, champion, placeOf) : [],
  };
}

function qualityOf(rows: EvaluationRows, rules: readonly Pick<Rule, 'metric'>[]): Quality | undefined {
  switch (rows.task) {
    case 'binary-classification':
    case 'multiclass-classification': {
      const { labels, predicted } = classified(rows)!;
      const values = filled(labels.length, (i) => (predicted[i] === labels[i] ? 1 : 0));
      if (rows.task !== 'binary-classification') return { unit: 'row', measure: 'right', values };
      const error = (row: number): number => Math.abs(rows.labels[row]! - rows.scores[row]!);
      return { unit: 'row', measure: 'right', values, error };
    }
    case 'multilabel-classification': {
      const k = rows.classes.length;
      const error = (row: number): number => {
        let wrong = 0;
        for (let i = row * k; i < (row + 1) * k; i++) if (rows.labels[i] !== rows.predicted[i]) wrong++;
        return wrong;
      };
      const values = filled(rowCount(rows), (row) => (error(row) === 0 ? 1 : 0));
      return { unit: 'row', measure: 'right', values, error };
    }
    case 'regression': {
      const { predicted, targets } = rows;
      const values = filled(targets.length, (i) => -Math.abs(predicted[i]! - targets[i]!));
      return { unit: 'row', measure: 'absolute-error', values };
    }
    case 'ranking':
      return { unit: 'query', measure: 'ndcg@10', values: ndcgOfQueries(rows, 10) };
    case 'example-scores': {
      const rule = rules.find(({ metric }) => columnOfMean(metric.name) !== undefined);
      const column = rule === undefined ? undefined : columnOfMean(rule.metric.name);
      const values = column === undefined ? undefined : rows.extras?.get(column);
      if (values === undefined || rule!.metric.better === 'zero') return undefined;
      const sign = rule!.metric.better === 'lower' ? -1 : 1;
      return { unit: 'row', measure: rule!.metric.name, values: values.map((value) => sign * value) };
    }
  }
}

/** A plain loop: a million rows through `from` take ten times as long. */
function filled(length: number, value: (i: number) => number): Float64Array {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) values[i] = value(i);
  return values;
}

function countChanges(change: Float64Array): { better: number; worse: number } {
  let [better, worse] = [0, 0];
  for (const value of change) {
    if (value > 0) better++;
    else if (value < 0) worse++;
  }
  return { better, worse };
}

function bothOf(now: Float64Array, before: Float64Array): { bothRight: number; bothWrong: number } {
  let [bothRight, bothWrong] = [0, 0];
  for (let i = 0; i < now.length; i++) {
    if (now[i] !== before[i]) continue;
    if (now[i] === 1) bothRight++;
    else bothWrong++;
  }
  return { bothRight, bothWrong };
}

/** Those that lost or gained most rows on balance; shown with the largest loss first. */
function changedSlices(change: Float64Array, slicings: readonly Slicing[]): ChangesRecord['slices'] {
  const net = ({ better, worse }: { better: number; worse: number }): number => better - worse;
  return slicings
    .flatMap(({ slices }) => slices)
    .map(({ column, value, parts, places }) => ({
      column,
      value,
      ...(parts !== undefined && { parts: parts.map((part) => ({ ...part })) }),
      rows: places.length,
      ...countChanges(filled(places.length, (i) => change[places[i]!]!)),
    }))
    .filter(({ better, worse }) => better + worse > 0)
    .sort((a, b) => Math.abs(net(b)) - Math.abs(net(a)))
    .slice(0, most.slices)
    .sort((a, b) => net(a) - net(b));
}

async function worstRows(
  change: Float64Array,
  now: Quality,
  before: Quality,
  challenger: EvaluationRows,
  champion: EvaluationRows,
  placeOf: (row: number) => Promise<string>,
): Promise<ChangesRecord['rows']> {
  const errorOf = (row: number): number => (now.error?.(row) ?? 0) - (before.error?.(row) ?? 0);
  const worst: number[] = [];
  const isWorse = (a: number, b: number): number =>
    change[a]! - change[b]! || errorOf(b) - errorOf(a) || a - b;
  for (let row = 0; row < change.length; row++) {
    if (change[row]! >= 0) continue;
    if (worst.length === most.rows && isWorse(row, worst.at(-1)!) >= 0) continue;
    worst.push(row);
    worst.sort(isWorse);
    worst.splice(most.rows);
  }
  const rows: ChangesRecord['rows'] = [];
  for (const row of worst) {
    const [is, was] = [answerOf(challenger, row), answerOf(champion, row)];
    rows.push({ place: await placeOf(row), truth: is.truth, champion: was.answer, challenger: is.answer });
  }
  return rows;
}

/** What is true of a row, and what the model says, as people read it. */
function answerOf(rows: EvaluationRows, row: number): { truth: string; answer: string } {
  const number = (value: number): string => formatNumber(value, 4);
  switch (rows.task) {
    case 'binary-classification': {
      const yes = (value: number | undefined): string => (value === 1 ? 'positive' : 'negative');
      return {
        truth: yes(rows.labels[row]),
        answer: `${yes(rows.predicted[row])} (${formatNumber(rows.scores[row]!, 2)})`,
      };
    }
    case 'multiclass-classification':
      return { truth: rows.classes[rows.labels[row]!]!, answer: rows.classes[rows.predicted[row]!]! };
    case 'multilabel-classification': {
      const named = (values: Uint8Array): string =>
        rows.classes.filter((_, c) => values[row * rows.classes.length + c] === 1).join(', ') || 'none';
      return { truth: named(rows.labels), answer: named(rows.predicted) };
    }
    case 'regression':
      return { truth: number(rows.targets[row]!), answer: number(rows.predicted[row]!) };
    case 'example-scores': {
      const values = [...(rows.extras ?? [])].map(([name, column]) => `${name} ${number(column[row]!)}`);
      return { truth: '', answer: values.join(', ') };
    }
    case 'ranking':
      return { truth: '', answer: '' };
  }
}
