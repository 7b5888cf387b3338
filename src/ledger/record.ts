import { type DeploymentPayload, deploymentTask } from '../formats/deployment.js';
import type { DeploymentState, GitHub } from '../github/types.js';
import type { Entry } from './ledger.js';

/** Records a change of what is live, before it is made. The payload never changes afterwards. */
export async function createEntry(
  github: GitHub,
  options: { ref: string; environment: string; production: boolean; payload: DeploymentPayload },
): Promise<Entry> {
  const { ref, environment, production, payload } = options;
  const deployment = await github.deployments.create({
    ref,
    task: deploymentTask(payload.model),
    environment,
    production,
    description: `${payload.model} ${payload.version}: ${payload.cause}`,
    payload,
  });
  return { deployment, payload, version: payload.version, statuses: [], state: null };
}

/** Sets the state unless it is that already. */
export async function setState(
  github: GitHub,
  entry: Entry,
  state: DeploymentState,
  description: string,
  logUrl: string,
): Promise<void> {
  if (entry.state === state) return;
  await github.deployments.createStatus(entry.deployment.id, {
    state,
    description,
    logUrl,
    // GitHub would also deactivate the deployments of other models, but not those to production.
    autoInactive: false,
  });
}
