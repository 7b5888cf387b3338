import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

export type Files = Readonly<Record<string, string>>;

/** Text files below a folder, by their path relative to it; folders named in `except` are left out. */
export async function readTree(folder: string, except: readonly string[] = []): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !except.some((name) => path === name || path.startsWith(`${name}/`)))
    .sort();
  const texts = await Promise.all(paths.map((path) => readFile(join(folder, path), 'utf8')));
  return Object.fromEntries(paths.map((path, i) => [path, texts[i]!]));
}

/** The workflow templates as a repository would hold them: copied, as they are. */
export async function workflowFiles(root: string): Promise<Files> {
  const templates = await readTree(join(root, 'workflows-templates'));
  return Object.fromEntries(
    Object.entries(templates)
      .filter(([path]) => path.endsWith('.yml'))
      .map(([path, text]) => [`.github/workflows/${path}`, text]),
  );
}
