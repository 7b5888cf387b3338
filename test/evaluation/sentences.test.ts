import { sameModel } from '../../src/evaluation/comparison.js';
import type { MetricEstimate } from '../../src/evaluation/metrics/metric.js';
import { readRules } from '../../src/evaluation/rules.js';
import { type Said, isUnbounded, noShareSentence, ruleSentence } from '../../src/evaluation/sentences.js';
import type { Gate } from '../../src/spec/sections/evaluate.js';

const ruleOf = (gate: Gate, task: 'binary-classification' | 'regression' = 'binary-classification') =>
  readRules([gate], task, () => ({ file: 'model.yml' }))[0]!;
const estimate = (value: number, lower: number, upper: number, change: Partial<MetricEstimate> = {}) => ({
  ...{ value, lower, upper, method: 'delong' as const },
  ...change,
});
const said = (verdict: Said['verdict'], change: Partial<Said> = {}): Said => ({
  ...{ verdict, rows: 1000, rowsNeeded: null, groups: undefined, groupsNeeded: null },
  ...{ confidence: 0.95, use: undefined },
  ...change,
});

describe('a rule by itself', () => {
  const least = ruleOf({ metric: 'roc_auc', min: 0.7 });
  const most = ruleOf({ metric: 'brier', max: 0.2 });
  const say = (rule: typeof least, judged: MetricEstimate, of: Said) =>
    ruleSentence(rule, judged, { value: judged.value }, of);

  it('that asks for more says the lower bound where it passes, the upper where it fails', () => {
    expect(say(least, estimate(0.75, 0.72, 0.78), said('pass'))).toBe(
      'ROC AUC is 0.75, at least 0.72 with 95 % confidence; the rule asks for 0.7',
    );
    expect(say(least, estimate(0.65, 0.62, 0.68), said('fail'))).toBe(
      'ROC AUC is 0.65, at most 0.68 with 95 % confidence; the rule asks for 0.7',
    );
  });

  it('that allows so much says the other one', () => {
    expect(say(most, estimate(0.15, 0.12, 0.18), said('pass'))).toBe(
      'Brier score is 0.15, at most 0.18 with 95 % confidence; the rule allows 0.2',
    );
    expect(say(most, estimate(0.25, 0.22, 0.28), said('fail'))).toMatch(/0\.25, at least 0\.22 with/);
  });

  it('that is open says both, and how many rows would settle it', () => {
    const open = estimate(0.71, 0.68, 0.74);
    const start =
      'ROC AUC is 0.71, between 0.68 and 0.74 (each bound with 95 % confidence); the rule asks for 0.7, which';
    expect(say(least, open, said('inconclusive'))).toBe(`${start} these 1,000 rows cannot settle`);
    expect(say(least, open, said('inconclusive', { rows: 1, rowsNeeded: 5200 }))).toBe(
      `${start} this 1 row cannot settle; about 5,200 would`,
    );
    expect(say(least, open, said('inconclusive', { groups: 12, rowsNeeded: 900, groupsNeeded: 40 }))).toBe(
      `${start} these 1,000 rows in 12 groups cannot settle; about 40 such groups would`,
    );
  });

  it('says why more rows would not settle it', () => {
    const fixed = { half: 0.02, because: 'the seeds differ' };
    expect(say(least, estimate(0.71, 0.68, 0.74, { fixed }), said('inconclusive'))).toMatch(
      /cannot settle, nor would more rows: the seeds differ$/,
    );
    const none = { half: 0, because: 'the seeds differ' };
    expect(say(least, estimate(0.71, 0.68, 0.74, { fixed: none }), said('inconclusive'))).toMatch(
      /cannot settle$/,
    );
  });

  it('says where too little is known', () => {
    expect(say(least, estimate(0.71, 0, 1), said('inconclusive'))).toMatch(
      /^ROC AUC is 0\.71, and too little is known to bound it; the rule asks for 0\.7, which/,
    );
  });

  it('says over how many repeats, and over how many uses of the rows', () => {
    expect(say(least, estimate(0.75, 0.72, 0.78, { repeats: 3 }), said('pass', { use: 4 }))).toBe(
      'ROC AUC is 0.75 on average over 3 repeats, at least 0.72 with 95 % confidence over all 4 uses of these rows; the rule asks for 0.7',
    );
    expect(say(least, estimate(0.75, 0.72, 0.78), said('pass', { use: 1 }))).toMatch(
      /with 95 % confidence; the/,
    );
  });

  it('shows the digits that tell a number from the limit', () => {
    expect(say(least, estimate(0.70004, 0.700001, 0.71), said('pass'))).toBe(
      'ROC AUC is 0.70004, at least 0.700001 with 95 % confidence; the rule asks for 0.7',
    );
    expect(say(least, estimate(0.123456, 0.1, 0.2), said('fail'))).toMatch(/is 0\.1235, at most 0\.2 /);
    expect(say(least, estimate(0.7, 0.7, 0.8), said('pass'))).toMatch(/is 0\.7, at least 0\.7 /);
    expect(say(least, estimate(0.7 + 1e-12, 0.7, 0.8), said('pass'))).toMatch(/is 0\.7, /);
  });
});

describe('a comparison', () => {
  const drop = ruleOf({ metric: 'roc_auc', 'max-drop': 0.01, versus: 'champion' });
  const rise = ruleOf({ metric: 'brier', 'max-increase': 0.01, versus: 'champion' });
  const share = ruleOf({ metric: 'mae', 'max-relative-increase': 0.1, versus: 'champion' }, 'regression');
  const say = (rule: typeof drop, judged: MetricEstimate, of: Said, theirs = estimate(0.76, 0.74, 0.78)) =>
    ruleSentence(rule, judged, { value: 0.75, baseline: { name: 'the champion', estimate: theirs } }, of);
  const are = 'ROC AUC is 0.75, that of the champion 0.76';

  it('says how much worse at most where it passes, or how much better at least', () => {
    expect(say(drop, estimate(-0.002, -0.008, 0.004), said('pass'))).toBe(
      `${are}: lower by at most 0.008 with 95 % confidence; the rule tolerates 0.01`,
    );
    expect(say(drop, estimate(0.005, 0.002, 0.008), said('pass'))).toBe(
      `${are}: higher by at least 0.002 with 95 % confidence`,
    );
    expect(say(drop, estimate(0.005, 0, 0.008), said('pass'))).toMatch(/: lower by at most 0 with/);
    expect(say(rise, estimate(0.002, -0.004, 0.008), said('pass'))).toMatch(
      /^Brier score is 0\.75, .*: higher by at most 0\.008 with/,
    );
    expect(say(rise, estimate(-0.005, -0.008, -0.002), said('pass'))).toMatch(
      /: lower by at least 0\.002 with/,
    );
  });

  it('says how much worse at least where it fails', () => {
    expect(say(drop, estimate(-0.05, -0.07, -0.03), said('fail'))).toBe(
      `${are}: lower by at least 0.03 with 95 % confidence; the rule tolerates 0.01`,
    );
    expect(say(rise, estimate(0.05, 0.03, 0.07), said('fail'))).toMatch(/: higher by at least 0\.03 with/);
  });

  it('says both ends where it is open', () => {
    expect(say(drop, estimate(-0.01, -0.03, 0.0123456), said('inconclusive', { rowsNeeded: 7000 }))).toBe(
      `${are}: between 0.0123 higher and 0.03 lower (each bound with 95 % confidence); the rule tolerates 0.01, which these 1,000 rows cannot settle; about 7,000 would`,
    );
    expect(say(drop, estimate(-0.01, -Infinity, 0.1), said('inconclusive'))).toBe(
      `${are}, and too little is known to bound the difference; the rule tolerates 0.01, which these 1,000 rows cannot settle`,
    );
    expect(say(drop, estimate(-0.01, -0.02, 0), said('inconclusive'))).toMatch(
      /between 0 lower and 0\.02 lower/,
    );
  });

  it('says shares in percent', () => {
    expect(say(share, estimate(0.05, 0.02, 0.0812), said('pass'))).toMatch(
      /^Mean absolute error is 0\.75, .*: higher by at most 8\.12 % with 95 % confidence; the rule tolerates 10 %$/,
    );
  });

  it('says that a value was stated, and how', () => {
    const stated = (lower: number, upper: number) =>
      say(
        drop,
        estimate(-0.002, -0.008, 0.004),
        said('pass'),
        estimate(0.76, lower, upper, { method: 'stated' }),
      );
    expect(stated(0.75, 0.77)).toContain('that of the champion 0.76 as stated: lower');
    expect(stated(0.76, 0.76)).toContain(
      'that of the champion 0.76 as stated, without an interval and so taken as exact: lower',
    );
    expect(stated(0.76, 0.77)).toContain('0.76 as stated: lower');
  });

  it('says that both models are one', () => {
    expect(say(drop, estimate(0, 0, 0, { method: sameModel }), said('pass'))).toBe(
      `${are}: both models have the same files`,
    );
  });

  it('says why a share of the other model’s value means nothing', () => {
    const theirs = (lower: number) =>
      ({ theirs: estimate(0.01, lower, 0.02) }) as Parameters<typeof noShareSentence>[1];
    expect(noShareSentence(share, theirs(-0.01), 'the champion')).toBe(
      'Mean absolute error of the champion is 0.01, and may be as low as −0.01: too near zero for a loss to be measured as a share of it; write max-increase, a loss in the metric’s own unit',
    );
    expect(noShareSentence(share, theirs(-Infinity), 'the champion')).toMatch(/is 0\.01: too near zero/);
  });
});

it('an interval is unbounded where it has an open end, or all of the range', () => {
  const of = (lower: number, upper: number) => isUnbounded(estimate(0.5, lower, upper), [0, 1]);
  expect([of(0, 1), of(0, 0.9), of(0.1, 1), of(-Infinity, 0.9), of(0.1, Infinity)]).toEqual([
    ...[true, false, false, true, true],
  ]);
});
