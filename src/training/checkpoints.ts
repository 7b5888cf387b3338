import { describeProblem, messageOf } from '../common/errors.js';
import { listFolder } from '../common/folder.js';
import { digestOf } from '../common/json.js';
import type { Logger } from '../common/logger.js';
import type { Parameters } from './parameters.js';

/** What keeps checkpoints between runs; the same as the action's artifacts and cache. */
export interface Stores {
  readonly cache: {
    restore(
      paths: readonly string[],
      key: string,
      restoreKeys?: readonly string[],
    ): Promise<string | undefined>;
    save(paths: readonly string[], key: string): Promise<boolean>;
  };
  readonly artifacts: {
    upload(name: string, files: readonly string[], root: string): Promise<{ id: number }>;
    download(name: string, folder: string): Promise<{ id: number } | undefined>;
  };
  readonly logger: Logger;
}

/** What must be the same for a checkpoint to be gone on from. */
export interface Training {
  readonly model: string;
  /** Code and spec: another commit may mean another model by the same parameters. */
  readonly commit: string;
  readonly command: string;
  readonly parameters: Parameters;
  readonly seed: number;
  readonly dataDigest: string;
}

export interface Checkpoint {
  /** Absolute path of the folder that the program writes to. */
  readonly folder: string;
  /** Every checkpoint of this training, whichever run made it. */
  readonly prefix: string;
  /** The artifact that holds it where the cache does not. */
  readonly artifact: string;
}

export function checkpointOf(training: Training, folder: string): Checkpoint {
  const digest = digestOf(training).slice('sha256:'.length, 'sha256:'.length + 24);
  return {
    folder,
    prefix: `mlops-checkpoint-${training.model}-${digest}-`,
    artifact: `${training.model}-checkpoint-${digest}`,
  };
}

/**
 * Brings back the newest checkpoint of this training: from the cache, otherwise from an artifact that an earlier
 * attempt of this run left. The folder must be empty: what lies in it would be of an unknown training.
 * @returns the key or artifact it came from; undefined when there is none
 */
export async function restoreCheckpoint(checkpoint: Checkpoint, stores: Stores): Promise<string | undefined> {
  const { folder, prefix, artifact } = checkpoint;
  const tries: [string, () => Promise<string | undefined>][] = [
    ['cache', () => stores.cache.restore([folder], `${prefix}newest`, [prefix])],
    [
      'artifacts',
      async () =>
        (await stores.artifacts.download(artifact, folder)) === undefined
          ? undefined
          : `artifact ${artifact}`,
    ],
  ];
  for (const [place, restore] of tries) {
    try {
      const from = await restore();
      if (from !== undefined && (await listFolder(folder)).files.length > 0) return from;
    } catch (error) {
      stores.logger.warning(`no checkpoint could be read from the ${place} (${messageOf(error)})`);
    }
  }
  return undefined;
}

/**
 * Saves what the program left in its checkpoint folder: to the cache, which the next run finds, and as an
 * artifact, since the cache may be full, read-only or gone. One failing does not keep the other from it.
 * @param mark what makes the key unique: run, attempt, job and step; the cache never overwrites
 * @returns whether any of them holds it; false too when there is nothing to save
 */
export async function saveCheckpoint(checkpoint: Checkpoint, mark: string, stores: Stores): Promise<boolean> {
  const { folder, prefix, artifact } = checkpoint;
  const { files, problems } = await listFolder(folder);
  // A checkpoint that may lack a file is better than none.
  for (const problem of problems)
    stores.logger.warning(`not in the artifact of the checkpoint: ${describeProblem(problem)}`);
  if (files.length === 0) return false;
  const attempt = async (place: string, save: () => Promise<boolean>): Promise<boolean> => {
    const saved = await save().catch((error: unknown) => {
      stores.logger.warning(`the checkpoint is not in the ${place} (${messageOf(error)})`);
      return undefined;
    });
    if (saved === false) stores.logger.warning(`the checkpoint is not in the ${place}: it refused`);
    return saved ?? false;
  };
  // The cache first: it is the faster, and on cancellation seconds count.
  const key = `${prefix}${mark}`.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 512);
  const cached = await attempt('cache', () => stores.cache.save([folder], key));
  const uploaded = await attempt('artifacts', async () => {
    await stores.artifacts.upload(artifact, files, folder);
    return true;
  });
  return cached || uploaded;
}
