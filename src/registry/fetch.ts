import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../common/errors.js';
import type { Logger } from '../common/logger.js';
import { formatBytes, plural } from '../common/text.js';
import type { Manifest, ManifestFile } from '../formats/manifest.js';
import type { Asset, GitHub } from '../github/types.js';
import { digestFile } from './contents.js';
import { downloadInto } from './download.js';
import type { VerifiedVersion } from './verify.js';

/**
 * Brings a version into a folder: every file checked against the manifest, parts joined. The folder appears at once
 * and whole, or not at all; one that holds this version already is left as it is. Returns the folder.
 * @throws UserError when a file is not what was registered, or when the folder holds something else
 */
export async function fetchVersion(options: {
  github: GitHub;
  verified: VerifiedVersion;
  folder: string;
  logger: Logger;
  signal?: AbortSignal;
}): Promise<string> {
  const { github, verified, folder, logger, signal } = options;
  const { version, manifest } = verified;
  if (await isFilled(folder)) {
    if (!(await holds(folder, manifest))) {
      throw new UserError({
        message: `${folder} is not empty, and does not hold ${version.tag}`,
        remedy: 'choose another folder, or empty it in a step before',
      });
    }
    logger.info(`${version.tag} is in ${folder} already`);
    return folder;
  }
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  for (const file of manifest.files) {
    signal?.throwIfAborted();
    await fetchFile(github, version.release.assets, file, partial, signal);
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await rename(partial, folder);
  const size = manifest.files.reduce((sum, file) => sum + file.size, 0);
  logger.info(
    `${version.tag}: ${plural(manifest.files.length, 'file')}, ${formatBytes(size)}, every digest right`,
  );
  return folder;
}

async function fetchFile(
  github: GitHub,
  assets: readonly Asset[],
  file: ManifestFile,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  // The manifest's schema has refused every path that leaves the folder.
  const target = join(folder, ...file.path.split('/'));
  await mkdir(dirname(target), { recursive: true });
  const handle = await open(target, 'wx');
  try {
    let offset = 0;
    for (const part of file.parts) {
      const asset = assets.find(({ name, state }) => name === part.asset && state === 'uploaded');
      if (asset === undefined) {
        throw new UserError({
          message: `the release lacks ${part.asset}, a part of ${file.path}`,
          remedy: 'the release was changed: register the model again',
        });
      }
      await downloadInto(github, { ...part, id: asset.id, name: part.asset }, handle, offset, signal);
      offset += part.size;
    }
  } finally {
    await handle.close();
  }
  const { size, sha256 } = await digestFile(target);
  if (size === file.size && sha256 === file.sha256) return;
  throw new UserError({
    message: `${file.path} is not what was registered: ${sha256}, registered is ${file.sha256}`,
    remedy: 'its parts do not belong together: do not use the release; register the model again',
  });
}

async function isFilled(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new UserError({
      message: `cannot be used as a folder (${(error as Error).message})`,
      where: { file: folder },
      remedy: 'name a folder that does not exist yet',
    });
  }
}

/** Whether a folder has exactly the files of a manifest. */
async function holds(folder: string, manifest: Manifest): Promise<boolean> {
  const there = await readdir(folder, { recursive: true, withFileTypes: true });
  if (there.filter((entry) => !entry.isDirectory()).length !== manifest.files.length) return false;
  for (const file of manifest.files) {
    const path = join(folder, ...file.path.split('/'));
    const found = await stat(path).catch(() => undefined);
    if (found?.size !== file.size || (await digestFile(path)).sha256 !== file.sha256) return false;
  }
  return true;
}
