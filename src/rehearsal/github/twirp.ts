import type { IncomingMessage } from 'node:http';
import { artifactMethods } from './areas/twirp-artifacts.js';
import { cacheMethods } from './areas/twirp-cache.js';
import { readJson } from './body.js';
import { drain, withFaults } from './exchange.js';
import type { FaultList } from './faults.js';
import { type Answer, type Body, type Urls, ok } from './http.js';
import { readRuntimeToken } from './runtime-token.js';
import type { Repo } from './store.js';

/** A call of the artifact or the cache service by the job that the token names. */
export interface ServiceCall {
  readonly repo: Repo;
  readonly urls: Urls;
  readonly run: number;
  readonly job: string;
  readonly body: Body;
}
export type ServiceMethod = (call: ServiceCall) => object | Promise<object>;

/** A refusal as twirp writes it. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const prefix = 'github.actions.results.api.v1.';
const services: Readonly<Record<string, Readonly<Record<string, ServiceMethod>>>> = {
  ArtifactService: artifactMethods,
  CacheService: cacheMethods,
};

/** Twirp with JSON bodies: `path` is `<package>.<Service>/<Method>`. */
export async function twirp(
  world: {
    readonly urls: Urls;
    readonly faults: FaultList;
    readonly secret: string;
    ofRun(run: number): Repo | undefined;
  },
  path: string,
  request: IncomingMessage,
  seen: (operation: string) => void,
): Promise<{ body: Body; answer: Answer }> {
  const operation = path.replace(prefix, '');
  seen(operation);
  const [service = '', name = ''] = operation.split('/');
  const method = services[service]?.[name];
  let body: Body = {};
  const work = async (): Promise<Answer> => {
    body = await readJson(request);
    if (method === undefined)
      throw new ServiceError(501, 'unimplemented', `the local GitHub does not serve ${operation}`);
    const token = readRuntimeToken(world.secret, request.headers.authorization);
    const repo = token && world.ofRun(token.run);
    if (token === undefined || repo === undefined)
      throw new ServiceError(401, 'unauthenticated', 'the runtime token is not valid');
    return ok(await repo.exclusively(() => method({ repo, urls: world.urls, ...token, body })));
  };
  try {
    return { answer: await withFaults(world.faults, operation, work, () => drain(request)), body };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { answer: { status: error.status, body: { code: error.code, msg: error.message } }, body };
  }
}
