import { canonicalJson } from '../common/json.js';
import type { Client, Octokit } from './client.js';
import type { Deployment, DeploymentState, DeploymentStatus, Deployments } from './types.js';

type Rest = Octokit['rest']['repos'];
type RawDeployment = Awaited<ReturnType<Rest['getDeployment']>>['data'];
type RawStatus = Awaited<ReturnType<Rest['getDeploymentStatus']>>['data'];

const longestDescription = 140;

export function deployments({ octokit, at, once }: Client): Deployments {
  const { repos } = octokit.rest;

  async function* list(filter: Parameters<Deployments['list']>[0]): AsyncGenerator<Deployment> {
    const pages = octokit.paginate.iterator(repos.listDeployments, { ...at, ...filter, per_page: 100 });
    for await (const { data } of pages) for (const raw of data) yield toDeployment(raw);
  }

  const statuses = async (id: number): Promise<readonly DeploymentStatus[]> => {
    const query = { ...at, deployment_id: id, per_page: 100 };
    return (await octokit.paginate(repos.listDeploymentStatuses, query)).map(toStatus);
  };

  return {
    list,
    statuses,

    create: ({ ref, task, environment, production, transient = false, description, payload }) =>
      once({
        create: async () => {
          const { data } = await repos.createDeployment({
            ...at,
            ref,
            task,
            environment,
            production_environment: production,
            transient_environment: transient,
            description: shorten(description),
            payload: payload as Record<string, unknown>,
            // The defaults would merge the default branch, and wait for checks that have nothing to do with a model.
            auto_merge: false,
            required_contexts: [],
          });
          if (!('id' in data)) throw new Error(`GitHub merged instead of deploying: ${data.message ?? ''}`);
          return toDeployment(data as RawDeployment);
        },
        find: async () => {
          const wanted = canonicalJson(payload);
          for await (const found of list({ ref, task, environment })) {
            if (canonicalJson(found.payload) === wanted) return found;
          }
          return undefined;
        },
      }),

    createStatus: (id, { state, description, logUrl, environmentUrl, autoInactive }) => {
      const text = shorten(description);
      return once({
        create: async () => {
          const { data } = await repos.createDeploymentStatus({
            ...at,
            deployment_id: id,
            state,
            description: text,
            ...(logUrl !== undefined && { log_url: logUrl }),
            ...(environmentUrl !== undefined && { environment_url: environmentUrl }),
            ...(autoInactive !== undefined && { auto_inactive: autoInactive }),
          });
          return toStatus(data);
        },
        find: async () => {
          const [newest] = await statuses(id);
          return newest?.state === state && newest.description === text ? newest : undefined;
        },
      });
    },
  };
}

function shorten(description: string): string {
  const characters = [...description];
  return characters.length <= longestDescription
    ? description
    : `${characters.slice(0, longestDescription - 1).join('')}…`;
}

function toDeployment(raw: RawDeployment): Deployment {
  return {
    id: raw.id,
    sha: raw.sha,
    ref: raw.ref,
    task: raw.task,
    environment: raw.environment,
    description: raw.description ?? '',
    payload: toPayload(raw.payload),
    creator: raw.creator?.login ?? '',
    createdAt: raw.created_at,
  };
}

/** GitHub gives back an object or the text that somebody sent. */
function toPayload(payload: unknown): Readonly<Record<string, unknown>> {
  let value = payload;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value);
    } catch {
      return {};
    }
  }
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

function toStatus(raw: RawStatus): DeploymentStatus {
  return {
    id: raw.id,
    state: raw.state as DeploymentState,
    description: raw.description,
    createdAt: raw.created_at,
    logUrl: raw.log_url ?? '',
    environmentUrl: raw.environment_url ?? '',
  };
}
