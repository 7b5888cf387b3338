import { type Design, weightedMean } from '../../statistics/design.js';
import { type EvaluationRows, type RankingRows, rowCount } from '../rows.js';
import { type Family, wholeNumber } from './family.js';
import { meanMetric } from './mean.js';
import type { Metric } from './metric.js';

const tasks = ['ranking'] as const;

/** Rows of each query, by falling score; queries by their number. */
type Queries = readonly Uint32Array[];

const remembered = new WeakMap<EvaluationRows, Queries>();

function queriesOf(rows: RankingRows): Queries {
  let found = remembered.get(rows);
  if (found === undefined) {
    const places = new Map<number, number[]>();
    rows.queries.forEach((query, row) => {
      const of = places.get(query);
      if (of === undefined) places.set(query, [row]);
      else of.push(row);
    });
    found = [...places]
      .sort(([a], [b]) => a - b)
      .map(([, of]) => Uint32Array.from(of).sort((a, b) => rows.scores[b]! - rows.scores[a]! || a - b));
    remembered.set(rows, found);
  }
  return found;
}

/** A query weighs as much as its rows on average, and belongs to the cluster of its first row. */
function designOf(rows: EvaluationRows): Design {
  const queries = queriesOf(rows as RankingRows);
  const { weights, clusters } = rows;
  return {
    weights:
      weights && Float64Array.from(queries, (of) => weightedMean(Float64Array.from(of, (i) => weights[i]!))),
    clusters: clusters && Uint32Array.from(queries, (of) => clusters[Math.min(...of)]!),
  };
}

/** A mean over queries: documents of one query are no independent evidence, so queries are what is counted. */
function queryMetric(
  name: string,
  title: string,
  of: (rows: RankingRows, order: Uint32Array) => number,
): Metric {
  return meanMetric({
    name,
    title,
    tasks,
    better: 'higher',
    range: [0, 1],
    missing: (rows) => {
      const { relevance } = rows as RankingRows;
      return rowCount(rows) > 0 && relevance.every((gain) => gain === 0)
        ? 'no document is relevant'
        : undefined;
    },
    contributions: (rows) =>
      Float64Array.from(queriesOf(rows as RankingRows), (order) => of(rows as RankingRows, order)),
    design: designOf,
  });
}

const discount = (rank: number): number => 1 / Math.log2(rank + 2);

/** Gains at falling discounts; documents that tie share their discounts (McSherry & Najork 2008). */
function tiedGain({ relevance, scores }: RankingRows, order: Uint32Array, k: number): number {
  let total = 0;
  for (let start = 0; start < order.length && start < k;) {
    let [end, gain, discounts] = [start, 0, 0];
    for (; end < order.length && scores[order[end]!] === scores[order[start]!]; end++) {
      gain += relevance[order[end]!]!;
      if (end < k) discounts += discount(end);
    }
    total += (gain * discounts) / (end - start);
    start = end;
  }
  return total;
}

/** As scikit-learn's ndcg_score: gains are the relevance itself; a query without a relevant document counts 0. */
function ndcg(k: number): (rows: RankingRows, order: Uint32Array) => number {
  return (rows, order) => {
    const ideal = Float64Array.from(order, (i) => rows.relevance[i]!)
      .sort()
      .reverse();
    let best = 0;
    for (let rank = 0; rank < ideal.length && rank < k; rank++) best += ideal[rank]! * discount(rank);
    return best === 0 ? 0 : tiedGain(rows, order, k) / best;
  };
}

/** Average precision of a query as scikit-learn's: documents that tie are met together. */
function averagePrecision({ relevance, scores }: RankingRows, order: Uint32Array): number {
  let [hits, sum] = [0, 0];
  for (let start = 0; start < order.length;) {
    let [end, found] = [start, 0];
    for (; end < order.length && scores[order[end]!] === scores[order[start]!]; end++) {
      if (relevance[order[end]!]! > 0) found++;
    }
    hits += found;
    sum += (found * hits) / end;
    start = end;
  }
  return hits === 0 ? 0 : sum / hits;
}

/** 1/rank of the first relevant document; one that ties with others that are not relevant comes after them. */
function reciprocalRank({ relevance, scores }: RankingRows, order: Uint32Array): number {
  const first = order.find((i) => relevance[i]! > 0);
  if (first === undefined) return 0;
  let before = 0;
  for (const i of order) if (relevance[i] === 0 && scores[i]! >= scores[first]!) before++;
  return 1 / (before + 1);
}

export const queryMetrics: readonly Metric[] = [
  queryMetric('ndcg', 'NDCG', ndcg(Infinity)),
  queryMetric('map', 'Mean average precision', averagePrecision),
  queryMetric('mrr', 'Mean reciprocal rank', reciprocalRank),
];

export const queryFamilies: readonly Family[] = [
  {
    name: 'ndcg',
    tasks,
    parameter: wholeNumber('documents', 1),
    example: 'ndcg@10',
    of: (k) => queryMetric(`ndcg@${k}`, `NDCG of the first ${k}`, ndcg(k)),
  },
];

/** NDCG of the first k documents, a number for each query; queries in the order of their numbers. */
export function ndcgOfQueries(rows: RankingRows, k: number): Float64Array {
  const of = ndcg(k);
  return Float64Array.from(queriesOf(rows), (order) => of(rows, order));
}
