import { branchRef } from './commit-files.js';
import { mergeTrees } from './merge.js';
import type { Repo } from './store.js';

/** After a push: open pull requests follow their branch, and `refs/pull/N/head` and `/merge` with them. */
export async function syncPulls(repo: Repo): Promise<void> {
  for (const issue of repo.data.issues) {
    const { pull, number } = issue;
    if (pull === undefined || issue.state !== 'open') continue;
    const head = await repo.git.parse(`${branchRef(pull.head, pull.fork)}^{commit}`);
    const base = await repo.git.parse(`refs/heads/${pull.base}^{commit}`);
    if (head === undefined || base === undefined) continue;
    if (head === pull.headSha && base === pull.baseSha && pull.mergeSha !== null) continue;
    if (head !== pull.headSha) issue.updatedAt = repo.now();
    pull.headSha = head;
    pull.baseSha = base;
    await repo.git.updateRef(`refs/pull/${number}/head`, head);
    const merged = await mergeTrees(repo, base, head, `Merge ${head} into ${base}`);
    pull.mergeSha = merged ?? null;
    if (merged !== undefined) await repo.git.updateRef(`refs/pull/${number}/merge`, merged);
  }
}
