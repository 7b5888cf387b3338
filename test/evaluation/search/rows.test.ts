import { findMetric } from '../../../src/evaluation/metrics/registry.js';
import {
  countOf,
  lossesOf,
  meanDifference,
  placesWhere,
  split,
  standardDeviation,
  thinned,
} from '../../../src/evaluation/search/rows.js';
import { splitRows } from '../../../src/evaluation/search/halves.js';
import type { EvaluationRows } from '../../../src/evaluation/rows.js';

const u32 = (...values: readonly number[]) => Uint32Array.from(values);
const f64 = (...values: readonly number[]) => Float64Array.from(values);

describe('rows of a slice', () => {
  it('and the others are told apart in their order', () => {
    const within = Uint8Array.of(0, 1, 0, 1, 1);
    expect(split(u32(0, 1, 3, 2, 4), within).map((rows) => [...rows])).toEqual([
      [1, 3, 4],
      [0, 2],
    ]);
    expect(split(u32(1, 3), within).map((rows) => rows.length)).toEqual([2, 0]);
    expect(countOf(within)).toBe(3);
  });

  it('are found by what holds of them', () => {
    expect([...placesWhere(5, (row) => row % 2 === 0)]).toEqual([0, 2, 4]);
    expect([...placesWhere(2, () => false)]).toEqual([]);
  });

  it('are thinned evenly where they are too many', () => {
    const rows = u32(5, 6, 7, 8, 9, 10, 11);
    expect([...thinned(rows, 7)]).toEqual([...rows]);
    expect([...thinned(rows, 6)]).toEqual([5, 7, 9, 11]);
    expect([...thinned(rows, 3)]).toEqual([5, 8, 11]);
  });
});

describe('what rows cost', () => {
  const rows = (...predicted: readonly number[]): EvaluationRows => ({
    ...{ task: 'binary-classification', labels: Uint8Array.of(1, 1, 0), scores: f64(...predicted) },
    predicted: Uint8Array.from(predicted),
  });
  const metricOf = (name: string) => {
    const found = findMetric(name, 'binary-classification');
    if ('wrong' in found) throw new Error(found.wrong);
    return found.metric;
  };

  it('is larger where it is worse, whichever way the metric goes', () => {
    expect([...lossesOf(metricOf('accuracy'), rows(1, 0, 0))]).toEqual([-1, -0, -1]);
    expect([...lossesOf(metricOf('brier'), rows(1, 0, 0.5))]).toEqual([0, 1, 0.25]);
  });

  it('is that of all repeats on average', () => {
    const repeated = { ...rows(1, 0, 0.5), repeats: [rows(1, 1, 0.5), rows(0, 0, 0.5)] };
    expect([...lossesOf(metricOf('brier'), repeated)].map((x) => Number(x.toFixed(6)))).toEqual([
      0.333333, 0.666667, 0.25,
    ]);
  });

  it('differs by so much on average, by weight', () => {
    const [a, b] = [f64(1, 2, 3), f64(0, 0, 1)];
    expect(meanDifference(a, b, u32(0, 1, 2), undefined)).toBeCloseTo(5 / 3, 12);
    expect(meanDifference(a, b, u32(0, 1), f64(3, 1, 9))).toBeCloseTo(5 / 4, 12);
    expect(meanDifference(a, b, u32(), undefined)).toBe(0);
  });

  it('spreads by the standard deviation of the rows', () => {
    // numpy 2: np.std([1, 2, 4]).
    expect(standardDeviation(f64(9, 1, 2, 4), u32(1, 2, 3))).toBeCloseTo(1.247219128924647, 12);
  });
});

describe('two halves', () => {
  it('are about equal, the same for a seed, and others for another', () => {
    const half = splitRows(10_000, undefined, 1);
    // Five standard deviations of a binomial with n 10,000, p 0.5.
    expect(Math.abs(countOf(half) - 5000)).toBeLessThan(250);
    expect(splitRows(10_000, undefined, 1)).toEqual(half);
    expect(splitRows(10_000, undefined, 2)).not.toEqual(half);
  });

  it('keep the rows of a cluster together', () => {
    const clusters = Uint32Array.from({ length: 3000 }, (_, i) => i % 1000);
    const half = splitRows(3000, clusters, 1);
    for (let i = 0; i < 1000; i++) expect([half[i + 1000], half[i + 2000]]).toEqual([half[i], half[i]]);
    expect(Math.abs(countOf(half) / 3 - 500)).toBeLessThan(80);
  });
});
