/** What a request does, in words for people, and what GITHUB_TOKEN must be allowed for it. */
export interface Operation {
  readonly doing: string;
  /** As under `permissions:`. */
  readonly permission: string;
}

type Entry = readonly [method: string, path: RegExp, doing: string, permission: string];

/** Comments are only read in order to write one. */
const toComment = 'pull-requests: write, or issues: write on an issue';

/* After GitHub's "Permissions required for GitHub Apps". The first match counts. */
const entries: readonly Entry[] = [
  ['GET', /^\/releases\/assets\//, 'download a release asset', 'contents: read'],
  ['DELETE', /^\/releases\/assets\//, 'delete a release asset', 'contents: write'],
  ['POST', /^\/releases\/[^/]+\/assets/, 'upload a release asset', 'contents: write'],
  ['GET', /^\/releases/, 'read releases', 'contents: read'],
  ['POST', /^\/releases/, 'create a release', 'contents: write'],
  ['PATCH', /^\/releases/, 'change a release', 'contents: write'],
  ['DELETE', /^\/releases/, 'delete a release', 'contents: write'],
  ['GET', /^\/git\//, 'read refs and commits', 'contents: read'],
  ['POST', /^\/git\/refs/, 'create a ref', 'contents: write'],
  ['PATCH', /^\/git\/refs/, 'move a ref', 'contents: write'],
  ['DELETE', /^\/git\/refs/, 'delete a ref', 'contents: write'],
  ['POST', /^\/git\//, 'write a commit', 'contents: write'],
  ['GET', /^\/contents/, 'read a file of the repository', 'contents: read'],
  ['GET', /^\/commits\/[^/]+\/pulls/, 'read the pull requests of a commit', 'pull-requests: read'],
  ['GET', /^\/commits/, 'read a commit', 'contents: read'],
  ['GET', /^\/deployments/, 'read deployments', 'deployments: read'],
  ['POST', /^\/deployments\/[^/]+\/statuses/, 'report a deployment status', 'deployments: write'],
  ['POST', /^\/deployments/, 'create a deployment', 'deployments: write'],
  ['GET', /^\/environments/, 'read an environment and its protection rules', 'actions: read'],
  ['POST', /^\/actions\/workflows/, 'start a workflow', 'actions: write'],
  ['GET', /^\/actions/, 'read workflow runs', 'actions: read'],
  ['POST', /^\/dispatches/, 'send a repository dispatch', 'contents: write'],
  ['GET', /^\/issues\/[^/]+\/comments/, 'read comments', toComment],
  ['POST', /^\/issues\/[^/]+\/comments/, 'write a comment', toComment],
  ['PATCH', /^\/issues\/comments/, 'change a comment', toComment],
  ['DELETE', /^\/issues\/comments/, 'delete a comment', toComment],
  ['GET', /^\/issues/, 'read issues', 'issues: read'],
  ['', /^\/issues/, 'write an issue', 'issues: write'],
  ['GET', /^\/pulls/, 'read pull requests', 'pull-requests: read'],
  ['GET', /^$/, 'read the repository', 'contents: read'],
];

/** The operation of a request; `url` may be a template or a full URL. */
export function operationOf(method: string, url: string): Operation {
  const path = /\/repos\/[^/]+\/[^/?]+([^?]*)/.exec(url)?.[1]?.replace(/\{\?.*$/, '') ?? url;
  const found = entries.find(([m, pattern]) => (m === '' || m === method) && pattern.test(path));
  if (found === undefined) return { doing: `${method} ${path}`, permission: 'contents: read' };
  const [, , doing, permission] = found;
  return { doing, permission };
}
