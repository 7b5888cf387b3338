import type { Permissions } from '../types.js';
import type { RunSetup } from './setup.js';

/**
 * A request to the local GitHub for what GitHub itself does around a job, with a token of its own:
 * the permissions of the job do not matter.
 * @param path below `/repos/{owner}/{repo}`
 * @returns the answer's JSON; undefined when it has none
 * @throws Error with the status and the answer when it is no success
 */
export async function requestGitHub(
  { hub, repository, info }: Pick<RunSetup, 'hub' | 'repository' | 'info'>,
  permissions: Permissions,
  method: 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<unknown> {
  const token = repository.token({ permissions, runId: info.id });
  const response = await fetch(`${hub.apiUrl}/repos/${repository.owner}/${repository.name}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
