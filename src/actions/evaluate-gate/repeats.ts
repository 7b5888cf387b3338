import { stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { UserError } from '../../common/errors.js';
import { expandGlobs } from '../../common/files.js';
import type { LoadedSpec } from '../../spec/load.js';
import type { GateInputs } from './models.js';

/** A model that was trained as the challenger was, with another seed: its folder, or a file of its predictions. */
export interface Trained {
  readonly path: string;
  readonly isFolder: boolean;
}

/** On what the gate decides: one judgement, several evaluations of each model, or several trained models. */
export type Repeats =
  | { readonly kind: 'none' }
  | { readonly kind: 'evaluations'; readonly count: number }
  | { readonly kind: 'models'; readonly others: readonly Trained[] };

/**
 * How often is repeated, by `evaluate.repeats` and the input `repeats`.
 * @throws UserError where the two do not fit, and where nothing is at a path
 */
export async function readRepeats(inputs: GateInputs, spec: LoadedSpec, workspace: string): Promise<Repeats> {
  const count = spec.value.evaluate.repeats;
  const others = (await Promise.all(inputs.repeats.map((pattern) => find(pattern, workspace)))).flat();
  const where = spec.at(['evaluate', 'repeats']);
  if (others.length > 0 && spec.value.evaluate.folds !== undefined) {
    throw new UserError({
      message: 'evaluate.folds and the input `repeats` do not go together',
      where: spec.at(['evaluate', 'folds']),
      remedy: 'keep one of them',
    });
  }
  if (others.length > 0) {
    if (count === undefined || count === others.length + 1) return { kind: 'models', others };
    throw new UserError({
      message: `evaluate.repeats asks for ${count} models, and there are ${others.length + 1}: the challenger and ${others.length} in the input \`repeats\``,
      where,
      remedy: 'name a model for each seed, or change the number',
    });
  }
  if (count === undefined) return { kind: 'none' };
  if (inputs.predictions !== undefined) {
    throw new UserError({
      message: `evaluate.repeats asks for ${count} repeats, and one file of predictions is given`,
      where,
      remedy: 'name the predictions of the others in the input `repeats`',
    });
  }
  return { kind: 'evaluations', count };
}

/** What a path or glob names: a folder, files, or the folders that a glob with files below them names. */
async function find(pattern: string, workspace: string): Promise<Trained[]> {
  const path = resolve(workspace, pattern);
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) return [{ path, isFolder: found.isDirectory() }];
  const files = await expandGlobs([pattern], workspace).catch(() => []);
  if (files.length > 0) return files.map((file) => ({ path: file, isFolder: false }));
  const depth = path.split(sep).length;
  const below = await expandGlobs([`${pattern}/**`], workspace).catch(() => []);
  const folders = [...new Set(below.map((file) => file.split(sep).slice(0, depth).join(sep)))];
  if (folders.length > 0) return folders.map((folder) => ({ path: folder, isFolder: true }));
  throw new UserError({
    message: `the input \`repeats\` names "${pattern}", and nothing is there`,
    where: { file: path },
    remedy: 'check the path, and that the step that brings these models ran before',
  });
}
