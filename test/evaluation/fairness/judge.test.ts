import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { judgeFairness } from '../../../src/evaluation/fairness/judge.js';
import { readFairness } from '../../../src/evaluation/fairness/rules.js';
import type { BinaryRows, EvaluationRows } from '../../../src/evaluation/rows.js';
import { sliceUp } from '../../../src/evaluation/slices/define.js';
import type { Baseline } from '../../../src/evaluation/comparison.js';
import { fairnessDecisionSchema } from '../../../src/formats/decision-fairness.js';
import { type FairnessSpec, fairnessSchema, groupsOf } from '../../../src/spec/sections/evaluate-fairness.js';
import { type Random, seededRandom } from '../../../src/statistics/random.js';

interface Case {
  readonly groups: number[];
  readonly labels: number[];
  readonly scores: number[];
  readonly weights: number[] | null;
  readonly values: Record<string, number>;
  readonly bounds?: Record<string, [lower: number, upper: number]> | null;
}
const reference = JSON.parse(
  readFileSync(new URL('../../reference/fairness.json', import.meta.url), 'utf8'),
) as {
  binary: Case[];
  regression: { groups: number[]; targets: number[]; predicted: number[]; values: Record<string, number> };
};

const at = (path: readonly (string | number)[]) => ({ file: 'model.yml', line: Number(path[0]) + 1 });
const options = { confidence: 0.95, seed: 1 };

function judge(
  groups: readonly (string | null)[],
  rows: EvaluationRows,
  rule: Omit<FairnessSpec, 'column'> & Partial<Pick<FairnessSpec, 'column'>>,
  baseline: Baseline = { none: 'there is no champion' },
) {
  const spec = { column: 'sex', 'min-rows': 20, ...rule };
  const [read] = readFairness([spec], rows.task, 200, at);
  const slicing = sliceUp(groupsOf(spec), () => groups as (string | null)[]);
  const decision = judgeFairness(read!, slicing, rows, baseline, options);
  return v.parse(fairnessDecisionSchema, JSON.parse(JSON.stringify(decision)));
}

function binaryRows({ labels, scores, weights }: Case): BinaryRows {
  return {
    task: 'binary-classification',
    labels: Uint8Array.from(labels),
    scores: Float64Array.from(scores),
    predicted: Uint8Array.from(scores, (p) => (p >= 0.5 ? 1 : 0)),
    ...(weights && { weights: Float64Array.from(weights) }),
  };
}

/** A limit that the measure may have. */
const limited = (metric: string) =>
  /_(ratio|group_min)$/.test(metric)
    ? { metric, min: 0.5 }
    : { metric, max: metric === 'log_loss_group_max' ? 9 : 0.5 };

describe('fairness measures', () => {
  it.each(reference.binary.map((one, i) => [i, one] as const))('are Fairlearn’s, case %d', (_, one) => {
    const rows = binaryRows(one);
    for (const [metric, value] of Object.entries(one.values)) {
      const { challenger } = judge(one.groups.map(String), rows, limited(metric));
      expect(Math.abs(challenger!.value - value)).toBeLessThan(1e-9);
      expect(challenger!.lower).toBeLessThanOrEqual(value + 1e-9);
      expect(challenger!.upper).toBeGreaterThanOrEqual(value - 1e-9);
    }
  });

  it.each(reference.binary.filter((one) => one.bounds).map((one, i) => [i, one] as const))(
    'have the bounds of the method, case %d',
    (_, one) => {
      for (const [metric, [lower, upper]] of Object.entries(one.bounds!)) {
        const { challenger } = judge(one.groups.map(String), binaryRows(one), limited(metric));
        expect(Math.abs(challenger!.lower! - lower)).toBeLessThan(1e-9);
        expect(Math.abs(challenger!.upper! - upper)).toBeLessThan(1e-9);
      }
    },
  );

  it('are Fairlearn’s of regressions', () => {
    const { groups, targets, predicted, values } = reference.regression;
    const rows: EvaluationRows = {
      task: 'regression',
      targets: Float64Array.from(targets),
      predicted: Float64Array.from(predicted),
    };
    for (const [metric, value] of Object.entries(values)) {
      const { challenger } = judge(groups.map(String), rows, limited(metric));
      expect(Math.abs(challenger!.value - value)).toBeLessThan(1e-9);
    }
  });

  it('name mistakes at their places', () => {
    const read = (...specs: FairnessSpec[]) => {
      try {
        readFairness(specs, 'binary-classification', 200, at);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const message = read(
      { column: 'sex', metric: 'demographic_parity_diference', max: 0.1 },
      { column: 'sex', metric: 'demographic_parity', max: 0.1 },
      { column: 'sex', metric: 'demographic_parity_ratio', max: 0.8 },
      { column: 'sex', metric: 'demographic_parity_ratio', 'max-drop': 0.1, versus: 'champion' },
      { column: 'sex', metric: 'equalized_odds_difference', max: 1 },
      { column: 'sex', metric: 'mcc_ratio', min: 0.5 },
      { column: 'sex', metric: 'mae_group_max', max: 3 },
      { column: 'sex', metric: 'accuracy_difference', 'max-drop': 0.1, versus: 'champion' },
      { column: 'sex', metric: 'accuracy_difference', max: 0.1, versus: 'champion' },
    );
    expect(message.split('\n')).toEqual([
      expect.stringContaining(
        'model.yml:1: "demographic_parity_diference" does not say how groups are compared → did you mean "demographic_parity_difference"?',
      ),
      expect.stringContaining('model.yml:2: "demographic_parity" does not say how'),
      expect.stringContaining('bounded by min, not by max → write min: 0.8'),
      expect.stringContaining(
        'the change of a ratio, demographic_parity_ratio, cannot be bounded → write demographic_parity_difference',
      ),
      expect.stringContaining('lets every model pass'),
      expect.stringContaining('mcc can be below 0'),
      expect.stringContaining('"mae" is a metric of regression'),
      expect.stringContaining('limits nothing'),
      expect.stringContaining('versus: champion without a margin decides nothing'),
    ]);
  });
});

describe('fairness rules', () => {
  const random = seededRandom(5);

  /** Rows whose groups are predicted positive so often. */
  function selected(shares: Readonly<Record<string, number>>, each: number, draw: Random = random) {
    const groups = Object.keys(shares).flatMap((name) => Array<string>(each).fill(name));
    const scores = groups.map((name) => (draw.uniform() < shares[name]! ? 0.9 : 0.1));
    const labels = groups.map(() => (draw.uniform() < 0.5 ? 1 : 0));
    return { groups, rows: binaryRows({ groups: [], labels, scores, weights: null, values: {} }) };
  }
  const parity = (max: number) => ({ metric: 'demographic_parity_difference', max });

  it('decide on a bound, and say which groups are apart', () => {
    const { groups, rows } = selected({ F: 0.3, M: 0.4 }, 2000);
    expect(judge(groups, rows, parity(0.2)).verdict).toBe('pass');
    const failed = judge(groups, rows, parity(0.05));
    expect(failed.verdict).toBe('fail');
    expect(failed.reason).toMatch(
      /^Demographic parity difference by sex is 0\.\d+ \(M 0\.\d+ against F 0\.\d+\), at least 0\.\d+ with 95 % confidence; the rule allows 0\.05$/,
    );
    expect(failed.between.map((place) => failed.groups[place]!.parts[0]!.value)).toEqual(['M', 'F']);
    const open = judge(groups, rows, parity(failed.challenger!.value + 0.01));
    expect(open.verdict).toBe('inconclusive');
    expect(open.rowsNeeded).toBeGreaterThan(4000);
    expect(open.reason).toMatch(
      /the rule allows 0\.\d+, which these rows cannot settle; about [\d,]+ would$/,
    );
    expect(judge(groups, rows, { metric: 'demographic_parity_ratio', min: 0.5 }).verdict).toBe('pass');
    expect(judge(groups, rows, { metric: 'demographic_parity_ratio', min: 0.95 }).verdict).toBe('fail');
    expect(judge(groups, rows, { metric: 'selection_rate_group_max', max: 0.5 }).verdict).toBe('pass');
  });

  it('name the groups in which a metric has no value, also where they pass', () => {
    const { groups, rows } = selected({ F: 0.3, M: 0.3, X: 0.3 }, 300);
    const labels = rows.labels.map((label, i) => (groups[i] === 'X' ? 0 : label));
    const gate = { metric: 'recall_difference', max: 0.9 };
    const judged = judge(groups, { ...rows, labels }, gate);
    expect(judged.groups.map(({ state }) => state)).toEqual(['judged', 'judged', 'no-value']);
    expect(judged.reason).toContain('. Not judged: X (no row is labelled positive)');
  });

  it('show small groups without judging them, and fail where a named one is absent', () => {
    const { groups, rows } = selected({ F: 0.3, M: 0.3, X: 0.9 }, 300);
    const few = groups.map((name, i) => (name === 'X' && i > 609 ? 'M' : name));
    const judged = judge(few, rows, { ...parity(0.9), 'min-rows': 100 });
    expect(judged.groups.map(({ state }) => state)).toEqual(['judged', 'judged', 'small']);
    expect(judged.reason).toContain('. Not judged, with fewer than 100 rows: X');
    const named = judge(few, rows, { ...parity(0.9), values: ['F', 'Z'] });
    expect(named.verdict).toBe('fail');
    expect(named.reason).toBe(
      'Demographic parity difference by sex: no hold-out row is in a group that must be there: Z',
    );
    const alone = judge(few, rows, { ...parity(0.9), 'min-rows': 400 });
    expect(alone).toMatchObject({ verdict: 'inconclusive', challenger: null });
    expect(alone.reason).toBe(
      'Demographic parity difference by sex cannot be told: only one group has the 400 rows that a group needs',
    );
  });

  it('say where a rate has no value', () => {
    const { groups, rows } = selected({ F: 0, M: 0 }, 100);
    const none = judge(groups, rows, { metric: 'demographic_parity_ratio', min: 0.8 });
    expect(none).toMatchObject({ verdict: 'inconclusive', challenger: null });
    expect(none.reason).toContain('the rates of all groups are 0');
    const precision = judge(groups, rows, { metric: 'predictive_parity_difference', max: 0.1 });
    expect(precision.groups[0]).toMatchObject({ state: 'no-value', note: 'no row is predicted positive' });
    const one = selected({ F: 0, M: 0.5 }, 300);
    const ratio = judge(one.groups, one.rows, { metric: 'demographic_parity_ratio', min: 0.8 });
    expect(ratio).toMatchObject({ verdict: 'fail', challenger: { value: 0, lower: 0 } });
  });

  it('compare with the champion: coming closer is no loss', () => {
    const { groups, rows } = selected({ F: 0.3, M: 0.5 }, 1500);
    const closer = {
      ...rows,
      predicted: rows.predicted.map((p, i) => (groups[i] === 'F' && i % 8 === 0 ? 1 : p)),
    };
    const rule = { ...parity(0), max: undefined, 'max-increase': 0.03, versus: 'champion' as const };
    const better = judge(groups, closer, rule, { rows, name: 'the champion' });
    expect(better.verdict).toBe('pass');
    expect(better.difference!.value).toBeLessThan(-0.05);
    const worse = judge(groups, rows, rule, { rows: closer, name: 'the champion' });
    expect(worse.verdict).toBe('fail');
    expect(worse.reason).toMatch(
      /that of the champion 0\.\d+: higher by at least 0\.\d+ with 95 % confidence; the rule tolerates 0\.03$/,
    );
    const unchanged = judge(groups, rows, rule, { rows, name: 'the champion' }).difference!;
    expect(unchanged.value).toBe(0);
    expect(unchanged.upper).toBeGreaterThan(0);
    const same = { rows, name: 'the champion', sameModel: true };
    expect(judge(groups, rows, rule, same)).toMatchObject({
      verdict: 'pass',
      difference: { value: 0, lower: 0, upper: 0 },
    });
    expect(judge(groups, rows, rule)).toMatchObject({
      verdict: 'not-applicable',
      reason:
        'demographic_parity_difference max-increase 0.03 versus champion by sex: not applicable, since there is no champion',
    });
    const lowest = judge(
      groups,
      closer,
      { metric: 'selection_rate_group_min', 'max-drop': 0.02 },
      { rows, name: 'the champion' },
    );
    expect(lowest.verdict).toBe('pass');
  });

  it('know what chance alone does', () => {
    const { groups, rows } = selected({ a: 0.3, b: 0.3, c: 0.3, d: 0.3, e: 0.3 }, 100);
    const found = judge(groups, rows, parity(0.5));
    // The range of five normal values is 2.326 standard deviations on average.
    expect(found.byChance! / (2.326 * Math.sqrt((0.3 * 0.7) / 100))).toBeCloseTo(1, 0);
    expect(judge(groups, rows, { metric: 'accuracy_group_min', min: 0.1 }).byChance).toBeNull();
  });

  it('count rows that belong together as one', () => {
    const { groups, rows } = selected({ F: 0.3, M: 0.4 }, 400);
    const inside = { ...rows, clusters: Uint32Array.from(groups, (_, i) => Math.floor(i / 4)) };
    const across = { ...rows, clusters: Uint32Array.from(groups, (_, i) => i % 200) };
    const width = (of: EvaluationRows) => {
      const { lower, upper } = judge(groups, of, parity(0.5)).challenger!;
      return upper! - lower!;
    };
    // A customer in both groups: nothing is known of how these go together, so the bounds are for the worst case.
    expect(width(across)).toBeGreaterThan(1.2 * width(inside));
  });

  it('refuse what makes no sense', () => {
    const issue = (spec: unknown) => v.safeParse(fairnessSchema, spec).issues?.[0]?.message;
    expect(issue({ column: 'a', metric: 'm' })).toContain('exactly one of');
    expect(issue({ column: ['a', 'b'], metric: 'm', max: 1, ranges: [1] })).toContain(
      'of several columns, each',
    );
    expect(issue({ column: ['a', { column: 'b', ranges: [1] }], metric: 'm', max: 1 })).toBeUndefined();
  });

  it('are wrong no more often than they say', () => {
    const draw = seededRandom(77);
    const runs = 25;
    let [wrongPass, wrongFail, wrongChange] = [0, 0, 0];
    for (let run = 0; run < runs; run++) {
      // Four groups that are alike, and one that is apart by exactly the limit.
      const { groups, rows } = selected({ a: 0.3, b: 0.3, c: 0.3, d: 0.3, e: 0.4 }, 150, draw);
      const { verdict } = judge(groups, rows, parity(0.1));
      if (verdict === 'pass') wrongPass++;
      if (verdict === 'fail') wrongFail++;
      // A champion of its own: the difference of both is the same.
      const other = selected({ a: 0.3, b: 0.3, c: 0.3, d: 0.3, e: 0.4 }, 150, draw);
      const champion = { ...rows, predicted: other.rows.predicted };
      const change = judge(
        groups,
        rows,
        { metric: 'demographic_parity_difference', 'max-increase': 0.001 },
        { rows: champion, name: 'c' },
      );
      if (change.verdict === 'fail') wrongChange++;
    }
    // 5 % of 25 is 1; three standard errors above are 4.
    expect(wrongPass).toBeLessThan(6);
    expect(wrongFail).toBeLessThan(6);
    expect(wrongChange).toBeLessThan(6);
  });
});
