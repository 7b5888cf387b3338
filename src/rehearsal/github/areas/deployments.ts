import type { DeploymentData, DeploymentStatusData } from '../data.js';
import {
  ApiError,
  type Answer,
  type Call,
  type Urls,
  created,
  flag,
  invalid,
  isRecord,
  list,
  notFound,
  numberOf,
  ok,
  required,
  text,
} from '../http.js';
import { mergeTrees } from '../merge.js';
import { paged } from '../pages.js';
import { type Route, route } from '../routes.js';
import { apiUrl, deploymentNodeId, nodeId, user } from '../shapes.js';
import type { Repo } from '../store.js';

const base = '/repos/{owner}/{repo}/deployments';
const one = `${base}/{deployment_id}`;

export const deploymentRoutes: readonly Route[] = [
  route(`GET ${base}`, 'repos/list-deployments', ['deployments:read'], listAll),
  route(`POST ${base}`, 'repos/create-deployment', ['deployments:write'], create),
  route(`GET ${one}`, 'repos/get-deployment', ['deployments:read'], get),
  route(`DELETE ${one}`, 'repos/delete-deployment', ['deployments:write'], remove),
  route(`GET ${one}/statuses`, 'repos/list-deployment-statuses', ['deployments:read'], statuses),
  route(`POST ${one}/statuses`, 'repos/create-deployment-status', ['deployments:write'], createStatus),
  route(`GET ${one}/statuses/{status_id}`, 'repos/get-deployment-status', ['deployments:read'], getStatus),
];

const states = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];

export function showDeployment(repo: Repo, urls: Urls, deployment: DeploymentData): object {
  const url = `${apiUrl(repo, urls)}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: deploymentNodeId(repo, deployment.id),
    task: deployment.task,
    original_environment: deployment.originalEnvironment,
    environment: deployment.environment,
    description: deployment.description,
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: apiUrl(repo, urls),
    creator: user(deployment.creator, urls),
    sha: deployment.sha,
    ref: deployment.ref,
    payload: deployment.payload,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: null,
  };
}

export const statusNodeId = ({ id }: DeploymentStatusData): string => nodeId('DES', id);

export function showStatus(
  repo: Repo,
  urls: Urls,
  deployment: DeploymentData,
  status: DeploymentStatusData,
): object {
  const url = `${apiUrl(repo, urls)}/deployments/${deployment.id}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: statusNodeId(status),
    state: status.state,
    creator: user(status.creator, urls),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: apiUrl(repo, urls),
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: null,
  };
}

function find({ repo, params }: Call): DeploymentData {
  const id = numberOf(params.deployment_id);
  const found = repo.data.deployments.find((deployment) => deployment.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function listAll(call: Call): Answer {
  const { repo, query, urls } = call;
  const fits = (key: 'sha' | 'ref' | 'task' | 'environment', deployment: DeploymentData): boolean => {
    const wanted = query.get(key);
    return wanted === null || wanted === 'none' || deployment[key] === wanted;
  };
  const found = repo.data.deployments
    .filter((it) => fits('sha', it) && fits('ref', it) && fits('task', it) && fits('environment', it))
    .toReversed();
  return paged(call, found, {
    path: `${apiUrl(repo, urls)}/deployments`,
    wrap: (page) => (page as DeploymentData[]).map((deployment) => showDeployment(repo, urls, deployment)),
  });
}

function get(call: Call): Answer {
  return ok(showDeployment(call.repo, call.urls, find(call)));
}

async function create(call: Call): Promise<Answer> {
  const { repo, body, identity, urls } = call;
  const ref = required(body, 'ref');
  const sha = await repo.git.commit(ref);
  if (sha === undefined) throw new ApiError(422, `No ref found for: ${ref}`);
  const environment = text(body, 'environment') ?? 'production';
  const contexts = list(body, 'required_contexts')?.map(String);
  if (flag(body, 'auto_merge') ?? true) {
    const merged = await autoMerge(repo, ref, sha);
    if (merged !== undefined) return { status: 202, body: { message: merged } };
  }
  checkContexts(repo, ref, sha, contexts);
  const now = repo.now();
  const deployment: DeploymentData = {
    id: repo.id(),
    sha,
    ref,
    task: text(body, 'task') ?? 'deploy',
    payload: payloadOf(body.payload),
    originalEnvironment: environment,
    environment,
    description: text(body, 'description') ?? null,
    creator: identity.login,
    transient: flag(body, 'transient_environment') ?? false,
    production: flag(body, 'production_environment') ?? environment === 'production',
    createdAt: now,
    updatedAt: now,
    statuses: [],
  };
  repo.data.deployments.push(deployment);
  return created(showDeployment(repo, urls, deployment));
}

function payloadOf(payload: unknown): unknown {
  if (payload === undefined || payload === null || payload === '') return {};
  if (typeof payload === 'string' || isRecord(payload)) return payload;
  throw invalid('Deployment', 'payload', 'invalid');
}

/** A branch that is behind the default branch gets that merged in instead of a deployment: GitHub's default. */
async function autoMerge(repo: Repo, ref: string, sha: string): Promise<string | undefined> {
  const { defaultBranch } = repo.data;
  const branch = `refs/heads/${ref}`;
  const main = await repo.git.parse(`refs/heads/${defaultBranch}^{commit}`);
  if (main === undefined || (await repo.git.parse(branch)) === undefined) return undefined;
  if (await repo.git.isAncestor(main, sha)) return undefined;
  const merged = await mergeTrees(repo, sha, main, `Merge ${defaultBranch} into ${ref}`);
  if (merged === undefined) throw new ApiError(409, `Conflict merging ${defaultBranch} into ${ref}.`);
  await repo.git.updateRef(branch, merged, sha);
  return `Auto-merged ${defaultBranch} into ${ref} on deployment.`;
}

/** Without `required_contexts: []` every job on that commit must have ended well: also the one that asks. */
function checkContexts(repo: Repo, ref: string, sha: string, contexts: readonly string[] | undefined): void {
  const jobs = repo.data.runs.filter((run) => run.headSha === sha).flatMap((run) => run.jobs);
  const stateOf = (name: string): string => {
    const job = jobs.findLast((it) => it.name === name);
    if (job === undefined || job.status !== 'completed') return 'pending';
    return job.conclusion === 'success' || job.conclusion === 'skipped' ? 'success' : 'failure';
  };
  const wanted = contexts ?? [...new Set(jobs.map(({ name }) => name))];
  const states = wanted.map((context) => ({ context, state: stateOf(context) }));
  if (states.every(({ state }) => state === 'success')) return;
  throw new ApiError(409, `Conflict: Commit status checks failed for ${ref}.`, [
    { contexts: states, resource: 'Deployment', field: 'required_contexts', code: 'invalid' },
  ]);
}

function remove(call: Call): Answer {
  const { deployments } = call.repo.data;
  const deployment = find(call);
  const latest = deployment.statuses.at(-1)?.state;
  if (deployments.length > 1 && latest !== undefined && latest !== 'inactive') {
    throw new ApiError(
      422,
      'We cannot delete an active deployment unless it is the only deployment in a given environment.',
    );
  }
  deployments.splice(deployments.indexOf(deployment), 1);
  return { status: 204 };
}

function statuses(call: Call): Answer {
  const { repo, urls } = call;
  const deployment = find(call);
  return paged(call, deployment.statuses.toReversed(), {
    path: `${apiUrl(repo, urls)}/deployments/${deployment.id}/statuses`,
    wrap: (page) =>
      (page as DeploymentStatusData[]).map((status) => showStatus(repo, urls, deployment, status)),
  });
}

function getStatus(call: Call): Answer {
  const deployment = find(call);
  const status = deployment.statuses.find(({ id }) => id === numberOf(call.params.status_id));
  if (status === undefined) throw notFound();
  return ok(showStatus(call.repo, call.urls, deployment, status));
}

function createStatus(call: Call): Answer {
  const { repo, body, identity, urls } = call;
  const deployment = find(call);
  const state = required(body, 'state');
  if (!states.includes(state))
    throw invalid('DeploymentStatus', 'state', 'custom', 'state is not included in the list');
  const description = text(body, 'description') ?? '';
  if ([...description].length > 140) {
    throw invalid(
      'DeploymentStatus',
      'description',
      'custom',
      'description is too long (maximum is 140 characters)',
    );
  }
  const status: DeploymentStatusData = {
    id: repo.id(),
    state,
    description,
    environment: text(body, 'environment') ?? deployment.environment,
    logUrl: text(body, 'log_url') ?? text(body, 'target_url') ?? '',
    environmentUrl: text(body, 'environment_url') ?? '',
    creator: identity.login,
    createdAt: repo.now(),
  };
  addStatus(deployment, status);
  deployment.environment = status.environment;
  if (state === 'success' && (flag(body, 'auto_inactive') ?? true)) endEarlier(call, deployment, status);
  return created(showStatus(repo, urls, deployment, status));
}

function addStatus(deployment: DeploymentData, status: DeploymentStatusData): void {
  deployment.statuses.push(status);
  deployment.updatedAt = status.createdAt;
}

/** `auto_inactive`: earlier ones of the same environment, of whatever task, unless transient or production. */
function endEarlier({ repo }: Call, deployment: DeploymentData, status: DeploymentStatusData): void {
  for (const earlier of repo.data.deployments) {
    if (earlier.id >= deployment.id || earlier.environment !== deployment.environment) continue;
    if (earlier.transient || earlier.production || earlier.statuses.at(-1)?.state !== 'success') continue;
    addStatus(earlier, { ...status, id: repo.id(), state: 'inactive', description: '' });
  }
}
