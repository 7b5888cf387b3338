import { compareWithTarget } from '../../src/rollout/agreement.js';
import type { Serving } from '../../src/rollout/targets/target.js';
import { entryOf, ledgerOf } from '../ledger/entries.js';

const live = entryOf(1, '1.0.0', [['success', 1]]);
const failed = entryOf(2, '1.3.0', [['failure', 2]]);
const open = entryOf(3, '1.1.0', [['in_progress', 3]]);
const serving = (champion: string | null, challenger?: string, weight = 0.5): Serving => ({
  champion: champion === null ? null : { version: champion },
  challenger: challenger === undefined ? null : { version: challenger, weight },
});
const kind = (ledger: ReturnType<typeof ledgerOf>, shown: Serving | undefined) =>
  compareWithTarget(ledger, shown).kind;

describe('record and target', () => {
  it.each([
    ['the live version serves', ledgerOf(live), serving('1.0.0')],
    ['the target writes versions with a v', ledgerOf(live, open), serving('v1.0.0', 'v1.1.0')],
    ['nothing is live and nothing serves', ledgerOf(failed), serving(null)],
    ['an unfinished version serves beside the live one', ledgerOf(live, open), serving('1.0.0', '1.1.0')],
    ['an unfinished version has taken the last step', ledgerOf(live, open), serving('1.1.0')],
    [
      'the live version is the challenger of an unfinished one',
      ledgerOf(live, open),
      serving('1.1.0', '1.0.0'),
    ],
    [
      'a version that was here before is up without requests',
      ledgerOf(live, failed),
      serving('1.0.0', '1.3.0', 0),
    ],
    ['an unfinished first version serves beside nothing', ledgerOf(open), serving(null, '1.1.0')],
  ])('agree where %s', (_, ledger, shown) => {
    expect(kind(ledger, shown)).toBe('agree');
  });

  it.each([
    ['another version serves', ledgerOf(live), serving('0.9.0')],
    ['something serves and nothing is on record', ledgerOf(), serving('0.9.0')],
    [
      'a version that nobody rolls out gets requests',
      ledgerOf(live, failed),
      serving('1.0.0', '1.3.0', 0.01),
    ],
    ['a version that was never here is up', ledgerOf(live), serving('1.0.0', '2.0.0', 0)],
    ['a failed version serves in the place of the live one', ledgerOf(live, failed), serving('1.3.0')],
    ['only a challenger serves and the live version does not', ledgerOf(live, open), serving(null, '1.1.0')],
  ])('disagree where %s', (_, ledger, shown) => {
    expect(kind(ledger, shown)).toBe('disagree');
  });

  it('cannot be compared where the target does not tell', () => {
    expect(kind(ledgerOf(live), undefined)).toBe('unknown');
  });

  it('are apart in one way of their own where the platform has lost everything', () => {
    expect(kind(ledgerOf(live, open), serving(null))).toBe('empty');
    expect(kind(ledgerOf(open), serving(null))).toBe('agree');
  });

  it('are both told where they disagree', () => {
    expect(compareWithTarget(ledgerOf(live, open), serving('0.9.0', '1.1.0'))).toEqual({
      kind: 'disagree',
      difference:
        'the record shows 1.0.0 (deployment 1, manifest sha256:100000000000…), unfinished 1.1.0 (deployment 3); the target serves champion 0.9.0, challenger 1.1.0 at 0.5',
    });
    expect(compareWithTarget(ledgerOf(), serving('0.9.0'))).toMatchObject({
      difference: 'the record shows no live version; the target serves champion 0.9.0, no challenger',
    });
  });
});
