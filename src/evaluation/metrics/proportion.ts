import { wilson } from '../../statistics/intervals.js';
import { pairedProportionDifference } from '../../statistics/paired.js';
import { type Classified, type EvaluationRows, classified } from '../rows.js';
import { type Metric, classification, twoSided } from './metric.js';

interface ProportionOptions {
  readonly name: string;
  readonly title: string;
  readonly tasks: Metric['tasks'];
  readonly none: string;
  /** Whether a row counts, judged by its label alone: so both models share the rows. */
  counts(label: number): boolean;
}

/** A share of rows classified rightly: Wilson's interval, and a paired difference of proportions. */
function proportionMetric({ name, title, tasks, none, counts }: ProportionOptions): Metric {
  const tally = (rows: EvaluationRows): { right: number; n: number } => {
    const { labels, predicted } = classesOf(rows);
    let [right, n] = [0, 0];
    for (let i = 0; i < labels.length; i++) {
      if (!counts(labels[i]!)) continue;
      n++;
      if (labels[i] === predicted[i]) right++;
    }
    return { right, n };
  };
  return {
    name,
    title,
    tasks,
    better: 'higher',
    range: [0, 1],
    missing: (rows) => (tally(rows).n === 0 ? none : undefined),
    value: (rows) => {
      const { right, n } = tally(rows);
      return right / n;
    },
    estimate: (rows, { confidence }) => {
      const { right, n } = tally(rows);
      return { ...wilson(right, n, twoSided(confidence)), method: 'wilson' };
    },
    difference: (first, second, { confidence }) => {
      const [a, b] = [classesOf(first), classesOf(second)];
      let [onlyFirst, onlySecond, n] = [0, 0, 0];
      for (let i = 0; i < a.labels.length; i++) {
        const label = a.labels[i]!;
        if (!counts(label)) continue;
        n++;
        const [firstRight, secondRight] = [a.predicted[i] === label, b.predicted[i] === label];
        if (firstRight && !secondRight) onlyFirst++;
        else if (secondRight && !firstRight) onlySecond++;
      }
      const estimate = pairedProportionDifference(onlySecond, onlyFirst, n, twoSided(confidence));
      return { ...estimate, method: 'paired-proportion' };
    },
  };
}

function classesOf(rows: EvaluationRows): Classified {
  const found = classified(rows);
  if (found === undefined) throw new Error('a regression has no classes');
  return found;
}

export const proportionMetrics: readonly Metric[] = [
  proportionMetric({
    name: 'accuracy',
    title: 'Accuracy',
    tasks: classification,
    none: 'there is no row',
    counts: () => true,
  }),
  proportionMetric({
    name: 'recall',
    title: 'Recall',
    tasks: ['binary-classification'],
    none: 'no row is labelled positive',
    counts: (label) => label === 1,
  }),
  proportionMetric({
    name: 'specificity',
    title: 'Specificity',
    tasks: ['binary-classification'],
    none: 'no row is labelled negative',
    counts: (label) => label === 0,
  }),
];
