import type { DeploymentData } from '../data.js';
import { type Answer, ApiError, type Call, list, ok, isRecord } from '../http.js';
import { anonymous, may } from '../permissions.js';
import { type Route, route } from '../routes.js';
import { deploymentNodeId, readDeploymentNodeId } from '../shapes.js';
import { statusNodeId } from './deployments.js';

/** Counts as the operation `graphql`, which GitHub's OpenAPI description does not have. */
export const graphqlRoutes: readonly Route[] = [route('POST /graphql', 'graphql', [], answerQuery)];

/** The one query that is served: the statuses of deployments. */
const served = `query($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Deployment {
      commitOid task createdAt
      latestStatus { id }
      statuses(first: 100) {
        pageInfo { hasNextPage }
        nodes { id state description createdAt logUrl environmentUrl }
      }
    }
  }
}`;
const most = 100;

interface QueryError {
  readonly type: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

function answerQuery(call: Call): Answer {
  const { identity, body } = call;
  if (identity === anonymous) throw new ApiError(401, 'This endpoint requires you to be authenticated.');
  const { query, variables } = body;
  if (typeof query !== 'string')
    throw new ApiError(400, 'A query attribute must be specified and must be a string.');
  if (plain(query) !== plain(served)) {
    throw new ApiError(501, 'the local GitHub serves one GraphQL query only: the statuses of deployments');
  }
  const ids = (isRecord(variables) ? list(variables, 'ids') : undefined)?.map(String);
  if (ids === undefined) {
    const message = 'Variable $ids of type [ID!]! was provided invalid value';
    return ok({ errors: [{ extensions: { value: null }, message }] });
  }
  if (ids.length > most) {
    const message = `You may not provide more than ${most} node ids; you provided ${ids.length}.`;
    return ok({ data: null, errors: [{ type: 'ARGUMENT_LIMIT', path: ['nodes'], message }] });
  }
  const errors: QueryError[] = [];
  const nodes = ids.map((id, index) => {
    const found = look(call, id);
    if (typeof found === 'object') return found;
    errors.push({ ...refusals[found](id), path: ['nodes', index] });
    return null;
  });
  return ok({ data: { nodes }, ...(errors.length > 0 && { errors }) });
}

const plain = (query: string): string => query.replace(/\s+/g, ' ').trim();

const refusals = {
  absent: (id: string) => ({
    type: 'NOT_FOUND',
    message: `Could not resolve to a node with the global id of '${id}'`,
  }),
  forbidden: () => ({ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }),
};

/** As REST has it: what is private is not there for strangers; the own repository asks for the permission. */
function look({ identity, repoNamed }: Call, nodeId: string): object | keyof typeof refusals {
  const at = readDeploymentNodeId(nodeId);
  const repo = at && repoNamed(at.owner, at.name);
  const deployment = repo?.data.deployments.find(({ id }) => id === at?.id);
  if (repo === undefined || deployment === undefined) return 'absent';
  // Base64 has several spellings of one text.
  if (deploymentNodeId(repo, deployment.id) !== nodeId) return 'absent';
  const own = identity.repository === repo.fullName;
  if (!own && repo.data.private) return 'absent';
  if (own && !may(identity, 'deployments:read')) return 'forbidden';
  return show(deployment);
}

function show({ sha, task, createdAt, statuses }: DeploymentData): object {
  const newestFirst = statuses.toReversed();
  const [latest] = newestFirst;
  return {
    commitOid: sha,
    task,
    createdAt,
    latestStatus: latest === undefined ? null : { id: statusNodeId(latest) },
    statuses: {
      pageInfo: { hasNextPage: newestFirst.length > most },
      nodes: newestFirst.slice(0, most).map((status) => ({
        id: statusNodeId(status),
        state: status.state.toUpperCase(),
        description: status.description,
        createdAt: status.createdAt,
        logUrl: status.logUrl === '' ? null : status.logUrl,
        environmentUrl: status.environmentUrl === '' ? null : status.environmentUrl,
      })),
    },
  };
}
