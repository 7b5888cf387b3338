import { outcomeOf, sliceWords } from '../../../src/evaluation/slices/sentences.js';
import type { SliceDecision } from '../../../src/formats/decision-slices.js';

type Result = SliceDecision['results'][number];
const estimate = (value: number) => ({ value, lower: value, upper: value, method: 'm' });
const result = (metric: string, adjustedP: number | null, change: Partial<Result> = {}): Result => ({
  ...{
    metric,
    rule: `${metric} min 0.5`,
    challenger: estimate(0.4321),
    difference: null,
    p: adjustedP,
    adjustedP,
  },
  ...change,
});
const slice = (value: string | null, change: Partial<SliceDecision> = {}): SliceDecision => ({
  ...{ column: 'origin', value, rows: 300, verdict: 'pass', results: [] },
  ...change,
});
const failed = (value: string, p: number, ...more: readonly Result[]) =>
  slice(value, { verdict: 'fail', results: [result('recall', p), ...more] });
const options = { confidence: 0.95, minRows: 200 };

describe('a slice in words', () => {
  it('names its column and value, or those of its parts', () => {
    expect(sliceWords(slice('ATL'))).toBe('origin is ATL');
    expect(sliceWords(slice(null))).toBe('origin is empty');
    const parts = [
      { column: 'origin', value: 'ATL' },
      { column: 'hour', value: null },
    ];
    expect(sliceWords(slice('ATL × ', { parts }))).toBe('origin is ATL and hour is empty');
  });
});

describe('what slices mean for the gate', () => {
  it('is nothing where all pass', () => {
    expect(outcomeOf([slice('ATL')], options)).toEqual({ verdicts: [], fail: [], inconclusive: [] });
  });

  it('is a failure for each that fails, the surest first', () => {
    const slices = [failed('ATL', 0.04), failed('LAX', 0.00005), failed('SFO', 0.0123)];
    expect(outcomeOf(slices, options)).toEqual({
      verdicts: ['fail', 'fail', 'fail'],
      inconclusive: [],
      fail: [
        'Where origin is LAX (300 rows), recall is 0.432, worse than "recall min 0.5" allows (p < 0.0001 after correction for all slices)',
        'Where origin is SFO (300 rows), recall is 0.432, worse than "recall min 0.5" allows (p = 0.012 after correction for all slices)',
        'Where origin is ATL (300 rows), recall is 0.432, worse than "recall min 0.5" allows (p = 0.04 after correction for all slices)',
      ],
    });
  });

  it('tells of comparisons by the difference', () => {
    const compared = result('recall', 0.0001, { difference: estimate(-0.12345) });
    const { fail } = outcomeOf([slice('ATL', { verdict: 'fail', results: [compared] })], options);
    expect(fail).toEqual([
      'Where origin is ATL (300 rows), recall differs by −0.123, worse than "recall min 0.5" tolerates (p = 0.0001 after correction for all slices)',
    ]);
  });

  it('tells of several rules in one sentence, the surest first, and of those that fail alone', () => {
    const { fail } = outcomeOf(
      [failed('ATL', 0.03, result('f1', 0.01, { difference: estimate(-0.2) }), result('mcc', 0.5))],
      options,
    );
    expect(fail).toEqual([
      'Where origin is ATL (300 rows), f1 differs by −0.2, recall is 0.432: worse than the rules allow (p = 0.01 after correction for all slices)',
    ]);
  });

  it('is open where one that is named is too small, or has no value', () => {
    const named = { named: true as const, verdict: 'insufficient' as const };
    const slices = [
      slice('ATL', { ...named, rows: 199 }),
      slice('LAX', { ...named, rows: 200 }),
      slice('SFO', { verdict: 'insufficient', rows: 1 }),
    ];
    expect(outcomeOf(slices, options)).toEqual({
      verdicts: ['inconclusive', 'inconclusive'],
      fail: [],
      inconclusive: [
        'Where origin is ATL, which the spec names, there are 199 rows of the 200 that a slice needs',
        'Where origin is LAX, which the spec names, no metric has a value',
      ],
    });
  });

  it('is a failure where one that must be there has no row, told before all others', () => {
    const absent = slice('JFK', { verdict: 'fail', rows: 0 });
    const { verdicts, fail } = outcomeOf([failed('ATL', 0.01), absent], options);
    expect(verdicts).toEqual(['fail', 'fail']);
    expect(fail[0]).toBe('No hold-out row is in a slice that must be there: origin is JFK');
    expect(fail).toHaveLength(2);
  });

  it('has ten sentences of a kind, and counts the others', () => {
    const of = (n: number) =>
      outcomeOf(
        Array.from({ length: n }, (_, i) => failed(`A${i}`, 0.01)),
        options,
      ).fail;
    expect(of(10)).toHaveLength(10);
    expect(of(11).slice(10)).toEqual(['1 more slice fail as well']);
    expect(of(13).slice(10)).toEqual(['3 more slices fail as well']);
    const small = Array.from({ length: 12 }, (_, i) =>
      slice(`A${i}`, { named: true, verdict: 'insufficient', rows: 5 }),
    );
    expect(outcomeOf(small, options).inconclusive.slice(10)).toEqual(['2 more slices are too small as well']);
  });
});
