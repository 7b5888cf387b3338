import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArtifactData } from './data.js';
import type { Repo } from './store.js';

const retentionDays = 90;

/** Artifacts of a run that are whole, oldest first. */
export function listArtifacts(repo: Repo, run: number): ArtifactData[] {
  return repo.data.artifacts.filter((artifact) => artifact.run === run && artifact.size !== null);
}

/** A record without content yet; undefined when the run has a whole artifact of that name: names are given once. */
export function reserveArtifact(
  repo: Repo,
  run: number,
  name: string,
  expiresAt?: string,
  mimeType = 'application/zip',
): ArtifactData | undefined {
  const { artifacts } = repo.data;
  if (listArtifacts(repo, run).some((artifact) => artifact.name === name)) return undefined;
  const unfinished = artifacts.findIndex((artifact) => artifact.run === run && artifact.name === name);
  if (unfinished !== -1) artifacts.splice(unfinished, 1);
  const id = repo.id();
  const expires = new Date(repo.clock().getTime() + retentionDays * 86_400_000).toISOString();
  const artifact: ArtifactData = {
    id,
    run,
    name,
    blob: `artifact-${id}`,
    createdAt: repo.now(),
    expiresAt: expiresAt ?? expires.replace(/\.\d+Z$/, 'Z'),
    mimeType,
    size: null,
    digest: null,
  };
  artifacts.push(artifact);
  return artifact;
}

export async function deleteArtifact(repo: Repo, artifact: ArtifactData): Promise<void> {
  repo.data.artifacts.splice(repo.data.artifacts.indexOf(artifact), 1);
  await rm(repo.blob(artifact.blob), { force: true });
}

/**
 * Stores files as the zip that the toolkit's own upload would have made.
 * @throws Error when the run has an artifact of that name
 */
export async function putArtifact(
  repo: Repo,
  run: number,
  name: string,
  files: readonly { path: string; source: string }[],
): Promise<{ id: number; digest: string }> {
  const temporary = repo.blob(`new-${randomUUID()}`);
  const { digest, size } = await writeZip(temporary, files);
  return repo.exclusively(async () => {
    const artifact = reserveArtifact(repo, run, name);
    if (artifact === undefined) {
      await rm(temporary, { force: true });
      throw new Error(`the run has an artifact named "${name}" already`);
    }
    await rename(temporary, repo.blob(artifact.blob));
    Object.assign(artifact, { size, digest: `sha256:${digest}` });
    return { id: artifact.id, digest: `sha256:${digest}` };
  });
}

async function writeZip(
  file: string,
  files: readonly { path: string; source: string }[],
): Promise<{ digest: string; size: number }> {
  const { default: archiver } = await import('archiver');
  const zip = archiver.create('zip', { zlib: { level: 6 } });
  for (const { path, source } of files) zip.file(source, { name: path });
  const hash = createHash('sha256');
  let size = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(undefined, chunk);
    },
  });
  // A file that cannot be read is only a warning to archiver.
  const failed = new Promise<never>((_resolve, reject) => {
    zip.once('warning', reject);
    zip.once('error', reject);
  });
  await Promise.race([Promise.all([zip.finalize(), pipeline(zip, count, createWriteStream(file))]), failed]);
  return { digest: hash.digest('hex'), size };
}

/** Unpacks an artifact into a folder; false when the run has none of that name. */
export async function extractArtifact(
  repo: Repo,
  run: number,
  name: string,
  folder: string,
): Promise<boolean> {
  const artifact = listArtifacts(repo, run).find((one) => one.name === name);
  if (artifact === undefined) return false;
  await mkdir(folder, { recursive: true });
  const { default: unzip } = await import('unzip-stream');
  await new Promise<void>((resolve, reject) => {
    createReadStream(repo.blob(artifact.blob))
      .on('error', reject)
      .pipe(unzip.Extract({ path: folder }))
      .on('close', resolve)
      .on('error', reject);
  });
  return true;
}
