import fc from 'fast-check';
import { judgeFairness } from '../../../src/evaluation/fairness/judge.js';
import { readFairness } from '../../../src/evaluation/fairness/rules.js';
import type { BinaryRows } from '../../../src/evaluation/rows.js';
import { sliceUp } from '../../../src/evaluation/slices/define.js';
import type { FairnessSpec } from '../../../src/spec/sections/evaluate-fairness.js';

type Row = readonly [group: string, label: number, predicted: number];
const row: fc.Arbitrary<Row> = fc.tuple(
  fc.constantFrom('a', 'b', 'c'),
  fc.constantFrom(0, 1),
  fc.constantFrom(0, 1),
);
const rows = fc.array(row, { minLength: 30, maxLength: 120 });
const measures = [
  { metric: 'demographic_parity_difference', max: 0.2 },
  { metric: 'demographic_parity_ratio', min: 0.5 },
  { metric: 'equalized_odds_difference', max: 0.2 },
  { metric: 'accuracy_group_min', min: 0.5 },
  { metric: 'false_positive_rate_group_max', max: 0.5 },
];

function judge(
  data: readonly Row[],
  rule: Omit<FairnessSpec, 'column'>,
  { confidence = 0.9, champion }: { confidence?: number; champion?: readonly Row[] } = {},
) {
  const of = (from: readonly Row[]): BinaryRows => ({
    task: 'binary-classification',
    labels: Uint8Array.from(from, ([, label]) => label),
    predicted: Uint8Array.from(from, ([, , predicted]) => predicted),
    scores: Float64Array.from(from, ([, , predicted]) => predicted),
  });
  const [read] = readFairness(
    [{ column: 'g', 'min-rows': 4, ...rule }],
    'binary-classification',
    4,
    () => ({}),
  );
  const baseline = champion === undefined ? { none: 'none' } : { rows: of(champion), name: 'the champion' };
  return judgeFairness(
    read!,
    sliceUp('g', () => data.map(([group]) => group)),
    of(data),
    baseline,
    {
      confidence,
      seed: 1,
    },
  );
}

describe('fairness', () => {
  it('does not ask in which order rows come', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(...measures), fc.nat(), (data, rule, turn) => {
        const turned = [...data.slice(turn % data.length), ...data.slice(0, turn % data.length)];
        const [one, other] = [judge(data, rule), judge(turned, rule)];
        expect(other.verdict).toBe(one.verdict);
        for (const end of ['value', 'lower', 'upper'] as const) {
          expect(other.challenger?.[end] ?? 0).toBeCloseTo(one.challenger?.[end] ?? 0, 12);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('has intervals that hold their value and nest with confidence', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(...measures), (data, rule) => {
        const [narrow, wide] = [0.8, 0.99].map((confidence) => judge(data, rule, { confidence }).challenger);
        if (!narrow || !wide) return;
        expect(narrow.lower!).toBeLessThanOrEqual(narrow.value + 1e-12);
        expect(narrow.upper!).toBeGreaterThanOrEqual(narrow.value - 1e-12);
        expect(wide.lower!).toBeLessThanOrEqual(narrow.lower! + 1e-12);
        expect(wide.upper!).toBeGreaterThanOrEqual(narrow.upper! - 1e-12);
      }),
      { numRuns: 20 },
    );
  });

  it('never fails a model against itself', () => {
    fc.assert(
      fc.property(rows, (data) => {
        const rule = {
          metric: 'demographic_parity_difference',
          'max-increase': 0,
          versus: 'champion' as const,
        };
        const { verdict, difference } = judge(data, rule, { champion: data });
        expect(verdict).not.toBe('fail');
        if (difference !== null) expect(difference.value).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});
