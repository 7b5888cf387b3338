import type { EnvironmentData } from '../data.js';
import { type Answer, type Call, type Urls, notFound, ok } from '../http.js';
import { type Route, route } from '../routes.js';
import { apiUrl, htmlUrl, nodeId, user } from '../shapes.js';
import type { Repo } from '../store.js';

export const environmentRoutes: readonly Route[] = [
  route('GET /repos/{owner}/{repo}/environments', 'repos/get-all-environments', ['actions:read'], listAll),
  route(
    'GET /repos/{owner}/{repo}/environments/{environment_name}',
    'repos/get-environment',
    ['actions:read'],
    get,
  ),
];

/** The parts of an environment that other resources carry too. */
export function briefEnvironment(repo: Repo, urls: Urls, { id, name }: EnvironmentData): object {
  return {
    id,
    node_id: nodeId('EN', id),
    name,
    url: `${apiUrl(repo, urls)}/environments/${encodeURIComponent(name)}`,
    html_url: `${htmlUrl(repo, urls)}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
  };
}

export function reviewersOf(environment: EnvironmentData, urls: Urls): object[] {
  return environment.reviewers.map((login) => ({ type: 'User', reviewer: user(login, urls) }));
}

function show(repo: Repo, urls: Urls, environment: EnvironmentData): object {
  const rule = (type: string, offset: number): object => ({
    id: environment.id * 10 + offset,
    node_id: nodeId('GA', environment.id * 10 + offset),
    type,
  });
  return {
    ...briefEnvironment(repo, urls, environment),
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
    can_admins_bypass: true,
    protection_rules: [
      ...(environment.waitMinutes > 0
        ? [{ ...rule('wait_timer', 1), wait_timer: environment.waitMinutes }]
        : []),
      ...(environment.reviewers.length > 0
        ? [
            {
              ...rule('required_reviewers', 2),
              prevent_self_review: environment.preventSelfReview,
              reviewers: reviewersOf(environment, urls),
            },
          ]
        : []),
    ],
    deployment_branch_policy: null,
  };
}

function listAll({ repo, urls }: Call): Answer {
  const { environments } = repo.data;
  return ok({
    total_count: environments.length,
    environments: environments.map((environment) => show(repo, urls, environment)),
  });
}

function get({ repo, params, urls }: Call): Answer {
  const found = repo.data.environments.find(({ name }) => name === params.environment_name);
  if (found === undefined) throw notFound();
  return ok(show(repo, urls, found));
}
