import { judgeRule, limitOf, toRecord, verdictOf } from '../../src/evaluation/judge.js';
import { findMetric } from '../../src/evaluation/metrics/registry.js';
import type { Metric, MetricEstimate } from '../../src/evaluation/metrics/metric.js';
import type { EvaluationRows } from '../../src/evaluation/rows.js';
import { type Rule, readRules } from '../../src/evaluation/rules.js';
import type { Gate } from '../../src/spec/sections/evaluate.js';

const estimate = (value: number, lower: number, upper: number, change: Partial<MetricEstimate> = {}) => ({
  ...{ value, lower, upper, method: 'delong' as const },
  ...change,
});
const { metric: auc } = findMetric('roc_auc', 'binary-classification') as { metric: Metric };
/** A rule whose metric has this value, and this difference between models. */
function ruleWith(gate: Omit<Gate, 'metric'>, own: MetricEstimate, difference = own, missing?: string): Rule {
  const [rule] = readRules([{ metric: 'roc_auc', ...gate }], 'binary-classification', () => ({ file: 'm' }));
  const metric: Metric = {
    ...auc,
    missing: (rows) => (rows === none ? missing : undefined),
    value: () => own.value,
    estimate: () => own,
    difference: () => difference,
  };
  return { ...rule!, metric };
}
const rows: EvaluationRows = {
  task: 'binary-classification',
  labels: new Uint8Array(1000),
  scores: new Float64Array(1000),
  predicted: new Uint8Array(1000),
};
const none: EvaluationRows = { ...rows };
const options = { confidence: 0.95, seed: 1 };
const alone = { none: 'there is no champion' };
const judge = (
  gate: Omit<Gate, 'metric'>,
  own: MetricEstimate,
  on = rows,
  reuse?: { use: number; corrected(c: number): number },
) => judgeRule(ruleWith(gate, own), on, alone, { ...options, ...(reuse && { reuse }) });

describe('a verdict', () => {
  const rule = (gate: Omit<Gate, 'metric'>) => ruleWith(gate, estimate(0.7, 0.6, 0.8));
  const of = (gate: Omit<Gate, 'metric'>, ...ends: readonly (readonly [number, number])[]) =>
    ends.map(([lower, upper]) => verdictOf(rule(gate), estimate(0.7, lower, upper)));

  it('of at least so much is by the lower bound, a fail by the upper', () => {
    expect(limitOf(rule({ min: 0.7 }))).toEqual({ side: 'lower', limit: 0.7 });
    expect(of({ min: 0.7 }, [0.7, 0.8], [0.69, 0.8], [0.6, 0.7], [0.6, 0.69])).toEqual([
      ...['pass', 'inconclusive', 'inconclusive', 'fail'],
    ]);
  });

  it('of at most so much is by the upper bound, a fail by the lower', () => {
    const [most] = readRules([{ metric: 'brier', max: 0.2 }], 'binary-classification', () => ({ file: 'm' }));
    expect(limitOf(most!)).toEqual({ side: 'upper', limit: 0.2 });
    const verdicts = [
      [0.1, 0.2],
      [0.1, 0.21],
      [0.2, 0.3],
      [0.21, 0.3],
    ].map(([lower, upper]) => verdictOf(most!, estimate(0.2, lower!, upper!)));
    expect(verdicts).toEqual(['pass', 'inconclusive', 'inconclusive', 'fail']);
  });

  it('of a drop is by a limit below 0', () => {
    expect(limitOf(rule({ 'max-drop': 0.01, versus: 'champion' }))).toEqual({ side: 'lower', limit: -0.01 });
  });
});

describe('a rule that stands by itself', () => {
  it('is recorded with its estimate', () => {
    expect(judge({ min: 0.6 }, estimate(0.75, 0.7, Infinity))).toEqual({
      ...{ metric: 'roc_auc', title: 'ROC AUC', better: 'higher', kind: 'min', limit: 0.6, versus: null },
      ...{ rule: 'roc_auc min 0.6', champion: null, difference: null, rowsNeeded: null, detectable: null },
      ...{ challenger: { value: 0.75, lower: 0.7, upper: null, method: 'delong' }, verdict: 'pass' },
      reason: 'ROC AUC is 0.75, at least 0.7 with 95 % confidence; the rule asks for 0.6',
    });
  });

  it('says how many rows would about settle it, in two digits', () => {
    // The width falls with √n: 1,000 · (0.05 / 0.02)² = 6,250.
    expect(judge({ min: 0.7 }, estimate(0.72, 0.67, 0.8)).rowsNeeded).toBe(6300);
    // Below the limit, the upper bound has to fall by as much.
    expect(judge({ min: 0.7 }, estimate(0.68, 0.6, 0.73)).rowsNeeded).toBe(6300);
    expect(judge({ min: 0.7 }, estimate(0.72, 0.6999, 0.8)).rowsNeeded).toBe(1100);
    expect(judge({ min: 0.7 }, estimate(0.7, 0.67, 0.8)).rowsNeeded).toBeNull();
    // More than 10¹² rows are no help: 1,000 · (0.1 / 0.00001)² is 10¹¹.
    expect(judge({ min: 0.7 }, estimate(0.70001, 0.60001, 0.8)).rowsNeeded).toBeCloseTo(1e11, -10);
    expect(judge({ min: 0.7 }, estimate(0.700001, 0.6, 0.8)).rowsNeeded).toBeNull();
    expect(judge({ min: 0.7 }, estimate(0.72, 0, 1)).rowsNeeded).toBeNull();
  });

  it('says that more rows do not take away what is fixed', () => {
    const fixed = { half: 0.03, because: 'the seeds differ' };
    expect(judge({ min: 0.7 }, estimate(0.72, 0.67, 0.8, { fixed })).rowsNeeded).toBeNull();
    // (0.05² − 0.01²) / (0.02² − 0.01²) = 8.
    const less = { ...fixed, half: 0.01 };
    expect(judge({ min: 0.7 }, estimate(0.72, 0.67, 0.8, { fixed: less })).rowsNeeded).toBe(8000);
  });

  it('counts groups where rows come in groups', () => {
    const clusters = Uint32Array.from({ length: 1000 }, (_, i) => i % 40);
    const found = judge({ min: 0.7 }, estimate(0.72, 0.67, 0.8), { ...rows, clusters });
    expect(found).toMatchObject({ rowsNeeded: 6300, groupsNeeded: 250 });
    expect(found.reason).toContain(
      'these 1,000 rows in 40 groups cannot settle; about 250 such groups would',
    );
    expect(judge({ min: 0.5 }, estimate(0.72, 0.67, 0.8), { ...rows, clusters })).not.toHaveProperty(
      'groupsNeeded',
    );
  });

  it('fails where the metric has no value', () => {
    const rule = ruleWith({ min: 0.7 }, estimate(0.7, 0.6, 0.8), undefined, 'no row is labelled positive');
    expect(judgeRule(rule, none, alone, options)).toMatchObject({
      ...{ verdict: 'fail', challenger: null },
      reason:
        'ROC AUC has no value: no row is labelled positive; a metric that cannot be computed fails the gate',
    });
  });

  it('has the confidence of its own, corrected for every use of the rows', () => {
    const asked: number[] = [];
    const rule = ruleWith({ min: 0.6, confidence: 0.9 }, estimate(0.75, 0.7, 0.8));
    const watched: Rule = {
      ...rule,
      metric: {
        ...rule.metric,
        estimate: (_, { confidence }) => {
          asked.push(confidence);
          return estimate(0.75, 0.7, 0.8);
        },
      },
    };
    const reuse = { use: 3, corrected: (confidence: number) => 1 - (1 - confidence) / 3 };
    const found = judgeRule(watched, rows, alone, { ...options, reuse });
    expect(asked[0]).toBeCloseTo(1 - 0.1 / 3, 12);
    expect(found).toMatchObject({ confidence: 0.9, verdict: 'pass' });
    expect(found.reason).toContain('with 90 % confidence over all 3 uses of these rows');
    expect(
      judgeRule(ruleWith({ min: 0.6 }, estimate(0.75, 0.7, 0.8)), rows, alone, options),
    ).not.toHaveProperty('confidence');
  });
});

describe('a rule that compares', () => {
  const drop = { 'max-drop': 0.01, versus: 'champion' };
  const champion = { rows: { ...rows }, name: 'the champion' };

  it('is recorded with both models and their difference', () => {
    const rule = ruleWith(drop, estimate(0.75, 0.7, 0.8), estimate(0.002, -0.005, 0.009));
    const found = judgeRule(rule, rows, champion, options);
    expect(found).toMatchObject({
      ...{ verdict: 'pass', versus: 'champion', challenger: { value: 0.75 }, champion: { value: 0.75 } },
      difference: { value: 0.002, lower: -0.005, upper: 0.009 },
    });
    expect(found).not.toHaveProperty('relative');
    // What is found four times out of five: (1.6449 + 0.8416) standard errors of 0.007 / 1.6449.
    expect(found.detectable).toBeCloseTo(((1.6448536 + 0.8416212) * 0.007) / 1.6448536, 6);
  });

  it('does not apply where there is nothing to compare with', () => {
    const rule = ruleWith(drop, estimate(0.75, 0.7, 0.8));
    expect(judgeRule(rule, rows, alone, options)).toMatchObject({
      ...{ verdict: 'not-applicable', challenger: { value: 0.75 }, champion: null },
      reason: 'roc_auc max-drop 0.01 versus champion: not applicable, since there is no champion',
    });
  });

  it('is open where the other model has no value', () => {
    const rule = ruleWith(drop, estimate(0.75, 0.7, 0.8), undefined, 'no row is labelled positive');
    expect(judgeRule(rule, rows, { rows: none, name: 'the champion' }, options)).toMatchObject({
      ...{ verdict: 'inconclusive', challenger: { value: 0.75 } },
      reason:
        'ROC AUC of the champion has no value (no row is labelled positive), so nothing can be compared',
    });
  });

  it('needs rows by the difference, whatever the range of the metric', () => {
    const rule = ruleWith(drop, estimate(0.75, 0.7, 0.8), estimate(0.01, -0.04, 1));
    // 1,000 · (0.05 / 0.02)².
    expect(judgeRule(rule, rows, champion, options).rowsNeeded).toBe(6300);
    const open = ruleWith(drop, estimate(0.75, 0.7, 0.8), estimate(0.01, -Infinity, 1));
    expect(judgeRule(open, rows, champion, options)).toMatchObject({
      rowsNeeded: null,
      verdict: 'inconclusive',
    });
  });
});

it('an estimate is recorded with its open ends as none', () => {
  expect(toRecord(estimate(1, -Infinity, NaN, { repeats: 3 }))).toEqual({
    ...{ value: 1, lower: null, upper: null, method: 'delong' },
  });
});
