import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, UserError, failOn, messageOf } from '../common/errors.js';

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
 * @throws UserError naming every file that cannot be read
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
  for (const path of [...new Set(paths.map((p) => p.replaceAll('\\', '/')))].sort()) {
    const file = join(folder, path);
    if (path.split('/').includes('..')) {
      problems.push({
        message: `"${path}" lies outside the model’s folder ${folder}`,
        remedy: 'have the training put it there, and name it relative to that folder in release.files',
      });
      continue;
    }
    try {
      if (!(await stat(file)).isFile()) problems.push({ message: 'is no file', where: { file } });
      else files.push({ path, file, ...(await digestFile(file, partSize)) });
    } catch (error) {
      problems.push({ message: `cannot be read (${messageOf(error)})`, where: { file } });
    }
  }
  failOn(problems);
  return files;
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
