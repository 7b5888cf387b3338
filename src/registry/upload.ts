import type { Clock } from '../common/clock.js';
import { UserError } from '../common/errors.js';
import type { Logger } from '../common/logger.js';
import { formatBytes } from '../common/text.js';
import { isAmbiguous } from '../github/ensure.js';
import { hasStatus } from '../github/failure.js';
import type { Asset, GitHub, Release, UploadContent } from '../github/types.js';
import { downloadDigest } from './download.js';

/** An asset that the release must have. */
export interface Wanted {
  readonly name: string;
  readonly size: number;
  /** `sha256:…`. */
  readonly sha256: string;
  readonly content: UploadContent;
}

const tries = 4;

/**
 * Brings a draft's assets to exactly what is wanted: what an earlier try uploaded whole stays, what it left broken
 * or what is not wanted is deleted, the rest is uploaded; then size and digest of each are read back.
 * @throws UserError when an asset cannot be brought to its digest
 */
export async function uploadAll(context: {
  github: GitHub;
  draft: Release;
  wanted: readonly Wanted[];
  logger: Logger;
  clock: Clock;
  /** Pause before an upload is tried again, milliseconds. */
  pause: number;
  signal?: AbortSignal;
}): Promise<Release> {
  const { github, draft, wanted, logger, signal } = context;
  const names = new Set(wanted.map(({ name }) => name));
  let there = [...draft.assets];
  for (const asset of there) {
    if (!names.has(asset.name)) await github.releases.deleteAsset(asset.id);
  }
  for (const item of wanted) {
    signal?.throwIfAborted();
    const kept = there.find(({ name }) => name === item.name);
    if (kept !== undefined) {
      if (await isAsWanted(github, kept, item)) continue;
      await github.releases.deleteAsset(kept.id);
      there = there.filter(({ id }) => id !== kept.id);
    }
    logger.debug(`uploading ${item.name}, ${formatBytes(item.size)}`);
    await uploadOne(context, item);
  }
  return readBack(github, draft.id, wanted);
}

async function uploadOne(
  { github, draft, clock, pause }: Parameters<typeof uploadAll>[0],
  item: Wanted,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await github.releases.upload(draft, item.name, item.content);
      return;
    } catch (error) {
      // 422 says that the name is taken: by a try of ours whose answer was lost.
      if (!isAmbiguous(error) && !hasStatus(error, 422)) throw error;
      if (attempt === tries) throw error;
      await clock.sleep(pause * 2 ** (attempt - 1));
      const { assets } = await github.releases.get(draft.id);
      const left = assets.find(({ name }) => name === item.name);
      if (left === undefined) continue;
      if (await isAsWanted(github, left, item)) return;
      await github.releases.deleteAsset(left.id);
    }
  }
}

/** The release as it is now, every asset compared with what was to be uploaded. */
async function readBack(github: GitHub, id: number, wanted: readonly Wanted[]): Promise<Release> {
  const release = await github.releases.get(id);
  for (const item of wanted) {
    const asset = release.assets.find(({ name }) => name === item.name);
    if (asset !== undefined && (await isAsWanted(github, asset, item))) continue;
    throw new UserError({
      message: `${item.name} is not on GitHub what it is here (${asset?.digest ?? asset?.state ?? 'missing'})`,
      remedy: 'run it again; if files of the model change while they are uploaded, stop what writes them',
    });
  }
  return release;
}

async function isAsWanted(github: GitHub, asset: Asset, item: Wanted): Promise<boolean> {
  if (asset.state !== 'uploaded' || asset.size !== item.size) return false;
  // Servers that give no digest are asked for the bytes.
  return (asset.digest ?? (await downloadDigest(github, { ...asset, sha256: null }))) === item.sha256;
}
