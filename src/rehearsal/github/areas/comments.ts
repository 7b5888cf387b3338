import type { CommentData } from '../data.js';
import { type Answer, type Call, created, noContent, notFound, numberOf, ok, required } from '../http.js';
import { paged } from '../pages.js';
import { type Route, route } from '../routes.js';
import { apiUrl } from '../shapes.js';
import { markAuthor, showComment } from './issue-shapes.js';
import { checkedText, findIssue } from './issues.js';

const base = '/repos/{owner}/{repo}/issues';
const write = ['issues:write', 'pull-requests:write'] as const;
const read = ['issues:read', 'pull-requests:read'] as const;

export const commentRoutes: readonly Route[] = [
  route(`GET ${base}/{issue_number}/comments`, 'issues/list-comments', read, listAll),
  route(`POST ${base}/{issue_number}/comments`, 'issues/create-comment', write, create),
  route(`GET ${base}/comments/{comment_id}`, 'issues/get-comment', read, get),
  route(`PATCH ${base}/comments/{comment_id}`, 'issues/update-comment', write, update),
  route(`DELETE ${base}/comments/{comment_id}`, 'issues/delete-comment', write, remove),
];

function find({ repo, params }: Call): CommentData {
  const id = numberOf(params.comment_id);
  const found = repo.data.comments.find((comment) => comment.id === id);
  if (found === undefined) throw notFound();
  return found;
}

/** Oldest first. */
function listAll(call: Call): Answer {
  const { repo, urls, query } = call;
  const { number } = findIssue(call);
  const since = query.get('since');
  const found = repo.data.comments.filter(
    (comment) => comment.issue === number && (since === null || comment.updatedAt >= since),
  );
  return paged(call, found, {
    path: `${apiUrl(repo, urls)}/issues/${number}/comments`,
    wrap: (page) => (page as CommentData[]).map((comment) => showComment(repo, urls, comment)),
  });
}

function create(call: Call): Answer {
  const { repo, body, identity, urls } = call;
  const issue = findIssue(call);
  const now = repo.now();
  const written: CommentData = {
    body: checkedText('IssueComment', required(body, 'body')) ?? '',
    id: repo.id(),
    issue: issue.number,
    author: identity.login,
    createdAt: now,
    updatedAt: now,
  };
  const comment = markAuthor(written, identity);
  repo.data.comments.push(comment);
  issue.updatedAt = now;
  return created(showComment(repo, urls, comment));
}

function get(call: Call): Answer {
  return ok(showComment(call.repo, call.urls, find(call)));
}

function update(call: Call): Answer {
  const { repo, body, urls } = call;
  const comment = find(call);
  comment.body = checkedText('IssueComment', required(body, 'body')) ?? '';
  comment.updatedAt = repo.now();
  return ok(showComment(repo, urls, comment));
}

function remove(call: Call): Answer {
  const { comments } = call.repo.data;
  comments.splice(comments.indexOf(find(call)), 1);
  return noContent;
}
