import { ndcgOfQueries } from '../../../src/evaluation/metrics/queries.js';
import type { RankingRows } from '../../../src/evaluation/rows.js';
import { f64, missing, value } from './hand.js';

describe('a ranking', () => {
  const of = (
    queries: readonly number[],
    relevance: readonly number[],
    scores: readonly number[],
  ): RankingRows => ({
    ...{ task: 'ranking', queries: Uint32Array.from(queries) },
    ...{ relevance: Float64Array.from(relevance), scores: Float64Array.from(scores) },
  });
  const one = (relevance: readonly number[], scores: readonly number[]) =>
    of(
      relevance.map(() => 0),
      relevance,
      scores,
    );
  const d = (rank: number) => 1 / Math.log2(rank + 2);

  it('has the NDCG of gains at falling discounts', () => {
    expect(value('ndcg', one([0, 2, 1], [3, 2, 1]))).toBeCloseTo((2 * d(1) + d(2)) / (2 * d(0) + d(1)), 12);
    expect(value('ndcg@2', one([0, 2, 1], [3, 2, 1]))).toBeCloseTo((2 * d(1)) / (2 * d(0) + d(1)), 12);
    // Two that tie share their discounts.
    expect(value('ndcg', one([0, 2, 1], [3, 3, 1]))).toBeCloseTo(
      (d(0) + d(1) + d(2)) / (2 * d(0) + d(1)),
      12,
    );
    expect(value('ndcg@1', one([0, 2, 1], [3, 3, 1]))).toBeCloseTo(0.5, 12);
  });

  it('has precision and rank of what is relevant', () => {
    expect(value('map', one([0, 2, 1], [3, 2, 1]))).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12);
    expect(value('map', one([0, 1, 1], [3, 3, 1]))).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12);
    expect(value('mrr', one([0, 2, 1], [3, 2, 1]))).toBe(1 / 2);
    expect(value('mrr', one([0, 2, 1], [3, 3, 1]))).toBe(1 / 2);
    expect(value('mrr', one([1, 0, 0], [3, 3, 3]))).toBe(1 / 3);
  });

  it('counts 0 for a query without a relevant document', () => {
    const rows = of([0, 0, 1, 1], [1, 0, 0, 0], [2, 1, 2, 1]);
    for (const name of ['ndcg', 'map', 'mrr']) expect(value(name, rows)).toBe(0.5);
    expect([...ndcgOfQueries(rows, 1)]).toEqual([1, 0]);
    expect(missing('ndcg', rows)).toBeUndefined();
    expect(missing('ndcg', of([0], [0], [1]))).toBe('no document is relevant');
    expect(missing('ndcg', of([], [], []))).toBe('there is no row');
  });

  it('weighs a query as much as its rows on average', () => {
    const rows = { ...of([1, 1, 0], [1, 0, 0], [2, 1, 2]), weights: f64(1, 3, 6) };
    expect(value('mrr', rows)).toBeCloseTo(2 / 8, 12);
  });
});
