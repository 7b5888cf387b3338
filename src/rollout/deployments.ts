import { safeParse } from 'valibot';
import { type DeploymentPayload, deploymentPayloadSchema, deploymentTask } from '../formats/deployment.js';
import type { Deployment, DeploymentState, GitHub } from '../github/types.js';

/** A deployment of ours, and its latest status; null before the first. */
export interface Deployed {
  readonly deployment: Deployment;
  readonly payload: DeploymentPayload;
  readonly state: DeploymentState | null;
}

export interface Survey {
  /** The newest deployment whose latest status is success. */
  readonly live: Deployed | undefined;
  /** Begun and neither finished nor given up, newest first. */
  readonly unfinished: readonly Deployed[];
  /** Older ones that still say success. */
  readonly outdated: readonly Deployed[];
}

/** Deployments looked at: older ones were settled by the rollouts in between. */
const searched = 30;

/** What GitHub knows of a model in an environment. */
export async function survey(github: GitHub, model: string, environment: string): Promise<Survey> {
  let live: Deployed | undefined;
  const unfinished: Deployed[] = [];
  const outdated: Deployed[] = [];
  let looked = 0;
  for await (const deployment of github.deployments.list({ environment, task: deploymentTask(model) })) {
    const parsed = safeParse(deploymentPayloadSchema, deployment.payload);
    if (!parsed.success || parsed.output.model !== model) continue;
    if (++looked > searched) break;
    const [latest] = await github.deployments.statuses(deployment.id);
    const deployed: Deployed = { deployment, payload: parsed.output, state: latest?.state ?? null };
    if (deployed.state === 'success') {
      if (live === undefined) live = deployed;
      else outdated.push(deployed);
    } else if (deployed.state === null || ['queued', 'pending', 'in_progress'].includes(deployed.state)) {
      unfinished.push(deployed);
    }
  }
  return { live, unfinished, outdated };
}

/** Records a rollout that begins. The payload never changes afterwards. */
export async function createDeployment(
  github: GitHub,
  options: { tag: string; environment: string; production: boolean; payload: DeploymentPayload },
): Promise<Deployed> {
  const { tag, environment, production, payload } = options;
  const deployment = await github.deployments.create({
    ref: tag,
    task: deploymentTask(payload.model),
    environment,
    production,
    description: `${payload.model} ${payload.version}: ${payload.cause}`,
    payload,
  });
  return { deployment, payload, state: null };
}

/** Sets the state unless it is that already. */
export async function setState(
  github: GitHub,
  deployed: Deployed,
  state: DeploymentState,
  description: string,
  logUrl: string,
): Promise<void> {
  if (deployed.state === state) return;
  await github.deployments.createStatus(deployed.deployment.id, {
    state,
    description,
    logUrl,
    // GitHub's own would reach the deployments of other models, and not those to production.
    autoInactive: false,
  });
}
