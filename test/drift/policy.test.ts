import fc from 'fast-check';
import { earlierWindows, mostChecks, remember } from '../../src/drift/memory.js';
import { isSettled, judgeAlarm, policyOf } from '../../src/drift/policy.js';
import type { ColumnDrift, DriftSection } from '../../src/formats/drift.js';
import type { HistoryCheck } from '../../src/formats/drift-history.js';

const check = (run: number, findings: string[], verdict: HistoryCheck['verdict'] = 'fail'): HistoryCheck => ({
  run: String(run),
  at: new Date(Date.UTC(2026, 0, 1 + run)).toISOString(),
  url: '',
  verdict,
  findings,
});
const column = (name: string): ColumnDrift => ({
  ...{ name, kind: 'numeric', verdict: 'drift', alarm: true, reason: '', reference: null, current: null },
  ...{ tests: [], shares: [], measures: {} },
});
const harm: DriftSection = {
  name: 'performance',
  kind: 'performance',
  state: 'checked',
  verdict: 'fail',
  reasons: [],
};

describe('what a finding does', () => {
  it('is an incident on inputs, and retraining on harm; on inputs too where nothing measures harm', () => {
    expect(policyOf({}, { harmIsMeasured: true }).responses).toEqual({
      inputs: 'incident',
      predictions: 'incident',
      performance: 'retrain',
      skew: 'incident',
    });
    expect(policyOf({}).responses.inputs).toBe('retrain');
    expect(policyOf({ inputs: 'warn' }).responses.inputs).toBe('warn');
  });
});

describe('what a season explains', () => {
  const windows: DriftSection = { ...harm, name: 'windows', kind: 'inputs' };
  const together: DriftSection = { ...windows, name: 'multivariate' };
  it('is reported only: windows held against their own season open an incident', () => {
    const seasonal = policyOf({}, { seasonal: true });
    const plain = judgeAlarm([column('a')], [together], seasonal, []);
    expect(plain.raised).toBe(false);
    expect(plain.findings.map(({ raised, response }) => [raised, response])).toEqual([
      [true, 'warn'],
      [true, 'warn'],
    ]);
    expect(judgeAlarm([column('a')], [windows], seasonal, []).raised).toBe(true);
    const columns = new Map([['a', column('a')]]);
    expect(isSettled('column:a', columns, [together], seasonal)).toBe(true);
    expect(isSettled('section:windows', columns, [windows], seasonal)).toBe(false);
    expect(isSettled('column:a', columns, [together], policyOf({}))).toBe(false);
  });
});

describe('an alarm of k of n windows', () => {
  const policy = policyOf({ alarm: { k: 2, n: 3 } });
  it.each([
    ['the first one', [], false, 1],
    ['again at once', [check(1, ['column:a'])], true, 2],
    ['again after one without', [check(1, ['column:a']), check(2, [])], true, 2],
    ['again after two without', [check(1, ['column:a']), check(2, []), check(3, [])], false, 1],
    ['another column before', [check(1, ['column:b'])], false, 1],
    ['a section of the same name before', [check(1, ['section:a'])], false, 1],
  ])('%s', (_, earlier, raised, windows) => {
    const alarm = judgeAlarm([column('a')], [], policy, earlier);
    expect(alarm).toMatchObject({ raised, known: Math.min(2, earlier.length) });
    expect(alarm.findings).toEqual([{ of: 'column', name: 'a', windows, raised, response: 'retrain' }]);
  });

  it('is each finding’s own, and decided by this window alone where the past is not known', () => {
    const earlier = [check(1, ['section:performance'])];
    const both = judgeAlarm([column('a')], [harm], policy, earlier);
    expect(both.findings.map(({ name, raised }) => [name, raised])).toEqual([
      ['a', false],
      ['performance', true],
    ]);
    expect(judgeAlarm([column('a')], [], policy, undefined)).toMatchObject({ raised: true, known: null });
  });
});

describe('what is remembered', () => {
  it('is the same whatever is repeated, in order of time, and bounded', () => {
    const checks = fc.array(
      fc.record({ run: fc.nat(60), findings: fc.array(fc.string(), { maxLength: 3 }) }),
    );
    fc.assert(
      fc.property(checks, (list) => {
        const made = list.map(({ run, findings }) => check(run, findings));
        const once = made.reduce<HistoryCheck[]>(remember, []);
        const last = made.at(-1);
        expect(last === undefined ? once : remember(once, last)).toEqual(once);
        expect(new Set(once.map(({ run }) => run)).size).toBe(once.length);
        expect([...once].sort((a, b) => (a.at < b.at ? -1 : 1))).toEqual(once);
        expect(once.length).toBeLessThanOrEqual(mostChecks);
      }),
      { numRuns: 50 },
    );
  });

  it('leaves out windows that could not tell, and this run itself', () => {
    const list = [
      check(1, []),
      check(2, [], 'inconclusive'),
      check(3, ['column:a'], 'inconclusive'),
      check(4, []),
    ];
    expect(earlierWindows(list, '4').map(({ run }) => run)).toEqual(['1', '3']);
  });
});
