import { findMetric } from '../../../src/evaluation/metrics/registry.js';
import type { Metric } from '../../../src/evaluation/metrics/metric.js';
import type { BinaryRows, EvaluationRows } from '../../../src/evaluation/rows.js';
import { confirm } from '../../../src/evaluation/search/confirm.js';
import { type SearchOptions, searchSlices } from '../../../src/evaluation/search/search.js';
import type { SearchColumn } from '../../../src/evaluation/search/sums.js';
import { normalQuantile, normalSf } from '../../../src/statistics/special.js';

const metricOf = (name: string): Metric => {
  const found = findMetric(name, 'binary-classification');
  if ('wrong' in found) throw new Error(found.wrong);
  return found.metric;
};
const [accuracy, brier, f1] = ['accuracy', 'brier', 'f1'].map(metricOf) as [Metric, Metric, Metric];

/** 4,000 rows of eight cells: three quarters are right, but in the cell 0 of `a` one quarter. */
const n = 4000;
const isRight = (i: number) => (i % 8 === 0 ? (i >> 3) % 4 === 0 : (i >> 3) % 4 !== 0);
const rowsOf = (right: (i: number) => boolean, change: Partial<BinaryRows> = {}): BinaryRows => {
  const labels = Uint8Array.from({ length: n }, (_, i) => (i >> 5) & 1);
  const predicted = labels.map((label, i) => (right(i) ? label : 1 - label));
  return {
    ...{ task: 'binary-classification', labels, predicted },
    scores: Float64Array.from(predicted, (one) => 0.25 + one / 2),
    ...change,
  };
};
const columns: SearchColumn[] = [
  { column: 'a', codes: Uint8Array.from({ length: n }, (_, i) => i % 8), texts: [...'01234567'] },
];
const search = (
  change: Partial<SearchOptions> = {},
  challenger: EvaluationRows = rowsOf(isRight),
  champion?: EvaluationRows,
  of: readonly SearchColumn[] = columns,
) =>
  searchSlices({ columns: of, leftOut: [{ column: 'z', why: 'w' }] }, challenger, champion, {
    ...{ metric: accuracy, by: accuracy, minRows: 100, thresholds: { rest: null, champion: null } },
    ...{ fail: true, confidence: 0.95, seed: 1 },
    ...change,
  });
const everywhere = rowsOf((i) => (i >> 3) % 4 !== 0);

describe('how much worse is worth a finding', () => {
  it('is a fifth of the rows’ standard deviation against the rest, a tenth against the champion', () => {
    const spread = Math.sqrt(0.6875 * 0.3125);
    const found = search({}, rowsOf(isRight), everywhere);
    expect(found.thresholds.rest).toBeCloseTo(0.2 * spread, 12);
    // The champion is better everywhere by 0.75 − 0.6875, which is for the rules.
    expect(found.thresholds.champion).toBeCloseTo(0.0625 + 0.1 * spread, 12);
    expect(search({}, everywhere, rowsOf(isRight)).thresholds.champion).toBeCloseTo(
      0.1 * Math.sqrt(0.75 * 0.25),
      12,
    );
    expect(search().thresholds.champion).toBeNull();
  });

  it('is what is asked for, beside what the champion does better everywhere', () => {
    const thresholds = { rest: 0.3, champion: 0.2 };
    expect(search({ thresholds }, rowsOf(isRight), everywhere).thresholds).toEqual({
      ...{ rest: 0.3, champion: expect.closeTo(0.0625 + 0.2, 12) },
    });
  });

  it('is in the unit of a metric that is no mean over rows, by which candidates are looked for more widely', () => {
    const thresholds = { rest: 0.3, champion: null };
    const options = { metric: f1, by: accuracy, thresholds };
    const found = search(options, rowsOf(isRight), everywhere);
    const drop = f1.value(everywhere) - f1.value(rowsOf(isRight));
    expect(found.foundBy).toBe('accuracy');
    expect(found.thresholds.champion).toBeCloseTo(drop + 0.3, 12);
    expect(search(options, everywhere, rowsOf(isRight)).thresholds.champion).toBe(0.3);
    const own = search({ ...options, thresholds: { rest: 0.3, champion: 0.1 } }, rowsOf(isRight), everywhere);
    expect(own.thresholds.champion).toBeCloseTo(drop + 0.1, 12);
  });
});

describe('the record of a search', () => {
  it('has the worst slice, confirmed on the other half', () => {
    const found = search();
    expect(found).toMatchObject({
      ...{ metric: 'accuracy', title: 'Accuracy', better: 'higher', fail: true, columns: ['a'], lookedAt: 8 },
      ...{ columnsLeftOut: [{ column: 'z', why: 'w' }], candidates: 1 },
    });
    expect(found.foundOn + found.confirmedOn).toBe(n);
    expect(found.findings).toHaveLength(1);
    expect(found.findings[0]).toMatchObject({
      parts: [{ column: 'a', value: '0' }],
      than: 'rest',
      rows: 500,
    });
    expect(found).not.toHaveProperty('foundBy');
    expect(search({ metric: brier, by: brier }).better).toBe('lower');
  });

  it('says why there is none', () => {
    const nothing = {
      ...everywhere,
      labels: new Uint8Array(0),
      predicted: new Uint8Array(0),
      scores: new Float64Array(0),
    };
    expect(search({}, nothing)).toMatchObject({
      note: 'Accuracy has no value, since there is no row',
      lookedAt: 0,
    });
    expect(search({}, rowsOf(isRight), undefined, [])).toMatchObject({
      note: 'no column has values that make slices',
    });
    expect(search({ minRows: 2200 })).toMatchObject({
      note: 'there are too few rows to search',
      findings: [],
    });
    expect(search({ minRows: 1800 })).not.toHaveProperty('note');
  });

  it('has the champion left out where it has no value', () => {
    const none = { ...everywhere, predicted: new Uint8Array(n), labels: new Uint8Array(n) };
    expect(
      search({ metric: f1, by: accuracy, thresholds: { rest: 0.1, champion: null } }, rowsOf(isRight), none)
        .thresholds.champion,
    ).toBeNull();
  });

  it('has the surest difference first', () => {
    // Cells 0 and 1 are worse, the first by more.
    const two = rowsOf((i) => (i % 8 === 0 ? false : i % 8 === 1 ? (i >> 3) % 2 === 0 : true));
    const values = (found: ReturnType<typeof search>) => found.findings.map(({ parts }) => parts[0]!.value);
    expect(values(search({}, two))).toEqual(['0', '1']);
    expect(values(search({ metric: brier, by: brier }, two))).toEqual(['0', '1']);
  });
});

describe('confirming a slice', () => {
  const options = { confidence: 0.95, seed: 1 };
  const estimate = (value: number, lower: number, upper: number) => ({
    value,
    lower,
    upper,
    method: 'delong' as const,
  });
  const places = { inside: Uint32Array.of(0, 1), outside: Uint32Array.of(2, 3) };
  const of = (metric: Partial<Metric>, than: 'rest' | 'champion', threshold = 0.05) =>
    confirm(
      than,
      { ...accuracy, ...metric },
      { challenger: rowsOf(isRight), champion: everywhere, ...places },
      threshold,
      options,
    );
  const differing = (value: number, lower: number, upper: number, better: 'higher' | 'lower' = 'higher') =>
    of({ better, difference: () => estimate(value, lower, upper) }, 'champion')!;

  it('is by the end of the interval that speaks for the model', () => {
    const z = normalQuantile(0.95);
    expect(differing(-0.2, -0.5, -0.1).p).toBeCloseTo(normalSf((0.2 - 0.05) / (0.1 / z)), 12);
    expect(differing(0.2, 0.1, 0.5, 'lower').p).toBeCloseTo(normalSf((0.2 - 0.05) / (0.1 / z)), 12);
    expect(differing(-0.2, -0.5, Infinity).p).toBe(1);
  });

  it('is sure where no error is left', () => {
    expect(differing(-0.2, -0.2, -0.2).p).toBe(0);
    expect(differing(-0.05, -0.05, -0.05).p).toBe(1);
    expect(differing(0.2, 0.2, 0.2).p).toBe(1);
  });

  it('is against the other rows of the same model, or the same rows of the other', () => {
    const rest = of(
      {
        estimate: (rows) =>
          rows.task === 'binary-classification' && rows.labels.length === 2
            ? estimate(0.5, 0.4, 0.6)
            : estimate(0, 0, 0),
      },
      'rest',
    )!;
    expect(rest.difference).toMatchObject({ value: 0, method: 'unpaired' });
    // Newcombe: √(0.1² + 0.1²).
    expect(rest.difference.upper).toBeCloseTo(Math.hypot(0.1, 0.1), 12);
    const paired = differing(-0.2, -0.5, -0.1);
    expect(paired.difference).toMatchObject({ value: -0.2 });
    expect(paired.other.value).toBeCloseTo(
      accuracy.value({
        ...everywhere,
        labels: everywhere.labels.slice(0, 2),
        predicted: everywhere.predicted.slice(0, 2),
      }),
      12,
    );
  });

  it('is nothing where the metric has no value on a side', () => {
    let asked = 0;
    expect(of({ missing: () => 'none' }, 'rest')).toBeUndefined();
    expect(of({ missing: () => (++asked === 2 ? 'none' : undefined) }, 'rest')).toBeUndefined();
  });
});
