import { eceWithout, reliability } from '../../../src/evaluation/metrics/calibration.js';
import { rankExtremes } from '../../../src/evaluation/metrics/ranking.js';
import { everyKind, overRows } from '../../../src/evaluation/metrics/resampled.js';
import type { BinaryRows, MulticlassRows } from '../../../src/evaluation/rows.js';
import { f64, metricOf, value } from './hand.js';

const binary = (labels: readonly number[], scores: readonly number[]): BinaryRows => ({
  ...{ task: 'binary-classification', labels: Uint8Array.from(labels), scores: Float64Array.from(scores) },
  predicted: Uint8Array.from(scores, (p) => (p >= 0.5 ? 1 : 0)),
});

describe('expected calibration error', () => {
  it('is by ten bins of equal width, each with its upper end', () => {
    // 0.1 is in the first bin with 0.05, 0.11 in the second: |1 − 0.15| and |0 − 0.11| of three rows.
    expect(value('ece', binary([1, 0, 0], [0.1, 0.05, 0.11]))).toBeCloseTo((0.85 + 0.11) / 3, 12);
    expect(value('ece', binary([1, 0], [0, 1]))).toBeCloseTo(1, 12);
    expect(value('ece@2', binary([1, 0, 1], [0.5, 0.3, 0.51]))).toBeCloseTo((0.2 + 0.49) / 3, 12);
  });

  it('is of bins of equal size where that is asked, equal claims in one', () => {
    const rows = binary([1, 0, 0, 1], [0.1, 0.2, 0.6, 0.7]);
    expect(value('ece_equal_mass@2', rows)).toBeCloseTo((0.7 + 0.3) / 4, 12);
    // The three that claim 0.2 are together, where the first of them is.
    const tied = binary([1, 0, 0, 1], [0.2, 0.2, 0.2, 0.7]);
    expect(value('ece_equal_mass@2', tied)).toBeCloseTo((0.4 + 0.3) / 4, 12);
    const first = binary([1, 0, 0, 1], [0.7, 0.2, 0.3, 0.2]);
    expect(value('ece_equal_mass@4', first)).toBeCloseTo((0.6 + 0.3 + 0.3) / 4, 12);
  });

  it('is by weight, and without groups of rows as without each', () => {
    const rows = { ...binary([1, 0, 0], [0.1, 0.05, 0.11]), weights: f64(1, 2, 3) };
    expect(value('ece', rows)).toBeCloseTo((Math.abs(0.9 - 0.1) + 0.33) / 6, 12);
    const without = eceWithout(rows)(Uint8Array.of(0, 1, 1), 2);
    expect(without[0]).toBeCloseTo((0.1 + 0.33) / 5, 12);
    expect(without[1]).toBeCloseTo(0.9, 12);
  });

  it('of several classes is of the one that is predicted', () => {
    const rows: MulticlassRows = {
      ...{ task: 'multiclass-classification', classes: ['a', 'b'], labels: Uint16Array.of(0, 0) },
      ...{ predicted: Uint16Array.of(0, 1), probabilities: f64(0.75, 0.25, 0.375, 0.625) },
    };
    expect(value('ece', rows)).toBeCloseTo((0.25 + 0.625) / 2, 12);
  });

  it('has a value of a single row', () => {
    for (const task of ['binary-classification', 'multiclass-classification'] as const)
      expect(metricOf('ece', task).missing(binary([1], [0.5]))).toBeUndefined();
    expect(metricOf('ece', 'binary-classification').missing(binary([], []))).toBe('there is no row');
  });

  it('reaches up to what one row that was not seen may add', () => {
    const rows = binary(new Array<number>(40).fill(1), new Array<number>(40).fill(1));
    const {
      value: found,
      lower,
      upper,
    } = metricOf('ece', rows.task).estimate(rows, { confidence: 0.95, seed: 1 });
    expect([found, lower]).toEqual([0, 0]);
    // Three of 40 rows at most have been missed: 1 − 0.05^(1/40) is 0.072.
    expect(upper).toBeGreaterThan(0.05);
    expect(upper).toBeLessThan(0.1);
  });
});

describe('points of a reliability diagram', () => {
  it('are the bins of equal size that hold rows', () => {
    const scores = Array.from({ length: 20 }, (_, i) => i / 20);
    const points = reliability(
      binary(
        scores.map((_, i) => (i >= 10 ? 1 : 0)),
        scores,
      ),
    );
    expect(points).toHaveLength(10);
    expect(points[0]).toEqual({ claimed: 0.025, came: 0, rows: 2 });
    expect(points[9]!.claimed).toBeCloseTo(0.925, 12);
    expect(points[9]).toMatchObject({ came: 1, rows: 2 });
    expect(reliability(binary([1, 0, 1], [0.5, 0.5, 0.5]))).toEqual([{ claimed: 0.5, came: 2 / 3, rows: 3 }]);
    const weighted = { ...binary([1, 0], [0.5, 0.5]), weights: f64(3, 1) };
    expect(reliability(weighted)).toEqual([{ claimed: 0.5, came: 0.75, rows: 4 }]);
  });
});

describe('rows that were not seen', () => {
  it('are of every kind that differs by yes or no', () => {
    expect(everyKind(1)).toEqual({ rows: 4, truth: [0, 1, 0, 1], said: [[0, 0, 1, 1]] });
    expect(everyKind(2)).toEqual({
      rows: 8,
      truth: [0, 1, 0, 1, 0, 1, 0, 1],
      said: [
        [0, 0, 1, 1, 0, 0, 1, 1],
        [0, 0, 0, 0, 1, 1, 1, 1],
      ],
    });
  });

  it('are ranked above all others, or below', () => {
    const seen: BinaryRows[] = [];
    const { added } = rankExtremes([binary([1, 0], [0.4, 0.6])], (rows) => {
      seen.push(rows as BinaryRows);
      return () => 0;
    });
    expect(added).toBe(4);
    expect(seen[0]!.labels).toEqual(Uint8Array.of(1, 0, 0, 1, 0, 1));
    expect(seen[0]!.scores).toEqual(f64(0.4, 0.6, -0.6, -0.6, 1.6, 1.6));
    expect(seen[0]!.predicted).toEqual(Uint8Array.of(0, 1, 0, 0, 1, 1));
  });
});

describe('resampling', () => {
  const sum = (weights: ArrayLike<number>) =>
    Array.from(weights).reduce((total, x, i) => total + x * 10 ** i, 0);
  const rows = binary([1, 0, 1], [0, 0, 0]);

  it('is of rows, times the weights that they have', () => {
    const plain = overRows(rows, sum);
    expect([...plain.counts]).toEqual([1, 1, 1]);
    expect(plain.statistic(Uint32Array.of(2, 0, 1))).toBe(102);
    const weighted = overRows({ ...rows, weights: f64(1, 2, 3) }, sum);
    expect(weighted.statistic(Uint32Array.of(2, 1, 1))).toBe(322);
    expect(weighted).not.toHaveProperty('clustered');
  });

  it('is of clusters, whatever their numbers', () => {
    const clustered = overRows({ ...rows, clusters: Uint32Array.of(7, 3, 7) }, sum);
    expect(clustered).toMatchObject({ clustered: true });
    expect([...clustered.counts]).toEqual([1, 1]);
    expect(clustered.statistic(Uint32Array.of(2, 1))).toBe(212);
    const both = overRows({ ...rows, clusters: Uint32Array.of(7, 3, 7), weights: f64(1, 2, 3) }, sum);
    expect(both.statistic(Uint32Array.of(2, 1))).toBe(622);
  });

  it('leaves groups of clusters out with their rows', () => {
    const asked: number[][] = [];
    const clustered = overRows({ ...rows, clusters: Uint32Array.of(7, 3, 7) }, sum, (groupOf, groups) => {
      asked.push([...groupOf, groups]);
      return f64();
    });
    clustered.without!(Uint8Array.of(1, 0), 2);
    expect(asked).toEqual([[1, 0, 1, 2]]);
  });
});
