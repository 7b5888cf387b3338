import type { JobData, RunData } from '../data.js';
import type { Urls } from '../http.js';
import { parseCommit } from '../objects.js';
import { apiUrl, htmlUrl, minimalRepository, nodeId, user, userId } from '../shapes.js';
import type { Repo } from '../store.js';

export const workflowId = (file: string): number => userId(`workflow:${file}`);

export async function showRun(repo: Repo, urls: Urls, run: RunData): Promise<object> {
  const api = apiUrl(repo, urls);
  const url = `${api}/actions/runs/${run.id}`;
  const commit = parseCommit(await repo.git.read('commit', run.headSha));
  const id = workflowId(run.workflow);
  const { date: timestamp, ...committer } = commit.committer;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WFR', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: `.github/workflows/${run.workflow}`,
    display_title: commit.message.split('\n')[0] ?? '',
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: id,
    url,
    html_url: `${htmlUrl(repo, urls)}/actions/runs/${run.id}`,
    pull_requests: run.pulls.flatMap((number) => pullOf(repo, urls, number)),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.startedAt,
    actor: user(run.actor, urls),
    triggering_actor: user(run.actor, urls),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${api}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: `${api}/actions/workflows/${id}`,
    head_commit: {
      id: run.headSha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp,
      author: { name: commit.author.name, email: commit.author.email },
      committer,
    },
    repository: minimalRepository(repo, urls),
    head_repository: minimalRepository(repo, urls),
  };
}

function pullOf(repo: Repo, urls: Urls, number: number): object[] {
  const pull = repo.data.issues.find((issue) => issue.number === number)?.pull;
  if (pull === undefined) return [];
  const { id, name } = repo.data;
  const here = { id, url: apiUrl(repo, urls), name };
  return [
    {
      id: pull.id,
      number,
      url: `${apiUrl(repo, urls)}/pulls/${number}`,
      head: { ref: pull.head, sha: pull.headSha, repo: here },
      base: { ref: pull.base, sha: pull.baseSha, repo: here },
    },
  ];
}

export function showJob(repo: Repo, urls: Urls, run: RunData, job: JobData): object {
  const url = apiUrl(repo, urls);
  return {
    id: job.id,
    run_id: run.id,
    run_url: `${url}/actions/runs/${run.id}`,
    run_attempt: run.attempt,
    node_id: nodeId('CR', job.id),
    head_sha: run.headSha,
    head_branch: run.headBranch,
    url: `${url}/actions/jobs/${job.id}`,
    html_url: `${htmlUrl(repo, urls)}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.startedAt,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    name: job.name,
    workflow_name: run.name,
    steps: job.steps.map((step) => ({
      name: step.name,
      number: step.number,
      status: 'completed',
      conclusion: step.conclusion,
      started_at: job.startedAt,
      completed_at: job.completedAt,
    })),
    check_run_url: `${url}/check-runs/${job.id}`,
    labels: ['self-hosted'],
    runner_id: 1,
    runner_name: 'rehearsal',
    runner_group_id: 1,
    runner_group_name: 'Default',
  };
}
