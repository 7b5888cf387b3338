import type { JobPlan } from './job-state.js';
import type { RunSetup } from './setup.js';

/**
 * Files the deployment that GitHub itself makes for a job with `environment:`, against the ref of the run.
 * @returns what ends it
 * @throws Error when the local GitHub refuses it
 */
export async function startDeployment(
  plan: JobPlan,
  setup: RunSetup,
): Promise<(ok: boolean, url: string) => Promise<void>> {
  const { environment } = plan;
  if (environment === undefined || !environment.deployment) return () => Promise.resolve();
  const { hub, repository, info, event } = setup;
  const post = sender(setup);
  const { id } = await post('', {
    // The merge commit of a pull request is on no branch or tag.
    ref: /^refs\/(heads|tags)\//.test(event.ref) ? event.ref.replace(/^refs\/(heads|tags)\//, '') : event.sha,
    task: 'deploy',
    environment: environment.name,
    auto_merge: false,
    required_contexts: [],
    description: '',
  });
  const page = `${hub.serverUrl}/${repository.owner}/${repository.name}/actions/runs/${info.id}`;
  const status = (state: string, url = ''): Promise<unknown> =>
    post(`/${id}/statuses`, { state, log_url: page, ...(url !== '' && { environment_url: url }) });
  await status('in_progress');
  return async (ok, url) => {
    await status(ok ? 'success' : 'failure', url);
  };
}

function sender({
  hub,
  repository,
  info,
}: RunSetup): (path: string, body: object) => Promise<{ id: number }> {
  // GitHub does this itself: the permissions of the job do not matter.
  const token = repository.token({ permissions: { deployments: 'write', contents: 'read' }, runId: info.id });
  const base = `${hub.apiUrl}/repos/${repository.owner}/${repository.name}/deployments`;
  return async (path, body) => {
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`the job's deployment was refused: ${response.status} ${await response.text()}`);
    }
    return (await response.json()) as { id: number };
  };
}
