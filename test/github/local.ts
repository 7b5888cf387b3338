import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../src/common/clock.js';
import { RecordingLogger } from '../../src/common/logger.js';
import { connect } from '../../src/github/connect.js';
import type { GitHub } from '../../src/github/types.js';
import { LocalGitHub } from '../../src/rehearsal/github/server.js';
import type { Permissions } from '../../src/rehearsal/types.js';

/** A local GitHub with one repository of one commit, and clients for it over HTTP. */
export interface Local {
  readonly hub: LocalGitHub;
  readonly repo: Awaited<ReturnType<LocalGitHub['repository']>>;
  /** The commit that is there. */
  readonly head: string;
  readonly folder: string;
  readonly logger: RecordingLogger;
  client(options?: { permissions?: Permissions; clock?: Clock; attempts?: number; login?: string }): GitHub;
  run(): { apiUrl: string; owner: string; repository: string };
  close(): Promise<void>;
}

export async function startLocal(): Promise<Local> {
  const folder = await mkdtemp(join(tmpdir(), 'local-github-'));
  const hub = await LocalGitHub.start({ folder: join(folder, 'hub') });
  const repo = await hub.repository({ owner: 'acme', name: 'models' });
  const head = await repo.commit({
    branch: repo.defaultBranch,
    files: { 'README.md': '# models\n' },
    message: 'Start',
  });
  const logger = new RecordingLogger();
  const run = () => ({ apiUrl: hub.apiUrl, owner: 'acme', repository: 'models' });
  return {
    hub,
    repo,
    head,
    folder,
    logger,
    run,
    client: ({ permissions = 'write-all', clock = systemClock, attempts = 4, login } = {}) =>
      connect({
        token: repo.token({ permissions, ...(login !== undefined && { login }) }),
        run: run(),
        logger,
        clock,
        retry: { attempts, baseMs: 2 },
      }),
    close: async () => {
      await hub.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
