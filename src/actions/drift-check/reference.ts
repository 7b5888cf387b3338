import { resolve } from 'node:path';
import { UserError } from '../../common/errors.js';
import { parseJson, readJsonFile } from '../../common/json.js';
import { type Profile, profileSchema } from '../../formats/profile.js';
import type { GitHub } from '../../github/types.js';
import { findLive } from '../../registry/select.js';
import { readEvidenceAsset } from '../../registry/verify.js';

export interface Reference {
  readonly profile: Profile;
  /** The tag, the file, or the globs. */
  readonly source: string;
  readonly version?: string;
}

/** A single `.json` among the inputs is a profile; everything else is data. */
export function profilePath(reference: readonly string[], workspace: string): string | undefined {
  const [only, ...others] = reference;
  return only !== undefined && others.length === 0 && only.endsWith('.json')
    ? resolve(workspace, only)
    : undefined;
}

/** A profile that an earlier step wrote. */
export async function fileReference(path: string, shown: string): Promise<Reference> {
  return { profile: await readJsonFile(path, profileSchema), source: shown };
}

/**
 * The profile in the release of the version that is live in an environment.
 * @throws UserError when nothing is live there, when its release was changed, or when it has no profile
 */
export async function liveReference(github: GitHub, model: string, environment: string): Promise<Reference> {
  const live = await findLive(github, model, environment);
  if (live === undefined) {
    throw new UserError({
      message: `no version of ${model} is live in ${environment}: there is nothing to compare with`,
      remedy: 'roll a version out there first, or give the input `reference` (a profile, or files of data)',
    });
  }
  const { tag, version } = live.version;
  const bytes = await readEvidenceAsset(github, live, 'profile.json');
  if (bytes === undefined) {
    throw new UserError({
      message: `the release ${tag} has no profile.json`,
      remedy:
        'register versions with the input `profile` of register-model, or give the input `reference` (a profile, or files of data)',
    });
  }
  const profile = parseJson(Buffer.from(bytes).toString('utf8'), profileSchema, `profile.json of ${tag}`);
  return { profile, source: tag, version };
}
