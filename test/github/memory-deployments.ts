import type { Deployment, DeploymentStatus, Deployments } from '../../src/github/types.js';
import { type Perform, type Store, type StoredDeployment, refusal, resolve } from './memory-store.js';

type Filter = Parameters<Deployments['list']>[0];

export function memoryDeployments(store: Store, perform: Perform, login: string): Deployments {
  const find = (id: number, request: string): StoredDeployment => {
    const found = store.deployments.get(id);
    if (found === undefined) throw refusal(request, 404);
    return found;
  };

  return {
    async *list(filter) {
      yield* await perform('deployments.list', () => matching(store, filter));
    },

    create: (wanted) =>
      perform('deployments.create', () => {
        const { ref, task, environment, description, production, transient = false } = wanted;
        const commit = resolve(store, ref);
        if (commit === undefined) throw refusal('POST /deployments', 422, `No ref found for: ${ref}`);
        const id = store.id();
        const deployment: Deployment = {
          id,
          nodeId: `DE_${id}`,
          sha: commit.sha,
          ref,
          task,
          environment,
          description: shorten(description),
          // What JSON makes of it, and nobody can change afterwards.
          payload: JSON.parse(JSON.stringify(wanted.payload)) as Deployment['payload'],
          creator: login,
          createdAt: store.now(),
        };
        add(store, { deployment, lasting: production || transient, statuses: [] });
        return deployment;
      }),

    statuses: (id) => perform('deployments.statuses', () => find(id, 'GET /deployments').statuses),

    statusesOf: (deployments) =>
      perform('deployments.statusesOf', () => {
        const found = deployments.map(({ id, nodeId }) => {
          const stored = store.deployments.get(id);
          if (stored?.deployment.nodeId === nodeId) return [id, stored.statuses] as const;
          const words = `Could not resolve to a node with the global id of '${nodeId}'`;
          throw refusal('GET /deployments', 200, words);
        });
        return new Map(found);
      }),

    createStatus: (id, { state, description, logUrl = '', environmentUrl = '', autoInactive = true }) =>
      perform('deployments.createStatus', () => {
        const stored = find(id, 'POST /deployments/1/statuses');
        const status: DeploymentStatus = {
          state,
          description: shorten(description),
          createdAt: store.now(),
          logUrl,
          environmentUrl,
        };
        stored.statuses = [status, ...stored.statuses];
        if (state === 'success' && autoInactive) endEarlier(store, stored, status);
        return status;
      }),
  };
}

function add({ deployments, deploymentsByTask }: Store, stored: StoredDeployment): void {
  const { id, task } = stored.deployment;
  deployments.set(id, stored);
  const ofTask = deploymentsByTask.get(task);
  if (ofTask === undefined) deploymentsByTask.set(task, [stored]);
  else ofTask.push(stored);
}

/** Newest first. GitHub takes "none" for any. */
function matching({ deployments, deploymentsByTask }: Store, filter: Filter): Deployment[] {
  const { task, ...rest } = filter;
  const anyTask = task === undefined || task === 'none';
  const among = anyTask ? [...deployments.values()] : (deploymentsByTask.get(task) ?? []);
  const wanted = Object.entries(rest).filter(([, value]) => value !== undefined && value !== 'none');
  return among
    .map(({ deployment }) => deployment)
    .filter((one) => wanted.every(([key, value]) => one[key as keyof typeof rest] === value))
    .toReversed();
}

function endEarlier(store: Store, { deployment }: StoredDeployment, status: DeploymentStatus): void {
  for (const earlier of store.deployments.values()) {
    if (earlier.deployment.id >= deployment.id) return;
    if (earlier.lasting || earlier.deployment.environment !== deployment.environment) continue;
    if (earlier.statuses[0]?.state !== 'success') continue;
    earlier.statuses = [{ ...status, state: 'inactive', description: '' }, ...earlier.statuses];
  }
}

function shorten(description: string): string {
  const characters = [...description];
  return characters.length <= 140 ? description : `${characters.slice(0, 139).join('')}…`;
}
