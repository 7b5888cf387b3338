import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { UserError } from '../common/errors.js';
import { git } from '../rehearsal/runner/git.js';

/** What a git checkout is, as GitHub would know it. */
export interface Checkout {
  readonly folder: string;
  readonly owner: string;
  readonly name: string;
  /** The commit that is checked out; undefined in a repository without any. */
  readonly head: string | undefined;
  /** Of HEAD; `main` when it is detached. */
  readonly branch: string;
}

/** @throws UserError when the folder is in no git repository */
export async function readCheckout(folder: string): Promise<Checkout> {
  const ask = async (...args: string[]): Promise<string | undefined> => {
    try {
      return (await git(['-C', folder, ...args])).trim() || undefined;
    } catch {
      return undefined;
    }
  };
  const root = await ask('rev-parse', '--show-toplevel');
  if (root === undefined) {
    throw new UserError({
      message: `${resolve(folder)} is in no git repository`,
      remedy: 'run `git init`, or name another with --repository',
    });
  }
  const remote = await ask('config', 'remote.origin.url');
  const match = /[:/]([^/:]+)\/([^/]+?)(?:\.git)?\/?$/.exec(remote ?? '');
  return {
    folder: root,
    owner: clean(match?.[1] ?? 'local'),
    name: clean(match?.[2] ?? basename(root)),
    head: await ask('rev-parse', '--verify', '--quiet', 'HEAD'),
    branch: (await ask('symbolic-ref', '--short', '--quiet', 'HEAD')) ?? 'main',
  };
}

function clean(text: string): string {
  return text.replace(/[^\w.-]/g, '-');
}

export interface SnapshotOptions {
  /** The bare repository that gets the commit. */
  readonly gitFolder: string;
  readonly branch: string;
  /** A folder that is left out: the state of rehearsals. */
  readonly except: string;
  /** Makes a commit of its own even when nothing changed since HEAD. */
  readonly always?: boolean;
}

/**
 * Brings HEAD into a bare repository, as a branch; an empty commit where there is no HEAD yet.
 * @returns the commit
 */
export async function bringHead(
  { folder, head }: Checkout,
  gitFolder: string,
  branch: string,
): Promise<string> {
  const at = `--git-dir=${gitFolder}`;
  let commit = head;
  if (commit === undefined) {
    const tree = (await git([at, 'hash-object', '-t', 'tree', '-w', '/dev/null'])).trim();
    commit = (await git([at, 'commit-tree', tree, '-m', 'Nothing yet'], author)).trim();
  } else await git([at, 'fetch', '--quiet', '--no-tags', folder, commit]);
  await git([at, 'update-ref', `refs/heads/${branch}`, commit]);
  return commit;
}

/**
 * Commits what the working tree holds now into a bare repository: tracked files and new ones, ignored ones not.
 * The checkout itself, its index and its objects stay as they are.
 * @returns the commit: HEAD itself when nothing changed since
 */
export async function commitWorkingTree(checkout: Checkout, options: SnapshotOptions): Promise<string> {
  const { folder, head } = checkout;
  const temp = await mkdtemp(join(tmpdir(), 'rehearsal-index-'));
  const into = [`--git-dir=${options.gitFolder}`, `--work-tree=${folder}`, '-c', 'core.bare=false'];
  const index = { GIT_INDEX_FILE: join(temp, 'index'), ...author };
  try {
    if (head !== undefined && !(await hasCommit(options.gitFolder, head))) {
      await git([...into, 'fetch', '--quiet', '--no-tags', folder, head]);
    }
    await addFiles(into, index, folder, await listFiles(folder, options.except));
    const tree = (await git([...into, 'write-tree'], index)).trim();
    const before = head && (await git([...into, 'rev-parse', `${head}^{tree}`])).trim();
    const parents = head === undefined ? [] : ['-p', head];
    const commit =
      head !== undefined && tree === before && options.always !== true
        ? head
        : (await git([...into, 'commit-tree', tree, ...parents, '-m', 'The working tree'], index)).trim();
    await git([...into, 'update-ref', `refs/heads/${options.branch}`, commit]);
    return commit;
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}

async function hasCommit(gitFolder: string, sha: string): Promise<boolean> {
  try {
    await git([`--git-dir=${gitFolder}`, 'cat-file', '-e', `${sha}^{tree}`]);
    return true;
  } catch {
    return false;
  }
}

const author = {
  GIT_AUTHOR_NAME: 'rehearsal',
  GIT_AUTHOR_EMAIL: 'rehearsal@localhost',
  GIT_COMMITTER_NAME: 'rehearsal',
  GIT_COMMITTER_EMAIL: 'rehearsal@localhost',
};

async function listFiles(folder: string, except: string): Promise<string[]> {
  const listing = await git(['-C', folder, 'ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const left = `${relative(folder, resolve(except))}/`;
  const names = new Set(listing.split('\0').filter((name) => name !== '' && !name.startsWith(left)));
  // What was deleted and not committed is still listed.
  return [...names].filter((name) => existsSync(join(folder, name)));
}

async function addFiles(
  into: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  files: readonly string[],
): Promise<void> {
  if (files.length === 0) return;
  const args = [
    '--literal-pathspecs',
    ...into,
    'add',
    '--force',
    '--pathspec-from-file=-',
    '--pathspec-file-nul',
  ];
  await new Promise<void>((done, fail) => {
    const child = spawn('git', args, {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, GIT_CONFIG_GLOBAL: '/dev/null', ...env },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', fail);
    child.once('close', (code) => (code === 0 ? done() : fail(new Error(`git add: ${errors.trim()}`))));
    child.stdin.on('error', () => undefined);
    child.stdin.end(files.join('\0'));
  });
}
