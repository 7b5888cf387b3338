import type { UserError } from '../common/errors.js';
import type { Logger } from '../common/logger.js';
import { hasStatus } from '../github/failure.js';
import type { Incident } from '../github/incident.js';
import { type Entry, readLedger } from '../ledger/ledger.js';
import { setState } from '../ledger/record.js';
import { closeRolloutIncident, openRolloutIncident } from './incident.js';
import type { Rollback, Rollout, RolloutTools } from './request.js';
import type { State } from './state.js';

type Request = Rollout | Rollback;

/** Records how a deployment ended: the incident before the failing status, which says that all is done. */
export async function recordEnd(
  request: Request,
  tools: RolloutTools,
  entry: Entry,
  state: State,
): Promise<Incident | undefined> {
  const { github } = tools;
  const { verdict, reasons } = state.decision!;
  const running: Entry = { ...entry, state: 'in_progress' };
  const description = reasons.join('; ');
  if (verdict === 'pass') {
    await setState(github, running, 'success', description, request.run.url);
    return settleSuccess(request, tools, entry);
  }
  const incident = await reportIncident(request, tools, entry, state);
  await setState(github, running, 'failure', description, request.run.url);
  return incident;
}

/** Everything that belongs to a success; an earlier run may have been killed before it. */
export async function settleSuccess(
  request: Request,
  { github, logger }: RolloutTools,
  live: Entry,
): Promise<Incident | undefined> {
  const leaveOut = (error: UserError): void => logger.warning(`${error.message}: left out`);
  const { outdated } = await readLedger(github, request.model, request.environment, leaveOut);
  for (const older of outdated) {
    await setState(github, older, 'inactive', `replaced by ${live.version}`, request.run.url);
  }
  return whereAllowed(
    logger,
    closeRolloutIncident(github, request, {
      version: live.version,
      runUrl: request.run.url,
      deployment: live.deployment.id,
    }),
  );
}

export async function reportIncident(
  request: Request,
  { github, logger }: RolloutTools,
  entry: Entry,
  state: State,
): Promise<Incident | undefined> {
  const incident = await whereAllowed(
    logger,
    openRolloutIncident(github, request, {
      version: entry.version,
      replaced: entry.payload.replaces,
      decision: state.decision!,
      state,
      runUrl: request.run.url,
      deployment: entry.deployment.id,
    }),
  );
  if (incident !== undefined) logger.info(`incident: ${incident.issue.url}`);
  return incident;
}

/** Issues may be off (410), or the token may not write them: neither undoes a rollout nor withholds its status. */
async function whereAllowed<T>(logger: Logger, writing: Promise<T>): Promise<T | undefined> {
  try {
    return await writing;
  } catch (error) {
    if (!hasStatus(error, 403, 404, 410)) throw error;
    logger.warning(`the incident’s issue could not be written: ${error.message}`);
    return undefined;
  }
}
