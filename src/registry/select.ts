import { UserError } from '../common/errors.js';
import type { GitHub } from '../github/types.js';
import { type PastVersion, history, previousGood } from './live.js';
import { parseSelector, compareVersions } from './version.js';
import { type ModelVersion, NoSuchVersion, resolveVersion } from './versions.js';

/** A version, and the manifest that was approved when it was deployed, where that is how it was found. */
export interface Selected {
  readonly version: ModelVersion;
  readonly approvedManifest?: string;
}

/**
 * A version by what is, or was, live in an environment.
 * @param selector `live`, `previous` (the last good one before the live one), or a version or range: the highest
 *   that has been live there
 * @throws NoSuchVersion when there is none
 */
export async function selectDeployed(
  github: GitHub,
  model: string,
  environment: string,
  selector: string,
): Promise<Selected> {
  const past = await history(github, model, environment);
  const found = choose(past, selector);
  if (found === undefined) throw new NoSuchVersion(absence(past, model, environment, selector));
  const version = await resolveVersion(github, model, found.version);
  return { version, approvedManifest: found.payload.manifestDigest };
}

function choose(past: readonly PastVersion[], selector: string): PastVersion | undefined {
  if (selector === 'live') return past.find(({ statuses }) => statuses[0]?.state === 'success');
  if (selector === 'previous') return previousGood(past);
  const parsed = parseSelector(selector);
  if (parsed === undefined) {
    throw new UserError({
      message: `"${selector}" is no version`,
      remedy: 'with `environment`, write live, previous, 1.2.0, or a range such as ^1',
    });
  }
  return past
    .filter(({ version, liveFrom }) => liveFrom !== undefined && parsed.matches(version))
    .sort((a, b) => compareVersions(b.version, a.version))[0];
}

function absence(past: readonly PastVersion[], model: string, environment: string, selector: string) {
  const been = [...new Set(past.filter((p) => p.liveFrom !== undefined).map(({ version }) => version))];
  const known = been.length === 0 ? 'nothing was live there yet' : `live there were ${been.join(', ')}`;
  if (selector === 'live') {
    return { message: `no version of ${model} is live in ${environment}`, remedy: `${known}: deploy one` };
  }
  const what =
    selector === 'previous' ? 'no good version before the live one' : `no version that matches "${selector}"`;
  return {
    message: `${environment} has had ${what} of ${model}`,
    remedy: `${known}; another version can be deployed by deploy-canary`,
  };
}

/** @throws UserError when a release is no longer what was approved for its deployment */
export function holdToApproved({ version, approvedManifest }: Selected, manifestDigest: string): void {
  if (approvedManifest === undefined || approvedManifest === manifestDigest) return;
  throw new UserError({
    message: `the manifest of ${version.tag} is ${manifestDigest}; deployed was ${approvedManifest}`,
    remedy: 'the release was changed since: do not use it; register the model again',
  });
}
