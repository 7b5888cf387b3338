import type { CommentData, IssueData, LabelData } from '../data.js';
import type { Urls } from '../http.js';
import { type Identity, may } from '../permissions.js';
import { apiUrl, htmlUrl, nodeId, user } from '../shapes.js';
import type { Repo } from '../store.js';

export function showLabel(repo: Repo, urls: Urls, label: LabelData): object {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${apiUrl(repo, urls)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function labelsOf(repo: Repo, urls: Urls, issue: IssueData): object[] {
  return repo.data.labels
    .filter(({ name }) => issue.labels.includes(name))
    .map((label) => showLabel(repo, urls, label));
}

export function showIssue(repo: Repo, urls: Urls, issue: IssueData): object {
  const api = apiUrl(repo, urls);
  const url = `${api}/issues/${issue.number}`;
  const { pull } = issue;
  const page = `${htmlUrl(repo, urls)}/${pull === undefined ? 'issues' : 'pull'}/${issue.number}`;
  return {
    id: issue.id,
    node_id: nodeId('I', issue.id),
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: user(issue.author, urls),
    labels: labelsOf(repo, urls, issue),
    assignee: issue.assignees[0] === undefined ? null : user(issue.assignees[0], urls),
    assignees: issue.assignees.map((login) => user(login, urls)),
    milestone: null,
    locked: issue.locked,
    active_lock_reason: null,
    comments: repo.data.comments.filter((comment) => comment.issue === issue.number).length,
    closed_at: issue.closedAt,
    closed_by: issue.closedBy === null ? null : user(issue.closedBy, urls),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: associationOf(repo, issue),
    ...(pull !== undefined && {
      pull_request: {
        url: `${api}/pulls/${issue.number}`,
        html_url: page,
        diff_url: `${page}.diff`,
        patch_url: `${page}.patch`,
        merged_at: pull.mergedAt,
      },
    }),
  };
}

export function showComment(repo: Repo, urls: Urls, comment: CommentData): object {
  const api = `${apiUrl(repo, urls)}/issues`;
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url: `${api}/comments/${comment.id}`,
    html_url: `${htmlUrl(repo, urls)}/issues/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${api}/${comment.issue}`,
    body: comment.body,
    user: user(comment.author, urls),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(repo, comment),
  };
}

/** Of what a person wrote whose token may not write to the repository, as anyone may who can see it. */
interface ByStranger {
  readonly stranger: true;
}

/** Who writes: a person whose token may change no contents is nobody of the repository. */
export function isStranger(identity: Identity): boolean {
  return !identity.login.endsWith('[bot]') && !may(identity, 'contents:write');
}

export function markAuthor<T extends object>(written: T, identity: Identity): T | (T & ByStranger) {
  return isStranger(identity) ? { ...written, stranger: true } : written;
}

function associationOf(repo: Repo, written: { readonly author: string } & Partial<ByStranger>): string {
  return written.stranger === true ? 'NONE' : association(repo, written.author);
}

export function association(repo: Repo, login: string): string {
  if (login === repo.data.owner) return 'OWNER';
  return login.endsWith('[bot]') ? 'NONE' : 'COLLABORATOR';
}
