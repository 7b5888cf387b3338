import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve('src');

/** Every module that a file imports, directly or not; types do not count. */
function reachable(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8').replace(/import type [^;]+;/g, '');
  for (const [, path] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)\.js'/g))
    reachable(join(dirname(file), `${path}.ts`), seen);
  return seen;
}

/** Names of the actions from which common/command.ts can be reached, sorted. */
export function actionsThatRunCommands(): string[] {
  return readdirSync(join(root, 'actions'), { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && readdirSync(join(root, 'actions', entry.name)).includes('main.ts'),
    )
    .map(({ name }) => name)
    .filter((name) =>
      reachable(join(root, 'actions', name, 'main.ts'), new Set()).has(join(root, 'common/command.ts')),
    )
    .sort();
}
