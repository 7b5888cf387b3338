import { rankOrder } from '../../statistics/delong.js';
import { type BinaryRows, type MulticlassRows, rowCount } from '../rows.js';
import { type Family, wholeNumber } from './family.js';
import { withoutProbabilities } from './mean.js';
import type { Metric } from './metric.js';
import { shareMetric } from './proportion.js';
import { oneClass, rankExtremes } from './ranking.js';
import { type Weighing, rowMetric } from './resampled.js';

const binary = ['binary-classification'] as const;

/**
 * Precision or recall of the k rows of the highest scores. Rows that tie for the last places count in part; of
 * weighted or resampled rows, the first k/n of the weight count.
 */
function atTop(kind: 'precision' | 'recall', k: number): Metric {
  return rowMetric({
    name: `${kind}@${k}`,
    title: kind === 'precision' ? `Precision of the top ${k}` : `Recall within the top ${k}`,
    ofSeveralModels: 'refused',
    tasks: binary,
    better: 'higher',
    range: [0, 1],
    missing: (rows) => {
      if (rowCount(rows) < k) return `there are fewer than ${k} rows`;
      return kind === 'recall' ? oneClass(rows) : undefined;
    },
    prepare: (rows) => weighTop(rows as BinaryRows, kind, k / rowCount(rows)),
    extremes: (models) => {
      const share = k / rowCount(models[0]!);
      return rankExtremes(models, (rows) => weighTop(rows as BinaryRows, kind, share));
    },
  });
}

function weighTop({ labels, scores }: BinaryRows, kind: 'precision' | 'recall', share: number): Weighing {
  const order = rankOrder(scores).reverse();
  return (weights) => {
    let [total, positive] = [0, 0];
    for (let i = 0; i < labels.length; i++) {
      total += weights[i]!;
      if (labels[i] === 1) positive += weights[i]!;
    }
    const wanted = share * total;
    let [seen, found] = [0, 0];
    for (let start = 0; start < order.length && seen < wanted;) {
      let [end, tied, hits] = [start, 0, 0];
      for (; end < order.length && scores[order[end]!] === scores[order[start]!]; end++) {
        tied += weights[order[end]!]!;
        if (labels[order[end]!] === 1) hits += weights[order[end]!]!;
      }
      const part = tied === 0 ? 0 : Math.min(1, (wanted - seen) / tied);
      seen += part * tied;
      found += part * hits;
      start = end;
    }
    return found / (kind === 'precision' ? wanted : positive);
  };
}

/** Whether the label is among the k most probable classes; of equal ones the later come first, as in scikit-learn. */
function topAccuracy(k: number): Metric {
  return shareMetric({
    name: `top_k_accuracy@${k}`,
    title: `Top-${k} accuracy`,
    tasks: ['multiclass-classification'],
    missing: (rows) => (rowCount(rows) === 0 ? 'there is no row' : withoutProbabilities(rows)),
    hits: (rows) => {
      const { labels, probabilities, classes } = rows as MulticlassRows;
      const width = classes.length;
      const hits = new Float64Array(labels.length);
      for (let i = 0; i < hits.length; i++) {
        const label = labels[i]!;
        const own = probabilities![i * width + label]!;
        let before = 0;
        for (let c = 0; c < width; c++) {
          const p = probabilities![i * width + c]!;
          if (p > own || (p === own && c > label)) before++;
        }
        hits[i] = before < k ? 1 : 0;
      }
      return { hits, design: rows };
    },
  });
}

export const topFamilies: readonly Family[] = [
  {
    name: 'precision',
    tasks: binary,
    parameter: wholeNumber('rows', 1),
    example: 'precision@100',
    of: (k) => atTop('precision', k),
  },
  {
    name: 'recall',
    tasks: binary,
    parameter: wholeNumber('rows', 1),
    example: 'recall@100',
    of: (k) => atTop('recall', k),
  },
  {
    name: 'top_k_accuracy',
    tasks: ['multiclass-classification'],
    parameter: wholeNumber('classes', 1),
    example: 'top_k_accuracy@3',
    of: topAccuracy,
  },
];
