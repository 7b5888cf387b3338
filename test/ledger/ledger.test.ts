import type { DeploymentPayload } from '../../src/formats/deployment.js';
import { deploymentTask } from '../../src/formats/deployment.js';
import type { DeploymentState } from '../../src/github/types.js';
import {
  type Entry,
  deriveLedger,
  ledgerBefore,
  readLedger,
  recordedDigests,
} from '../../src/ledger/ledger.js';
import { createEntry, setState } from '../../src/ledger/record.js';
import { memoryGitHub } from '../github/memory.js';
import { digestOf, entryOf, ledgerOf, payloadOf, second, versionsOf } from './entries.js';

describe('the ledger', () => {
  it('calls the newest deployment live whose latest status is success', () => {
    const ledger = ledgerOf(
      entryOf(1, '1.0.0', [['success', 2]]),
      entryOf(3, '1.1.0', [['success', 4]]),
      entryOf(5, '1.2.0', [['in_progress', 6]]),
      entryOf(7, '1.3.0', [
        ['success', 8],
        ['failure', 9],
      ]),
    );
    expect(ledger.live?.version).toBe('1.1.0');
    expect(versionsOf(ledger.outdated)).toEqual(['1.0.0']);
    expect(versionsOf(ledger.unfinished)).toEqual(['1.2.0']);
  });

  it.each([
    ['without a status', []],
    ['queued', [['queued', 2]]],
    ['pending', [['pending', 2]]],
    ['in progress', [['in_progress', 2]]],
  ] as const)('calls a deployment unfinished that is %s', (_, states) => {
    expect(versionsOf(ledgerOf(entryOf(1, '1.0.0', states)).unfinished)).toEqual(['1.0.0']);
  });

  it.each(['success', 'failure', 'error', 'inactive'] as const)(
    'does not call a deployment unfinished that ended with %s',
    (state) => {
      expect(ledgerOf(entryOf(1, '1.0.0', [[state, 2]])).unfinished).toEqual([]);
    },
  );

  it('keeps environments apart, and still knows every deployment of the model', () => {
    const ledger = ledgerOf(
      entryOf(1, '1.0.0', [['success', 2]]),
      entryOf(3, '1.1.0', [['success', 4]], { environment: 'staging' }),
      entryOf(5, '1.2.0', [], { environment: 'staging' }),
    );
    expect([ledger.live?.version, versionsOf(ledger.unfinished)]).toEqual(['1.0.0', []]);
    expect(versionsOf(ledger.entries)).toEqual(['1.0.0']);
    expect(versionsOf(ledger.everywhere)).toEqual(['1.2.0', '1.1.0', '1.0.0']);
  });

  it('tells the digests that any environment recorded of a version', () => {
    const ledger = ledgerOf(
      entryOf(1, '1.0.0', []),
      entryOf(2, '1.1.0', [], { environment: 'staging' }),
      entryOf(3, '1.1.0', [], { manifestDigest: 'sha256:other' }),
    );
    expect(recordedDigests(ledger, '1.1.0')).toEqual([
      { manifestDigest: 'sha256:other', source: 'deployment 3 to production' },
      { manifestDigest: digestOf('1.1.0'), source: 'deployment 2 to staging' },
    ]);
  });
});

describe('the time for which a version was live', () => {
  const periods = (...entries: Entry[]) =>
    ledgerOf(...entries).entries.map(({ version, liveFrom, liveUntil }) => [version, liveFrom, liveUntil]);

  it('begins with its first success and ends with the first other status after it', () => {
    const states: [DeploymentState, number][] = [
      ['in_progress', 2],
      ['success', 3],
      ['success', 4],
      ['inactive', 7],
      ['inactive', 9],
    ];
    expect(periods(entryOf(1, '1.0.0', states))).toEqual([['1.0.0', second(3), second(7)]]);
  });

  it('has no end while it is live, and no beginning where it never was', () => {
    const live = entryOf(1, '1.0.0', [['success', 2]]);
    const failed = entryOf(3, '1.1.0', [['failure', 4]]);
    expect(periods(live, failed)).toEqual([
      ['1.1.0', undefined, undefined],
      ['1.0.0', second(2), undefined],
    ]);
  });

  it('ends when a newer version went live, where no run wrote that down', () => {
    const old = entryOf(1, '1.0.0', [['success', 2]]);
    const failed = entryOf(3, '1.1.0', [['failure', 4]]);
    const next = entryOf(5, '1.2.0', [['success', 6]]);
    expect(periods(old, failed, next)[2]).toEqual(['1.0.0', second(2), second(6)]);
  });

  it('ends with what came first: its own end, or the newer version', () => {
    const late = entryOf(1, '1.0.0', [
      ['success', 2],
      ['inactive', 9],
    ]);
    const early = entryOf(1, '1.0.0', [
      ['success', 2],
      ['inactive', 4],
    ]);
    const next = entryOf(5, '1.1.0', [['success', 6]]);
    expect(periods(late, next)[1]).toEqual(['1.0.0', second(2), second(6)]);
    expect(periods(early, next)[1]).toEqual(['1.0.0', second(2), second(4)]);
  });
});

describe('a version that a person took out', () => {
  const withdraws = (...versions: string[]) => ({
    withdraws: versions.map((version) => ({ version, manifestDigest: digestOf(version), by: 'ann' })),
  });
  const withdrawn = (...entries: Entry[]) =>
    [...ledgerOf(...entries).withdrawn.values()].map(({ version, by }) => `${version} by ${by}`);
  const rollback = (at: number, version: string, change: Partial<DeploymentPayload>) =>
    entryOf(at, version, [['success', at]], { cause: 'rollback', ...change });

  it('is each that a rollback names, by its digest', () => {
    const entries = [entryOf(1, '1.0.0', []), rollback(2, '1.0.0', withdraws('1.1.0', '1.2.0'))];
    expect(withdrawn(...entries)).toEqual(['1.1.0 by ann', '1.2.0 by ann']);
    expect(ledgerOf(...entries).withdrawn.has(digestOf('1.2.0'))).toBe(true);
  });

  it('is the replaced one, where an older release of these actions named none', () => {
    const live = entryOf(1, '1.1.0', [['success', 2]]);
    expect(withdrawn(live, rollback(3, '1.0.0', { replaces: '1.1.0' }))).toEqual(['1.1.0 by robot']);
    // What it named, even if that is nothing, is all.
    expect(withdrawn(live, rollback(3, '1.0.0', { replaces: '1.1.0', ...withdraws() }))).toEqual([]);
    expect(withdrawn(live, rollback(3, '1.0.0', { replaces: null }))).toEqual([]);
  });

  it('is none that a rollout replaced', () => {
    expect(
      withdrawn(entryOf(1, '1.0.0', [['success', 2]]), entryOf(3, '1.1.0', [], { replaces: '1.0.0' })),
    ).toEqual([]);
  });

  it('is none in another environment', () => {
    const elsewhere = entryOf(2, '1.0.0', [], {
      environment: 'staging',
      cause: 'rollback',
      ...withdraws('1.1.0'),
    });
    expect(withdrawn(elsewhere)).toEqual([]);
  });

  it('is good again once a person restores it, and out again after the next rollback', () => {
    const out = rollback(1, '1.0.0', withdraws('1.1.0'));
    const restored = entryOf(2, '1.1.0', [], { restoredBy: 'bob' });
    expect(withdrawn(out, restored)).toEqual([]);
    expect(withdrawn(out, restored, rollback(3, '1.0.0', withdraws('1.1.0')))).toEqual(['1.1.0 by ann']);
  });
});

describe('the ledger of an earlier time', () => {
  const ledger = ledgerOf(
    entryOf(1, '1.0.0', [
      ['success', 2],
      ['inactive', 6],
    ]),
    entryOf(3, '1.1.0', [
      ['in_progress', 4],
      ['success', 6],
    ]),
    entryOf(8, '1.2.0', [], { environment: 'staging' }),
  );
  const before = (n: number) => ledgerBefore(ledger, new Date(Date.parse(second(n))));

  it('has what was known then', () => {
    expect(before(5)).toMatchObject({ live: { version: '1.0.0' }, unfinished: [{ version: '1.1.0' }] });
    expect(before(7)).toMatchObject({ live: { version: '1.1.0' }, unfinished: [], outdated: [] });
    expect([versionsOf(before(8).everywhere), versionsOf(before(9).everywhere)]).toEqual([
      ['1.1.0', '1.0.0'],
      ['1.2.0', '1.1.0', '1.0.0'],
    ]);
  });

  it('leaves out the second of the time itself, however late in that second it is', () => {
    expect(before(6).live?.version).toBe('1.0.0');
    const late = ledgerBefore(ledger, new Date(Date.parse(second(6)) + 999));
    expect(late.live?.version).toBe('1.0.0');
    expect(ledgerBefore(ledger, new Date(Date.parse(second(3)) + 500)).entries).toHaveLength(1);
  });

  it('dates what was live anew', () => {
    const [newest, oldest] = before(6).entries;
    expect(newest?.liveFrom).toBeUndefined();
    expect([oldest?.liveFrom, oldest?.liveUntil]).toEqual([second(2), undefined]);
  });
});

describe('reading the ledger', () => {
  const make = async (
    change: Partial<Parameters<ReturnType<typeof memoryGitHub>['deployments']['create']>[0]>,
  ) => {
    const github = memoryGitHub();
    await github.refs.create('refs/tags/m@v1.0.0', github.head);
    const created = await github.deployments.create({
      ref: 'm@v1.0.0',
      task: deploymentTask('m'),
      environment: 'production',
      production: true,
      description: '',
      payload: { ...payloadOf('1.0.0') },
      ...change,
    });
    return { github, created };
  };

  it('passes over deployments of other tools and models with the same task', async () => {
    const { github } = await make({ payload: { kind: 'other' } });
    await github.deployments.create({
      ref: 'm@v1.0.0',
      task: deploymentTask('m'),
      environment: 'production',
      production: true,
      description: '',
      payload: { ...payloadOf('1.0.0', { model: 'n' }) },
    });
    expect((await readLedger(github, 'm', 'production')).everywhere).toEqual([]);
  });

  it('refuses a deployment of ours that cannot be read', async () => {
    const { github, created } = await make({ payload: { ...payloadOf('1.0.0'), schemaVersion: 2 } });
    await expect(readLedger(github, 'm', 'production')).rejects.toThrow(
      new RegExp(`deployment ${created.id} of m cannot be read`),
    );
  });

  it('refuses a deployment whose tag and payload name two versions', async () => {
    const { github } = await make({ payload: { ...payloadOf('1.1.0') } });
    await expect(readLedger(github, 'm', 'production')).rejects.toThrow(
      /is of m@v1\.0\.0, and its payload says 1\.1\.0/,
    );
  });

  it('leaves out what cannot be read where it is told so, and says what that was', async () => {
    const { github, created } = await make({ payload: { ...payloadOf('1.0.0'), schemaVersion: 2 } });
    await github.deployments.create({
      ref: 'm@v1.0.0',
      task: deploymentTask('m'),
      environment: 'production',
      production: true,
      description: '',
      payload: { ...payloadOf('1.1.0') },
    });
    await github.deployments.create({
      ref: 'm@v1.0.0',
      task: deploymentTask('m'),
      environment: 'production',
      production: true,
      description: '',
      payload: { ...payloadOf('1.0.0') },
    });
    const told: string[] = [];
    const ledger = await readLedger(github, 'm', 'production', ({ message }) => told.push(message));
    expect(versionsOf(ledger.entries)).toEqual(['1.0.0']);
    expect(told).toEqual([
      expect.stringMatching(/is of m@v1\.0\.0, and its payload says 1\.1\.0/),
      expect.stringMatching(new RegExp(`^deployment ${created.id} of m cannot be read`)),
    ]);
  });

  it('takes a deployment at a commit by its payload: its tag was gone', async () => {
    const { github } = await make({ payload: { ...payloadOf('1.1.0') } });
    const at = memoryGitHub();
    const payload = { ...payloadOf('1.1.0') };
    await at.deployments.create({
      ref: at.head,
      task: deploymentTask('m'),
      environment: 'production',
      production: true,
      description: '',
      payload,
    });
    expect(versionsOf((await readLedger(at, 'm', 'production')).entries)).toEqual(['1.1.0']);
    await expect(readLedger(github, 'm', 'production')).rejects.toThrow('m@v1.0.0');
  });

  it('refuses an answer that lacks the statuses of a deployment', async () => {
    const { github, created } = await make({});
    const forgetful = {
      ...github,
      deployments: { ...github.deployments, statusesOf: () => Promise.resolve(new Map()) },
    };
    await expect(readLedger(forgetful, 'm', 'production')).rejects.toThrow(
      new RegExp(`did not answer with the statuses of deployment ${created.id}.*nothing was changed`),
    );
  });
});

describe('writing the ledger', () => {
  const at = async (model: string) => {
    const github = memoryGitHub();
    await github.refs.create(`refs/tags/${model}@v1.0.0`, github.head);
    return github;
  };

  it('does not deactivate what other models have in an environment', async () => {
    const github = await at('m');
    await github.refs.create('refs/tags/n@v1.0.0', github.head);
    const entries = [];
    for (const model of ['m', 'n']) {
      const payload = payloadOf('1.0.0', { model });
      const options = { ref: `${model}@v1.0.0`, environment: 'staging', production: false, payload };
      const entry = await createEntry(github, options);
      await setState(github, entry, 'success', '', '');
      entries.push(entry);
    }
    const states = entries.map(({ deployment }) => github.deployments.statuses(deployment.id));
    expect((await Promise.all(states)).map(([status]) => status?.state)).toEqual(['success', 'success']);
  });

  it('writes a status once, with its words and the run that it is of', async () => {
    const github = await at('m');
    const payload = payloadOf('1.0.0');
    const options = { ref: 'm@v1.0.0', environment: 'production', production: true, payload };
    const entry = await createEntry(github, options);
    expect([entry.state, entry.deployment.description]).toEqual([null, 'm 1.0.0: rollout']);
    await setState(github, entry, 'in_progress', 'rolling out', 'https://run');
    const [again] = (await readLedger(github, 'm', 'production')).entries;
    await setState(github, again!, 'in_progress', 'again', 'https://other');
    expect(await github.deployments.statuses(entry.deployment.id)).toMatchObject([
      { state: 'in_progress', description: 'rolling out', logUrl: 'https://run' },
    ]);
    expect(deriveLedger('m', 'staging', [again!]).entries).toEqual([]);
  });
});
