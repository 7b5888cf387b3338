import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { systemClock } from '../../src/common/clock.js';
import { RecordingLogger } from '../../src/common/logger.js';
import { connect } from '../../src/github/connect.js';
import { GitHubFailure } from '../../src/github/failure.js';
import type { Deployment, GitHub } from '../../src/github/types.js';
import { LocalGitHub } from '../../src/rehearsal/github/server.js';
import { all } from './local.js';
import { memoryGitHub } from './memory.js';

/** One of the two, with what was made there, so that both can be told to take "the third". */
interface Side {
  readonly github: GitHub;
  readonly shas: string[];
  readonly deployments: Deployment[];
  readonly comments: number[];
  readonly runs: number[];
  readonly released: Set<string>;
  publish(tag: string, target: string): Promise<unknown>;
  startRun(name: string): Promise<number>;
  endRun(id: number, conclusion: string): Promise<unknown>;
  runAgain(id: number, name: string): Promise<unknown>;
}

const unknownSha = '0'.repeat(40);
/** Which of those that are there; -1 is one that is not. */
const which = fc.integer({ min: -1, max: 12 });
const pick = <T>(list: readonly T[], index: number, absent: T): T =>
  index === -1 || list.length === 0 ? absent : (list[index % list.length] as T);

const text = fc.constantFrom('', 'short', 'é'.repeat(141), '🙂'.repeat(200), 'x'.repeat(140));
const refNames = [
  'refs/mlops/a',
  'refs/mlops/a/b',
  'refs/mlops/b',
  'refs/tags/m@v1.0.0',
  'refs/heads/side',
  'refs/heads/main',
  'refs/mlops/x..y',
  'bad',
];
const ref = fc.constantFrom(...refNames);
const commitish = fc.constantFrom(
  'main',
  'm@v1.0.0',
  'm@v1.1.0',
  'tags/m@v1.0.0',
  'refs/heads/side',
  'no',
  'HEAD',
);
const files = fc.dictionary(
  fc.constantFrom('a.json', 'dir/b.json', 'dir/c.txt'),
  fc.constantFrom('', '1', 'two\n', '{"é":1}'),
  { noNullPrototype: true },
);
const environment = fc.constantFrom('staging', 'staging', 'production');
const rarely = fc.constantFrom(false, false, false, true);
const task = fc.constantFrom('deploy:a', 'deploy:b');
const few = fc.subarray(['drift', 'Drift', 'model:m']);
const labels = fc.oneof(few, few, few, fc.constant(['x'.repeat(51)]));
const issueNumber = fc.constantFrom(1, 1, 2, 3);
const title = fc.constantFrom('Drift', 'Slow', 'Again', 'More', ' ', 't'.repeat(257));
const state = fc.constantFrom('in_progress', 'success', 'success', 'success', 'failure', 'inactive');
const noDeployment = { id: 999, nodeId: 'bm8' } as Deployment;

interface Call<A> {
  readonly args: fc.Arbitrary<A>;
  readonly run: (side: Side, args: A) => Promise<unknown>;
}
const call = <A>(args: fc.Arbitrary<A>, run: Call<A>['run']): Call<unknown> =>
  ({ args, run }) as Call<unknown>;

const calls: Readonly<Record<string, Call<unknown>>> = {
  commit: call(
    fc.record({
      files,
      message: fc.constantFrom('', 'm', 'two\n\nlines', 'end\n'),
      parent: fc.option(which),
    }),
    async ({ github, shas }, { parent, ...commit }) => {
      const from = parent === null ? {} : { parent: pick(shas, parent, unknownSha) };
      const sha = await github.commits.create({ ...commit, ...from });
      shas.push(sha);
      return sha;
    },
  ),
  child: call(fc.record({ files, message: fc.constant('next') }), async ({ github, shas }, commit) => {
    const sha = await github.commits.create({ ...commit, parent: pick(shas, shas.length - 1, unknownSha) });
    shas.push(sha);
    return sha;
  }),
  readCommit: call(which, ({ github, shas }, index) => github.commits.get(pick(shas, index, unknownSha))),
  readFile: call(
    fc.record({
      at: fc.oneof(which, commitish),
      path: fc.constantFrom('a.json', '/dir/b.json', 'dir', 'README.md'),
    }),
    ({ github, shas }, { at, path }) =>
      github.commits.readFile(typeof at === 'string' ? at : pick(shas, at, unknownSha), path),
  ),
  ofTag: call(fc.constantFrom('m@v1.0.0', 'm@v1.1.0'), ({ github }, tag) => github.commits.ofTag(tag)),
  getRef: call(ref, ({ github }, name) => github.refs.get(name)),
  matchRefs: call(
    fc.constantFrom('refs/mlops/', 'refs/mlops/a', 'refs/tags/m@', 'refs/heads/'),
    ({ github }, prefix) => github.refs.matching(prefix),
  ),
  createRef: call(fc.record({ ref, index: which }), ({ github, shas }, { ref: name, index }) =>
    github.refs.create(name, pick(shas, index, unknownSha)),
  ),
  fastForward: call(fc.record({ ref, index: which }), ({ github, shas }, { ref: name, index }) =>
    github.refs.fastForward(name, pick(shas, index, unknownSha)),
  ),
  deleteRef: call(ref, ({ github }, name) => github.refs.delete(name)),
  publish: call(
    fc.record({ tag: fc.constantFrom('m@v1.0.0', 'm@v1.1.0'), index: fc.nat(9) }),
    async ({ released, shas, publish }, { tag, index }) => {
      if (released.has(tag)) return;
      released.add(tag);
      await publish(tag, pick(shas, index, unknownSha));
    },
  ),
  byTag: call(fc.constantFrom('m@v1.0.0', 'm@v1.1.0'), ({ github }, tag) => github.releases.byTag(tag)),
  deploy: call(
    fc.record({
      ref: fc.oneof(fc.constant('main'), which, commitish),
      task,
      environment,
      production: rarely,
      transient: rarely,
      description: text,
      payload: fc.constantFrom({}, { a: { b: [1, null] } }, { gone: undefined, text: 'é' }),
    }),
    async ({ github, shas, deployments }, { ref: at, ...deployment }) => {
      const name = typeof at === 'string' ? at : pick(shas, at, unknownSha);
      const made = await github.deployments.create({ ...deployment, ref: name });
      deployments.push(made);
      return made;
    },
  ),
  listDeployments: call(
    fc.record({ task, environment, ref: fc.constantFrom('main', 'none') }, { requiredKeys: [] }),
    ({ github }, filter) => all(github.deployments.list(filter)),
  ),
  listDeploymentsOf: call(which, ({ github, shas }, index) =>
    all(github.deployments.list({ sha: pick(shas, index, unknownSha) })),
  ),
  report: call(
    fc.record({
      index: which,
      status: fc.record(
        {
          state,
          description: text,
          logUrl: fc.constant('https://example.org/log'),
          environmentUrl: fc.constant('https://example.org/'),
          autoInactive: fc.boolean(),
        },
        { requiredKeys: ['state', 'description'] },
      ),
    }),
    ({ github, deployments }, { index, status }) =>
      github.deployments.createStatus(pick(deployments, index, noDeployment).id, status as never),
  ),
  statuses: call(which, ({ github, deployments }, index) =>
    github.deployments.statuses(pick(deployments, index, noDeployment).id),
  ),
  statusesOf: call(fc.array(which, { maxLength: 5 }), async ({ github, deployments }, indices) => {
    const wanted = indices.map((index) => pick(deployments, index, noDeployment));
    return [...(await github.deployments.statusesOf(wanted))].map(([id, list]) => ({ id, list }));
  }),
  openIssue: call(fc.record({ title, body: text, labels }), ({ github }, issue) =>
    github.issues.create(issue),
  ),
  changeIssue: call(
    fc.record({
      number: issueNumber,
      change: fc.record(
        { title, body: text, state: fc.constantFrom('open' as const, 'closed' as const) },
        { requiredKeys: [] },
      ),
    }),
    ({ github }, { number, change }) => github.issues.update(number, change),
  ),
  listIssues: call(
    fc.record({ labels, state: fc.constantFrom('open', 'closed', 'all') }, { requiredKeys: [] }),
    ({ github }, filter) => all(github.issues.list(filter as never)),
  ),
  comment: call(
    fc.record({ number: issueNumber, body: text }),
    async ({ github, comments }, { number, body }) => {
      const made = await github.issues.createComment(number, body);
      comments.push(made.id);
      return made;
    },
  ),
  changeComment: call(fc.record({ index: which, body: text }), ({ github, comments }, { index, body }) =>
    github.issues.updateComment(pick(comments, index, 999), body),
  ),
  deleteComment: call(which, ({ github, comments }, index) =>
    github.issues.deleteComment(pick(comments, index, 999)),
  ),
  comments: call(issueNumber, ({ github }, number) => all(github.issues.comments(number))),
  startRun: call(fc.constant('ci'), async ({ runs, startRun }, name) => {
    runs.push(await startRun(name));
  }),
  endRun: call(fc.record({ index: fc.nat(3), again: fc.boolean() }), async (side, { index, again }) => {
    const id = pick(side.runs, index, 0);
    if (id === 0) return;
    await side.endRun(id, again ? 'failure' : 'success');
    if (again) await side.runAgain(id, 'ci');
  }),
  readRun: call(which, ({ github, runs }, index) => github.runs.get(pick(runs, index, 999))),
  approvals: call(which, ({ github, runs }, index) => github.runs.approvals(pick(runs, index, 999))),
  repository: call(fc.constant(undefined), ({ github }) => github.repository()),
};
type Step = { readonly wait: number; readonly name: string; readonly args: unknown };

/** Calls that have to do with each other, so that a short sequence gets far; those that make things come often. */
const areas: readonly (readonly string[])[] = [
  Object.keys(calls),
  ['child', 'child', 'commit', 'readCommit', 'readFile', 'createRef', 'fastForward', 'fastForward', 'getRef'],
  ['child', 'createRef', 'createRef', 'deleteRef', 'matchRefs', 'publish', 'ofTag', 'byTag', 'readFile'],
  [
    'child',
    'publish',
    'deploy',
    'deploy',
    'report',
    'report',
    'statuses',
    'listDeployments',
    'listDeploymentsOf',
  ],
  ['deploy', 'report', 'report', 'report', 'report', 'statusesOf'],
  [
    'openIssue',
    'openIssue',
    'changeIssue',
    'listIssues',
    'comment',
    'changeComment',
    'deleteComment',
    'comments',
  ],
  ['startRun', 'endRun', 'readRun', 'readRun', 'approvals', 'repository'],
];
const stepOf = (names: readonly string[]): fc.Arbitrary<Step> =>
  fc.oneof(
    ...names.map((name) =>
      fc.record({
        wait: fc.constantFrom(0, 0, 1, 90),
        name: fc.constant(name),
        args: calls[name]?.args ?? fc.constant(undefined),
      }),
    ),
  );
const sequences = fc.tuple(
  ...areas.map((names) => fc.array(stepOf(names), { minLength: 25, maxLength: 45, size: 'max' })),
);

/** Everything that is there. */
async function readAll({ github, deployments, comments }: Side): Promise<unknown> {
  const { refs, issues } = github;
  const statuses = await github.deployments.statusesOf(deployments);
  const list = await all(issues.list({ state: 'all' }));
  return {
    refs: [...(await refs.matching('refs/mlops/')), ...(await refs.matching('refs/heads/'))],
    deployments: await all(github.deployments.list({})),
    statuses: [...statuses.values()],
    issues: list,
    comments: await Promise.all(list.map(({ number }) => all(issues.comments(number)))),
    made: comments.length,
  };
}

/** Ids and shas by the order in which they came up, addresses without their host. */
function normaliser() {
  const names = new Map<unknown, string>();
  const nameOf = (value: unknown): string => {
    const name = names.get(value) ?? `#${names.size}`;
    names.set(value, name);
    return name;
  };
  const plain = (value: unknown, key = ''): unknown => {
    if (key === 'id') return nameOf(value);
    if (key === 'nodeId' || key === 'uploadUrl') return typeof value;
    if (typeof value === 'string') {
      if (/^[0-9a-f]{40}$/.test(value)) return nameOf(value);
      return key === 'url' ? value.replace(/^https?:\/\/[^/]+/, '').replace(/\d{7,}/, 'ID') : value;
    }
    if (Array.isArray(value)) return value.map((item) => plain(item));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner, name)]));
  };
  return plain;
}

/** What came back, or how it was refused. */
async function outcome(side: Side, { name, args }: Step): Promise<unknown> {
  try {
    return { answer: await calls[name]?.run(side, args) };
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    return { refused: error.status, ambiguous: error.ambiguous };
  }
}

const nothing = () => ({
  deployments: [],
  comments: [],
  runs: [],
  released: new Set<string>(),
});

describe('GitHub in memory', () => {
  let time = 0;
  let folder: string;
  let hub: LocalGitHub;
  let made = 0;
  const now = (): Date => new Date(time);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-github-'));
    hub = await LocalGitHub.start({ folder, clock: now });
  });
  afterAll(async () => {
    await hub.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function overHttp(name: string): Promise<Side> {
    const repository = await hub.repository({ owner: 'acme', name });
    const head = await repository.commit({
      branch: 'main',
      files: { 'README.md': '# models\n' },
      message: 'Start',
    });
    const github = connect({
      token: repository.token({ permissions: 'write-all' }),
      // A base without `/api/v3` has GraphQL right below it.
      run: { apiUrl: hub.apiUrl.replace('/api/v3', '/api/uploads'), owner: 'acme', repository: name },
      logger: new RecordingLogger(),
      clock: systemClock,
    });
    const { runs } = repository;
    const about = { workflow: 'ci.yml', event: 'push', headSha: head, headBranch: 'main', actor: 'acme' };
    return {
      ...nothing(),
      github,
      shas: [head],
      publish: async (tag, target) => {
        const draft = await github.releases.createDraft({ tag, target, name: tag, body: 'b' });
        await github.releases.publish(draft.id);
      },
      startRun: async (run) => (await runs.start({ ...about, name: run })).id,
      endRun: (id, conclusion) => runs.update(id, { status: 'completed', conclusion }),
      runAgain: (id, run) => runs.start({ ...about, id, name: run }),
    };
  }

  function inMemory(name: string): Side {
    const github = memoryGitHub({ now, name });
    const { world, head } = github;
    return {
      ...nothing(),
      github,
      shas: [head],
      publish: (tag, target) => Promise.resolve(world.publish({ tag, target, name: tag, body: 'b' })),
      startRun: (run) => Promise.resolve(world.startRun({ name: run, headSha: head })),
      endRun: (id, conclusion) => Promise.resolve(world.setRun(id, { status: 'completed', conclusion })),
      runAgain: async (id) => {
        const attempt = ((await github.runs.get(id))?.attempt ?? 0) + 1;
        world.setRun(id, { attempt, status: 'in_progress', conclusion: null });
      },
    };
  }

  async function compare(steps: readonly Step[]): Promise<void> {
    time = Date.parse('2026-01-01T00:00:00.250Z');
    const name = `models-${made++}`;
    const [http, memory] = [await overHttp(name), inMemory(name)];
    const [left, right] = [normaliser(), normaliser()];
    for (const [index, one] of steps.entries()) {
      time += one.wait * 1000;
      const expected = left(await outcome(http, one));
      expect({ index, one, got: right(await outcome(memory, one)) }).toEqual({ index, one, got: expected });
    }
    const expected = left(await readAll(http));
    expect(right(await readAll(memory))).toEqual(expected);
  }

  it('answers as the client and the local GitHub do', async () => {
    const property = fc.asyncProperty(sequences, async (every) => {
      for (const steps of every) await compare(steps);
    });
    await fc.assert(property, { numRuns: 4, endOnFailure: true, interruptAfterTimeLimit: 45_000 });
  }, 60_000);

  it('keeps the time at which an issue was closed, as they do', async () => {
    const changes = [
      { state: 'closed' },
      { body: 'more' },
      { state: 'closed' },
      { state: 'open' },
      { title: 'Again' },
    ];
    const steps: Step[] = [
      { wait: 0, name: 'openIssue', args: { title: 'Drift', body: '', labels: ['drift'] } },
      ...changes.map((change) => ({ wait: 90, name: 'changeIssue', args: { number: 1, change } })),
    ];
    await compare(steps);
  });

  it('tells of every call, before and after, and can fail or wait in each', async () => {
    const seen: string[] = [];
    const github = memoryGitHub({
      onCall: (operation, phase) => {
        seen.push(`${phase} ${operation}`);
      },
    });
    const cut = (when: 'before' | 'after') =>
      github.as({
        onCall: (_operation, phase) => {
          if (phase === when) throw new Error('killed');
        },
      });
    await expect(cut('before').refs.create('refs/mlops/x', github.head)).rejects.toThrow('killed');
    expect(await github.refs.get('refs/mlops/x')).toBeUndefined();
    await expect(cut('after').refs.create('refs/mlops/x', github.head)).rejects.toThrow('killed');
    expect(await github.refs.get('refs/mlops/x')).toBeDefined();
    expect(seen).toEqual(['before refs.get', 'after refs.get', 'before refs.get', 'after refs.get']);

    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const parked = github.as({ onCall: (_operation, phase) => (phase === 'before' ? gate : undefined) });
    const late = parked.refs.create('refs/mlops/y', github.head);
    expect(await github.refs.create('refs/mlops/y', github.head)).toBe(true);
    open();
    expect(await late).toBe(false);
  });

  it('has people whose word counts, and others', async () => {
    const github = memoryGitHub();
    const { number } = github.world.openIssue({ title: 't', body: '', labels: [], author: 'ann' });
    github.world.comment(number, { body: 'stop', author: 'mallory', trusted: false });
    await github.as({ login: 'ann' }).issues.createComment(number, 'go on');
    const found = await all(github.issues.comments(number));
    expect(found.map(({ author, trusted }) => [author, trusted])).toEqual([
      ['mallory', false],
      ['ann', true],
    ]);
  });

  it('says what it does not serve', () => {
    const github = memoryGitHub();
    expect(() => github.releases.list()).toThrow('not served: releases.list');
    expect(() => github.environments.get('production')).toThrow('not served: environments.get');
  });

  it('is quick', async () => {
    const github = memoryGitHub();
    const deployment = {
      ref: 'main',
      task: 'deploy:m',
      environment: 'e',
      production: true,
      description: '',
      payload: {},
    };
    const start = performance.now();
    for (let n = 0; n < 3000; n++) {
      const { id } = await github.deployments.create(deployment);
      await github.deployments.createStatus(id, { state: 'success', description: '' });
      await github.deployments.statuses(id);
    }
    await all(github.deployments.list({ task: 'deploy:m' }));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
