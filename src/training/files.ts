import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError, failOn } from '../common/errors.js';
import { displayPath, isWithin } from '../common/files.js';
import type { RecordedFile } from '../formats/run-record.js';
import type { LoadedSpec } from '../spec/load.js';

export interface Folders {
  /** Absolute paths. */
  readonly output: string;
  readonly checkpoints: string;
  readonly metrics: string;
}

/**
 * Where the program writes, with nothing left in the output folder of an earlier training.
 * @throws UserError when a path leaves the folder of model.yml, or one of them holds another or the spec
 */
export async function prepareFolders(spec: LoadedSpec): Promise<Folders> {
  const { train } = spec.value;
  const root = resolve(spec.folder);
  const at = (path: string): string => resolve(root, path);
  const folders = {
    output: at(train.output),
    checkpoints: at(train.checkpoints),
    metrics: at(train.metrics),
  };
  const data = [spec.value.data.train, spec.value.data.holdout].flat();
  const kept = [spec.value.data.contract, ...data.map((pattern) => pattern.replace(/[^/]*[*?[{].*$/, ''))];
  failOn(
    (['output', 'checkpoints', 'metrics'] as const)
      .filter((key) => !isWithin(folders[key], root) || folders[key] === root)
      .map((key) => ({
        message: `train.${key}: "${train[key]}" is not inside the folder of model.yml`,
        where: spec.at(['train', key]),
        remedy: 'name a folder (or file) of its own below it: it is written anew by each training',
      })),
  );
  const held = (folder: string): string[] =>
    [resolve(spec.file), ...kept.map(at)].filter((path) => isWithin(path, folder) || path === folder);
  const problems = (['output', 'checkpoints'] as const).flatMap((key) =>
    held(folders[key]).map((path) => ({
      message: `train.${key}: "${train[key]}" holds ${displayPath(path, root)}, which must outlive a training`,
      where: spec.at(['train', key]),
      remedy: 'name a folder of its own: it is emptied before each training',
    })),
  );
  if (isWithin(folders.checkpoints, folders.output) || isWithin(folders.output, folders.checkpoints)) {
    problems.push({
      message: 'train.output and train.checkpoints hold each other',
      where: spec.at(['train', 'checkpoints']),
      remedy: 'name two folders side by side: the model is released, checkpoints are not',
    });
  }
  failOn(problems);
  await rm(folders.metrics, { force: true });
  await clearFolder(folders.output);
  return folders;
}

/** An empty folder, whatever was there. */
export async function clearFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

/**
 * Sizes and digests of files, their paths as seen from `folder`.
 * @throws UserError when a file cannot be read
 */
export async function recordFiles(files: readonly string[], folder: string): Promise<RecordedFile[]> {
  const recorded: RecordedFile[] = [];
  for (const file of files) {
    const hash = createHash('sha256');
    try {
      const { size } = await stat(file);
      for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
      recorded.push({ path: displayPath(file, folder), bytes: size, sha256: `sha256:${hash.digest('hex')}` });
    } catch (error) {
      throw new UserError(
        { message: 'cannot be read', where: { file }, remedy: 'check that it exists and may be read' },
        { cause: error },
      );
    }
  }
  return recorded;
}
