import { existsSync } from 'node:fs';
import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Problem } from '../common/errors.js';
import { isWithin } from '../common/files.js';
import type { Located } from '../common/yaml.js';
import type { Spec } from './schema.js';

interface NamedPath {
  readonly key: readonly (string | number)[];
  readonly path: string;
}

/**
 * Paths that leave the repository, also by a link: a person who can change model.yml could make an action
 * read and quote another file of the machine, or empty a folder. Data files are not checked: they can be on another disk.
 */
export async function pathProblems({ value, file, at }: Located<Spec>): Promise<Problem[]> {
  const folder = dirname(resolve(file));
  const roots = await Promise.all(allowedRoots(folder).map((root) => realPath(root)));
  const outside = await Promise.all(
    namedPaths(value).map(async (named) => {
      const real = await realPath(resolve(folder, named.path));
      return roots.some((root) => isWithin(real, root)) ? [] : [named];
    }),
  );
  return outside.flat().map(({ key, path }) => ({
    message: `${key.join('.')}: "${path}" leads out of the repository`,
    where: at(key),
    remedy: 'keep the file in the repository, and name it relative to model.yml',
  }));
}

/** Every path of the spec but the globs of data, and those of files below train.output. */
function namedPaths({ data, train, evaluate }: Spec): NamedPath[] {
  const gates = (['gates', 'slice-gates'] as const).flatMap((key) =>
    (evaluate[key] ?? []).flatMap(({ baseline }, i) =>
      baseline === undefined ? [] : [{ key: ['evaluate', key, i, 'baseline'], path: baseline }],
    ),
  );
  const cases = (evaluate.behaviour?.['minimum-functionality'] ?? []).map(({ file }, i) => ({
    key: ['evaluate', 'behaviour', 'minimum-functionality', i, 'file'],
    path: file,
  }));
  const written = (['output', 'checkpoints', 'metrics'] as const).map((key) => ({
    key: ['train', key],
    path: train[key],
  }));
  // `contract.yaml#table` names one of several tables.
  return [{ key: ['data', 'contract'], path: data.contract.split('#')[0]! }, ...written, ...gates, ...cases];
}

/** The repository of the spec, and the workspace where the spec is in it: a job can check out several repositories. */
function allowedRoots(folder: string): string[] {
  const roots = [folder];
  const workspace = process.cwd();
  if (isWithin(folder, workspace)) roots.push(workspace);
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, '.git'))) return [...roots, above];
    if (above === dirname(above)) return roots;
  }
}

/** More links than any system follows. */
const mostLinks = 40;

/** The real path of what may not exist yet: where a link would lead, below the folder above it that does exist. */
async function realPath(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const target = links > mostLinks ? undefined : await readlink(path).catch(() => undefined);
    if (target !== undefined) return realPath(resolve(dirname(path), target), links + 1);
    return path === dirname(path) ? path : join(await realPath(dirname(path), links), basename(path));
  }
}
