import type { IssueData, PullData, ReviewData } from '../data.js';
import type { Urls } from '../http.js';
import { apiUrl, fullRepository, htmlUrl, nodeId, user } from '../shapes.js';
import type { Repo } from '../store.js';
import { association, labelsOf } from './issue-shapes.js';

/** GitHub's "pull request simple": what listings show. */
export function simplePull(
  repo: Repo,
  urls: Urls,
  issue: IssueData,
  pull: PullData,
): Record<string, unknown> {
  const api = apiUrl(repo, urls);
  const url = `${api}/pulls/${issue.number}`;
  const issueUrl = `${api}/issues/${issue.number}`;
  const page = `${htmlUrl(repo, urls)}/pull/${issue.number}`;
  const statuses = `${api}/statuses/${pull.headSha}`;
  const { owner: here, name } = repo.data;
  const side = (ref: string, sha: string, fork?: string): object => ({
    label: `${fork ?? here}:${ref}`,
    ref,
    sha,
    user: user(fork ?? here, urls),
    repo: {
      ...fullRepository(repo, urls),
      ...(fork !== undefined && { fork: true, full_name: `${fork}/${name}`, owner: user(fork, urls) }),
    },
  });
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: user(issue.author, urls),
    body: issue.body,
    labels: labelsOf(repo, urls, issue),
    milestone: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(pull.head, pull.headSha, pull.fork),
    base: side(pull.base, pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: association(repo, issue.author),
    auto_merge: null,
    draft: pull.draft,
  };
}

export async function fullPull(repo: Repo, urls: Urls, issue: IssueData, pull: PullData): Promise<object> {
  const range = `${pull.baseSha}...${pull.headSha}`;
  const commits = await repo.git.text(['rev-list', '--count', `${pull.baseSha}..${pull.headSha}`]);
  const stat = await repo.git.text(['diff', '--shortstat', range]);
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(stat)?.[1] ?? 0);
  const merged = pull.mergedAt !== null;
  const mergeable = pull.mergeSha !== null;
  return {
    ...simplePull(repo, urls, issue, pull),
    merged,
    mergeable: merged ? null : mergeable,
    rebaseable: null,
    mergeable_state: merged ? 'unknown' : mergeable ? 'clean' : 'dirty',
    merged_by: pull.mergedBy === null ? null : user(pull.mergedBy, urls),
    comments: repo.data.comments.filter((comment) => comment.issue === issue.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: Number(commits),
    additions: count('insertion'),
    deletions: count('deletion'),
    changed_files: count('file'),
  };
}

export function showReview(repo: Repo, urls: Urls, number: number, review: ReviewData): object {
  const url = `${apiUrl(repo, urls)}/pulls/${number}`;
  const page = `${htmlUrl(repo, urls)}/pull/${number}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: user(review.user, urls),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: url,
    _links: { html: { href: page }, pull_request: { href: url } },
    submitted_at: review.submittedAt,
    commit_id: review.commitSha,
    author_association: association(repo, review.user),
  };
}
