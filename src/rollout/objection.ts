import { type Entry, readLedger } from '../ledger/ledger.js';
import type { Charge } from './charge.js';
import type { Objection } from './drive.js';
import { setWithdrawnAside } from './preconditions.js';
import type { State } from './state.js';
import { type Target, describeServing, isServing, isVersion } from './targets/target.js';

/** What has changed since the rollout was decided: then the challenger gets no more traffic. */
export async function findObjection(
  { rollout, tools, tenure, challenger }: Charge,
  entry: Entry,
  live: Entry | undefined,
  target: Target,
  state: State,
): Promise<Objection | undefined> {
  await tenure.ensureHeld();
  const read = await readLedger(tools.github, rollout.model, rollout.environment);
  const now = setWithdrawnAside(read, rollout);
  if (now.live?.deployment.id !== live?.deployment.id) {
    const was = live?.version ?? 'no version';
    const reason = `the record changed during the rollout: ${was} was live, now ${now.live?.version ?? 'no version'} is`;
    return { fault: 'none', reason };
  }
  if (!now.unfinished.some(({ deployment }) => deployment.id === entry.deployment.id)) {
    const reason = `deployment ${entry.deployment.id} of this rollout was ended or deleted by something else`;
    return { fault: 'none', reason };
  }
  const serving = await target.status();
  if (serving === undefined) return undefined;
  const { champion } = serving;
  const stableServes =
    live === undefined ? champion === null || rollout.firstDeployment : isVersion(champion, live.version);
  // A run that was killed may have taken the last step before it could save that.
  const tookLastStep =
    isVersion(champion, challenger.version) && state.step === entry.payload.plan.steps.length - 1;
  if (isServing(serving, challenger.version) && (stableServes || tookLastStep)) return undefined;
  const reason = `${live?.version ?? 'nothing'} should serve beside ${challenger.version}, and the target shows ${describeServing(serving)}`;
  return { fault: 'routing', reason };
}
