import { fairnessSentence, groupName } from '../../../src/evaluation/fairness/sentences.js';
import type { FairnessDecision } from '../../../src/formats/decision-fairness.js';

type Group = FairnessDecision['groups'][number];
const estimate = (value: number, lower: number | null = value, upper: number | null = value) => ({
  ...{ value, lower, upper, method: 'm' },
});
const group = (
  value: string | null,
  state: Group['state'] = 'judged',
  change: Partial<Group> = {},
): Group => ({
  ...{ parts: [{ column: 'sex', value }], rows: 300, state, metrics: {} },
  ...change,
});
const decision = (change: Partial<FairnessDecision> = {}): Omit<FairnessDecision, 'reason'> => ({
  rule: 'demographic_parity_difference max 0.1 by sex',
  metric: 'demographic_parity_difference',
  title: 'Demographic parity difference',
  column: 'sex',
  kind: 'max',
  limit: 0.1,
  versus: null,
  minRows: 200,
  groups: [
    group('F', 'judged', { metrics: { selection_rate: estimate(0.31234) } }),
    group('M', 'judged', { metrics: { selection_rate: estimate(0.12) } }),
  ],
  challenger: estimate(0.05, 0.03, 0.07),
  champion: null,
  difference: null,
  byChance: null,
  between: [0, 1],
  rowsNeeded: null,
  verdict: 'pass',
  ...change,
});
const none = { none: 'there is no champion' };
const say = (change: Partial<FairnessDecision> = {}, other: Parameters<typeof fairnessSentence>[1] = none) =>
  fairnessSentence(decision(change), other, '95 % confidence');
const is = 'Demographic parity difference by sex is 0.05 (F 0.312 against M 0.12)';

describe('a rule about groups', () => {
  it('that bounds from above says the bound that decided', () => {
    expect(say()).toBe(`${is}, at most 0.07 with 95 % confidence; the rule allows 0.1`);
    expect(say({ verdict: 'fail', limit: 0.01 })).toBe(
      `${is}, at least 0.03 with 95 % confidence; the rule allows 0.01`,
    );
    expect(say({ verdict: 'inconclusive', limit: 0.06 })).toBe(
      `${is}, between 0.03 and 0.07 (each bound with 95 % confidence); the rule allows 0.06, which these rows cannot settle`,
    );
    expect(say({ verdict: 'inconclusive', limit: 0.06, rowsNeeded: 12_345 })).toMatch(
      /the rule allows 0\.06, which these rows cannot settle; about 12,345 would$/,
    );
  });

  it('that bounds from below says the other one', () => {
    const ratio = { kind: 'min' as const, limit: 0.8, challenger: estimate(0.85, 0.81, 0.9) };
    expect(say(ratio)).toMatch(/is 0\.85 .*, at least 0\.81 with 95 % confidence; the rule asks for 0\.8$/);
    expect(say({ ...ratio, verdict: 'fail', limit: 0.95 })).toMatch(
      /, at most 0\.9 with 95 % confidence; the rule asks for 0\.95$/,
    );
  });

  it('says a bound that nobody knows', () => {
    expect(say({ verdict: 'inconclusive', challenger: estimate(0.05, null, 0.2) })).toMatch(
      /between unknown and 0\.2 /,
    );
  });

  it('says as many digits as tell a value from its limit', () => {
    const at = (value: number, limit: number) => say({ challenger: estimate(value), limit });
    expect(at(0.10004, 0.1)).toMatch(/sex is 0\.10004 .* at most 0\.10004 /);
    expect(at(0.1, 0.1)).toMatch(/sex is 0\.1 /);
    expect(at(0.1234567, 0.5)).toMatch(/sex is 0\.123 /);
    expect(at(0.1 + 1e-12, 0.1)).toMatch(/sex is 0\.1 /);
    expect(at(0.5, 0.1234567)).toMatch(/allows 0\.123457$/);
  });

  it('names the group that counts where there is one', () => {
    expect(say({ between: [1] })).toMatch(/sex is 0\.05 \(M\), at most/);
    expect(say({ between: [] })).toMatch(/sex is 0\.05, at most/);
    const two = { a: estimate(1), b: estimate(2) };
    const groups = [group('F', 'judged', { metrics: two }), group(null, 'judged', { metrics: two })];
    expect(say({ groups })).toMatch(/ \(F against \(empty\)\), at most/);
  });

  it('is not met where a group that must be there has no row', () => {
    const groups = [group('F', 'absent'), group('M'), group('X', 'absent')];
    expect(say({ groups, challenger: null, verdict: 'fail' })).toBe(
      'Demographic parity difference by sex: no hold-out row is in a group that must be there: F, X',
    );
  });

  it('tells the groups that are not judged, and why', () => {
    const groups = [
      ...decision().groups,
      ...['A', 'B', 'C', 'D', 'E', 'G'].map((name) => group(name, 'small')),
      group('X', 'no-value', { note: 'no row is labelled positive' }),
      group('Y', 'no-value'),
    ];
    expect(say({ groups })).toBe(
      `${is}, at most 0.07 with 95 % confidence; the rule allows 0.1. Not judged, with fewer than 200 rows: A, B, C, D, E and 1 more. Not judged: X (no row is labelled positive), Y (no value)`,
    );
    expect(say({ groups: groups.slice(0, 7) })).toMatch(/fewer than 200 rows: A, B, C, D, E$/);
  });
});

describe('a value that cannot be told', () => {
  const cannot = 'Demographic parity difference by sex cannot be told: ';
  it.each<[string, readonly Group[]]>([
    ['no group has the 200 rows that a group needs', [group('F', 'small'), group('M', 'small')]],
    ['only one group has the 200 rows that a group needs', [group('F'), group('M', 'small')]],
    [
      'only one group has what a group needs (no row is labelled positive)',
      [group('F'), group('M', 'no-value', { note: 'no row is labelled positive' })],
    ],
    [
      'the rates of all groups are 0, and demographic_parity_difference is a share of them',
      [group('F'), group('M')],
    ],
  ])('is since %s', (why, groups) => {
    expect(say({ groups: [...groups], challenger: null, verdict: 'inconclusive' })).toBe(`${cannot}${why}`);
  });
});

describe('a comparison of two models', () => {
  const compared = (change: Partial<FairnessDecision> = {}) =>
    say(
      {
        ...{ kind: 'max-increase', limit: 0.02, versus: 'champion' },
        ...{ champion: estimate(0.04), difference: estimate(0.01, 0.005, 0.015) },
        ...change,
      },
      { name: 'the champion' },
    );
  const both = `${is}, that of the champion 0.04`;

  it('of a value that rises where groups are further apart', () => {
    expect(compared()).toBe(`${both}: higher by at most 0.015 with 95 % confidence; the rule tolerates 0.02`);
    expect(compared({ verdict: 'fail', limit: 0.001 })).toBe(
      `${both}: higher by at least 0.005 with 95 % confidence; the rule tolerates 0.001`,
    );
    expect(compared({ verdict: 'inconclusive', limit: 0.01, rowsNeeded: 500 })).toBe(
      `${both}: higher by between 0.005 and 0.015 (each bound with 95 % confidence); the rule tolerates 0.01, which these rows cannot settle; about 500 would`,
    );
  });

  it('of a value that falls', () => {
    const drop = { kind: 'max-drop' as const, difference: estimate(-0.01, -0.015, -0.005) };
    expect(compared(drop)).toMatch(/: lower by at most 0\.015 with/);
    expect(compared({ ...drop, verdict: 'fail', limit: 0.001 })).toMatch(/: lower by at least 0\.005 with/);
    expect(compared({ ...drop, verdict: 'inconclusive', difference: estimate(-0.01, null, -0.005) })).toMatch(
      /: lower by between 0\.005 and unknown \(/,
    );
  });

  it('says so where the other model has no value', () => {
    const nothing = `${is}; that of the champion has no value, so nothing can be compared`;
    expect(compared({ champion: null, verdict: 'inconclusive' })).toBe(nothing);
    expect(compared({ difference: null, verdict: 'inconclusive' })).toBe(nothing);
  });

  it('does not apply where there is nothing to compare with', () => {
    expect(say({ verdict: 'not-applicable', challenger: null })).toBe(
      'demographic_parity_difference max 0.1 by sex: not applicable, since there is no champion',
    );
  });
});

it('a group is named by its parts', () => {
  const parts = [
    { column: 'sex', value: 'F' },
    { column: 'age', value: null },
  ];
  expect(groupName({ parts })).toBe('F × (empty)');
});
