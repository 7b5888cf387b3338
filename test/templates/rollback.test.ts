import { systemClock } from '../../src/common/clock.js';
import { RecordingLogger } from '../../src/common/logger.js';
import { connect } from '../../src/github/connect.js';
import { readLedger } from '../../src/ledger/ledger.js';
import type { Decision } from '../../src/rehearsal/runner/events.js';
import { git } from '../../src/rehearsal/runner/git.js';
import { World } from './world.js';

const refusal: Decision = { user: 'lin', state: 'rejected', comment: 'not on a Friday' };

describe('a model is delivered, and rolled back', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  const deliver = async (skill: number, decision?: Decision) => {
    const { number } = await world.propose(skill);
    return world.happens(await world.merge(number), 'model-delivery.yml', decision);
  };
  const rollBack = async (version = '', decision?: Decision, restore = 'false') =>
    world.happens(
      await world.dispatch({ environment: 'production', version, restore }),
      'model-rollback.yml',
      decision,
    );
  const tags = async (): Promise<string[]> => {
    const list = ['--git-dir', world.bench.repository.gitFolder, 'tag', '--list'];
    return (await git(list)).trim().split('\n');
  };

  it('a pull request is checked and commented, and nothing else', async () => {
    const { number, event } = await world.propose(0.5);
    expect(await world.happens(event, 'model-pull-request.yml')).toEqual({
      conclusion: 'success',
      jobs: { check: 'success' },
    });
    const { comments } = await world.bench.hub.state();
    expect(comments).toMatchObject([{ body: expect.stringContaining('late passes') as string }]);
    expect(await world.record()).toEqual({
      releases: [],
      deployments: [],
      issues: [],
      serving: [undefined, undefined],
    });
    const merged = await world.happens(await world.merge(number), 'model-delivery.yml');
    expect(merged.conclusion).toBe('success');
    expect(await world.record()).toEqual({
      releases: ['late@v1.0.0'],
      deployments: [
        'staging late@v1.0.0 success < in_progress',
        'production late@v1.0.0 success < in_progress',
      ],
      issues: [],
      serving: ['1.0.0', '1.0.0'],
    });
  });

  const delivered = {
    releases: ['late@v1.0.0', 'late@v1.1.0'],
    deployments: [
      'staging late@v1.0.0 inactive < success < in_progress',
      'production late@v1.0.0 inactive < success < in_progress',
      'staging late@v1.1.0 success < in_progress',
      'production late@v1.1.0 success < in_progress',
    ],
    issues: [],
    serving: ['1.1.0', '1.1.0'],
  };

  it('a better one is promoted in a canary; delivered again, it is the same version', async () => {
    expect((await deliver(0.9)).conclusion).toBe('success');
    expect(await world.record()).toEqual(delivered);
    expect(world.production.log).toEqual(
      expect.arrayContaining(['start 1.1.0 ', 'set-weight 1.1.0 0.2', 'set-weight 1.1.0 0.5']),
    );
    const moves = world.production.log.length;
    const again = await world.happens(await world.dispatch({}), 'model-delivery.yml');
    expect(again.conclusion).toBe('success');
    expect(await world.record()).toEqual(delivered);
    expect(world.production.log).toHaveLength(moves);
  });

  it('a rollback that is refused, or that nobody is asked for, moves nothing', async () => {
    const moves = world.production.log;
    const refused = await rollBack('', refusal);
    expect(refused).toEqual({ conclusion: 'failure', jobs: { rollback: 'failure' } });
    const { repository } = world.bench;
    await repository.setEnvironment({ name: 'production' });
    expect((await rollBack()).conclusion).toBe('failure');
    expect(world.errors()).toMatch(
      /environment "production" has no required reviewers, so nobody is asked → add them under Settings/,
    );
    await repository.setEnvironment({ name: 'production', reviewers: ['lin'] });
    expect(await world.record()).toEqual(delivered);
    expect(world.production.log).toEqual(moves);
  });

  it('the last good version is put back by one dispatch, with no new tag or release', async () => {
    const before = { tags: await tags(), moves: world.production.log.length };
    expect((await rollBack()).conclusion).toBe('success');
    expect(await world.record()).toEqual({
      ...delivered,
      deployments: [
        ...delivered.deployments.slice(0, 3),
        'production late@v1.1.0 inactive < success < in_progress',
        'production late@v1.0.0 success < in_progress',
      ],
      serving: ['1.1.0', '1.0.0'],
    });
    expect(await tags()).toEqual(before.tags);
    // All requests at once: nothing is compared.
    expect(world.production.log.slice(before.moves).filter((line) => line.startsWith('set-weight'))).toEqual([
      'set-weight 1.0.0 1',
    ]);
    const { deployments } = await world.bench.hub.state();
    expect(deployments.at(-1)).toMatchObject({
      payload: {
        cause: 'rollback',
        version: '1.0.0',
        replaces: '1.1.0',
        approval: { policy: 'environment', approvers: [{ user: 'lin', comment: 'looks good' }] },
      },
    });
  });

  it('the deployments tell what was live when', async () => {
    const { hub, repository } = world.bench;
    const github = connect({
      token: repository.token({ permissions: { contents: 'read', deployments: 'read' } }),
      run: { apiUrl: hub.apiUrl, owner: repository.owner, repository: repository.name },
      logger: new RecordingLogger(),
      clock: systemClock,
    });
    const { entries: past } = await readLedger(github, 'late', 'production');
    expect(past.map(({ version, payload }) => `${version} by ${payload.cause}`)).toEqual([
      '1.0.0 by rollback',
      '1.1.0 by rollout',
      '1.0.0 by rollout',
    ]);
    const [now, bad, first] = past;
    expect(now!.liveUntil).toBeUndefined();
    const times = [first!.liveFrom, first!.liveUntil, bad!.liveFrom, bad!.liveUntil, now!.liveFrom];
    expect(times.every((time) => time !== undefined)).toBe(true);
    expect(Date.parse(first!.liveFrom!)).toBeLessThan(Date.parse(bad!.liveFrom!));
    expect(first!.liveUntil).toBe(bad!.liveFrom);
    expect(bad!.liveUntil).toBe(now!.liveFrom);
  });

  it('a version that was never live there is no place to go back to', async () => {
    const before = await world.record();
    expect((await deliver(0.95, refusal)).jobs).toMatchObject({
      register: 'success',
      staging: 'success',
      production: 'failure',
    });
    const after = await world.record();
    expect(after).toMatchObject({
      releases: ['late@v1.0.0', 'late@v1.1.0', 'late@v1.2.0'],
      serving: ['1.2.0', '1.0.0'],
      issues: [],
    });
    const inProduction = (shown: readonly string[]) => shown.filter((line) => line.startsWith('production'));
    expect(inProduction(after.deployments)).toEqual(inProduction(before.deployments));
    expect((await rollBack('1.2.0')).conclusion).toBe('failure');
    expect(world.errors()).toMatch(
      /no version of late that matches "1\.2\.0" has been live in production → live there were/,
    );
    expect((await rollBack()).conclusion).toBe('failure');
    expect(world.errors()).toContain('production has had no good version before the live one of late');
    expect(await world.record()).toEqual(after);
  });

  it('the canary of a bad one opens an incident, and a good one that goes live closes it', async () => {
    world.production.rates = { '1.3.0': { error: 0.3 } };
    expect((await deliver(0.97)).jobs).toMatchObject({ register: 'success', production: 'failure' });
    const incident = 'Rollout of late 1.3.0 to production was rolled back';
    const caught = await world.record();
    expect(caught).toMatchObject({ issues: [`open: ${incident}`], serving: ['1.3.0', '1.0.0'] });
    expect(caught.deployments.at(-1)).toBe('production late@v1.3.0 failure < in_progress');
    expect((await rollBack('1.1.0')).conclusion).toBe('failure');
    expect(world.errors()).toMatch(/\w+ withdrew version 1\.1\.0 of late from production/);
    expect((await rollBack('1.1.0', undefined, 'true')).conclusion).toBe('success');
    expect(await world.record()).toMatchObject({
      issues: [`closed: ${incident}`],
      serving: ['1.3.0', '1.1.0'],
    });
  });
});
