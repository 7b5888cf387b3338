import { type WeightedAuc, weightedAuc, weightedDifferenceErrors } from '../../statistics/auc-design.js';
import {
  aucSample,
  cautiousAuc,
  cautiousAucDifference,
  differenceErrors,
} from '../../statistics/auc-interval.js';
import { aucComponents, rankOrder } from '../../statistics/delong.js';
import { isComplex } from '../../statistics/design.js';
import { type BinaryRows, type EvaluationRows, appended } from '../rows.js';
import { type Metric, twoSided } from './metric.js';
import { type Extremes, type Leaving, type Weighing, everyKind, rowMetric } from './resampled.js';

const tasks = ['binary-classification'] as const;

export function oneClass(rows: EvaluationRows): string | undefined {
  const { labels } = rows as BinaryRows;
  if (!labels.includes(1)) return 'no row is labelled positive';
  return labels.includes(0) ? undefined : 'no row is labelled negative';
}

const orders = new WeakMap<Float64Array, Uint32Array>();

/** Rows by rising score, sorted once for all that asks. */
export function orderOf({ scores }: Pick<BinaryRows, 'scores'>): Uint32Array {
  let order = orders.get(scores);
  if (order === undefined) orders.set(scores, (order = rankOrder(scores)));
  return order;
}

// Both models and several rules ask for the same components; sorting half a million scores once is enough.
const remembered = new WeakMap<EvaluationRows, ReturnType<typeof aucComponents>>();

function components(rows: EvaluationRows): ReturnType<typeof aucComponents> {
  let found = remembered.get(rows);
  if (found === undefined) {
    const { labels, scores } = rows as BinaryRows;
    found = aucComponents(labels, scores, orderOf(rows as BinaryRows));
    remembered.set(rows, found);
  }
  return found;
}

const rememberedWeighted = new WeakMap<EvaluationRows, WeightedAuc>();

function weighted(rows: EvaluationRows): WeightedAuc {
  let found = rememberedWeighted.get(rows);
  if (found === undefined) {
    const { labels, scores } = rows as BinaryRows;
    found = weightedAuc(labels, scores, rows);
    rememberedWeighted.set(rows, found);
  }
  return found;
}

const rocAuc: Metric = {
  name: 'roc_auc',
  title: 'ROC AUC',
  ofSeveralModels: 'averaged',
  tasks,
  better: 'higher',
  range: [0, 1],
  missing: oneClass,
  value: (rows) => (rows.weights === undefined ? components(rows) : weighted(rows)).auc,
  estimate: (rows, { confidence }) =>
    isComplex(rows)
      ? { ...cautiousAuc(weighted(rows), twoSided(confidence)), method: 'delong-clusters' }
      : { ...cautiousAuc(aucSample(components(rows)), twoSided(confidence)), method: 'delong' },
  difference: (first, second, { confidence }) => {
    const both = twoSided(confidence);
    if (isComplex(first)) {
      const [a, b] = [weighted(first), weighted(second)];
      const found = cautiousAucDifference(a, b, weightedDifferenceErrors(a, b), both);
      return { ...found, method: 'paired-delong-clusters' };
    }
    const [a, b] = [components(first), components(second)];
    const found = cautiousAucDifference(aucSample(a), aucSample(b), differenceErrors(a, b), both);
    return { ...found, method: 'paired-delong' };
  },
};

function prAucOf(rows: EvaluationRows): Weighing {
  const { order, labels, lastOfTie } = descending(rows as BinaryRows);
  return (weights) => {
    let [positives, seen, before, sum] = [0, 0, 0, 0];
    for (let i = 0; i < order.length; i++) {
      const weight = weights[order[i]!]!;
      seen += weight;
      if (labels[i] === 1) positives += weight;
      if (lastOfTie[i] === 1 && positives > before) {
        sum += ((positives - before) * positives) / seen;
        before = positives;
      }
    }
    return sum / positives;
  };
}

/** Average precision, Σ (Rᵢ − Rᵢ₋₁)·Pᵢ over the distinct scores from the top, as scikit-learn. */
const prAuc = rowMetric({
  name: 'pr_auc',
  title: 'Average precision (PR AUC)',
  ofSeveralModels: 'averaged',
  tasks,
  better: 'higher',
  range: [0, 1],
  missing: oneClass,
  prepare: prAucOf,
  without: prAucWithout,
  extremes: (models) => rankExtremes(models, prAucOf),
});

/** Average precision without each of the groups, in one pass. */
export function prAucWithout(rows: EvaluationRows): Leaving {
  const { order, labels, lastOfTie } = descending(rows as BinaryRows);
  return (groupOf, groups) => {
    const [positives, seen] = [new Float64Array(groups), new Float64Array(groups)];
    const [before, sums] = [new Float64Array(groups), new Float64Array(groups)];
    let [allPositives, allSeen, counted] = [0, 0, 0];
    for (let i = 0; i < order.length; i++) {
      const row = order[i]!;
      const weight = rows.weights === undefined ? 1 : rows.weights[row]!;
      allSeen += weight;
      seen[groupOf[row]!]! += weight;
      if (labels[i] === 1) {
        allPositives += weight;
        positives[groupOf[row]!]! += weight;
      }
      if (lastOfTie[i] === 0 || allPositives === counted) continue;
      counted = allPositives;
      for (let g = 0; g < groups; g++) {
        const kept = allPositives - positives[g]!;
        if (kept <= before[g]!) continue;
        sums[g]! += ((kept - before[g]!) * kept) / (allSeen - seen[g]!);
        before[g] = kept;
      }
    }
    return sums.map((sum, g) => sum / (allPositives - positives[g]!));
  };
}

interface Descending {
  /** Rows by falling score. */
  readonly order: Uint32Array;
  /** Of these rows. */
  readonly labels: Uint8Array;
  /** 1 where the next row has another score. */
  readonly lastOfTie: Uint8Array;
}

const descended = new WeakMap<EvaluationRows, Descending>();

function descending(rows: BinaryRows): Descending {
  let found = descended.get(rows);
  if (found === undefined) {
    const { scores } = rows;
    const order = orderOf(rows).slice().reverse();
    const n = order.length;
    const [labels, lastOfTie] = [new Uint8Array(n), new Uint8Array(n)];
    for (let i = 0; i < n; i++) {
      labels[i] = rows.labels[order[i]!]!;
      lastOfTie[i] = i === n - 1 || scores[order[i + 1]!] !== scores[order[i]!] ? 1 : 0;
    }
    descended.set(rows, (found = { order, labels, lastOfTie }));
  }
  return found;
}

/** Rows of both classes that the models rank above all others, or below: the metric of each model with them. */
export function rankExtremes(
  models: readonly EvaluationRows[],
  weighingOf: (rows: EvaluationRows) => Weighing,
): Extremes {
  const { rows: added, truth, said } = everyKind(models.length);
  return {
    added,
    weighing: models.map((rows, m) => {
      const { labels, scores, predicted } = rows as BinaryRows;
      let [lowest, highest] = [Infinity, -Infinity];
      for (let i = 0; i < scores.length; i++) {
        lowest = Math.min(lowest, scores[i]!);
        highest = Math.max(highest, scores[i]!);
      }
      const ranksFirst = said[m]!;
      return weighingOf({
        task: 'binary-classification',
        labels: appended(labels, truth),
        scores: appended(
          scores,
          ranksFirst.map((first) => (first === 1 ? highest + 1 : lowest - 1)),
        ),
        predicted: appended(predicted, ranksFirst),
      });
    }),
  };
}

export const rankingMetrics: readonly Metric[] = [rocAuc, prAuc];
