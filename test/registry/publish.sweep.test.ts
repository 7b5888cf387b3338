import type { Fault } from '../../src/rehearsal/types.js';
import { connect } from '../../src/github/connect.js';
import { systemClock } from '../../src/common/clock.js';
import type { GitHub } from '../../src/github/types.js';
import { type Local, all, startLocal } from '../github/local.js';
import { registerSample } from './models.js';

/* Every request that register makes fails once, in every way: the end is always the same. */

const contents = { 'model.bin': 'x'.repeat(1500) };
const ways: Record<string, Omit<Fault, 'operation'>> = {
  '500': { how: { status: 500 } },
  'dropped before': { how: { drop: true } },
  'dropped after the write': { how: { drop: true }, when: 'after' },
};

describe('register, when one request fails', () => {
  let local: Local;
  let repositories = 0;
  beforeAll(async () => {
    local = await startLocal();
  });
  afterAll(() => local.close());

  /** A fresh repository of the same local GitHub. */
  const fresh = async (): Promise<{ github: GitHub; head: string }> => {
    const name = `models-${++repositories}`;
    const repo = await local.hub.repository({ owner: 'acme', name });
    const head = await repo.commit({ branch: repo.defaultBranch, files: { a: '1' }, message: 'Start' });
    const github = connect({
      token: repo.token({ permissions: { contents: 'write', actions: 'read' } }),
      run: { apiUrl: local.hub.apiUrl, owner: 'acme', repository: name },
      logger: local.logger,
      clock: systemClock,
      retry: { attempts: 4, baseMs: 1 },
    });
    return { github, head };
  };

  /** All that a registration leaves, but for numbers, times and commits that differ anyway. */
  const endOf = async (github: GitHub, head: string) => {
    const lock = await github.refs.get('refs/mlops/locks/late');
    return {
      releases: (await all(github.releases.list())).map(({ tag, draft, body, targetCommitish, assets }) => ({
        tag,
        draft,
        body,
        atHead: targetCommitish === head,
        assets: assets
          .map(({ name, size, state, digest }) => ({
            name,
            size,
            state,
            // The manifest names the commit.
            digest: /^(manifest|checksums)/.test(name) ? '' : digest,
          }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      })),
      tags: (await github.refs.matching('refs/tags/')).map(({ ref, sha }) => [ref, sha === head]),
      lock: JSON.parse((await github.commits.readFile(lock!.sha, 'lock.json'))!) as unknown,
    };
  };

  it.each(Object.entries(ways))(
    '%s: any single request leaves no trace',
    async (_name, way) => {
      const undisturbed = await fresh();
      const from = local.hub.requests.length;
      await registerSample(local, undisturbed.github, { contents, commit: undisturbed.head });
      const operations = local.hub.requests.slice(from).map(({ operation }) => operation);
      const expected = await endOf(undisturbed.github, undisturbed.head);
      expect(expected.lock).toEqual({ holder: null, beat: 0 });
      expect(operations.length).toBeGreaterThan(15);

      for (let skip = 0; skip < operations.length; skip++) {
        const { github, head } = await fresh();
        local.hub.faults.add({ operation: '*', skip, ...way });
        const { version, created } = await registerSample(local, github, { contents, commit: head });
        local.hub.faults.clear();
        const context = `${skip}: ${operations[skip]}`;
        expect({ context, created, tag: version.tag }).toEqual({
          context,
          created: true,
          tag: 'late@v1.0.0',
        });
        expect({ context, end: await endOf(github, head) }).toEqual({ context, end: expected });
      }
    },
    300_000,
  );
});
