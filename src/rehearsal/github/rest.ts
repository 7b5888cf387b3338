import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { artifactRoutes } from './areas/artifacts.js';
import { commentRoutes } from './areas/comments.js';
import { commitRoutes } from './areas/commits.js';
import { deploymentRoutes } from './areas/deployments.js';
import { dispatchRoutes } from './areas/dispatches.js';
import { environmentRoutes } from './areas/environments.js';
import { gitObjectRoutes } from './areas/git-objects.js';
import { gitRefRoutes } from './areas/git-refs.js';
import { graphqlRoutes } from './areas/graphql.js';
import { issueRoutes } from './areas/issues.js';
import { labelRoutes } from './areas/labels.js';
import { pullRoutes } from './areas/pulls.js';
import { assetRoutes, leaveStarter } from './areas/release-assets.js';
import { releaseRoutes } from './areas/releases.js';
import { globalRoutes, repoRoutes } from './areas/repos.js';
import { runRoutes } from './areas/runs.js';
import { readJson, readUpload } from './body.js';
import { drain, withFaults } from './exchange.js';
import type { FaultList } from './faults.js';
import { type Answer, ApiError, type Body, type Call, type Urls, notFound } from './http.js';
import { type Identity, anonymous, demand, may } from './permissions.js';
import { type Match, router } from './routes.js';
import type { Repo } from './store.js';

/** Every operation of REST that is served; the first that fits a request has it. */
export const routes = [
  ...gitRefRoutes,
  ...gitObjectRoutes,
  ...assetRoutes,
  ...releaseRoutes,
  ...deploymentRoutes,
  ...environmentRoutes,
  ...dispatchRoutes,
  ...artifactRoutes,
  ...runRoutes,
  ...commentRoutes,
  ...labelRoutes,
  ...issueRoutes,
  ...pullRoutes,
  ...commitRoutes,
  ...repoRoutes,
  ...globalRoutes,
];
// GraphQL is no part of GitHub's OpenAPI description.
const find = router([...routes, ...graphqlRoutes]);

export interface World {
  readonly urls: Urls;
  readonly faults: FaultList;
  readonly tokens: ReadonlyMap<string, Identity>;
  repo(owner: string, name: string): Repo | undefined;
}

export interface Rest {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly answer: Answer;
}

/** Answers a request to the REST API; `path` is what follows its base. */
export async function rest(
  world: World,
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
  seen: (operation: string, params: Readonly<Record<string, string>>) => void,
): Promise<Rest> {
  const method = request.method ?? 'GET';
  const match = find(method, path);
  if (match === undefined) {
    await drain(request);
    const { unserved } = await import('./unserved.js');
    const operation = await unserved(method, path);
    seen(operation ?? `${method} ${path}`, {});
    if (operation === undefined) throw notFound();
    throw new ApiError(501, `the local GitHub does not serve ${operation} (${method} ${path})`);
  }
  const { route, params } = match;
  seen(route.operation, params);
  let body: Body = {};
  const answer = await withFaults(
    world.faults,
    route.operation,
    async () => {
      const call = await admit(world, request, match, query);
      if (route.upload !== true) {
        body = await readJson(request);
        return perform({ ...call, body });
      }
      return receive(call, request, perform);
    },
    async ({ how }) => {
      await drain(request);
      // GitHub's storage breaking down midway leaves an asset that is not whole.
      if (route.upload !== true || !('status' in how) || how.status !== 502) return;
      const call = prepare(world, request, match, query);
      await call.repo.exclusively(() => leaveStarter(call));
    },
  );
  return { operation: route.operation, params, body, answer };

  async function perform(call: Call): Promise<Answer> {
    const handle = async (): Promise<Answer> => route.handle(call);
    return method === 'GET' || params.owner === undefined ? handle() : call.repo.exclusively(handle);
  }
}

/** As prepare; who is refused can still send what he has begun to send, and read why. */
async function admit(
  world: World,
  request: IncomingMessage,
  match: Match,
  query: URLSearchParams,
): Promise<Call> {
  try {
    return prepare(world, request, match, query);
  } catch (error) {
    await drain(request);
    throw error;
  }
}

async function receive(
  call: Call,
  request: IncomingMessage,
  perform: (call: Call) => Promise<Answer>,
): Promise<Answer> {
  let upload: NonNullable<Call['upload']>;
  try {
    upload = await readUpload(request, call.repo.blob(''));
  } catch (error) {
    await call.repo.exclusively(() => leaveStarter(call));
    throw error;
  }
  try {
    return await perform({ ...call, upload });
  } finally {
    await rm(upload.file, { force: true });
  }
}

/** The token, then the repository, then the permission: in this order, as what is private answers 404. */
function prepare(world: World, request: IncomingMessage, match: Match, query: URLSearchParams): Call {
  const { route, params } = match;
  const identity = identify(world, request.headers.authorization);
  const repo = params.owner === undefined ? undefined : world.repo(params.owner, params.repo ?? '');
  if (params.owner !== undefined) {
    if (repo === undefined) throw notFound();
    const own = identity.repository === repo.fullName;
    if (!own && (repo.data.private || request.method !== 'GET')) {
      throw identity === anonymous && !repo.data.private
        ? new ApiError(401, 'Requires authentication')
        : notFound();
    }
    const strangerMayRead =
      !own && route.needs.some((need) => may({ ...identity, permissions: 'read-all' }, need));
    if (!strangerMayRead) demand(identity, route.needs);
  }
  return {
    params,
    query,
    body: {},
    accept: request.headers.accept ?? '',
    contentType: request.headers['content-type'] ?? '',
    identity:
      repo === undefined || identity.repository === repo.fullName
        ? identity
        : { ...identity, permissions: {} },
    // Routes without a repository in their path use none.
    repo: repo as Repo,
    repoNamed: world.repo,
    urls: world.urls,
  };
}

function identify(world: World, authorization: string | undefined): Identity {
  if (authorization === undefined || authorization === '') return anonymous;
  const token = /^(?:token|bearer) (.+)$/i.exec(authorization)?.[1] ?? '';
  const identity = world.tokens.get(token);
  if (identity === undefined) throw new ApiError(401, 'Bad credentials');
  return identity;
}
