import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';

/**
 * A pattern as a regular expression over the whole text: `*` stays within a folder, `**` does not.
 * `filter` is the dialect of `branches:` and `paths:`, where `?` and `+` repeat the character before;
 * `files` is that of the toolkit's globs, where `?` is one character.
 */
export function globToRegExp(pattern: string, dialect: 'filter' | 'files'): RegExp {
  let text = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '*' && pattern[i + 1] === '*') {
      // `**/` also matches no folder at all.
      if (pattern[i + 2] === '/' && (i === 0 || pattern[i - 1] === '/'))
        [text, i] = [`${text}(?:.*/)?`, i + 2];
      else [text, i] = [`${text}.*`, i + 1];
    } else if (c === '*') text += '[^/]*';
    else if (c === '?') text += dialect === 'filter' ? '?' : '[^/]';
    else if (c === '+' && dialect === 'filter') text += '+';
    else if (c === '[' && pattern.includes(']', i)) {
      const end = pattern.indexOf(']', i);
      text += pattern
        .slice(i, end + 1)
        .replace(/^\[!/, '[^')
        .replace(/\\/g, '\\\\');
      i = end;
    } else if (c === '\\' && i + 1 < pattern.length) text += escapeRegExp(pattern[++i]!);
    else text += escapeRegExp(c);
  }
  return new RegExp(`^${text}$`, 's');
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** The last pattern that matches decides; `!` in front takes back. */
export function matchesFilter(text: string, patterns: readonly string[]): boolean {
  let matched = false;
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) {
      if (matched && globToRegExp(pattern.slice(1), 'filter').test(text)) matched = false;
    } else if (!matched && globToRegExp(pattern, 'filter').test(text)) matched = true;
  }
  return matched;
}

export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
}

/**
 * Files that the patterns name, as the toolkit's glob finds them: a folder means all that is in it,
 * `!` in front excludes. Sorted by path.
 */
export function findFiles(
  patterns: readonly string[],
  folder: string,
  options: { hidden?: boolean } = {},
): FoundFile[] {
  const found = new Map<string, FoundFile>();
  for (const line of patterns.map((p) => p.trim()).filter((p) => p !== '' && !p.startsWith('#'))) {
    const exclude = line.startsWith('!');
    const pattern = resolve(folder, exclude ? line.slice(1).trim() : line)
      .split(sep)
      .join('/');
    const expression = globToRegExp(pattern, 'files');
    const below = globToRegExp(`${pattern.replace(/\/$/, '')}/**`, 'files');
    const matches = (path: string): boolean => expression.test(path) || below.test(path);
    if (exclude) {
      for (const path of found.keys()) if (matches(path)) found.delete(path);
    } else {
      for (const file of walk(searchRoot(pattern), options.hidden ?? true)) {
        if (matches(file.path)) found.set(file.path, file);
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The deepest folder that every match lies in. */
export function searchRoot(pattern: string): string {
  const parts = pattern.split('/');
  const wild = parts.findIndex((part) => /[*?[]/.test(part));
  return wild === -1 ? pattern : parts.slice(0, wild).join('/') || '/';
}

function* walk(path: string, hidden: boolean): Generator<FoundFile> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile()) yield { path, size: stat.size };
  if (!stat?.isDirectory()) return;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (!hidden && entry.name.startsWith('.')) continue;
    const inner = posix.join(path, entry.name);
    if (entry.isDirectory()) yield* walk(inner, hidden);
    // A link may point to what is gone, or around in a circle: only files behind links are followed.
    else if (entry.isFile() || statSync(inner, { throwIfNoEntry: false })?.isFile()) {
      yield { path: inner, size: statSync(inner).size };
    }
  }
}

/** `hashFiles(…)`: SHA-256 over the SHA-256 of every file that matches; empty when none does. */
export function hashFiles(patterns: readonly string[], workspace: string): string {
  const lines = patterns.flatMap((pattern) => pattern.split('\n'));
  const files = findFiles(lines, workspace).filter(
    (file) => !relative(workspace, file.path).startsWith('..'),
  );
  if (files.length === 0) return '';
  const all = createHash('sha256');
  for (const { path } of files) {
    all.update(
      createHash('sha256')
        .update(readFileSync(join(path)))
        .digest(),
    );
  }
  return all.digest('hex');
}
