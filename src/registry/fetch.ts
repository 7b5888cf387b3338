import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../common/errors.js';
import { parseJson } from '../common/json.js';
import type { Logger } from '../common/logger.js';
import { formatBytes, plural } from '../common/text.js';
import { type Manifest, type ManifestFile, manifestSchema } from '../formats/manifest.js';
import type { Asset, GitHub } from '../github/types.js';
import { digestFile } from './contents.js';
import { downloadBytes, downloadInto } from './download.js';
import { contentDigest, manifestAsset, sha256Of } from './manifest.js';
import type { ModelVersion } from './versions.js';

/**
 * The manifest of a version.
 * @throws UserError when the release has none, or when it is not that version's
 */
export async function readManifest(github: GitHub, version: ModelVersion): Promise<Manifest> {
  return (await loadManifest(github, version)).manifest;
}

/** As readManifest, with the digest (`sha256:…`) of manifest.json itself. */
export async function loadManifest(
  github: GitHub,
  version: ModelVersion,
): Promise<{ manifest: Manifest; manifestDigest: string }> {
  const bytes = await readAsset(github, version, manifestAsset);
  const name = `${manifestAsset} of ${version.tag}`;
  if (bytes === undefined) {
    throw new UserError({
      message: `${version.tag} has no ${manifestAsset}: it was not registered by register-model`,
      remedy: 'register the model, or choose another version',
    });
  }
  const manifest = parseJson(Buffer.from(bytes).toString('utf8'), manifestSchema, name);
  if (manifest.model !== version.model || manifest.version !== version.version) {
    throw new UserError({
      message: `${name} describes ${manifest.model} ${manifest.version}`,
      remedy: 'the release was changed: do not use it; register the model again',
    });
  }
  if (contentDigest(manifest.model, manifest.files) !== manifest.contentDigest) {
    throw new UserError({
      message: `${name} does not add up: its list of files is not the one that was registered`,
      remedy: 'the release was changed: do not use it; register the model again',
    });
  }
  return { manifest, manifestDigest: sha256Of(bytes) };
}

/** Bytes of an asset, checked against the digest that GitHub gives; undefined when there is no such asset. */
export async function readAsset(
  github: GitHub,
  version: ModelVersion,
  name: string,
): Promise<Uint8Array | undefined> {
  const asset = version.release.assets.find((a) => a.name === name && a.state === 'uploaded');
  return asset && downloadBytes(github, { ...asset, sha256: asset.digest });
}

/**
 * Brings a version into a folder: every file checked against the manifest, parts joined. The folder appears at once
 * and whole, or not at all; one that holds this version already is left as it is.
 * @throws UserError when a file is not what was registered, or when the folder holds something else
 */
export async function fetchVersion(options: {
  github: GitHub;
  version: ModelVersion;
  folder: string;
  logger: Logger;
  signal?: AbortSignal;
  /** Asked before anything is downloaded; throws to refuse this manifest. */
  check?: (manifestDigest: string) => void;
}): Promise<{ manifest: Manifest; folder: string; manifestDigest: string }> {
  const { github, version, folder, logger, signal } = options;
  const { manifest, manifestDigest } = await loadManifest(github, version);
  options.check?.(manifestDigest);
  if (await isFilled(folder)) {
    if (!(await holds(folder, manifest))) {
      throw new UserError({
        message: `${folder} is not empty, and does not hold ${version.tag}`,
        remedy: 'choose another folder, or empty it in a step before',
      });
    }
    logger.info(`${version.tag} is in ${folder} already`);
    return { manifest, folder, manifestDigest };
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
  return { manifest, folder, manifestDigest };
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
