import { createHash } from 'node:crypto';
import type { Urls } from './http.js';
import type { Repo } from './store.js';

/** GraphQL ids are opaque: ours are the kind and the id. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url');
}

/** The id of a deployment, which leads to its repository too. */
export const deploymentNodeId = (repo: Repo, id: number): string => nodeId('DE', `${repo.fullName}/${id}`);

/** Undefined for what is no id of a deployment. */
export function readDeploymentNodeId(
  text: string,
): { readonly owner: string; readonly name: string; readonly id: number } | undefined {
  const plain = Buffer.from(text, 'base64url').toString();
  const [, owner, name, id] = /^DE:([^/]+)\/([^/]+)\/(\d{1,15})$/.exec(plain) ?? [];
  return owner === undefined || name === undefined ? undefined : { owner, name, id: Number(id) };
}

export function userId(login: string): number {
  return createHash('sha256').update(login).digest().readUInt32BE() % 100_000_000;
}

/** GitHub's "simple user". */
export function user(login: string, { api, html }: Urls): object {
  const id = userId(login);
  const url = `${api}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId('U', id),
    avatar_url: `${html}/avatars/${id}`,
    gravatar_id: '',
    url,
    html_url: `${html}/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
  };
}

export const apiUrl = (repo: Repo, { api }: Urls): string => `${api}/repos/${repo.fullName}`;
export const htmlUrl = (repo: Repo, { html }: Urls): string => `${html}/${repo.fullName}`;

const templates = {
  archive: '/{archive_format}{/ref}',
  assignees: '{/user}',
  blobs: ['git/blobs', '{/sha}'],
  branches: '{/branch}',
  collaborators: '{/collaborator}',
  comments: '{/number}',
  commits: '{/sha}',
  compare: '/{base}...{head}',
  contents: '/{+path}',
  contributors: '',
  deployments: '',
  downloads: '',
  events: '',
  forks: '',
  git_commits: ['git/commits', '{/sha}'],
  git_refs: ['git/refs', '{/sha}'],
  git_tags: ['git/tags', '{/sha}'],
  hooks: '',
  issue_comment: ['issues/comments', '{/number}'],
  issue_events: ['issues/events', '{/number}'],
  issues: '{/number}',
  keys: '{/key_id}',
  labels: '{/name}',
  languages: '',
  merges: '',
  milestones: '{/number}',
  notifications: '{?since,all,participating}',
  pulls: '{/number}',
  releases: '{/id}',
  stargazers: '',
  statuses: '/{sha}',
  subscribers: '',
  subscription: '',
  tags: '',
  teams: '',
  trees: ['git/trees', '{/sha}'],
} as const;

export function minimalRepository(repo: Repo, urls: Urls): Record<string, unknown> {
  const { id, owner, name } = repo.data;
  const url = apiUrl(repo, urls);
  return {
    id,
    node_id: nodeId('R', id),
    name,
    full_name: repo.fullName,
    owner: user(owner, urls),
    private: repo.data.private,
    html_url: htmlUrl(repo, urls),
    description: null,
    fork: false,
    url,
    ...Object.fromEntries(
      Object.entries(templates).map(([key, template]) => {
        const [path, rest] = typeof template === 'string' ? [key, template] : template;
        return [`${key}_url`, `${url}/${path}${rest}`];
      }),
    ),
  };
}

/** GitHub's "full repository". */
export function fullRepository(repo: Repo, urls: Urls): Record<string, unknown> {
  const { defaultBranch, createdAt, issues } = repo.data;
  const html = htmlUrl(repo, urls);
  const open = issues.filter(({ state }) => state === 'open').length;
  return {
    ...minimalRepository(repo, urls),
    git_url: `git:${html.slice(html.indexOf('//'))}.git`,
    ssh_url: `git@${new URL(html).hostname}:${repo.fullName}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    visibility: repo.data.private ? 'private' : 'public',
    default_branch: defaultBranch,
    size: 0,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    subscribers_count: 0,
    network_count: 0,
    watchers: 0,
    watchers_count: 0,
    open_issues: open,
    open_issues_count: open,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: false,
    disabled: false,
    pushed_at: createdAt,
    created_at: createdAt,
    updated_at: createdAt,
  };
}
