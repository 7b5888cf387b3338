import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../common/errors.js';

/**
 * The checkout of this project that a file of it lies in.
 * @throws UserError when the file is in none
 */
export function projectFolder(from: string): string {
  let folder = dirname(realpathSync(from));
  for (;;) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string };
      if (name === 'mlops-actions') return folder;
    }
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  throw new UserError({
    message: `${from} is not in a checkout of mlops-actions`,
    remedy: 'run `mlops` from a checkout',
  });
}

/**
 * Absolute path of a Node 24: the one that runs, or the one that `npm ci` installed.
 * @throws UserError when there is none
 */
export function findNode24(project: string): string {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  const installed = join(project, 'node_modules/node/bin/node');
  if (existsSync(installed)) return installed;
  throw new UserError({
    message: `the actions run on Node 24; this is ${process.version}, and the checkout has none`,
    remedy: `run \`npm ci\` in ${project}`,
  });
}
