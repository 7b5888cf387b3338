import type { DeploymentPayload } from '../../src/formats/deployment.js';
import type { DeploymentState } from '../../src/github/types.js';
import type { Entry } from '../../src/ledger/ledger.js';
import { findLiveSince, findPrevious } from '../../src/ledger/previous.js';
import { digestOf, entryOf, ledgerOf, second, versionsOf } from './entries.js';

const time = (n: number, ms = 0): Date => new Date(Date.parse(second(n)) + ms);
const was = (at: number, version: string, change: Partial<DeploymentPayload> = {}): Entry =>
  entryOf(
    at,
    version,
    [
      ['success', at],
      ['inactive', at + 9],
    ],
    change,
  );
const is = (at: number, version: string, change: Partial<DeploymentPayload> = {}): Entry =>
  entryOf(at, version, [['success', at]], change);
const begun = (at: number, version: string, change: Partial<DeploymentPayload> = {}): Entry =>
  entryOf(at, version, [['in_progress', at]], change);
const ended = (at: number, version: string, state: DeploymentState): Entry =>
  entryOf(at, version, [[state, at]]);
const rollback = (...versions: string[]): Partial<DeploymentPayload> => ({
  cause: 'rollback',
  withdraws: versions.map((version) => ({ version, manifestDigest: digestOf(version), by: 'ann' })),
});
const previous = (...entries: Entry[]) => versionsOf(findPrevious(ledgerOf(...entries)));

describe('the previous version', () => {
  it('is the one that was live before the live one, and then those before it', () => {
    expect(previous(was(1, '1.0.0'), was(2, '1.1.0'), is(3, '1.2.0'))).toEqual(['1.1.0', '1.0.0']);
  });

  it('is none where nothing was live before', () => {
    expect(previous()).toEqual([]);
    expect(previous(is(1, '1.0.0'))).toEqual([]);
    expect(previous(ended(1, '1.0.0', 'failure'), is(2, '1.1.0'))).toEqual([]);
  });

  it('is the last that was live, where none is now', () => {
    expect(previous(was(1, '1.0.0'), was(2, '1.1.0'))).toEqual(['1.1.0', '1.0.0']);
  });

  it('is the live one while a rollout is unfinished', () => {
    expect(previous(was(1, '1.0.0'), is(2, '1.1.0'), begun(3, '1.2.0'))).toEqual(['1.1.0', '1.0.0']);
  });

  it('is the live one while a rollout is unfinished, also where a newer version was live meanwhile', () => {
    expect(previous(is(1, '1.0.0'), was(2, '1.1.0'), begun(3, '1.2.0'))).toEqual(['1.0.0', '1.1.0']);
  });

  it('is not the version whose rollout is unfinished, even where that was live before', () => {
    expect(previous(was(1, '1.2.0'), was(2, '1.0.0'), is(3, '1.1.0'), begun(4, '1.2.0'))).toEqual([
      '1.1.0',
      '1.0.0',
    ]);
  });

  it('is not the live one while that is rolled out again', () => {
    expect(previous(was(1, '1.0.0'), is(2, '1.1.0'), begun(3, '1.1.0'))).toEqual(['1.0.0']);
  });

  it('is what an unfinished rollback returns to, and not what it leaves', () => {
    const entries = [was(1, '1.0.0'), was(2, '1.1.0'), is(3, '1.2.0')];
    expect(previous(...entries, begun(4, '1.0.0', rollback()))).toEqual(['1.0.0', '1.1.0']);
    expect(previous(...entries, begun(4, '1.2.0', rollback()))).toEqual(['1.2.0', '1.1.0', '1.0.0']);
  });

  it('is none that a person withdrew', () => {
    expect(
      previous(was(1, '1.0.0'), was(2, '1.1.0'), was(3, '1.2.0'), is(4, '1.1.0', rollback('1.2.0'))),
    ).toEqual(['1.0.0']);
  });

  it('counts each version once, at its newest deployment', () => {
    const ledger = ledgerOf(was(1, '1.0.0'), was(2, '1.1.0'), was(3, '1.0.0'), is(4, '1.2.0'));
    expect(findPrevious(ledger).map(({ deployment }) => deployment.id)).toEqual([3, 2]);
  });

  describe('of the time at which it was asked for', () => {
    const entries = [
      entryOf(1, '1.0.0', [
        ['success', 1],
        ['inactive', 5],
      ]),
      entryOf(2, '1.1.0', [
        ['success', 5],
        ['inactive', 9],
      ]),
      is(9, '1.0.0', rollback('1.1.0')),
    ];
    const asked = (n: number, ms = 0) => versionsOf(findPrevious(ledgerOf(...entries), time(n, ms)));

    it('is what it was then, for the second click as for the first', () => {
      expect(asked(8)).toEqual(['1.0.0']);
      expect(asked(9, 999)).toEqual(['1.0.0']);
      // Asked for anew, there is nothing left to return to.
      expect(asked(10)).toEqual([]);
      expect(previous(...entries)).toEqual([]);
    });

    it('leaves out what was withdrawn since', () => {
      const more = [...entries, is(20, '2.0.0', rollback('1.0.0'))];
      expect(versionsOf(findPrevious(ledgerOf(...more), time(8)))).toEqual([]);
    });

    it('is read from all that there is, where nothing is older than the request', () => {
      expect(asked(1, 500)).toEqual([]);
      const [first, second] = [was(1, '1.0.0'), is(1, '1.1.0')];
      expect(versionsOf(findPrevious(ledgerOf(first, second), time(1, 500)))).toEqual(['1.0.0']);
    });
  });
});

describe('what went live after a rollback was asked for', () => {
  it('is the live version, where its deployment was made later', () => {
    const ledger = ledgerOf(was(1, '1.0.0'), is(5, '1.1.0'));
    expect(findLiveSince(ledger, time(4))?.version).toBe('1.1.0');
    expect(findLiveSince(ledger, time(5))).toBeUndefined();
    expect(findLiveSince(ledger, time(6))).toBeUndefined();
  });

  it('is nothing where a rollout that had begun went live, or a rollback did, or nothing is live', () => {
    const late = entryOf(3, '1.1.0', [['success', 9]]);
    expect(findLiveSince(ledgerOf(late), time(4))).toBeUndefined();
    expect(findLiveSince(ledgerOf(is(5, '1.0.0', rollback())), time(4))).toBeUndefined();
    expect(findLiveSince(ledgerOf(was(5, '1.0.0')), time(4))).toBeUndefined();
  });
});
