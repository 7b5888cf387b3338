import { systemClock } from '../../src/common/clock.js';
import { connect } from '../../src/github/connect.js';
import type { Deployment, GitHub } from '../../src/github/types.js';
import type { Fault, Permissions } from '../../src/rehearsal/types.js';
import { type Local, all, startLocal } from './local.js';

describe('statuses of many deployments', () => {
  let local: Local;
  let github: GitHub;
  beforeEach(async () => {
    local = await startLocal();
    github = client();
  });
  afterEach(() => local.close());

  /** A base without `/api/v3`, as github.com’s: GraphQL is right below it. */
  function client({
    permissions = 'write-all',
    path = '/api/uploads',
  }: { permissions?: Permissions; path?: string } = {}) {
    return connect({
      token: local.repo.token({ permissions }),
      run: { ...local.run(), apiUrl: local.hub.apiUrl.replace('/api/v3', path) },
      logger: local.logger,
      clock: { ...systemClock, sleep: () => Promise.resolve() },
      retry: { attempts: 4, baseMs: 1 },
    });
  }

  const deploy = (n: number) =>
    github.deployments.create({
      ref: local.head,
      task: `deploy:${n}`,
      environment: 'production',
      production: true,
      description: `${n}`,
      payload: { n },
    });

  const deployWithStatuses = async (n: number): Promise<Deployment> => {
    const made = await deploy(n);
    const report = (state: 'in_progress' | 'success', description: string) =>
      github.deployments.createStatus(made.id, { state, description });
    await report('in_progress', 'begun');
    if (n % 2 === 0) await report('success', `${n} is live`);
    return made;
  };

  const asked = (operation: string): number =>
    local.hub.requests.filter((request) => request.operation === operation).length;
  const reading = 'repos/list-deployment-statuses';

  /** What GraphQL answers instead. */
  const answer = (body: object, more: Partial<Fault> = {}): void =>
    local.hub.faults.add({ operation: 'graphql', how: { status: 200, body }, ...more });

  it('come with one request for a hundred', async () => {
    for (let n = 0; n < 230; n++) await deployWithStatuses(n);
    const deployments = await all(github.deployments.list({}));
    const statuses = await github.deployments.statusesOf(deployments);
    expect([asked('repos/list-deployments'), asked('graphql'), asked(reading)]).toEqual([3, 3, 0]);
    expect(statuses.size).toBe(230);
    for (const { id, payload } of [deployments[0], deployments[117], deployments[229]] as Deployment[]) {
      expect(statuses.get(id)).toEqual(await github.deployments.statuses(id));
      expect(statuses.get(id)).toHaveLength(Number(payload.n) % 2 === 0 ? 2 : 1);
    }
  }, 30_000);

  it('are none of no deployments, and none of one without', async () => {
    expect(await github.deployments.statusesOf([])).toEqual(new Map());
    const made = await deploy(1);
    expect(await github.deployments.statusesOf([made])).toEqual(new Map([[made.id, []]]));
    expect(asked('graphql')).toBe(1);
  });

  it('are read by REST where there are more than a request brings', async () => {
    const made = await deploy(1);
    for (let n = 0; n < 101; n++) {
      await github.deployments.createStatus(made.id, { state: 'in_progress', description: `${n}` });
    }
    const other = await deployWithStatuses(2);
    const found = await github.deployments.statusesOf([made, other]);
    expect(found.get(made.id)?.map(({ description }) => description)).toEqual(
      Array.from({ length: 101 }, (_, n) => `${100 - n}`),
    );
    expect(found.get(other.id)).toHaveLength(2);
    expect(asked(reading)).toBe(2);
  });

  it.each<[string, number, object]>([
    ['a server error', 1, { status: 502 }],
    ['several', 3, { status: 503 }],
    ['a lost connection', 2, { drop: true }],
    [
      'a query that took too long',
      1,
      {
        status: 200,
        body: { data: null, errors: [{ message: 'Something went wrong while executing your query.' }] },
      },
    ],
    [
      'a rate limit',
      2,
      { status: 200, body: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] } },
    ],
    ['a secondary rate limit', 1, { status: 403, headers: { 'retry-after': '1' } }],
  ])('are asked for again after %s', async (_what, count, how) => {
    const made = await deployWithStatuses(2);
    local.hub.faults.add({ operation: 'graphql', count, how: how as Fault['how'] });
    expect((await github.deployments.statusesOf([made])).get(made.id)).toHaveLength(2);
    expect([asked('graphql'), asked(reading)]).toEqual([count + 1, 0]);
  });

  it.each<[string, object]>([
    ['a server that has no GraphQL', { status: 404 }],
    [
      'a token that may not use it',
      { status: 403, body: { message: 'Resource not accessible by personal access token' } },
    ],
    [
      'one that is told so in the answer',
      { status: 200, body: { data: null, errors: [{ type: 'FORBIDDEN', message: 'no' }] } },
    ],
  ])('are read by REST, one by one, with %s', async (_what, how) => {
    const made = [await deployWithStatuses(1), await deployWithStatuses(2)];
    local.hub.faults.add({ operation: 'graphql', count: 99, how: how as Fault['how'] });
    const found = await github.deployments.statusesOf(made);
    expect([...found.values()].map((list) => list.length)).toEqual([1, 2]);
    expect([asked('graphql'), asked(reading)]).toEqual([1, 2]);
  });

  it('are refused as REST refuses them when the permission is missing', async () => {
    const made = await deploy(1);
    await expect(
      client({ permissions: { contents: 'read' } }).deployments.statusesOf([made]),
    ).rejects.toThrow('the token may not read deployments');
  });

  it('are an error with a server that fails, or a limit that is used up', async () => {
    const made = await deploy(1);
    local.hub.faults.add({ operation: 'graphql', count: 4, how: { status: 502 } });
    await expect(github.deployments.statusesOf([made])).rejects.toThrow(
      /cannot read deployments: GitHub answers 502 .*4 times/,
    );
    answer({ errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] }, { count: 99 });
    await expect(github.deployments.statusesOf([made])).rejects.toThrow('rate limit is used up');
    expect(asked(reading)).toBe(0);
  });

  it('are never taken from half an answer', async () => {
    const made = await deploy(1);
    const unknown = { ...made, nodeId: 'bm8' };
    await expect(github.deployments.statusesOf([made, unknown])).rejects.toThrow('global id');
    const node = {
      commitOid: made.sha,
      task: made.task,
      createdAt: made.createdAt,
      latestStatus: null,
      statuses: { pageInfo: { hasNextPage: false }, nodes: [] },
    };
    const bodies: object[] = [
      {},
      { data: null },
      { data: {} },
      { data: { nodes: [] } },
      { data: { nodes: [null] } },
      { data: { nodes: [{}] } },
      { data: { nodes: [{ ...node, statuses: null }] } },
      { data: { nodes: [{ ...node, statuses: { ...node.statuses, nodes: [null] } }] } },
      { data: { nodes: [{ ...node, task: 'deploy:2' }] } },
      { data: { nodes: [{ ...node, commitOid: '0'.repeat(40) }] } },
      { data: { nodes: [{ ...node, createdAt: '2020-01-01T00:00:00Z' }] } },
    ];
    for (const body of bodies) {
      answer(body);
      await expect(github.deployments.statusesOf([made])).rejects.toThrow('not complete');
    }
    answer({ data: { nodes: [node] }, errors: [{ message: 'odd' }] });
    await expect(github.deployments.statusesOf([made])).rejects.toThrow('odd');
    answer({ data: { nodes: [node] } });
    expect(await github.deployments.statusesOf([made])).toEqual(new Map([[made.id, []]]));
  });

  it('are newest first, whichever way GraphQL has them, and read by REST where that is not plain', async () => {
    const made = await deployWithStatuses(2);
    const status = (id: string, second: number) => ({
      id,
      state: id.toUpperCase(),
      description: null,
      createdAt: `2026-01-01T00:00:0${second}Z`,
      logUrl: null,
      environmentUrl: null,
    });
    const states = async (latest: string | null, nodes: object[]): Promise<string[] | undefined> => {
      const { sha, task, createdAt } = made;
      const statuses = { pageInfo: { hasNextPage: false }, nodes };
      const latestStatus = latest === null ? null : { id: latest };
      answer({ data: { nodes: [{ commitOid: sha, task, createdAt, latestStatus, statuses }] } });
      return (await github.deployments.statusesOf([made])).get(made.id)?.map(({ state }) => state);
    };
    // Both within one second: the times do not tell.
    const [older, newer] = [status('queued', 1), status('success', 1)];
    expect(await states('success', [newer, older])).toEqual(['success', 'queued']);
    expect(await states('success', [older, newer])).toEqual(['success', 'queued']);
    expect(asked(reading)).toBe(0);
    const real = ['success', 'in_progress'];
    expect(await states('failure', [newer, older])).toEqual(real);
    expect(await states(null, [newer, older])).toEqual(real);
    expect(await states('failure', [])).toEqual(real);
    expect(await states('success', [newer, older, status('queued', 2)])).toEqual(real);
    expect(asked(reading)).toBe(4);
  });

  it('are asked for below /api of GitHub Enterprise Server', async () => {
    const made = await deployWithStatuses(2);
    const found = await client({ path: '/api/v3' }).deployments.statusesOf([made]);
    expect(found.get(made.id)).toHaveLength(2);
    expect(local.hub.requests.map(({ path }) => path)).toContain('/api/graphql');
  });
});

describe('GraphQL of the local GitHub', () => {
  it('serves one query, to those who have a token', async () => {
    const local = await startLocal();
    try {
      const post = async (token: string | undefined, body: object): Promise<[number, unknown]> => {
        const response = await fetch(local.hub.apiUrl.replace('/v3', '/uploads/graphql'), {
          method: 'POST',
          headers: token === undefined ? {} : { authorization: `bearer ${token}` },
          body: JSON.stringify(body),
        });
        return [response.status, await response.json()];
      };
      const token = local.repo.token({ permissions: 'read-all' });
      expect((await post(undefined, { query: 'query { viewer { login } }' }))[0]).toBe(401);
      expect((await post('x', { query: 'query { viewer { login } }' }))[0]).toBe(401);
      expect((await post(token, {}))[0]).toBe(400);
      expect((await post(token, { query: 'query { viewer { login } }' }))[0]).toBe(501);
    } finally {
      await local.close();
    }
  });
});
