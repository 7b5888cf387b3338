import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import type { Exchange } from '../../../src/rehearsal/github/exchange.js';
import type { LocalRepository } from '../../../src/rehearsal/github/repository.js';
import { LocalGitHub, type LocalGitHubOptions } from '../../../src/rehearsal/github/server.js';
import type { Permissions } from '../../../src/rehearsal/types.js';
import { checker } from '../../openapi/checker.js';

export interface World {
  readonly hub: LocalGitHub;
  readonly repository: LocalRepository;
  readonly folder: string;
  readonly octokit: Octokit;
  /** A client whose token has these permissions only. */
  client(permissions: Permissions): Octokit;
  readonly at: { owner: string; repo: string };
}

export const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export function clientOf(hub: LocalGitHub, repository: LocalRepository, permissions: Permissions): Octokit {
  return new Octokit({ auth: repository.token({ permissions }), baseUrl: hub.apiUrl, log: silent });
}

/** A local GitHub with one repository and one commit, whose every exchange is held against GitHub's description. */
export async function withHub(
  body: (world: World) => Promise<void>,
  options: Partial<LocalGitHubOptions> = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'local-github-'));
  const check = checker();
  const defects: string[] = [];
  const hub = await LocalGitHub.start({
    folder,
    observe: (exchange: Exchange) => check.observe(exchange),
    log: (message) => defects.push(message),
    ...options,
  });
  try {
    const repository = await hub.repository({ owner: 'acme', name: 'models' });
    await repository.commit({ branch: 'main', files: { 'README.md': '# Models\n' }, message: 'Begin' });
    await body({
      hub,
      repository,
      folder,
      octokit: clientOf(hub, repository, 'write-all'),
      client: (permissions) => clientOf(hub, repository, permissions),
      at: { owner: 'acme', repo: 'models' },
    });
  } finally {
    await hub.stop();
    await rm(folder, { recursive: true, force: true });
  }
  expect(defects).toEqual([]);
  expect(check.problems).toEqual([]);
}

/** What a call was refused with. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ status: number; message: string; body: unknown }> {
  try {
    await call;
  } catch (error) {
    const { status, message, response } = error as {
      status: number;
      message: string;
      response?: { data: unknown };
    };
    return { status, message, body: response?.data };
  }
  throw new Error('the call was not refused');
}
