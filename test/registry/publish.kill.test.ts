import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Local, all, startLocal } from '../github/local.js';
import { owner, registerSample } from './models.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('a registration that is killed', () => {
  let local: Local;
  beforeEach(async () => {
    local = await startLocal();
  });
  afterEach(() => local.close());

  /** Starts a registration as run `runId` and kills it while `operation` hangs. */
  const killAt = async (operation: string, skip: number, runId: number): Promise<void> => {
    local.hub.faults.add({ operation, skip, how: { delayMs: 5000 } });
    const child = spawn(
      join(root, 'node_modules/node/bin/node'),
      [
        '--import',
        join(root, 'scripts/typescript.mjs'),
        join(root, 'test/registry/publish.child.ts'),
        local.hub.apiUrl,
        local.repo.token({ permissions: 'write-all' }),
        local.folder,
        local.head,
        String(runId),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    // A request that hangs is not among those answered: it hangs when no more are answered.
    let answered = -1;
    while (answered < 5 || answered < local.hub.requests.length) {
      answered = local.hub.requests.length;
      await sleep(500);
    }
    expect({ code: child.exitCode, errors }).toEqual({ code: null, errors: '' });
    child.kill('SIGKILL');
    await once(child, 'close');
    local.hub.faults.clear();
  };

  const startRun = async (): Promise<number> =>
    (
      await local.repo.runs.start({
        workflow: '.github/workflows/x.yml',
        name: 'x',
        event: 'push',
        headSha: local.head,
        headBranch: local.repo.defaultBranch,
        actor: 'bob',
      })
    ).id;

  it.each([
    ['repos/upload-release-asset', 2],
    ['repos/update-release', 0],
    ['repos/create-release', 0],
  ])('is continued by the same job, killed at %s', async (operation, skip) => {
    const runId = await startRun();
    await killAt(operation, skip, runId);
    const github = local.client();
    const { version } = await registerSample(local, github, { owner: owner(runId) });
    expect(version.tag).toBe('late@v1.0.0');
    expect((await all(github.releases.list())).map(({ draft, tag }) => ({ draft, tag }))).toEqual([
      { draft: false, tag: 'late@v1.0.0' },
    ]);
  });

  it('is continued by another run once GitHub says that the first has ended', async () => {
    const runId = await startRun();
    await killAt('repos/upload-release-asset', 2, runId);
    await local.repo.runs.update(runId, { status: 'completed', conclusion: 'cancelled' });
    const { version } = await registerSample(local, local.client(), { owner: owner(await startRun(), 'r2') });
    expect(version.tag).toBe('late@v1.0.0');
    expect(local.logger.text()).toContain(`run ${runId} left a registration of late unfinished`);
  });

  it('is continued by another run after the lease, where runs cannot be read', async () => {
    const runId = await startRun();
    await killAt('repos/upload-release-asset', 2, runId);
    const github = local.client({ permissions: { contents: 'write' } });
    const { version } = await registerSample(local, github, {
      owner: owner(await startRun(), 'r2'),
      lockTimes: { lease: 400, patience: 60_000 },
    });
    expect(version.tag).toBe('late@v1.0.0');
    expect(local.logger.text()).toContain(`run ${runId} is registering a version of late: waiting`);
  });
});
