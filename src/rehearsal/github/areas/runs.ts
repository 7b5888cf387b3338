import type { JobData, RunData } from '../data.js';
import { type Answer, type Call, notFound, numberOf, ok } from '../http.js';
import { paged } from '../pages.js';
import { forbidden } from '../permissions.js';
import { type Route, route } from '../routes.js';
import { apiUrl, user } from '../shapes.js';
import { briefEnvironment, reviewersOf } from './environments.js';
import { showJob, showRun, workflowId } from './run-shapes.js';

const runs = '/repos/{owner}/{repo}/actions/runs';
const one = `${runs}/{run_id}`;

export const runRoutes: readonly Route[] = [
  route(`GET ${runs}`, 'actions/list-workflow-runs-for-repo', ['actions:read'], listAll),
  route(
    'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
    'actions/list-workflow-runs',
    ['actions:read'],
    listAll,
  ),
  route(`GET ${one}`, 'actions/get-workflow-run', ['actions:read'], get),
  route(`GET ${one}/approvals`, 'actions/get-reviews-for-run', ['actions:read'], approvals),
  route(
    `GET ${one}/pending_deployments`,
    'actions/get-pending-deployments-for-run',
    ['actions:read'],
    pending,
  ),
  // The token of a run may read this, and may never approve.
  route(`POST ${one}/pending_deployments`, 'actions/review-pending-deployments-for-run', [], () => {
    throw forbidden();
  }),
  route(`GET ${one}/jobs`, 'actions/list-jobs-for-workflow-run', ['actions:read'], jobs),
];

export function findRun({ repo, params }: Call): RunData {
  const id = numberOf(params.run_id);
  const found = repo.data.runs.find((run) => run.id === id);
  if (found === undefined) throw notFound();
  return found;
}

async function listAll(call: Call): Promise<Answer> {
  const { repo, query, params, urls } = call;
  const fits = (key: string, value: string): boolean => query.get(key) === null || query.get(key) === value;
  const workflow = params.workflow_id;
  const found = repo.data.runs.filter(
    (run) =>
      (workflow === undefined ||
        workflow === run.workflow ||
        workflow === String(workflowId(run.workflow))) &&
      fits('event', run.event) &&
      fits('branch', run.headBranch) &&
      fits('actor', run.actor) &&
      fits('head_sha', run.headSha) &&
      (fits('status', run.status) || query.get('status') === run.conclusion),
  );
  const page = paged(call, found.toReversed(), { path: `${apiUrl(repo, urls)}/actions/runs` });
  const shown = await Promise.all((page.body as RunData[]).map((run) => showRun(repo, urls, run)));
  return { ...page, body: { total_count: found.length, workflow_runs: shown } };
}

async function get(call: Call): Promise<Answer> {
  return ok(await showRun(call.repo, call.urls, findRun(call)));
}

function approvals(call: Call): Answer {
  const { repo, urls } = call;
  return ok(
    findRun(call).approvals.map((approval) => ({
      environments: repo.data.environments
        .filter(({ name }) => name === approval.environment)
        .map((environment) => ({
          ...briefEnvironment(repo, urls, environment),
          created_at: environment.createdAt,
          updated_at: environment.updatedAt,
        })),
      state: approval.state,
      user: user(approval.user, urls),
      comment: approval.comment,
    })),
  );
}

function pending(call: Call): Answer {
  const { repo, urls } = call;
  return ok(
    findRun(call).pending.flatMap(({ environment: wanted, since }) =>
      repo.data.environments
        .filter(({ name }) => name === wanted)
        .map((environment) => ({
          environment: briefEnvironment(repo, urls, environment),
          wait_timer: environment.waitMinutes,
          wait_timer_started_at: since,
          current_user_can_approve: false,
          reviewers: reviewersOf(environment, urls),
        })),
    ),
  );
}

function jobs(call: Call): Answer {
  const { repo, urls } = call;
  const run = findRun(call);
  return paged(call, run.jobs, {
    path: `${apiUrl(repo, urls)}/actions/runs/${run.id}/jobs`,
    wrap: (page) => ({
      total_count: run.jobs.length,
      jobs: (page as JobData[]).map((job) => showJob(repo, urls, run, job)),
    }),
  });
}
