import { championBeyondLimits, withoutChampion } from '../../../src/evaluation/policy/champion.js';
import type { RuleDecision } from '../../../src/formats/decision.js';

const rule = (more: Partial<RuleDecision>): RuleDecision => ({
  metric: 'roc_auc',
  title: 'ROC AUC',
  kind: 'min',
  limit: 0.7,
  versus: null,
  rule: 'roc_auc min 0.7',
  challenger: null,
  champion: null,
  difference: null,
  verdict: 'pass',
  reason: '',
  rowsNeeded: null,
  detectable: null,
  ...more,
});
const skipped = rule({ kind: 'max-drop', versus: 'champion', verdict: 'not-applicable' });

describe('without a champion', () => {
  it('what is absolute decides, or a person does', () => {
    expect(withoutChampion([rule({})], 'manual')).toEqual({ reasons: [] });
    expect(withoutChampion([rule({}), skipped], 'absolute-only')).toEqual({ reasons: [] });
    expect(withoutChampion([skipped], 'absolute-only')).toMatchObject({ verdict: 'inconclusive' });
    expect(withoutChampion([rule({}), skipped], 'manual')).toEqual({
      verdict: 'inconclusive',
      reasons: [expect.stringContaining('leaves that to a person')],
    });
  });
});

describe('a champion', () => {
  it('that does not meet a limit itself is named', () => {
    const value = (champion: number) =>
      rule({
        kind: 'max-drop',
        versus: 'champion',
        champion: { value: champion, lower: null, upper: null, method: 'delong' },
      });
    const said = (champion: number) =>
      championBeyondLimits([rule({}), value(champion)], () => 'the champion (v1.0.0)');
    expect(said(0.66)).toEqual([
      'The champion (v1.0.0) itself has ROC AUC 0.66, below what "roc_auc min 0.7" asks of a new model',
    ]);
    expect(said(0.7)).toEqual([]);
    expect(championBeyondLimits([rule({ kind: 'max' })], () => '')).toEqual([]);
  });
});
