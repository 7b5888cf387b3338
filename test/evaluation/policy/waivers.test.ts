import { Waivers, dayOf } from '../../../src/evaluation/policy/waivers.js';

const waiver = (gate: string, until = '2026-06-30') => ({ gate, reason: 'a new sensor', by: 'Ann', until });
const failing = { names: ['roc_auc min 0.7', 'roc_auc'], verdict: 'fail', reason: 'ROC AUC is low' } as const;

describe('waivers', () => {
  it('cover what does not pass, through their last day', () => {
    const waivers = new Waivers([waiver('roc_auc min 0.7')], '2026-06-30');
    expect(waivers.cover(failing)).toBe(true);
    expect(waivers.cover({ names: ['mae max 1', 'mae'], verdict: 'fail', reason: 'x' })).toBe(false);
    const { fail, waived, notes, covered, record } = waivers.settle();
    expect(waived).toEqual(['Waived by Ann until 2026-06-30 (a new sensor): ROC AUC is low']);
    expect([fail, notes]).toEqual([[], []]);
    expect(covered).toEqual(['roc_auc min 0.7']);
    expect(record).toEqual({
      day: '2026-06-30',
      list: [{ ...waiver('roc_auc min 0.7'), state: 'holds', covers: ['roc_auc min 0.7'] }],
    });
  });

  it('cover every rule of a metric that they name, and what is inconclusive', () => {
    const waivers = new Waivers([waiver('roc_auc')], '2026-01-01');
    const other = {
      names: ['roc_auc max-drop 0.01 versus champion', 'roc_auc'],
      verdict: 'inconclusive',
    } as const;
    expect([failing, { ...other, reason: 'few rows' }].map((claim) => waivers.cover(claim))).toEqual([
      true,
      true,
    ]);
    expect(waivers.settle().covered).toHaveLength(2);
  });

  it('fail once they have expired, also where nothing else does', () => {
    const waivers = new Waivers([waiver('roc_auc'), waiver('mae', '2026-07-02')], '2026-07-01');
    expect(waivers.cover(failing)).toBe(false);
    expect(waivers.cover({ names: ['mae'], verdict: 'pass', reason: '' })).toBe(false);
    const { fail, waived, notes, record } = waivers.settle();
    expect(fail).toEqual([expect.stringMatching(/^The waiver of "roc_auc" by Ann ended on 2026-06-30: fix/)]);
    expect(waived).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/^The waiver of "mae" by Ann is not needed/)]);
    expect(record!.list.map(({ state }) => state)).toEqual(['expired', 'unneeded']);
  });

  it('fail where they name nothing', () => {
    const waivers = new Waivers([waiver('roc_auc min 0.8')], '2026-01-01');
    expect(waivers.cover(failing)).toBe(false);
    const { fail, record } = waivers.settle();
    expect(fail).toEqual([
      'The waiver of "roc_auc min 0.8" by Ann names nothing that this gate decides: did you mean "roc_auc min 0.7"?',
    ]);
    expect(record!.list[0]!.state).toBe('unknown');
  });

  it('leave no trace where there are none', () => {
    const waivers = new Waivers();
    expect(waivers.cover(failing)).toBe(false);
    expect(waivers.settle()).toEqual({ fail: [], waived: [], notes: [], covered: [] });
  });

  it('know the day of a time', () => {
    expect(dayOf(new Date('2026-12-31T23:59:59.999Z'))).toBe('2026-12-31');
  });
});
