import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitNames } from './git-names.js';

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}
export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

function environmentOf(folder: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    GIT_DIR: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'GitHub',
    GIT_AUTHOR_EMAIL: 'noreply@github.com',
    GIT_COMMITTER_NAME: 'GitHub',
    GIT_COMMITTER_EMAIL: 'noreply@github.com',
  };
}

/** A bare git repository by the real git; nothing of the user's own configuration reaches it. */
export class Git {
  readonly folder: string;
  readonly #names: GitNames;
  /** Commits that were read: an object never changes. */
  readonly #commits = new Map<string, Buffer>();

  constructor(folder: string) {
    this.folder = folder;
    this.#names = new GitNames(folder, environmentOf(folder));
  }

  /** Ends the process that looks names up; the next look starts another. */
  close(): void {
    this.#names.close();
  }

  async init(defaultBranch: string): Promise<void> {
    await this.text(['init', '--quiet', '--bare', '--template=', '.']);
    await this.text(['symbolic-ref', 'HEAD', `refs/heads/${defaultBranch}`]);
  }

  /** Runs git; any exit code is an answer. */
  run(args: readonly string[], { input, env }: GitOptions = {}): Promise<GitResult> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        'git',
        [...args],
        {
          cwd: this.folder,
          encoding: 'buffer',
          maxBuffer: 1 << 28,
          env: { ...environmentOf(this.folder), ...env },
        },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : error.code;
          if (typeof code === 'number') resolve({ code, stdout, stderr: stderr.toString() });
          else reject(new Error(`git could not be run: ${error?.message}`, { cause: error }));
        },
      );
      // git may end before it has read everything: its exit code tells.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
  }

  /** As run, but any exit code other than 0 throws; the output, trimmed. */
  async text(args: readonly string[], options?: GitOptions): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, options);
    if (code !== 0) throw new Error(`git ${args[0]} ended with ${code}: ${stderr.trim()}`);
    return stdout.toString().trim();
  }

  /** The object that an expression names; undefined when there is none. */
  async parse(expression: string): Promise<string | undefined> {
    return (await this.#names.look(expression))?.sha;
  }

  /** The commit that a branch, a tag or a sha means, in GitHub's order; undefined when there is none. */
  async commit(commitish: string): Promise<string | undefined> {
    // Never an expression such as `main~3`: GitHub's API takes none.
    const direct = /^([0-9a-f]{7,40}|HEAD|refs\/.+|heads\/.+|tags\/.+)$/.test(commitish) ? [commitish] : [];
    for (const name of [`refs/heads/${commitish}`, `refs/tags/${commitish}`, ...direct]) {
      const sha = await this.parse(`${name}^{commit}`);
      if (sha !== undefined) return sha;
    }
    return undefined;
  }

  async type(sha: string): Promise<string | undefined> {
    if (!/^[0-9a-f]{40}$/.test(sha)) return undefined;
    return (await this.#names.look(sha))?.type;
  }

  async read(type: 'blob' | 'commit' | 'tag', object: string): Promise<Buffer> {
    const known = this.#commits.get(object);
    if (known !== undefined && type === 'commit') return known;
    const { code, stdout, stderr } = await this.run(['cat-file', type, object]);
    if (code !== 0) throw new Error(`git cat-file ended with ${code}: ${stderr.trim()}`);
    if (type === 'commit' && /^[0-9a-f]{40}$/.test(object)) this.#commits.set(object, stdout);
    return stdout;
  }

  async refs(prefix: string): Promise<{ ref: string; sha: string; type: string }[]> {
    const out = await this.text(['for-each-ref', '--format=%(refname) %(objectname) %(objecttype)']);
    return out
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([ref]) => ref !== undefined && ref !== '' && ref.startsWith(prefix))
      .map(([ref = '', sha = '', type = '']) => ({ ref, sha, type }));
  }

  async ref(name: string): Promise<{ ref: string; sha: string; type: string } | undefined> {
    const found = await this.#names.look(name);
    return found && { ref: name, ...found };
  }

  /** Compare-and-swap of a ref; `old` '' means that it must not exist. False when it was otherwise. */
  async updateRef(ref: string, sha: string, old?: string): Promise<boolean> {
    const expected = old === undefined ? [] : [old === '' ? '0'.repeat(40) : old];
    return (await this.run(['update-ref', ref, sha, ...expected])).code === 0;
  }

  async isAncestor(older: string, newer: string): Promise<boolean> {
    // Mostly the one was made upon the other.
    if (older === newer || (await this.read('commit', newer)).includes(`\nparent ${older}\n`)) return true;
    return (await this.run(['merge-base', '--is-ancestor', older, newer])).code === 0;
  }

  async validRef(ref: string): Promise<boolean> {
    return (await this.run(['check-ref-format', ref])).code === 0;
  }

  /** A function with a temporary folder, an index in it and git pointed at both. */
  async withIndex<T>(body: (env: Record<string, string>, folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'mlops-index-'));
    try {
      return await body({ GIT_INDEX_FILE: join(folder, 'index') }, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
