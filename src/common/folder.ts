import { resolve } from 'node:path';
import { type Place, type Problem, failOn } from './errors.js';
import { expandBraces, isWithin, splitPattern } from './files.js';
import { type FolderListing, FolderWalk } from './folder-walk.js';

/** Everything below a folder that is to be published, hidden files too; nothing when there is no such folder. */
export async function listFolder(folder: string): Promise<FolderListing> {
  const walk = await FolderWalk.of(folder, { hidden: true });
  await walk?.match(resolve(folder), ['**']);
  return walk?.found() ?? { files: [], problems: [] };
}

/**
 * As expandGlobs, of a folder whose files are published: nothing that a pattern matches is left out silently, and
 * no link leads out of the folder.
 * @throws UserError naming every pattern that matches no file, and everything matched that cannot be published
 */
export async function expandFolderGlobs(
  patterns: readonly string[],
  folder: string,
  where?: Place,
): Promise<string[]> {
  const files = new Set<string>();
  const problems: Problem[] = [];
  const place = where === undefined ? {} : { where };
  for (const pattern of patterns) {
    const before = problems.length;
    const walk = await FolderWalk.of(folder, { hidden: false });
    for (const plain of expandBraces(pattern)) {
      const { base, segments } = splitPattern(plain, folder);
      if (isWithin(base, resolve(folder))) await walk?.match(base, segments);
      else {
        const remedy = 'have the training put its files into that folder, and name them relative to it';
        problems.push({ message: `"${pattern}" lies outside the folder ${folder}`, ...place, remedy });
      }
    }
    const found = walk?.found() ?? { files: [], problems: [] };
    found.files.forEach((file) => files.add(file));
    problems.push(...found.problems);
    if (found.files.length > 0 || problems.length > before) continue;
    const remedy = 'check the pattern, and that the step that brings these files ran before';
    problems.push({ message: `no file matches "${pattern}" in ${resolve(folder)}`, ...place, remedy });
  }
  // Two patterns can match the same file.
  failOn([...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]);
  return [...files];
}
