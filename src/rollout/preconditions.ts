import { UserError } from '../common/errors.js';
import { type Entry, type Ledger, recordedDigests } from '../ledger/ledger.js';
import { compareWithTarget } from './agreement.js';
import { type Charge, useTarget } from './charge.js';
import { reconcile } from './reconcile.js';
import type { Rollout } from './request.js';
import {
  type ServedVersion,
  type Serving,
  type Target,
  TargetError,
  describeServing,
  isEmpty,
} from './targets/target.js';

/* What must hold before a rollout moves anything. */

/** The release may have been replaced while this run waited. */
export function refuseChanged(ledger: Ledger, { version, manifestDigest }: ServedVersion): void {
  for (const recorded of recordedDigests(ledger, version)) {
    if (recorded.manifestDigest === manifestDigest) continue;
    throw new UserError({
      message: `the manifest of ${version} is ${manifestDigest}; according to ${recorded.source} it was ${recorded.manifestDigest}`,
      remedy: 'the release was changed since: do not use it; register the model again',
    });
  }
}

/** A person wanted another version: only that rollback may end it. */
export function refuseUnfinishedRollback({ unfinished, environment }: Ledger): void {
  const rollback = unfinished.find(({ payload }) => payload.cause === 'rollback');
  if (rollback === undefined) return;
  throw new UserError({
    message: `a rollback of ${environment} to ${rollback.version} is unfinished (${rollback.payload.run.url})`,
    remedy: 'run it again, or start rollback-model anew, before anything else is rolled out',
  });
}

/**
 * The ledger without a live version that a person withdrew: the rollback that withdrew it could not bring another one
 * up. It must not be brought back, so nothing can be compared with it.
 * @throws UserError unless a person says that there is nothing to compare with
 */
export function setWithdrawnAside(ledger: Ledger, rollout: Rollout): Ledger {
  const withdrawal = ledger.live && ledger.withdrawn.get(ledger.live.payload.manifestDigest);
  if (withdrawal === undefined) return ledger;
  if (rollout.firstDeployment) return { ...ledger, live: undefined };
  throw new UserError({
    message: `${withdrawal.by} withdrew ${withdrawal.version} from ${ledger.environment}, and no other version could be brought up: it is still the live one`,
    remedy:
      'run rollback-model again; if no other version can serve, set `first-deployment: true` to switch all requests to this one at once',
  });
}

/** Record and target, once they agree. @throws UserError when they do not */
export async function agree(
  charge: Charge,
  first: Ledger,
): Promise<{ ledger: Ledger; serving: Serving | undefined }> {
  const { rollout, tools } = charge;
  const look = async (live: Entry | undefined) => explainTarget(useTarget(charge, live).status());
  let ledger = first;
  let serving = await look(ledger.live);
  // Environments of one delivery share the input: where nothing differs, there is nothing to settle.
  if (rollout.reconcile !== undefined && compareWithTarget(ledger, serving).kind !== 'agree') {
    ledger = await reconcile(rollout, tools, ledger, useTarget(charge, ledger.live), serving);
    serving = await look(ledger.live);
  }
  ledger = setWithdrawnAside(ledger, rollout);
  const agreement = compareWithTarget(ledger, serving);
  if (agreement.kind !== 'disagree' || (rollout.firstDeployment && ledger.live === undefined)) {
    return { ledger, serving };
  }
  throw new UserError({
    message: `record and target of ${rollout.environment} disagree: ${agreement.difference}; asked for is ${rollout.version} (manifest ${rollout.manifestDigest.slice(0, 19)}…)`,
    remedy:
      'nothing was changed. Find out who changed what serves, then run this again with `reconcile: adopt-record` (the live version on record gets all requests) or `reconcile: adopt-target` (the record follows the target); rollback-model works meanwhile',
  });
}

/** A status that cannot be read before anything moved is the user's to fix, and no incident of the model. */
async function explainTarget<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    throw new UserError(
      {
        message: `${error.message}; nothing was changed`,
        remedy:
          'fix rollout.target in the model spec, then run this again; rollback-model works without a status',
      },
      { cause: error },
    );
  }
}

/** Without a version to compare with, all requests go over at once: only where that is certain, or a person says so. */
export async function requireFirst(charge: Charge, { entries }: Ledger, target: Target): Promise<void> {
  const { rollout } = charge;
  if (rollout.firstDeployment) return;
  const { environment, model } = rollout;
  const remedy =
    'if no version is to be compared with, set `first-deployment: true`: all requests go to this version at once. If one serves, set `reconcile: adopt-target`';
  if (entries.some(({ liveFrom }) => liveFrom !== undefined)) {
    throw new UserError({
      message: `versions of ${model} have been live in ${environment}, and the record shows none now: a deployment was deleted or set inactive by something else`,
      remedy,
    });
  }
  const serving = await explainTarget(target.status());
  if (serving !== undefined && isEmpty(serving)) return;
  const shown =
    serving === undefined
      ? 'and the target has no status command'
      : `the target serves ${describeServing(serving)}`;
  throw new UserError({ message: `no version of ${model} is on record in ${environment}; ${shown}`, remedy });
}
