import { judgeFairness } from '../../../src/evaluation/fairness/judge.js';
import { readFairness } from '../../../src/evaluation/fairness/rules.js';
import type { BinaryRows } from '../../../src/evaluation/rows.js';
import { sliceUp } from '../../../src/evaluation/slices/define.js';
import type { FairnessSpec } from '../../../src/spec/sections/evaluate-fairness.js';

/** Rows of two groups: right in so many of each hundred. */
function rowsOf(n: number, right: readonly [number, number]): BinaryRows {
  const labels = Uint8Array.from({ length: 2 * n }, (_, i) => i & 1);
  const predicted = labels.map((label, i) => ((i >> 1) % 100 < right[i < n ? 0 : 1] ? label : 1 - label));
  return { task: 'binary-classification', labels, predicted, scores: Float64Array.from(predicted) };
}
const judge = (
  spec: Omit<FairnessSpec, 'column'>,
  right: readonly [number, number],
  n = 400,
  champion?: BinaryRows,
) => {
  const [rule] = readFairness([{ column: 'sex', ...spec }], 'binary-classification', 100, () => ({}));
  const slicing = sliceUp(['sex'], () => Array.from({ length: 2 * n }, (_, i) => (i < n ? 'F' : 'M')));
  const baseline = champion ? { rows: champion, name: 'the champion' } : { none: 'there is none' };
  return judgeFairness(rule!, slicing, rowsOf(n, right), baseline, { confidence: 0.95, seed: 1 });
};
/** 1,234 → 1,300: two digits, rounded up. */
const roundUp = (x: number) => {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(x)) - 1);
  return Math.ceil(x / unit) * unit;
};

describe('rows that would settle a rule about groups', () => {
  it('are those at which the end that decides would clear the limit', () => {
    const { challenger, rowsNeeded, verdict } = judge({ metric: 'accuracy_difference', max: 0.08 }, [90, 84]);
    expect(verdict).toBe('inconclusive');
    const { value, upper } = challenger!;
    expect(rowsNeeded).toBe(roundUp(800 * ((upper! - value) / (0.08 - value)) ** 2));
  });

  it('are by the other end where the value is on the wrong side', () => {
    const { challenger, rowsNeeded } = judge({ metric: 'accuracy_difference', max: 0.04 }, [90, 84]);
    const { value, lower } = challenger!;
    expect(rowsNeeded).toBe(roundUp(800 * ((value - lower!) / (value - 0.04)) ** 2));
  });

  it('are by the lower end of what must be at least so much', () => {
    const { challenger, rowsNeeded } = judge({ metric: 'accuracy_group_min', min: 0.82 }, [90, 84]);
    const { value, lower } = challenger!;
    expect(rowsNeeded).toBe(roundUp(800 * ((value - lower!) / (value - 0.82)) ** 2));
    const below = judge({ metric: 'accuracy_group_min', min: 0.85 }, [90, 84]);
    const { value: is, upper } = below.challenger!;
    expect(below.rowsNeeded).toBe(roundUp(800 * ((upper! - is) / (0.85 - is)) ** 2));
  });

  it('are none where the value is at the limit, or nearly so', () => {
    const at = (max: number) => judge({ metric: 'accuracy_group_max', max }, [75, 50]);
    expect(at(0.75)).toMatchObject({ verdict: 'inconclusive', rowsNeeded: null });
    expect(at(0.750001).rowsNeeded).toBeNull();
    expect(at(0.76).rowsNeeded).toBeGreaterThan(800);
  });
});

describe('a verdict about groups', () => {
  it('is by both ends of the interval', () => {
    const verdict = (max: number) => judge({ metric: 'accuracy_difference', max }, [90, 60], 2000).verdict;
    const { lower, upper } = judge({ metric: 'accuracy_difference', max: 0.5 }, [90, 60], 2000).challenger!;
    expect([upper!, upper! - 1e-9, lower!, lower! - 1e-9].map(verdict)).toEqual([
      ...['pass', 'inconclusive', 'inconclusive', 'fail'],
    ]);
    const least = (min: number) => judge({ metric: 'accuracy_group_min', min }, [90, 60], 2000).verdict;
    const low = judge({ metric: 'accuracy_group_min', min: 0.5 }, [90, 60], 2000).challenger!;
    expect([low.lower!, low.lower! + 1e-9, low.upper!, low.upper! + 1e-9].map(least)).toEqual([
      ...['pass', 'inconclusive', 'inconclusive', 'fail'],
    ]);
  });

  it('of a change is by how much further apart the groups are', () => {
    const champion = rowsOf(2000, [90, 88]);
    const wider = judge(
      { metric: 'accuracy_difference', 'max-increase': 0.1, versus: 'champion' },
      [90, 60],
      2000,
      champion,
    );
    expect(wider).toMatchObject({ verdict: 'fail', between: [0, 1] });
    expect(wider.difference!.value).toBeCloseTo(0.28, 12);
    expect(wider.difference!.lower).toBeLessThan(0.28);
    expect(wider.difference!.lower).toBeGreaterThan(0.2);
    expect(wider.difference!.upper).toBeLessThan(0.36);
    const lower = judge(
      { metric: 'accuracy_group_min', 'max-drop': 0.1, versus: 'champion' },
      [90, 60],
      2000,
      champion,
    );
    expect(lower.verdict).toBe('fail');
    expect(lower.difference!.value).toBeCloseTo(-0.28, 12);
    const same = judge(
      { metric: 'accuracy_difference', 'max-increase': 0.1, versus: 'champion' },
      [90, 88],
      2000,
      champion,
    );
    expect(same).toMatchObject({ verdict: 'pass', difference: { value: 0 } });
    expect(same.difference!.upper).toBeLessThan(0.1);
  });

  it('is open where one group alone can be judged, and has no chance beside it', () => {
    const small = judge({ metric: 'accuracy_difference', max: 0.1, 'min-rows': 500 }, [90, 60]);
    expect(small).toMatchObject({ verdict: 'inconclusive', challenger: null, byChance: null, between: [] });
    expect(judge({ metric: 'accuracy_difference', max: 0.1 }, [90, 60]).byChance).toBeGreaterThan(0);
  });

  it('of a ratio of rates that are all 0 cannot be told', () => {
    const none = judge({ metric: 'accuracy_ratio', min: 0.8 }, [0, 0]);
    expect(none).toMatchObject({ verdict: 'inconclusive', challenger: null });
    expect(none.reason).toContain('the rates of all groups are 0');
  });
});
