import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type Problem, UserError, failOn, messageOf } from '../common/errors.js';
import { isWithin } from '../common/files.js';
import { nameProblem, showName } from '../common/file-names.js';

/** GitHub takes assets below 2 GiB; larger files are split at this size, bytes. */
export const defaultPartSize = 1_900_000_000;

/** A file of a model on this machine, and the pieces in which it is uploaded. */
export interface ModelFile {
  /** Relative to the model's folder, with forward slashes. */
  readonly path: string;
  /** Where it is now. */
  readonly file: string;
  readonly size: number;
  /** `sha256:…`. */
  readonly sha256: string;
  readonly pieces: readonly Piece[];
}

/** Bytes start..end of a file, end exclusive. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly sha256: string;
}

/**
 * Reads the files of a model once, for their digests.
 * @param paths relative to `folder`
 * @throws UserError naming every file that cannot be read, is outside the folder, also by a link, or has an unsafe name
 */
export async function readContents(
  folder: string,
  paths: readonly string[],
  partSize = defaultPartSize,
): Promise<ModelFile[]> {
  if (paths.length === 0) {
    throw new UserError({
      message: `${folder} has no files to register`,
      remedy: 'check the input `folder` and `release.files` in model.yml',
    });
  }
  const files: ModelFile[] = [];
  const problems: Problem[] = [];
  const root = await realpath(folder).catch(() => folder);
  for (const path of [...new Set(paths.map((p) => p.replaceAll(sep, '/')))].sort()) {
    const file = join(folder, path);
    const problem = await problemOf(path, folder, root);
    if (problem === undefined) files.push({ path, file, ...(await digestFile(file, partSize)) });
    else problems.push(problem);
  }
  failOn(problems);
  return files;
}

/** Why a file cannot be registered; undefined when it can. */
async function problemOf(path: string, folder: string, root: string): Promise<Problem | undefined> {
  const where = { file: join(folder, path) };
  const unsafe = nameProblem(path);
  if (unsafe !== undefined) {
    const remedy = 'have the training give it another name';
    return { message: `the name ${showName(path)} ${unsafe}`, where: { file: folder }, remedy };
  }
  try {
    if (path.split('/').includes('..') || !isWithin(await realpath(where.file), root)) {
      return {
        message: `"${path}" lies outside the model’s folder ${folder}`,
        remedy: 'have the training put it there, and name it relative to that folder in release.files',
      };
    }
    if (!(await stat(where.file)).isFile()) {
      return { message: 'is no file', where, remedy: 'name only files in release.files' };
    }
    await access(where.file, constants.R_OK);
    return undefined;
  } catch (error) {
    const remedy = 'check that it exists and may be read';
    return { message: `cannot be read (${messageOf(error)})`, where, remedy };
  }
}

/** Size, digest, and the digests of the pieces of a file, reading it once. An empty file has no pieces. */
export async function digestFile(
  file: string,
  partSize = Infinity,
): Promise<{ size: number; sha256: string; pieces: Piece[] }> {
  const whole = createHash('sha256');
  const pieces: Piece[] = [];
  let piece: Hash = createHash('sha256');
  let start = 0;
  let size = 0;
  const close = (): void => {
    pieces.push({ start, end: size, sha256: `sha256:${piece.digest('hex')}` });
    piece = createHash('sha256');
    start = size;
  };
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    whole.update(chunk);
    let rest = chunk;
    while (rest.length > 0) {
      const taken = rest.subarray(0, Math.min(rest.length, start + partSize - size));
      piece.update(taken);
      size += taken.length;
      rest = rest.subarray(taken.length);
      if (size - start === partSize) close();
    }
  }
  if (size > start) close();
  return { size, sha256: `sha256:${whole.digest('hex')}`, pieces };
}
