import { readFile, readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type Place, type Problem, UserError, failOn, messageOf } from './errors.js';

/**
 * The files that globs name, as absolute paths: each pattern's in order of their names, none twice.
 * `*` and `?` stay within a folder, `**` does not; `[a-z]`, `[!a]` and `{one,two}` as in bash. Names that begin
 * with a dot match only where the pattern writes the dot.
 * @param folder what relative patterns start from
 * @param where place of the patterns, for the error
 * @throws UserError naming every pattern that matches no file
 */
export async function expandGlobs(
  patterns: readonly string[],
  folder: string,
  where?: Place,
): Promise<string[]> {
  const found = new Set<string>();
  const problems: Problem[] = [];
  for (const pattern of patterns) {
    const files = (await Promise.all(expandBraces(pattern).map((p) => match(p, folder)))).flat().sort(byName);
    for (const file of files) found.add(file);
    if (files.length === 0) {
      problems.push({
        message: `no file matches "${pattern}" in ${resolve(folder)}`,
        ...(where && { where }),
        remedy: 'check the pattern, and that the step that brings these files ran before',
      });
    }
  }
  failOn(problems);
  return [...found];
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const special = /[*?[\]]/;

async function match(pattern: string, folder: string): Promise<string[]> {
  const { base, segments } = splitPattern(pattern, folder);
  return walk(base, segments);
}

/** The folder (or file) that a pattern names without special characters, and the segments below it. */
export function splitPattern(pattern: string, folder: string): { base: string; segments: readonly string[] } {
  const segments = pattern.replaceAll('\\', '/').split('/');
  const fixed = segments.findIndex((segment) => special.test(segment));
  const start = fixed === -1 ? segments.length : fixed;
  const base = resolve(folder, segments.slice(0, start).join('/') || (pattern.startsWith('/') ? '/' : '.'));
  return { base, segments: segments.slice(start) };
}

async function walk(path: string, segments: readonly string[]): Promise<string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return (await isFile(path)) ? [path] : [];
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const deeper = entries.map(async (entry) => {
    const child = join(path, entry.name);
    if (segment === '**') {
      const hidden = entry.name.startsWith('.');
      // A link to a folder is not walked into: it may lead back to where it stands.
      if (entry.isDirectory()) return hidden ? [] : walk(child, segments);
      return rest.length === 0 && !hidden ? walk(child, []) : [];
    }
    if (!segmentPattern(segment).test(entry.name)) return [];
    return walk(child, rest);
  });
  const here = segment === '**' && rest.length > 0 ? await walk(path, rest) : [];
  return [...here, ...(await Promise.all(deeper)).flat()];
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

export function segmentPattern(segment: string): RegExp {
  const body = segment.replace(/\[(!?)([^\]]+)\]|\*+|\?|[^*?[]+|\[/g, (token, not: string, set: string) => {
    if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replace(/[\\^]/g, '\\$&')}]`;
    if (token.startsWith('*')) return '.*';
    if (token === '?') return '.';
    return token.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  });
  return new RegExp(`^${segment.startsWith('.') ? '' : '(?!\\.)'}${body}$`, 's');
}

/** `a{b,c}d` → `abd`, `acd`; nested too. */
export function expandBraces(pattern: string): string[] {
  const match = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (match === null) return [pattern];
  const [whole, body] = [match[0], match[1]!];
  const after = pattern.slice(match.index + whole.length);
  return body.split(',').flatMap((part) => expandBraces(pattern.slice(0, match.index) + part + after));
}

/** Whether a path is a folder, or below it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** A path as people and reports should see it: relative to `folder` where it lies in it, with `/`. */
export function displayPath(file: string, folder: string): string {
  const prefix = `${resolve(folder)}${sep}`;
  const path = file.startsWith(prefix) ? file.slice(prefix.length) : file;
  return path.replaceAll('\\', '/');
}

/**
 * The bytes of a file that the user named.
 * @param remedy what to do when it cannot be read
 * @throws UserError naming the file
 */
export async function readNamedFile(file: string, remedy: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const message = absent ? 'does not exist' : `cannot be read (${messageOf(error)})`;
    throw new UserError({ message, where: { file }, remedy }, { cause: error });
  }
}
