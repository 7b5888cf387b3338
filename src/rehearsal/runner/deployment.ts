import type { JobPlan } from './job-state.js';
import { requestGitHub } from './rest.js';
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
  const post = (path: string, body: object): Promise<unknown> =>
    requestGitHub(setup, { deployments: 'write', contents: 'read' }, 'POST', `/deployments${path}`, body);
  const { id } = (await post('', {
    // The merge commit of a pull request is on no branch or tag.
    ref: /^refs\/(heads|tags)\//.test(event.ref) ? event.ref.replace(/^refs\/(heads|tags)\//, '') : event.sha,
    task: 'deploy',
    environment: environment.name,
    auto_merge: false,
    required_contexts: [],
    description: '',
  })) as { id: number };
  const page = `${hub.serverUrl}/${repository.owner}/${repository.name}/actions/runs/${info.id}`;
  const status = (state: string, url = ''): Promise<unknown> =>
    post(`/${id}/statuses`, { state, log_url: page, ...(url !== '' && { environment_url: url }) });
  await status('in_progress');
  return async (ok, url) => {
    await status(ok ? 'success' : 'failure', url);
  };
}
