import { UserError } from '../common/errors.js';
import type { DeploymentPayload } from '../formats/deployment.js';
import { type Ledger, readLedger } from '../ledger/ledger.js';
import { createEntry, setState } from '../ledger/record.js';
import type { Rollout, RolloutTools } from './request.js';
import { bringUp } from './targets/bring.js';
import { type ServedVersion, type Serving, type Target, describeServing } from './targets/target.js';
import { tagOf } from '../common/version.js';

/**
 * Settles a difference between record and target as a person asked.
 * - `adopt-record`: the live version on record gets all requests of the target.
 * - `adopt-target`: the record says that the target's champion is live. No traffic moves.
 * @throws UserError when there is nothing to adopt, or it is withdrawn
 */
export async function reconcile(
  rollout: Rollout,
  tools: RolloutTools,
  ledger: Ledger,
  target: Target,
  serving: Serving | undefined,
): Promise<Ledger> {
  const { github, logger } = tools;
  const { model, environment } = rollout;
  if (rollout.reconcile === 'adopt-record') {
    if (ledger.live === undefined) {
      throw new UserError({
        message: `no version of ${model} is live in ${environment} on record: there is nothing to adopt`,
        remedy: 'use `reconcile: adopt-target`, or `first-deployment: true`',
      });
    }
    refuseWithdrawn(ledger, servedOf(ledger.live), rollout.restore);
    logger.warning(`the record is adopted: ${ledger.live.version} gets all requests in ${environment}`);
    await bringUp(target, servedOf(ledger.live));
    return ledger;
  }
  const champion = serving?.champion?.version.replace(/^v/, '');
  if (champion === undefined) {
    throw new UserError({
      message: `the target of ${environment} serves ${serving === undefined ? 'what it cannot tell' : describeServing(serving)}: there is nothing to adopt`,
      remedy: 'use `reconcile: adopt-record`, or `first-deployment: true`',
    });
  }
  if (champion === ledger.live?.version) return ledger;
  const recorded = ledger.everywhere.find(({ version }) => version === champion);
  const adopted = recorded === undefined ? await tools.verify(champion) : servedOf(recorded);
  refuseWithdrawn(ledger, adopted, rollout.restore);
  logger.warning(`the target is adopted: the record says that ${champion} is live in ${environment}`);
  await adopt(rollout, tools, ledger, adopted);
  return readLedger(github, model, environment);
}

async function adopt(
  { model, environment, settings, run }: Rollout,
  { github }: RolloutTools,
  ledger: Ledger,
  { version, manifestDigest }: ServedVersion,
): Promise<void> {
  const payload: DeploymentPayload = {
    kind: 'deployment',
    schemaVersion: 1,
    model,
    version,
    manifestDigest,
    cause: 'reconcile',
    replaces: ledger.live?.version ?? null,
    plan: { steps: [1], bakeMs: 0, intervalMs: 0 },
    approval: { policy: 'none', manifestDigest, approvers: [] },
    run: { id: run.id, attempt: run.attempt, url: run.url },
  };
  const ref = tagOf(model, version);
  const entry = await createEntry(github, { ref, environment, production: settings.production, payload });
  await setState(github, entry, 'success', `adopted from the target by ${run.actor}`, run.url);
  for (const older of [...(ledger.live === undefined ? [] : [ledger.live]), ...ledger.outdated]) {
    await setState(github, older, 'inactive', `the target serves ${version}`, run.url);
  }
}

/** @throws UserError when a person took the version out of the environment */
export function refuseWithdrawn(ledger: Ledger, served: ServedVersion, restore: boolean): void {
  const withdrawal = ledger.withdrawn.get(served.manifestDigest);
  if (withdrawal === undefined || restore) return;
  throw new UserError({
    message: `${withdrawal.by} withdrew version ${withdrawal.version} of ${ledger.model} from ${ledger.environment}: it is not deployed there again`,
    remedy: 'register a better version; or, when a person wants this one back, set `restore: true`',
  });
}

export const servedOf = (entry: {
  readonly version: string;
  readonly payload: { readonly manifestDigest: string };
}): ServedVersion => ({ version: entry.version, manifestDigest: entry.payload.manifestDigest });
