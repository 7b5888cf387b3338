import { deploymentTask } from '../../src/formats/deployment.js';
import { setState } from '../../src/ledger/record.js';
import { TargetError } from '../../src/rollout/targets/target.js';
import { payloadOf } from '../ledger/entries.js';
import { type Ask, QuickStage, broken } from './quick.js';

/* What a rollout refuses before it moves anything. */

let stage: QuickStage;
beforeEach(async () => {
  stage = await QuickStage.open();
});

async function recorded(
  version: string,
  change: Parameters<typeof payloadOf>[1] = {},
  environment = 'production',
) {
  return stage.github.deployments.create({
    ref: `m@v${version}`,
    task: deploymentTask('m'),
    environment,
    production: true,
    description: '',
    payload: { ...payloadOf(version, change) },
  });
}

/** The refusal of a rollout, which must have moved and recorded nothing. */
async function refuses(version: string, ask: Ask = {}): Promise<string> {
  const before = [await stage.record(), [...stage.log], stage.serving];
  const error = await stage.deployed(version, ask).then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason as Error,
  );
  expect([await stage.record(), stage.log, stage.serving]).toEqual(before);
  return error.message;
}

describe('a rollout refuses', () => {
  it('a release whose manifest is not what another environment recorded', async () => {
    await stage.deployed('1.0.0');
    const { id } = await recorded('1.1.0', { manifestDigest: 'sha256:other' }, 'staging');
    expect(await refuses('1.1.0')).toMatch(
      new RegExp(
        `the manifest of 1\\.1\\.0 is sha256:11.*according to deployment ${id} to staging it was sha256:other`,
      ),
    );
  });

  it('anything while a rollback is unfinished', async () => {
    await stage.deployed('1.0.0');
    await stage.deployed('1.1.0');
    await recorded('1.0.0', { cause: 'rollback', run: { id: 4, attempt: 1, url: 'https://run/4' } });
    for (const version of ['1.0.0', '1.1.0', '1.2.0'])
      expect(await refuses(version)).toMatch(
        /a rollback of production to 1\.0\.0 is unfinished \(https:\/\/run\/4\)/,
      );
  });

  it('a version that a person withdrew', async () => {
    for (const version of ['1.0.0', '1.1.0']) await stage.deployed(version);
    await stage.rolledBack();
    expect(await refuses('1.1.0')).toMatch(/ann withdrew version 1\.1\.0 of m from production/);
    expect(await stage.deployed('1.1.0', { change: { restore: true } })).toMatchObject({
      payload: { restoredBy: 'ann' },
    });
    expect((await stage.ledger()).withdrawn.size).toBe(0);
  });

  it('to compare with a live version that a person withdrew', async () => {
    for (const version of ['1.0.0', '1.1.0']) await stage.deployed(version);
    stage.onCommand = (command, phase) => {
      if (command === 'start 1.0.0' && phase === 'before') throw broken();
    };
    await stage.rolledBack();
    expect((await stage.ledger()).live?.version).toBe('1.1.0');
    stage.onCommand = () => undefined;
    expect(await refuses('1.2.0')).toMatch(
      /ann withdrew 1\.1\.0 from production, and no other version could be brought up: it is still the live one/,
    );
    const end = await stage.deployed('1.2.0', { change: { firstDeployment: true } });
    expect(end).toMatchObject({ payload: { replaces: null }, plan: { steps: [1] } });
    expect((await stage.ledger()).live?.version).toBe('1.2.0');
  });

  it('a target that serves something else than the record says', async () => {
    await stage.deployed('1.0.0');
    stage.champion = '0.9.0';
    expect(await refuses('1.1.0')).toMatch(
      /record and target of production disagree: .*asked for is 1\.1\.0 \(manifest sha256:110000000000…\)/,
    );
    // To say that it is the first one does not help where the record has a live version.
    expect(await refuses('1.1.0', { change: { firstDeployment: true } })).toMatch(/disagree/);
  });

  it('a status that cannot be read', async () => {
    await stage.deployed('1.0.0');
    stage.status = () => {
      throw new TargetError('status', 'status prints nonsense');
    };
    expect(await refuses('1.1.0')).toMatch(
      /^status prints nonsense; nothing was changed → fix rollout\.target in the model spec/,
    );
  });

  it('to give all requests to a first version where something serves, or nobody can tell', async () => {
    stage.champion = '0.9.0';
    expect(await refuses('1.0.0')).toMatch(/the target serves champion 0\.9\.0/);
    stage.champion = null;
    stage.status = () => undefined;
    expect(await refuses('1.0.0')).toMatch(
      /no version of m is on record in production; and the target has no status command/,
    );
    await stage.deployed('1.0.0', { change: { firstDeployment: true } });
    expect(await stage.record()).toEqual(['1.0.0 success < in_progress']);
  });

  it('to begin anew where versions were live and none is', async () => {
    await stage.deployed('1.0.0');
    await setState(stage.github, (await stage.ledger()).live!, 'inactive', 'by hand', '');
    stage.champion = null;
    expect(await refuses('1.1.0')).toMatch(
      /versions of m have been live in production, and the record shows none now/,
    );
  });
});

describe('a rollout of the live version', () => {
  it('brings it back where another one gets the requests', async () => {
    await stage.deployed('1.0.0');
    await stage.cancelled('1.1.0');
    Object.assign(stage, { champion: '1.1.0', challenger: { version: '1.0.0', weight: 0 } });
    const before = stage.log.length;
    expect(await stage.deployed('1.0.0')).toMatchObject({ how: 'already-live' });
    expect(stage.log.slice(before)).toContain('set-weight 1.0.0 1');
    expect(stage.champion).toBe('1.0.0');
  });

  it('brings it back where nothing serves, and moves nothing where it serves', async () => {
    await stage.deployed('1.0.0');
    stage.champion = null;
    const before = stage.log.length;
    const run = stage.deploy('1.0.0');
    await stage.finish(run);
    expect(stage.log.slice(before, before + 2)).toEqual(['start 1.0.0', 'set-weight 1.0.0 1']);
    expect(run.logger.text()).toContain('nothing serves in production: 1.0.0 is brought back first');
    expect(stage.champion).toBe('1.0.0');
    const moves = [...stage.log];
    await stage.deployed('1.0.0');
    expect(stage.log).toEqual(moves);
  });
});

describe('a rollout beside a live version that serves nowhere', () => {
  it('brings that back before it begins', async () => {
    await stage.deployed('1.0.0');
    stage.champion = null;
    const before = stage.log.length;
    await stage.deployed('1.1.0');
    expect(stage.log.slice(before, before + 3)).toEqual(['start 1.0.0', 'set-weight 1.0.0 1', 'start 1.1.0']);
  });
});
