import { setState } from '../../src/ledger/record.js';
import { digestOf } from '../ledger/entries.js';
import { QuickStage, broken } from './quick.js';

let stage: QuickStage;
beforeEach(async () => {
  stage = await QuickStage.open();
});
const adopt = (version: string, reconcile: 'adopt-target' | 'adopt-record', change = {}) =>
  stage.deploy(version, { change: { reconcile, ...change } });

describe('adopting the record', () => {
  it('gives the live version all requests before the rollout begins', async () => {
    await stage.deployed('1.0.0');
    stage.champion = '0.9.0';
    const before = stage.log.length;
    const run = adopt('1.1.0', 'adopt-record');
    const end = await stage.finish(run);
    expect(stage.log.slice(before, before + 3)).toEqual(['start 1.0.0', 'set-weight 1.0.0 1', 'start 1.1.0']);
    expect(end.payload).toMatchObject({ replaces: '1.0.0', plan: { steps: [0.5, 1] } });
    expect(run.logger.text()).toContain('the record is adopted: 1.0.0 gets all requests in production');
  });

  it('is refused where nothing is live on record', async () => {
    stage.champion = '0.9.0';
    await expect(stage.finish(adopt('1.0.0', 'adopt-record'))).rejects.toThrow(
      /no version of m is live in production on record: there is nothing to adopt/,
    );
    expect(stage.log).toEqual([]);
  });

  it('is refused where a person withdrew the live version', async () => {
    for (const version of ['1.0.0', '1.1.0']) await stage.deployed(version);
    stage.onCommand = (command, phase) => {
      if (command === 'start 1.0.0' && phase === 'before') throw broken();
    };
    await stage.rolledBack();
    stage.onCommand = () => undefined;
    stage.champion = '0.9.0';
    await expect(stage.finish(adopt('1.2.0', 'adopt-record'))).rejects.toThrow(
      /ann withdrew version 1\.1\.0/,
    );
    expect(stage.champion).toBe('0.9.0');
  });

  it('gives nothing over where record and target agree', async () => {
    await stage.deployed('1.0.0');
    const before = stage.log.length;
    await stage.finish(adopt('1.1.0', 'adopt-record'));
    expect(stage.log.slice(before)[0]).toBe('start 1.1.0');
  });
});

describe('adopting the target', () => {
  it('records what serves as live, moves nothing for that, and ends what was live', async () => {
    for (const version of ['1.0.0', '1.1.0']) await stage.deployed(version);
    stage.champion = '1.0.0';
    // Platforms may write versions with a v.
    stage.status = () => ({ ...stage.serving, champion: { version: `v${stage.champion!}` } });
    const before = stage.log.length;
    const end = await stage.finish(adopt('1.2.0', 'adopt-target'));
    expect(stage.log.slice(before)[0]).toBe('start 1.2.0');
    expect(end.payload).toMatchObject({ replaces: '1.0.0', plan: { steps: [0.5, 1] } });
    const [, adopted] = (await stage.ledger()).entries;
    expect(adopted).toMatchObject({
      version: '1.0.0',
      payload: {
        cause: 'reconcile',
        replaces: '1.1.0',
        manifestDigest: digestOf('1.0.0'),
        plan: { steps: [1], bakeMs: 0, intervalMs: 0 },
      },
      statuses: [{ state: 'inactive' }, { state: 'success', description: 'adopted from the target by ann' }],
    });
    expect(await stage.record()).toEqual([
      '1.2.0 success < in_progress',
      '1.0.0 inactive < success',
      '1.1.0 inactive < success < in_progress',
      '1.0.0 inactive < success < in_progress',
    ]);
  });

  it('ends everything else that the record still calls live', async () => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await stage.deployed(version);
    const { entries } = await stage.ledger();
    await setState(stage.github, { ...entries[1]!, state: null }, 'success', '', '');
    stage.champion = '1.0.0';
    stage.rates = { '1.3.0': 0.3 };
    // A rollout that fails ends nothing itself.
    await stage.finish(adopt('1.3.0', 'adopt-target'));
    expect(await stage.ledger()).toMatchObject({
      live: { version: '1.0.0', payload: { cause: 'reconcile' } },
      outdated: [],
    });
  });

  it('adopts a registered version that no deployment recorded only once it is verified', async () => {
    await stage.deployed('1.0.0');
    stage.champion = '1.1.0';
    const verify = (version: string) => Promise.reject(new Error(`${version} was changed`));
    const order = { change: { reconcile: 'adopt-target' as const }, tools: { verify } };
    await expect(stage.deployed('1.2.0', order)).rejects.toThrow('1.1.0 was changed');
    expect(await stage.record()).toEqual(['1.0.0 success < in_progress']);
    const end = await stage.finish(adopt('1.2.0', 'adopt-target'));
    expect(end.payload.replaces).toBe('1.1.0');
    // What a deployment recorded is compared with that, not verified anew.
    stage.champion = '1.1.0';
    await stage.deployed('1.3.0', order);
    expect((await stage.ledger()).live?.version).toBe('1.3.0');
  });

  it('changes nothing on record where the live version serves', async () => {
    await stage.deployed('1.0.0');
    await stage.finish(adopt('1.0.0', 'adopt-target'));
    expect(await stage.record()).toEqual(['1.0.0 success < in_progress']);
  });

  it('is refused for a version that a person withdrew, unless a person restores it', async () => {
    for (const version of ['1.0.0', '1.1.0']) await stage.deployed(version);
    await stage.rolledBack();
    stage.champion = '1.1.0';
    await expect(stage.finish(adopt('1.2.0', 'adopt-target'))).rejects.toThrow(
      /ann withdrew version 1\.1\.0 of m from production/,
    );
    expect((await stage.ledger()).live?.version).toBe('1.0.0');
  });

  it.each([
    ['serves nothing', () => stage.serving, /serves champion none, no challenger: there is nothing to adopt/],
    ['does not tell', () => undefined, /serves what it cannot tell: there is nothing to adopt/],
  ])('is refused where the target %s', async (_, status, message) => {
    await stage.deployed('1.0.0');
    stage.champion = null;
    stage.status = status;
    await expect(stage.finish(adopt('1.1.0', 'adopt-target'))).rejects.toThrow(message);
    expect(await stage.record()).toEqual(['1.0.0 success < in_progress']);
  });

  it('records nothing where the live version serves beside something else', async () => {
    await stage.deployed('1.0.0');
    stage.challenger = { version: '9.9.9', weight: 0.5 };
    await expect(stage.finish(adopt('1.1.0', 'adopt-target'))).rejects.toThrow(/disagree/);
    expect(await stage.record()).toEqual(['1.0.0 success < in_progress']);
  });

  it('is compared again afterwards: what else is wrong is still refused', async () => {
    for (const version of ['1.0.0', '1.1.0']) await stage.deployed(version);
    Object.assign(stage, { champion: '1.0.0', challenger: { version: '9.9.9', weight: 0.5 } });
    await expect(stage.finish(adopt('1.2.0', 'adopt-target'))).rejects.toThrow(
      /record and target of production disagree: the record shows 1\.0\.0 .*challenger 9\.9\.9 at 0\.5/,
    );
  });
});
