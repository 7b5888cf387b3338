import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const maxBuffer = 256 << 20;

/**
 * Runs git without the user's own configuration.
 * @throws Error with git's words
 */
export async function git(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    const { stdout } = await run('git', args, {
      maxBuffer,
      env: { ...gitEnvironment(), ...env },
    });
    return stdout;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`git ${args.find((a) => !a.startsWith('-')) ?? ''}: ${(stderr || message).trim()}`, {
      cause: error,
    });
  }
}

function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}

/** The files of one commit of a bare repository. */
export class CommitFiles {
  readonly gitFolder: string;
  readonly sha: string;
  readonly #temp: string;
  #folder: Promise<string> | undefined;

  constructor(gitFolder: string, sha: string, temp: string) {
    this.gitFolder = gitFolder;
    this.sha = sha;
    this.#temp = temp;
  }

  /** Text of a file; undefined when the commit has none there. */
  async read(path: string): Promise<string | undefined> {
    try {
      return await git([`--git-dir=${this.gitFolder}`, 'cat-file', 'blob', `${this.sha}:${path}`]);
    } catch {
      return undefined;
    }
  }

  /** Paths of the files directly below a folder. */
  async list(folder: string): Promise<string[]> {
    const listing = await git([
      `--git-dir=${this.gitFolder}`,
      'ls-tree',
      '-z',
      '--name-only',
      this.sha,
      `${folder.replace(/\/$/, '')}/`,
    ]);
    return listing.split('\0').filter((name) => name !== '');
  }

  /** A folder with the whole commit, written at the first call. */
  async folder(): Promise<string> {
    this.#folder ??= this.#write();
    return this.#folder;
  }

  async #write(): Promise<string> {
    const folder = join(this.#temp, `commit-${this.sha}`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const index = { GIT_INDEX_FILE: join(this.#temp, `index-${this.sha}`) };
    const tree = [`--git-dir=${this.gitFolder}`, `--work-tree=${folder}`, '-c', 'core.bare=false'];
    await git([...tree, 'read-tree', this.sha], index);
    await git([...tree, 'checkout-index', '--all', '--force'], index);
    return folder;
  }
}
