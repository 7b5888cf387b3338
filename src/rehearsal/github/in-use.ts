import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../../common/errors.js';

const file = (folder: string): string => join(folder, 'server.json');

/** What a local GitHub answers to those who ask which folder it holds. */
export function folderMark(folder: string): string {
  return createHash('sha256').update(resolve(folder)).digest('hex');
}

/**
 * Two local GitHubs over one folder would overwrite each other. What a killed one left is no obstacle: it answers no more.
 * @throws UserError when one is running
 */
export async function refuseWhenInUse(folder: string): Promise<void> {
  let url: string;
  try {
    ({ url } = JSON.parse(readFileSync(file(folder), 'utf8')) as { url: string });
    const response = await fetch(`${url}folder`, { signal: AbortSignal.timeout(2000) });
    if ((await response.text()) !== folderMark(folder)) return;
  } catch {
    return;
  }
  throw new UserError({
    message: `a rehearsal is running on this folder already (its local GitHub is at ${url})`,
    where: { file: folder },
    remedy: 'wait until it has ended, or rehearse in another folder',
  });
}

export function markInUse(folder: string, url: string): void {
  writeFileSync(file(folder), `${JSON.stringify({ url })}\n`);
}

export function unmarkInUse(folder: string): void {
  rmSync(file(folder), { force: true });
}
