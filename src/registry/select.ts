import { UserError } from '../common/errors.js';
import { compareVersions, parseSelector } from '../common/version.js';
import type { GitHub } from '../github/types.js';
import { type Entry, type Ledger, readLedger, recordedDigests } from '../ledger/ledger.js';
import { findPrevious } from '../ledger/previous.js';
import { type VerifiedVersion, verifyVersion } from './verify.js';
import { NoSuchVersion, resolveVersion } from './versions.js';

/**
 * The entry of the ledger that a selector means.
 * @param selector `live`, `previous` (the last good version before the live one), or a version or range: the highest
 *   that has been live there
 * @throws NoSuchVersion when there is none
 */
export function selectEntry(ledger: Ledger, selector: string): Entry {
  const entry = chooseEntry(ledger, selector);
  if (entry === undefined) throw new NoSuchVersion(describeAbsence(ledger, selector));
  return entry;
}

/**
 * A version by what is, or was, live in an environment, verified.
 * @throws NoSuchVersion when there is none; UserError when its release is not what was approved
 */
export async function selectDeployed(
  github: GitHub,
  model: string,
  environment: string,
  selector: string,
): Promise<VerifiedVersion> {
  const ledger = await readLedger(github, model, environment);
  return verifyEntry(github, ledger, selectEntry(ledger, selector));
}

/** The version that is live in an environment, verified; undefined when none is. */
export async function findLive(
  github: GitHub,
  model: string,
  environment: string,
): Promise<VerifiedVersion | undefined> {
  const ledger = await readLedger(github, model, environment);
  return ledger.live && verifyEntry(github, ledger, ledger.live);
}

/** The release of an entry, compared with every deployment of that version. */
export async function verifyEntry(
  github: GitHub,
  ledger: Ledger,
  entry: Entry,
  purpose: 'use' | 'restore' = 'use',
): Promise<VerifiedVersion> {
  const version = await resolveVersion(github, ledger.model, entry.version);
  const { manifestDigest } = entry.payload;
  const source = `deployment ${entry.deployment.id} to ${entry.deployment.environment}`;
  const trusted =
    purpose === 'restore' ? [{ manifestDigest, source }] : recordedDigests(ledger, entry.version);
  return verifyVersion({ github, version, trusted, purpose });
}

function chooseEntry(ledger: Ledger, selector: string): Entry | undefined {
  if (selector === 'live') return ledger.live;
  if (selector === 'previous') return findPrevious(ledger)[0];
  const parsed = parseSelector(selector);
  if (parsed === undefined) {
    throw new UserError({
      message: `"${selector}" is not a version`,
      remedy: 'with `environment`, write live, previous, 1.2.0, or a range such as ^1',
    });
  }
  return ledger.entries
    .filter(({ version, liveFrom }) => liveFrom !== undefined && parsed.matches(version))
    .sort((a, b) => compareVersions(b.version, a.version))[0];
}

function describeAbsence({ model, environment, entries }: Ledger, selector: string) {
  const been = [...new Set(entries.filter((e) => e.liveFrom !== undefined).map(({ version }) => version))];
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
