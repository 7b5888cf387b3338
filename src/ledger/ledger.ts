import { safeParse } from 'valibot';
import { UserError } from '../common/errors.js';
import { versionOfTag } from '../common/version.js';
import {
  type DeploymentPayload,
  type Withdrawal,
  deploymentPayloadSchema,
  deploymentTask,
} from '../formats/deployment.js';
import type { Deployment, DeploymentState, DeploymentStatus, GitHub } from '../github/types.js';

/*
 * The deployment ledger: the one place that decides what is live, what was live, what is unfinished, what is
 * withdrawn, and what a rollback returns to. GitHub deployments are its only source, read to the end every time.
 */

/** One deployment of a model to an environment. */
export interface Entry {
  readonly deployment: Deployment;
  readonly payload: DeploymentPayload;
  /** `1.2.0`. */
  readonly version: string;
  /** Newest first. */
  readonly statuses: readonly DeploymentStatus[];
  /** The latest status; null before the first. */
  readonly state: DeploymentState | null;
  /** When it went live; undefined when it never did. ISO 8601. */
  readonly liveFrom?: string;
  /** When it stopped being live; undefined while it is, and when it never was. */
  readonly liveUntil?: string;
}

export interface Ledger {
  readonly model: string;
  readonly environment: string;
  /** Newest first. */
  readonly entries: readonly Entry[];
  /** The newest deployment whose latest status is success. */
  readonly live: Entry | undefined;
  /** Started, and neither finished nor given up; newest first. */
  readonly unfinished: readonly Entry[];
  /** Older deployments that still say success. */
  readonly outdated: readonly Entry[];
  /** Versions that people took out of this environment, by manifest digest. */
  readonly withdrawn: ReadonlyMap<string, Withdrawal>;
  /** Every deployment of the model to any environment, newest first. */
  readonly everywhere: readonly Entry[];
}

/**
 * Reads the record of a model in an environment.
 * @param onUnreadable for a rollback, which must not depend on every deployment: told of each that cannot be read,
 *   which is then left out
 * @throws UserError when the answer of GitHub is not complete, or a deployment of ours cannot be read
 */
export async function readLedger(
  github: GitHub,
  model: string,
  environment: string,
  onUnreadable?: (error: UserError) => void,
): Promise<Ledger> {
  return deriveLedger(model, environment, await readEntries(github, model, onUnreadable));
}

/** Every deployment of a model, newest first. Deployments of other tools with the same task are not ours. */
async function readEntries(
  github: GitHub,
  model: string,
  onUnreadable?: (error: UserError) => void,
): Promise<Entry[]> {
  const own: { deployment: Deployment; payload: DeploymentPayload }[] = [];
  for await (const deployment of github.deployments.list({ task: deploymentTask(model) })) {
    if (deployment.payload.kind !== 'deployment' || deployment.payload.model !== model) continue;
    const payload = readPayload(model, deployment);
    if (!(payload instanceof UserError)) own.push({ deployment, payload });
    else if (onUnreadable === undefined) throw payload;
    else onUnreadable(payload);
  }
  const statuses = await github.deployments.statusesOf(own.map(({ deployment }) => deployment));
  return own.map(({ deployment, payload }) => {
    const ofThis = statuses.get(deployment.id);
    if (ofThis === undefined) {
      throw new UserError({
        message: `GitHub did not answer with the statuses of deployment ${deployment.id}`,
        remedy: 'run this again: nothing was changed',
      });
    }
    const state = ofThis[0]?.state ?? null;
    return { deployment, payload, version: payload.version, statuses: ofThis, state };
  });
}

function readPayload(model: string, deployment: Deployment): DeploymentPayload | UserError {
  const parsed = safeParse(deploymentPayloadSchema, deployment.payload);
  const remedy =
    'if a newer release of these actions wrote it, use that release here too; otherwise set its status to inactive and delete it';
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return new UserError({
      message: `deployment ${deployment.id} of ${model} cannot be read (${issue.message})`,
      remedy,
    });
  }
  const { output } = parsed;
  // A rollback whose tag is gone is recorded at the commit.
  const tagged = versionOfTag(model, deployment.ref) === output.version;
  if (!tagged && !/^[0-9a-f]{40}$/.test(deployment.ref)) {
    return new UserError({
      message: `deployment ${deployment.id} is of ${deployment.ref}, and its payload says ${output.version}`,
      remedy,
    });
  }
  return output;
}

const open: readonly (DeploymentState | null)[] = [null, 'queued', 'pending', 'in_progress'];

/** Decides everything from the entries of a model, newest first. Pure. */
export function deriveLedger(model: string, environment: string, everywhere: readonly Entry[]): Ledger {
  const here = everywhere.filter(({ deployment }) => deployment.environment === environment);
  const succeeded = here.filter(({ state }) => state === 'success');
  return {
    model,
    environment,
    entries: datePeriods(here),
    live: succeeded[0],
    outdated: succeeded.slice(1),
    unfinished: here.filter(({ state }) => open.includes(state)),
    withdrawn: findWithdrawn(here),
    everywhere,
  };
}

/** Adds when each entry was live. */
function datePeriods(entries: readonly Entry[]): Entry[] {
  /** When the next newer one went live. */
  let replacedAt: string | undefined;
  return entries.map((entry) => {
    const { statuses } = entry;
    const first = statuses.findLastIndex(({ state }) => state === 'success');
    const liveFrom = statuses[first]?.createdAt;
    if (liveFrom === undefined) return entry;
    // A replaced deployment should be inactive; where a run failed to write that, it was replaced all the same.
    const ended = statuses.slice(0, first).findLast(({ state }) => state !== 'success')?.createdAt;
    const liveUntil = [ended, replacedAt].filter((time) => time !== undefined).sort()[0];
    replacedAt = liveFrom;
    return { ...entry, liveFrom, ...(liveUntil !== undefined && { liveUntil }) };
  });
}

function findWithdrawn(entries: readonly Entry[]): ReadonlyMap<string, Withdrawal> {
  const withdrawn = new Map<string, Withdrawal>();
  for (const entry of entries.toReversed()) {
    const { payload, deployment } = entry;
    for (const withdrawal of payload.withdraws ?? []) withdrawn.set(withdrawal.manifestDigest, withdrawal);
    if (payload.cause === 'rollback' && payload.withdraws === undefined && payload.replaces !== null) {
      const replaced = entries.find(({ version }) => version === payload.replaces);
      const { version = payload.replaces, payload: of = payload } = replaced ?? {};
      withdrawn.set(of.manifestDigest, {
        version,
        manifestDigest: of.manifestDigest,
        by: deployment.creator,
      });
    }
    if (payload.restoredBy !== undefined) withdrawn.delete(payload.manifestDigest);
  }
  return withdrawn;
}

/** The ledger as it was before the second of a time: GitHub's times are whole seconds. */
export function ledgerBefore(ledger: Ledger, time: Date): Ledger {
  const second = Math.floor(time.getTime() / 1000) * 1000;
  const isBefore = ({ createdAt }: { readonly createdAt: string }) => Date.parse(createdAt) < second;
  const everywhere = ledger.everywhere
    .filter(({ deployment }) => isBefore(deployment))
    .map(({ deployment, payload, version, statuses: all }): Entry => {
      const statuses = all.filter(isBefore);
      return { deployment, payload, version, statuses, state: statuses[0]?.state ?? null };
    });
  return deriveLedger(ledger.model, ledger.environment, everywhere);
}

/** Digests of a version's manifest that deployments recorded, and where. */
export function recordedDigests(
  ledger: Ledger,
  version: string,
): { readonly manifestDigest: string; readonly source: string }[] {
  return ledger.everywhere
    .filter((entry) => entry.version === version)
    .map(({ deployment, payload }) => ({
      manifestDigest: payload.manifestDigest,
      source: `deployment ${deployment.id} to ${deployment.environment}`,
    }));
}
