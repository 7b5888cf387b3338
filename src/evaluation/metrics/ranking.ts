import {
  type WeightedAuc,
  weightedAuc,
  weightedAucDifference,
  weightedAucInterval,
} from '../../statistics/auc-design.js';
import { aucComponents, aucDifference, aucInterval, rankOrder } from '../../statistics/delong.js';
import { isComplex } from '../../statistics/design.js';
import type { BinaryRows, EvaluationRows } from '../rows.js';
import { type Metric, twoSided } from './metric.js';
import { rowMetric } from './resampled.js';

const tasks = ['binary-classification'] as const;

export function oneClass(rows: EvaluationRows): string | undefined {
  const { labels } = rows as BinaryRows;
  if (!labels.includes(1)) return 'no row is labelled positive';
  return labels.includes(0) ? undefined : 'no row is labelled negative';
}

// Both models and several rules ask for the same components; sorting half a million scores once is enough.
const remembered = new WeakMap<EvaluationRows, ReturnType<typeof aucComponents>>();

function components(rows: EvaluationRows): ReturnType<typeof aucComponents> {
  let found = remembered.get(rows);
  if (found === undefined) {
    const { labels, scores } = rows as BinaryRows;
    found = aucComponents(labels, scores);
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
  tasks,
  better: 'higher',
  range: [0, 1],
  missing: oneClass,
  value: (rows) => (rows.weights === undefined ? components(rows) : weighted(rows)).auc,
  estimate: (rows, { confidence }) =>
    isComplex(rows)
      ? { ...weightedAucInterval(weighted(rows), rows, twoSided(confidence)), method: 'delong-clusters' }
      : { ...aucInterval(components(rows), twoSided(confidence)), method: 'delong' },
  difference: (first, second, { confidence }) =>
    isComplex(first)
      ? {
          ...weightedAucDifference(weighted(first), weighted(second), first, twoSided(confidence)),
          method: 'paired-delong-clusters',
        }
      : {
          ...aucDifference(components(first), components(second), twoSided(confidence)),
          method: 'paired-delong',
        },
};

/** Average precision, Σ (Rᵢ − Rᵢ₋₁)·Pᵢ over the distinct scores from the top, as scikit-learn. */
const prAuc = rowMetric({
  name: 'pr_auc',
  title: 'Average precision (PR AUC)',
  tasks,
  better: 'higher',
  range: [0, 1],
  missing: oneClass,
  prepare: (rows) => {
    const { scores } = rows as BinaryRows;
    const order = rankOrder(scores).reverse();
    const labels = Uint8Array.from(order, (row) => (rows as BinaryRows).labels[row]!);
    const lastOfTie = Uint8Array.from(order, (row, i) =>
      i === order.length - 1 || scores[order[i + 1]!] !== scores[row] ? 1 : 0,
    );
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
  },
});

export const rankingMetrics: readonly Metric[] = [rocAuc, prAuc];
