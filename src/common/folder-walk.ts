import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Problem, UserError } from './errors.js';
import { nameProblem, showName } from './file-names.js';
import { isWithin, segmentPattern } from './files.js';

export interface FolderListing {
  /** Absolute paths, in order of their names. */
  readonly files: readonly string[];
  /** What is there and cannot be published. */
  readonly problems: readonly Problem[];
}

/** Links to folders can multiply what is below them without end. */
const mostThroughLinks = 100_000;

/** What patterns match in a folder whose files are published. */
export class FolderWalk {
  readonly #files = new Set<string>();
  readonly #problems = new Map<string, Problem>();
  readonly #folder: string;
  readonly #root: string;
  readonly #hidden: boolean;
  #throughLinks = 0;

  private constructor(folder: string, root: string, hidden: boolean) {
    this.#folder = resolve(folder);
    this.#root = root;
    this.#hidden = hidden;
  }

  /** Undefined when there is no such folder. */
  static async of(folder: string, { hidden }: { hidden: boolean }): Promise<FolderWalk | undefined> {
    const root = await realpath(folder).catch(() => undefined);
    return root === undefined ? undefined : new FolderWalk(folder, root, hidden);
  }

  found(): FolderListing {
    const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    const problems = [...this.#problems].sort(([a], [b]) => byName(a, b)).map(([, problem]) => problem);
    return { files: [...this.#files].sort(byName), problems };
  }

  /** @param above real paths of the folders on the way here */
  async match(path: string, segments: readonly string[], above: readonly string[] = []): Promise<void> {
    const [segment, ...rest] = segments;
    if (segment === undefined) return this.#take(path);
    const entries = await this.#entriesOf(path);
    if (entries.length === 0) return;
    const here = await realpath(path);
    if (!isWithin(here, this.#root)) return this.#refuse(path, outside);
    if (segment !== '**') {
      const named = entries.filter(({ name }) => segmentPattern(segment).test(name));
      for (const { name } of named) await this.match(join(path, name), rest);
      return;
    }
    if (rest.length > 0) await this.match(path, rest, above);
    for (const entry of entries) {
      if (!this.#hidden && entry.name.startsWith('.')) continue;
      const child = join(path, entry.name);
      if (entry.isDirectory()) await this.match(child, segments, [...above, here]);
      else if (await this.#leadsToFolder(child, entry, [...above, here])) {
        await this.match(child, segments, [...above, here]);
      } else if (rest.length === 0) await this.#take(child);
    }
  }

  async #entriesOf(path: string): Promise<Dirent[]> {
    try {
      return await readdir(path, { withFileTypes: true });
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code)) this.#refuse(path, `cannot be read (${code})`);
      return [];
    }
  }

  /** Whether an entry is a link to a folder that may be walked into. */
  async #leadsToFolder(path: string, entry: Dirent, above: readonly string[]): Promise<boolean> {
    if (!entry.isSymbolicLink()) return false;
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || !(await stat(real)).isDirectory()) return false;
    if (!isWithin(real, this.#root)) this.#refuse(path, outside);
    else if (above.includes(real)) this.#refuse(path, 'is a link back to a folder that holds it');
    else if (++this.#throughLinks > mostThroughLinks) {
      throw new UserError({ message: 'its links lead to too many folders', where: { file: this.#folder } });
    } else return true;
    return false;
  }

  /** Takes what a pattern matched, unless it is a folder. */
  async #take(path: string): Promise<void> {
    const itself = await lstat(path).catch(() => undefined);
    if (itself === undefined) {
      // The name that was read is not the file's own: its bytes are no text.
      if (nameProblem(path.slice(this.#folder.length + 1)) !== undefined) this.#refuseName(path);
      return;
    }
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined) return this.#refuse(path, 'is a link that leads nowhere');
    if (!isWithin(real, this.#root)) return this.#refuse(path, outside);
    const kind = kindOf(await stat(real));
    if (kind === 'a folder') return;
    if (kind !== 'a file') this.#refuse(path, `is ${kind}, and no file`);
    else if (nameProblem(path.slice(this.#folder.length + 1)) !== undefined) this.#refuseName(path);
    else this.#files.add(path);
  }

  #refuseName(path: string): void {
    const name = path.slice(this.#folder.length + 1);
    this.#problems.set(path, {
      message: `the name ${showName(name)} ${nameProblem(name)}`,
      where: { file: this.#folder },
      remedy: 'rename it where it is written',
    });
  }

  #refuse(path: string, message: string): void {
    const remedy = 'remove it from the folder, or put the file itself there';
    const name = showName(path).slice(1, -1);
    this.#problems.set(path, { message, where: { file: name }, remedy });
  }
}

const outside = 'is a link that leads out of the folder';

function kindOf(stats: Stats): string {
  if (stats.isFile()) return 'a file';
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}
