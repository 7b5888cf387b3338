import { showComment, showIssue } from './areas/issue-shapes.js';
import { showDeployment, showStatus } from './areas/deployments.js';
import { fullPull } from './areas/pull-shapes.js';
import { showRelease } from './areas/release-shapes.js';
import { showRun } from './areas/run-shapes.js';
import type { HubState } from '../types.js';
import type { Urls } from './http.js';
import type { Repo } from './store.js';

/** All that the repositories hold, each thing as REST shows it; drafts too; deployments with their statuses, newest first. */
export async function readState(repos: readonly Repo[], urls: Urls): Promise<HubState> {
  const each = async (show: (repo: Repo) => object[] | Promise<object[]>): Promise<object[]> =>
    (await Promise.all(repos.map(show))).flat();
  return {
    releases: await each((repo) => repo.data.releases.map((release) => showRelease(repo, urls, release))),
    deployments: await each((repo) =>
      repo.data.deployments.map((deployment) => ({
        ...showDeployment(repo, urls, deployment),
        statuses: deployment.statuses.map((status) => showStatus(repo, urls, deployment, status)).reverse(),
      })),
    ),
    issues: await each((repo) =>
      repo.data.issues.filter(({ pull }) => pull === undefined).map((issue) => showIssue(repo, urls, issue)),
    ),
    comments: await each((repo) => repo.data.comments.map((comment) => showComment(repo, urls, comment))),
    pulls: await each(async (repo) =>
      Promise.all(
        repo.data.issues.flatMap((issue) =>
          issue.pull === undefined ? [] : [fullPull(repo, urls, issue, issue.pull)],
        ),
      ),
    ),
    runs: await each((repo) => Promise.all(repo.data.runs.map((run) => showRun(repo, urls, run)))),
  };
}
