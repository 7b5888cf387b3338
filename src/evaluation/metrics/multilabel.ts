import { type EvaluationRows, type MultilabelRows, appended, rowCount } from '../rows.js';
import { meanMetric } from './mean.js';
import type { Metric } from './metric.js';
import { shareMetric } from './proportion.js';
import { type Extremes, type Weighing, everyKind, rowMetric } from './resampled.js';

const tasks = ['multilabel-classification'] as const;

/** One number of each row from its labels, predictions and scores. */
function byRow(of: (rows: MultilabelRows, start: number, k: number) => number) {
  return (rows: EvaluationRows): Float64Array => {
    const all = rows as MultilabelRows;
    const k = all.classes.length;
    const values = new Float64Array(rowCount(rows));
    for (let i = 0; i < values.length; i++) values[i] = of(all, i * k, k);
    return values;
  };
}

function wrong({ labels, predicted }: MultilabelRows, start: number, k: number): number {
  let count = 0;
  for (let c = start; c < start + k; c++) if (labels[c] !== predicted[c]) count++;
  return count;
}

function rowF1({ labels, predicted }: MultilabelRows, start: number, k: number): number {
  let [hits, both] = [0, 0];
  for (let c = start; c < start + k; c++) {
    hits += labels[c]! & predicted[c]!;
    both += labels[c]! + predicted[c]!;
  }
  return both === 0 ? 0 : (2 * hits) / both;
}

/** Of each class that the row has: how many at least as probable ones it has, too. A row with none, or all, counts 1. */
function rankingPrecision({ labels, scores }: MultilabelRows, start: number, k: number): number {
  let [sum, has] = [0, 0];
  for (let c = start; c < start + k; c++) {
    if (labels[c] !== 1) continue;
    has++;
    let [rank, hits] = [0, 0];
    for (let d = start; d < start + k; d++) {
      if (scores[d]! < scores[c]!) continue;
      rank++;
      hits += labels[d]!;
    }
    sum += hits / rank;
  }
  return has === 0 || has === k ? 1 : sum / has;
}

interface ClassSums {
  readonly hits: Float64Array;
  readonly labelled: Float64Array;
  readonly predicted: Float64Array;
}

/** F1 from the sums of each class; a class that never occurs counts 0, as in scikit-learn. */
function averagedF1(name: string, title: string, of: (sums: ClassSums) => number): Metric {
  return rowMetric({
    name,
    title,
    tasks,
    better: 'higher',
    range: [0, 1],
    missing: (rows) => {
      const { labels, predicted } = rows as MultilabelRows;
      const known = labels.includes(1) || (name !== 'f1_weighted' && predicted.includes(1));
      return known ? undefined : 'no row has a class';
    },
    prepare: (rows) => weighClasses(rows as MultilabelRows, of),
    extremes: (models) => labelExtremes(models as readonly MultilabelRows[], of),
  });
}

function weighClasses(
  { classes, labels, predicted }: Pick<MultilabelRows, 'classes' | 'labels' | 'predicted'>,
  of: (sums: ClassSums) => number,
): Weighing {
  const k = classes.length;
  return (weights) => {
    const sums = {
      hits: new Float64Array(k),
      labelled: new Float64Array(k),
      predicted: new Float64Array(k),
    };
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i]!;
      if (weight === 0) continue;
      for (let c = 0; c < k; c++) {
        const [label, guess] = [labels[i * k + c]!, predicted[i * k + c]!];
        sums.hits[c]! += weight * (label & guess);
        sums.labelled[c]! += weight * label;
        sums.predicted[c]! += weight * guess;
      }
    }
    return of(sums);
  };
}

/**
 * Rows that have, or of which a model says that they have, the rarest classes: as many as any row has. A row has no
 * more than that; which classes it has costs most where these are rare.
 */
function labelExtremes(models: readonly MultilabelRows[], of: (sums: ClassSums) => number): Extremes {
  const [first] = models;
  const k = first!.classes.length;
  const often = new Float64Array(k);
  let most = 1;
  for (const values of [first!.labels, ...models.map(({ predicted }) => predicted)]) {
    for (let start = 0; start < values.length; start += k) {
      let has = 0;
      for (let c = 0; c < k; c++) {
        has += values[start + c]!;
        often[c]! += values[start + c]!;
      }
      most = Math.max(most, has);
    }
  }
  const rare = Array.from(often.keys())
    .filter((c) => often[c]! > 0)
    .sort((a, b) => often[a]! - often[b]!)
    .slice(0, most);
  const row = (has: number): number[] =>
    Array.from({ length: k }, (_, c) => (has === 1 && rare.includes(c) ? 1 : 0));
  const { rows: added, truth, said } = everyKind(models.length);
  const rowsOf = (bits: readonly number[]): number[] => bits.flatMap(row);
  return {
    added,
    weighing: models.map(({ classes, labels, predicted }, m) =>
      weighClasses(
        {
          classes,
          labels: appended(labels, rowsOf(truth)),
          predicted: appended(predicted, rowsOf(said[m]!)),
        },
        of,
      ),
    ),
  };
}

function classF1({ hits, labelled, predicted }: ClassSums): Float64Array {
  return hits.map((hit, c) => (hit === 0 ? 0 : (2 * hit) / (labelled[c]! + predicted[c]!)));
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

export const multilabelMetrics: readonly Metric[] = [
  meanMetric({
    name: 'hamming_loss',
    title: 'Hamming loss',
    tasks,
    better: 'lower',
    range: [0, 1],
    contributions: byRow((rows, start, k) => wrong(rows, start, k) / k),
  }),
  shareMetric({
    name: 'subset_accuracy',
    title: 'Subset accuracy (all classes of a row right)',
    tasks,
    missing: (rows) => (rowCount(rows) === 0 ? 'there is no row' : undefined),
    hits: (rows) => ({
      hits: byRow((all, start, k) => (wrong(all, start, k) === 0 ? 1 : 0))(rows),
      design: rows,
    }),
  }),
  meanMetric({
    name: 'f1_samples',
    title: 'F1 (mean over rows)',
    tasks,
    better: 'higher',
    range: [0, 1],
    contributions: byRow(rowF1),
  }),
  meanMetric({
    name: 'label_ranking_average_precision',
    title: 'Label ranking average precision',
    tasks,
    better: 'higher',
    range: [0, 1],
    contributions: byRow(rankingPrecision),
  }),
  averagedF1(
    'f1_micro',
    'F1 (all rows and classes together)',
    ({ hits, labelled, predicted }) => (2 * sum(hits)) / (sum(labelled) + sum(predicted)),
  ),
  averagedF1('f1_macro', 'F1 (mean over classes)', (sums) => sum(classF1(sums)) / sums.hits.length),
  averagedF1(
    'f1_weighted',
    'F1 (classes by their size)',
    (sums) => sum(classF1(sums).map((f1, c) => f1 * sums.labelled[c]!)) / sum(sums.labelled),
  ),
];
