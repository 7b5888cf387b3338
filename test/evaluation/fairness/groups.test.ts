import { byChance } from '../../../src/evaluation/fairness/chance.js';
import { estimatesOf, takeGroups } from '../../../src/evaluation/fairness/groups.js';
import { rates } from '../../../src/evaluation/fairness/rates.js';
import { findMetric } from '../../../src/evaluation/metrics/registry.js';
import type { Metric } from '../../../src/evaluation/metrics/metric.js';
import type { BinaryRows } from '../../../src/evaluation/rows.js';
import { sliceUp } from '../../../src/evaluation/slices/define.js';
import { normalQuantile } from '../../../src/statistics/special.js';

const rate = (name: string) => rates.find((one) => one.name === name)!;
const rowsOf = (n: number, change: Partial<BinaryRows> = {}): BinaryRows => ({
  task: 'binary-classification',
  labels: Uint8Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 1 : 0)),
  scores: Float64Array.from({ length: n }, (_, i) => (i % 10) / 10),
  predicted: Uint8Array.from({ length: n }, (_, i) => (i % 10 >= 5 ? 1 : 0)),
  ...change,
});
const options = { confidence: 0.95, seed: 1 };

describe('groups', () => {
  const sexes = Array.from({ length: 100 }, (_, i) => (i < 60 ? 'F' : i < 90 ? 'M' : 'X'));
  const slicing = sliceUp([{ column: 'sex', values: ['F', 'M', 'X', 'Z'] }], () => sexes);
  const take = (
    change: Partial<BinaryRows> = {},
    minRows = 30,
    champion?: BinaryRows,
    metrics = [rate('selection_rate')],
  ) => takeGroups(slicing, metrics, rowsOf(100, change), champion, { ...options, minRows });

  it('are judged with enough rows, and told of with fewer, or none', () => {
    const { judged, groups } = take();
    expect(groups.map(({ parts, rows, state }) => [parts[0]!.value, rows, state])).toEqual([
      ['Z', 0, 'absent'],
      ['F', 60, 'judged'],
      ['M', 30, 'judged'],
      ['X', 10, 'small'],
    ]);
    expect(
      judged.map(({ place, own }) => [place, own.task === 'binary-classification' && own.labels.length]),
    ).toEqual([
      [1, 60],
      [2, 30],
    ]);
    expect(groups[1]!.metrics.selection_rate).toMatchObject({ value: 0.5 });
    expect(groups[1]).not.toHaveProperty('champion');
    expect(groups[3]!.metrics).toEqual({});
  });

  it('have the values of the other model beside their own', () => {
    const { judged, groups } = take({}, 30, rowsOf(100, { predicted: new Uint8Array(100).fill(1) }));
    expect(groups[2]!.champion!.selection_rate).toMatchObject({ value: 1 });
    expect(judged[0]!.theirs).toBeDefined();
  });

  it('have no value where a metric of either model has none', () => {
    const labels = Uint8Array.from({ length: 100 }, (_, i) => (i < 60 ? 1 : 0));
    const { judged, groups } = take({ labels }, 30, undefined, [
      rate('selection_rate'),
      rate('true_positive_rate'),
    ]);
    expect(groups[2]).toMatchObject({ state: 'no-value', note: 'no row is labelled positive', metrics: {} });
    expect(judged.map(({ place }) => place)).toEqual([1]);
    const nothing = rowsOf(100, { predicted: new Uint8Array(100) });
    const theirs = take({}, 30, nothing, [rate('precision')]);
    expect(theirs.groups.map(({ state }) => state)).toEqual(['absent', 'no-value', 'no-value', 'small']);
    expect(theirs.groups[1]!.note).toBe('no row is predicted positive');
  });

  it('are independent where no cluster lies in several of those that are judged', () => {
    const clusters = (of: (i: number) => number) =>
      take({ clusters: Uint32Array.from({ length: 100 }, (_, i) => of(i)) }).independent;
    expect(take().independent).toBe(true);
    expect(clusters((i) => i >> 1)).toBe(true);
    expect(clusters((i) => (i === 60 ? 0 : i >> 1))).toBe(false);
    // X is not judged.
    expect(clusters((i) => (i === 95 ? 0 : i >> 1))).toBe(true);
  });
});

describe('estimates of groups', () => {
  const own = rowsOf(100);
  const group = { place: 0, own };
  const estimate = { value: 0.5, lower: 0.4, upper: 0.7 };
  /** A metric that remembers which confidence it was asked for. */
  const asked: number[] = [];
  const metricWith = (
    method: 'bootstrap-bca' | 'clopper-pearson',
    range: readonly [number, number] = [0, 1],
  ): Metric => ({
    ...(findMetric('accuracy', 'binary-classification') as { metric: Metric }).metric,
    range,
    estimate: (_, { confidence }) => {
      asked.push(confidence);
      return { ...estimate, method };
    },
  });
  beforeEach(() => void (asked.length = 0));

  it('have the confidence that is wanted', () => {
    const found = estimatesOf([group], [metricWith('clopper-pearson')], 0.99, options)[0]![0]!;
    expect(found).toMatchObject(estimate);
    expect(asked).toEqual([0.99]);
  });

  it('by resampling are scaled beyond the usual confidence', () => {
    const found = estimatesOf([group], [metricWith('bootstrap-bca')], 0.99, options)[0]![0]!;
    const scale = normalQuantile(0.99) / normalQuantile(0.95);
    expect(found.lower).toBeCloseTo(0.5 - scale * 0.1, 12);
    expect(found.upper).toBeCloseTo(0.5 + scale * 0.2, 12);
    expect(asked).toEqual([0.99, 0.95]);
    estimatesOf([group], [metricWith('bootstrap-bca')], 0.95, options);
    expect(asked).toEqual([0.99, 0.95, 0.95]);
  });

  it('go no further below than the range is wide', () => {
    const of = (range: readonly [number, number]) =>
      estimatesOf([group], [metricWith('bootstrap-bca', range)], 1 - 1e-12, options)[0]![0]!.lower;
    expect(of([0.45, 0.5])).toBeCloseTo(0.4, 12);
    expect(of([-Infinity, 1])).toBeCloseTo(
      0.5 - (normalQuantile(1 - 1e-12) / normalQuantile(0.95)) * 0.1,
      12,
    );
  });
});

describe('what chance alone puts apart', () => {
  // Each group's error is 0.05: the bounds are 0.05 times the quantile apart from the value.
  const z = normalQuantile(0.95);
  const e = (value: number, error = 0.05) => ({ value, lower: value - z * error, upper: value + z * error });
  const by = { confidence: 0.95, seed: 1 };

  it('is the mean range of normal errors', () => {
    // Mean range of 2, 3 and 5 normal values (Tippett 1925): 1.12838, 1.69257, 2.32593; five standard errors of 2,000 draws.
    for (const [n, mean, deviation] of [
      [2, 1.12838, 0.8525],
      [3, 1.69257, 0.8884],
      [5, 2.32593, 0.8641],
    ] as const) {
      const found = byChance('difference', [Array.from({ length: n }, () => e(0.5))], by)!;
      expect(Math.abs(found - 0.05 * mean)).toBeLessThan((5 * 0.05 * deviation) / Math.sqrt(2000));
    }
  });

  it('does not depend on the values, but on how sure they are', () => {
    const of = (...values: readonly number[]) =>
      byChance('difference', [values.map((value) => e(value))], by);
    expect(of(0.3, 0.7)).toBeCloseTo(of(0.5, 0.5)!, 9);
    expect(byChance('difference', [[e(0.5, 0.1), e(0.5, 0.1)]], by)).toBeCloseTo(2 * of(0.5, 0.5)!, 9);
  });

  it('is the worst of several metrics', () => {
    const one = [e(0.5), e(0.5)];
    const sure = [e(0.5, 1e-9), e(0.5, 1e-9)];
    expect(byChance('difference', [sure, sure], by)).toBeLessThan(1e-8);
    expect(byChance('difference', [one, one], by)!).toBeGreaterThan(byChance('difference', [one], by)! * 1.2);
    expect(byChance('ratio', [one, one], by)!).toBeLessThan(byChance('ratio', [one], by)!);
  });

  it('of a ratio is of the common value, to which sure groups count more', () => {
    const sure = byChance('ratio', [[e(0.5, 1e-9), e(0.5, 1e-9)]], by)!;
    expect(sure).toBeCloseTo(1, 6);
    // The common value is that of the first group, 0.9: (0.9 − 0.05·1.128/2) / (0.9 + …), nearly.
    const found = byChance('ratio', [[e(0.9, 0.001), e(0.1, 0.05)]], by)!;
    expect(found).toBeGreaterThan(0.94);
    expect(found).toBeLessThan(0.97);
    // Rates near 0 may come out below it.
    expect(byChance('ratio', [[e(0.001), e(0.001)]], by)!).toBeLessThan(0.5);
    expect(byChance('ratio', [[e(0, 0), e(0, 0)]], by)).toBe(1);
  });

  it('is nothing where nothing is compared, or an error is not known', () => {
    expect(byChance('group_min', [[e(0.5), e(0.5)]], by)).toBeNull();
    expect(byChance('group_max', [[e(0.5), e(0.5)]], by)).toBeNull();
    expect(byChance('difference', [[e(0.5), { value: 0.5, lower: -Infinity, upper: 1 }]], by)).toBeNull();
  });

  it('is the same for a seed', () => {
    const of = (seed: number) => byChance('difference', [[e(0.5), e(0.5)]], { ...by, seed });
    expect(of(3)).toBe(of(3));
    expect(of(3)).not.toBe(of(4));
  });
});
