import { canonicalJson } from '../common/json.js';
import type { Client, Octokit } from './client.js';
import { GitHubFailure, hasStatus } from './failure.js';
import type { Deployment, DeploymentState, DeploymentStatus, Deployments } from './types.js';

type Rest = Octokit['rest']['repos'];
type RawDeployment = Awaited<ReturnType<Rest['getDeployment']>>['data'];
type RawStatus = Awaited<ReturnType<Rest['getDeploymentStatus']>>['data'];

const longestDescription = 140;

/** `nodes` takes no more ids than this, and a connection gives no more at once. */
const mostNodes = 100;
/*
 * Deployment.databaseId is left out: it is an Int, which the ids of github.com have outgrown. A list by ids is in
 * their order (Relay's rule for such fields); sha, task and time show that it is. The order of `statuses` is
 * documented nowhere: `latestStatus` shows which end is the newest.
 */
const statusesQuery = `query($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Deployment {
      commitOid task createdAt
      latestStatus { id }
      statuses(first: ${mostNodes}) {
        pageInfo { hasNextPage }
        nodes { id state description createdAt logUrl environmentUrl }
      }
    }
  }
}`;

interface StatusNode {
  readonly id: string;
  readonly state: string;
  readonly description: string | null;
  readonly createdAt: string;
  readonly logUrl: string | null;
  readonly environmentUrl: string | null;
}
interface DeploymentNode {
  readonly commitOid: string;
  readonly task: string | null;
  readonly createdAt: string;
  readonly latestStatus: { readonly id: string } | null;
  readonly statuses: {
    readonly pageInfo: { readonly hasNextPage: boolean };
    readonly nodes: readonly (StatusNode | null)[] | null;
  } | null;
}

export function deployments({ octokit, at, logger, once }: Client): Deployments {
  const { repos } = octokit.rest;

  async function* list(filter: Parameters<Deployments['list']>[0]): AsyncGenerator<Deployment> {
    const pages = octokit.paginate.iterator(repos.listDeployments, { ...at, ...filter, per_page: 100 });
    for await (const { data } of pages) for (const raw of data) yield toDeployment(raw);
  }

  const statuses = async (id: number): Promise<readonly DeploymentStatus[]> => {
    const query = { ...at, deployment_id: id, per_page: 100 };
    return (await octokit.paginate(repos.listDeploymentStatuses, query)).map(toStatus);
  };

  /** Up to 100 deployments in one request; undefined for those whose order or rest only REST can tell. */
  const ask = async (
    deployments: readonly Deployment[],
  ): Promise<(readonly DeploymentStatus[] | undefined)[]> => {
    const answer: { nodes?: readonly (DeploymentNode | null)[] } | null = await octokit.graphql(
      statusesQuery,
      {
        ids: deployments.map(({ nodeId }) => nodeId),
        request: { reads: `/repos/${at.owner}/${at.repo}/deployments` },
      },
    );
    const nodes = answer?.nodes;
    if (!Array.isArray(nodes) || nodes.length !== deployments.length) {
      throw incomplete(`${nodes?.length ?? 0} of ${deployments.length} deployments`);
    }
    return deployments.map((deployment, index) => statusesIn(nodes[index], deployment));
  };

  const statusesOf: Deployments['statusesOf'] = async (wanted) => {
    const found = new Map<number, readonly DeploymentStatus[]>();
    let served = true;
    for (let from = 0; from < wanted.length; from += mostNodes) {
      const chunk = wanted.slice(from, from + mostNodes);
      let answers: Awaited<ReturnType<typeof ask>> = [];
      try {
        if (served) answers = await ask(chunk);
      } catch (error) {
        if (!isRefused(error)) throw error;
        logger.debug(`reading deployment statuses one by one: ${error.message}`);
        served = false;
      }
      for (const [index, { id }] of chunk.entries()) found.set(id, answers[index] ?? (await statuses(id)));
    }
    return found;
  };

  return {
    list,
    statuses,
    statusesOf,

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
    nodeId: raw.node_id,
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
    state: raw.state as DeploymentState,
    description: raw.description,
    createdAt: raw.created_at,
    logUrl: raw.log_url ?? '',
    environmentUrl: raw.environment_url ?? '',
  };
}

/** Whether GraphQL itself is out of reach here: an old server, or a token that may only use REST. */
const isRefused = (error: unknown): error is GitHubFailure => hasStatus(error, 403, 404);

/** Newest first; undefined where the answer has not all of them, or not in an order that is plain. */
function statusesIn(
  node: DeploymentNode | null | undefined,
  { id, sha, task, createdAt }: Deployment,
): readonly DeploymentStatus[] | undefined {
  const list = node?.statuses?.nodes;
  if (!node || !list || list.includes(null)) throw incomplete(`deployment ${id}`);
  const same = node.commitOid === sha && node.task === task;
  if (!same || Date.parse(node.createdAt) !== Date.parse(createdAt)) {
    throw incomplete(`another deployment than ${id}`);
  }
  const nodes = list as readonly StatusNode[];
  if (node.statuses?.pageInfo.hasNextPage !== false) return undefined;
  const latest = node.latestStatus?.id;
  const newestFirst = nodes[0]?.id === latest ? nodes : nodes.toReversed();
  if (newestFirst[0]?.id !== latest) return undefined;
  const times = newestFirst.map((status) => Date.parse(status.createdAt));
  if (!times.every((time, index) => index === 0 || time <= (times[index - 1] ?? 0))) return undefined;
  return newestFirst.map((status) => ({
    state: status.state.toLowerCase() as DeploymentState,
    description: status.description ?? '',
    createdAt: status.createdAt,
    logUrl: status.logUrl ?? '',
    environmentUrl: status.environmentUrl ?? '',
  }));
}

function incomplete(what: string): GitHubFailure {
  return new GitHubFailure({
    message: `cannot read deployment statuses: GitHub’s answer is not complete (${what})`,
    remedy: 'run it again; see https://www.githubstatus.com',
    status: 200,
    detail: what,
    ambiguous: false,
    cause: undefined,
  });
}
