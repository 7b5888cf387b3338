import fc from 'fast-check';
import {
  decimalsOf,
  editDistance,
  formatBytes,
  formatDuration,
  formatEstimate,
  formatFixed,
  formatNumber,
  formatPercent,
  nearest,
  parseDuration,
  plural,
} from '../../src/common/text.js';

describe('text', () => {
  it('finds the nearest name, or none', () => {
    expect(nearest('roc_auk', ['roc_auc', 'pr_auc', 'log_loss'])).toBe('roc_auc');
    expect(nearest('Holdot', ['train', 'holdout'])).toBe('holdout');
    expect(nearest('zzzzz', ['train', 'holdout'])).toBeUndefined();
  });

  it.each<[number, number | null, number | null, string]>([
    [0.7099, 0.6986, 0.7212, '0.710 (0.699 … 0.721)'],
    [-0.0425312, -0.05384, -0.03125, '−0.043 (−0.054 … −0.031)'],
    [1234.56, 1200, 1269, '1,235 (1,200 … 1,269)'],
    [0.00004, 0, null, '0.000040 (0.000000 … ∞)'],
    [0, 0, 0, '0 (0 … 0)'],
    [5, null, null, '5.0000 (−∞ … ∞)'],
  ])('writes %p between %p and %p with as many digits as they tell', (value, lower, upper, text) => {
    expect(formatEstimate({ value, lower, upper })).toBe(text);
  });

  it('writes numbers with fixed digits, and no negative zero', () => {
    expect([-0.004, -0.006, 1234567.891].map((x) => formatFixed(x, 2))).toEqual([
      '0.00',
      '−0.01',
      '1,234,567.89',
    ]);
    expect(decimalsOf({ value: 0.5, lower: 0.4, upper: null }, 3)).toBe(3);
  });

  it('measures edit distance as a metric', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  it.each([
    [0, '0'],
    [1234567, '1,234,567'],
    [-0.12345, '−0.1235'],
    [NaN, 'NaN'],
    [Infinity, '∞'],
    [0.1 + 0.2, '0.3'],
  ])('writes %p as %s', (value, text) => expect(formatNumber(value)).toBe(text));

  it('writes shares, sizes, durations and counts for people', () => {
    expect([
      formatPercent(0.0123),
      formatBytes(1_234_567),
      formatDuration(185_000),
      formatDuration(4200),
      plural(1, 'row'),
      plural(2000, 'row'),
    ]).toEqual(['1.23 %', '1.23 MB', '3 min 5 s', '4.2 s', '1 row', '2,000 rows']);
  });

  it.each([
    ['90s', 90_000],
    ['1.5h', 5_400_000],
    ['500 ms', 500],
    ['10', undefined],
    ['ten minutes', undefined],
  ])('reads the duration %s', (text, ms) => expect(parseDuration(text)).toBe(ms));
});
