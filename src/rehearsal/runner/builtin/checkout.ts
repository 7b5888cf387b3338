import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { git } from '../git.js';
import type { Builtin, BuiltinCall } from './builtin.js';

/** `actions/checkout`: the repository of the local GitHub, at the commit of the run or at `ref`. */
export const checkout: Builtin = {
  inputs: {
    repository: '',
    ref: '',
    path: '.',
    'fetch-depth': '1',
    'fetch-tags': 'false',
    clean: 'true',
    token: '',
    'persist-credentials': 'true',
    'show-progress': 'true',
    'set-safe-directory': 'true',
    'github-server-url': '',
    'ssh-key': '',
    'ssh-known-hosts': '',
    'ssh-strict': '',
    'ssh-user': '',
    filter: '',
    'sparse-checkout': '',
    'sparse-checkout-cone-mode': 'true',
    submodules: 'false',
    lfs: 'false',
  },
  refused: ['submodules', 'lfs', 'ssh-key', 'sparse-checkout', 'filter'],
  async run(call) {
    const { inputs, workspace, setup, log } = call;
    const own = `${setup.repository.owner}/${setup.repository.name}`;
    if (inputs.repository && inputs.repository.toLowerCase() !== own.toLowerCase()) {
      throw new Error(`only ${own} can be checked out here, not ${inputs.repository}`);
    }
    const folder = resolve(workspace, inputs.path || '.');
    if (relative(workspace, folder).startsWith('..'))
      throw new Error(`path "${inputs.path}" is outside the workspace`);
    const sha = await commitOf(call);
    await prepareFolder(folder, inputs.clean !== 'false');
    await fetchCommit(call, folder, sha);
    log(`checked out ${inputs.ref || setup.event.ref} at ${sha}`);
    return { ref: inputs.ref || setup.event.ref, commit: sha };
  },
};

async function commitOf({ inputs, setup }: BuiltinCall): Promise<string> {
  if (!inputs.ref) return setup.event.sha;
  try {
    return await setup.repository.resolve(inputs.ref);
  } catch (error) {
    throw new Error(`the ref "${inputs.ref}" is not in the repository`, { cause: error });
  }
}

async function prepareFolder(folder: string, clean: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  // What is no checkout yet is emptied, as the real action does.
  if (existsSync(join(folder, '.git'))) {
    if (clean) await git(['-C', folder, 'clean', '-ffdx']);
    return;
  }
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
  await git(['init', '--quiet', '--initial-branch=main', folder]);
}

async function fetchCommit({ inputs, setup }: BuiltinCall, folder: string, sha: string): Promise<void> {
  const url = `file://${setup.repository.gitFolder}`;
  const at = ['-C', folder];
  await git([...at, 'config', 'remote.origin.url', url]);
  await git([...at, 'config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*']);
  await git([...at, 'config', 'gc.auto', '0']);
  const depth = Number(inputs['fetch-depth'] || '1');
  if (!Number.isInteger(depth) || depth < 0)
    throw new Error(`fetch-depth "${inputs['fetch-depth']}" is not a number`);
  const tags = inputs['fetch-tags'] === 'true' ? ['+refs/tags/*:refs/tags/*'] : [];
  if (depth === 0) {
    await git([
      ...at,
      'fetch',
      '--quiet',
      '--no-tags',
      url,
      '+refs/heads/*:refs/remotes/origin/*',
      '+refs/tags/*:refs/tags/*',
    ]);
  }
  // Also when everything was fetched: the merge commit of a pull request is on no branch.
  const limit = depth === 0 ? [] : [`--depth=${depth}`];
  await git([...at, 'fetch', '--quiet', '--no-tags', ...limit, url, sha, ...tags]);
  const branch = branchOf(inputs.ref || setup.event.ref);
  await git([
    ...at,
    'checkout',
    '--quiet',
    '--force',
    ...(branch === undefined ? ['--detach'] : ['-B', branch]),
    sha,
  ]);
}

function branchOf(ref: string): string | undefined {
  if (ref.startsWith('refs/heads/')) return ref.slice('refs/heads/'.length);
  return undefined;
}
