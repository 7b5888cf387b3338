import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repo } from './store.js';

/**
 * A merge commit of `head` into `base`, by git's three-way merge; moves no ref.
 * @returns its sha, or undefined when they conflict
 */
export async function mergeTrees(
  { git, clock }: Repo,
  base: string,
  head: string,
  message: string,
  author = 'GitHub',
): Promise<string | undefined> {
  const tree = await mergedTree(git, base, head);
  if (tree === undefined) return undefined;
  const date = clock().toISOString();
  return git.text(['commit-tree', tree, '-p', base, '-p', head, '-m', message], {
    env: {
      GIT_AUTHOR_NAME: author,
      GIT_AUTHOR_EMAIL: `${author}@users.noreply.github.com`,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    },
  });
}

async function mergedTree(git: Repo['git'], base: string, head: string): Promise<string | undefined> {
  const origin = await git.text(['merge-base', base, head]).catch(() => undefined);
  if (origin === undefined) return undefined;
  if (origin === base) return git.text(['rev-parse', `${head}^{tree}`]);
  return git.withIndex(async (env, folder) => {
    const work = join(folder, 'work');
    await mkdir(work);
    const inWork = { env: { ...env, GIT_WORK_TREE: work } };
    await git.text(['read-tree', '-i', '-m', '--aggressive', origin, base, head], inWork);
    // Content of files that both sides changed; it fails on a conflict.
    const merged = await git.run(['merge-index', '-o', '-q', 'git-merge-one-file', '-a'], inWork);
    return merged.code === 0 ? git.text(['write-tree'], inWork) : undefined;
  });
}
