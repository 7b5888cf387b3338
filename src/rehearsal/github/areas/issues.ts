import type { IssueData } from '../data.js';
import {
  type Answer,
  type Call,
  created,
  invalid,
  list,
  names,
  notFound,
  numberOf,
  ok,
  required,
  text,
} from '../http.js';
import { paged } from '../pages.js';
import { type Route, route } from '../routes.js';
import { apiUrl } from '../shapes.js';
import { isStranger, markAuthor, showIssue } from './issue-shapes.js';
import { ensureLabels } from './labels.js';

const base = '/repos/{owner}/{repo}/issues';

export const issueRoutes: readonly Route[] = [
  route(`GET ${base}`, 'issues/list-for-repo', ['issues:read'], listAll),
  route(`POST ${base}`, 'issues/create', ['issues:write'], create),
  route(`GET ${base}/{issue_number}`, 'issues/get', ['issues:read', 'pull-requests:read'], get),
  route(`PATCH ${base}/{issue_number}`, 'issues/update', ['issues:write', 'pull-requests:write'], update),
];

export function findIssue({ repo, params }: Call): IssueData {
  const number = numberOf(params.issue_number);
  const found = repo.data.issues.find((issue) => issue.number === number);
  if (found === undefined) throw notFound();
  return found;
}

/** Bodies of issues and comments. */
export function checkedText(resource: string, body: string | undefined): string | undefined {
  if (body !== undefined && [...body].length > 65_536) {
    throw invalid(resource, 'body', 'custom', 'body is too long (maximum is 65536 characters)');
  }
  return body;
}

function listAll(call: Call): Answer {
  const { repo, query, urls } = call;
  const state = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '').split(',').filter((label) => label !== '');
  const since = query.get('since');
  const creator = query.get('creator');
  const key = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const found = repo.data.issues
    .filter(
      (issue) =>
        (state === 'all' || issue.state === state) &&
        labels.every((label) => issue.labels.some((own) => own.toLowerCase() === label.toLowerCase())) &&
        (creator === null || issue.author === creator) &&
        (since === null || issue.updatedAt >= since),
    )
    .sort((a, b) => b[key].localeCompare(a[key]) || b.number - a.number);
  if (query.get('direction') === 'asc') found.reverse();
  return paged(call, found, {
    path: `${apiUrl(repo, urls)}/issues`,
    wrap: (page) => (page as IssueData[]).map((issue) => showIssue(repo, urls, issue)),
  });
}

function create(call: Call): Answer {
  const { repo, body, identity, urls } = call;
  const now = repo.now();
  const title = checkedTitle(required(body, 'title'));
  const content = checkedText('Issue', text(body, 'body')) ?? null;
  // GitHub drops a stranger's labels, and says nothing.
  const wanted = isStranger(identity) ? [] : names(list(body, 'labels') ?? [], 'name');
  const labels = ensureLabels(repo, wanted);
  const written: IssueData = {
    id: repo.id(),
    number: repo.number(),
    title,
    body: content,
    state: 'open',
    stateReason: null,
    labels,
    assignees: names(list(body, 'assignees') ?? [], 'login'),
    locked: false,
    author: identity.login,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
  };
  const issue = markAuthor(written, identity);
  repo.data.issues.push(issue);
  return created(showIssue(repo, urls, issue));
}

function get(call: Call): Answer {
  return ok(showIssue(call.repo, call.urls, findIssue(call)));
}

function update(call: Call): Answer {
  const { repo, body, identity, urls } = call;
  const issue = findIssue(call);
  const title = text(body, 'title');
  if (title !== undefined) issue.title = checkedTitle(title);
  if ('body' in body) issue.body = checkedText('Issue', text(body, 'body')) ?? null;
  const labels = list(body, 'labels');
  if (labels !== undefined) issue.labels = ensureLabels(repo, names(labels, 'name'));
  const assignees = list(body, 'assignees');
  if (assignees !== undefined) issue.assignees = names(assignees, 'login');
  const state = text(body, 'state');
  if (state !== undefined) changeState(issue, state, text(body, 'state_reason'), identity.login, repo.now());
  issue.updatedAt = repo.now();
  return ok(showIssue(repo, urls, issue));
}

function checkedTitle(title: string): string {
  if (title.trim() === '') throw invalid('Issue', 'title', 'missing_field');
  if (title.length > 256)
    throw invalid('Issue', 'title', 'custom', 'title is too long (maximum is 256 characters)');
  return title;
}

function changeState(
  issue: IssueData,
  state: string,
  reason: string | undefined,
  login: string,
  now: string,
): void {
  if (state !== 'open' && state !== 'closed') throw invalid('Issue', 'state', 'invalid');
  if (state === 'closed') issue.stateReason = reason ?? 'completed';
  else if (issue.state === 'closed') issue.stateReason = 'reopened';
  if (state !== issue.state) {
    issue.closedAt = state === 'closed' ? now : null;
    issue.closedBy = state === 'closed' ? login : null;
  }
  issue.state = state;
}
