import type { Repo } from './store.js';

export interface CommitOptions {
  readonly branch: string;
  /** Login of somebody whose fork the branch is in. */
  readonly fork?: string;
  /** Path → content; null deletes. */
  readonly files: Readonly<Record<string, string | Uint8Array | null>>;
  readonly message: string;
  readonly author?: string;
  /** Where a new branch starts; default: the default branch. */
  readonly from?: string;
}

/** Commits files to a branch by one git process, whatever their number; the commit's sha. */
export async function commitFiles(repo: Repo, options: CommitOptions): Promise<string> {
  const { git, data } = repo;
  const ref = branchRef(options.branch, options.fork);
  if (!(await git.validRef(ref))) throw new Error(`"${options.branch}" is no name for a branch`);
  const parent =
    (await git.parse(`${ref}^{commit}`)) ?? (await git.commit(options.from ?? data.defaultBranch));
  if (parent === undefined && options.from !== undefined) throw new Error(`there is no "${options.from}"`);
  const author = options.author ?? data.owner;
  const who = `${author} <${author}@users.noreply.github.com> ${Math.floor(repo.clock().getTime() / 1000)} +0000`;
  const message = Buffer.from(options.message);
  const parts: Uint8Array[] = [
    Buffer.from(`commit ${ref}\nauthor ${who}\ncommitter ${who}\ndata ${message.length}\n`),
    message,
    Buffer.from(`\n${parent === undefined ? '' : `from ${parent}\n`}`),
  ];
  for (const [path, content] of Object.entries(options.files)) {
    if (content === null) {
      parts.push(Buffer.from(`D ${quote(path)}\n`));
      continue;
    }
    const bytes = Buffer.from(content);
    const mode = bytes.subarray(0, 2).toString() === '#!' ? '100755' : '100644';
    parts.push(
      Buffer.from(`M ${mode} inline ${quote(path)}\ndata ${bytes.length}\n`),
      bytes,
      Buffer.from('\n'),
    );
  }
  await git.text(['fast-import', '--quiet', '--done', '--date-format=raw'], {
    input: Buffer.concat([...parts, Buffer.from('done\n')]),
  });
  return git.text(['rev-parse', ref]);
}

/** Forks are kept beside the branches of the repository itself, as GitHub keeps them in one network. */
export function branchRef(branch: string, fork?: string): string {
  return fork === undefined ? `refs/heads/${branch}` : `refs/forks/${fork}/${branch}`;
}

function quote(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
