import type { Comment, GitHub } from './types.js';

export interface StickyComment {
  readonly url: string;
  readonly action: 'created' | 'updated' | 'unchanged';
}

/**
 * Writes the one comment of a key on an issue or pull request: an earlier one is brought up to date.
 * @param markdown at most 65,536 characters with the hidden line that marks it; the renderer keeps the budget
 */
export async function upsertComment(options: {
  github: GitHub;
  number: number;
  key: string;
  markdown: string;
}): Promise<StickyComment> {
  const { github, number, key, markdown } = options;
  const marker = markerOf(key);
  const body = `${marker}\n${markdown}`;
  const found = await findComment(github, number, marker);
  if (found === undefined) {
    const { url } = await github.issues.createComment(number, body);
    return { url, action: 'created' };
  }
  if (found.body === body) return { url: found.url, action: 'unchanged' };
  const { url } = await github.issues.updateComment(found.id, body);
  return { url, action: 'updated' };
}

/**
 * The oldest one, so that two runs that raced and wrote one each go on with the same; an app's before a person's,
 * since anybody may write the hidden line.
 */
async function findComment(github: GitHub, number: number, marker: string): Promise<Comment | undefined> {
  let first: Comment | undefined;
  for await (const comment of github.issues.comments(number)) {
    if (!comment.body.startsWith(marker)) continue;
    if (comment.author.endsWith('[bot]')) return comment;
    first ??= comment;
  }
  return first;
}

function markerOf(key: string): string {
  // A comment in HTML ends at `--`, which a key must not contain.
  return `<!-- mlops-actions:${key.replace(/-{2,}/g, '-').replace(/[<>\n]/g, '')} -->`;
}
