import type { Client, Octokit } from './client.js';
import { orAbsent } from './failure.js';
import type { Comment, Issue, Issues } from './types.js';

type RawIssue = Awaited<ReturnType<Octokit['rest']['issues']['get']>>['data'];
type RawComment = Awaited<ReturnType<Octokit['rest']['issues']['getComment']>>['data'];

export function issues({ octokit, at, once, again }: Client): Issues {
  const rest = octokit.rest.issues;

  async function* list({ labels, state = 'open' }: Parameters<Issues['list']>[0]): AsyncGenerator<Issue> {
    const query = {
      ...at,
      state,
      sort: 'created' as const,
      direction: 'desc' as const,
      per_page: 100,
      ...(labels !== undefined && { labels: labels.join(',') }),
    };
    for await (const { data } of octokit.paginate.iterator(rest.listForRepo, query)) {
      for (const raw of data) if (raw.pull_request === undefined) yield toIssue(raw as RawIssue);
    }
  }

  async function* comments(number: number): AsyncGenerator<Comment> {
    const query = { ...at, issue_number: number, per_page: 100 };
    for await (const { data } of octokit.paginate.iterator(rest.listComments, query)) {
      for (const raw of data) yield toComment(raw);
    }
  }

  return {
    list,
    comments,

    create: ({ title, body, labels }) =>
      once({
        create: async () => toIssue((await rest.create({ ...at, title, body, labels: [...labels] })).data),
        find: async () => {
          for await (const issue of list({ labels, state: 'open' })) {
            if (issue.trusted && issue.title === title && issue.body === body) return issue;
          }
          return undefined;
        },
      }),

    update: (number, { title, body, state, stateReason }) =>
      again(async () => {
        const { data } = await rest.update({
          ...at,
          issue_number: number,
          ...(title !== undefined && { title }),
          ...(body !== undefined && { body }),
          ...(state !== undefined && { state }),
          ...(stateReason !== undefined && { state_reason: stateReason }),
        });
        return toIssue(data);
      }),

    createComment: (number, body) =>
      once({
        create: async () => toComment((await rest.createComment({ ...at, issue_number: number, body })).data),
        find: async () => {
          let last: Comment | undefined;
          for await (const comment of comments(number)) last = comment;
          // Only the newest one can be what we wrote a moment ago.
          return last?.trusted === true && last.body === body ? last : undefined;
        },
      }),

    updateComment: (id, body) =>
      again(async () => toComment((await rest.updateComment({ ...at, comment_id: id, body })).data)),

    deleteComment: async (id) => {
      await orAbsent(again(() => rest.deleteComment({ ...at, comment_id: id })));
    },
  };
}

function toIssue(raw: RawIssue): Issue {
  return {
    number: raw.number,
    title: raw.title,
    body: raw.body ?? '',
    state: raw.state === 'closed' ? 'closed' : 'open',
    labels: raw.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
    author: raw.user?.login ?? '',
    trusted: isTrusted(raw),
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
    closedAt: raw.closed_at,
    url: raw.html_url,
  };
}

const writers: readonly string[] = ['OWNER', 'MEMBER', 'COLLABORATOR'];

/** GitHub's associations of everyone else (CONTRIBUTOR too) give no right to write. */
function isTrusted({ user, author_association: association }: RawIssue | RawComment): boolean {
  // No person's login can hold a bracket.
  return (user?.login ?? '').endsWith('[bot]') || writers.includes(association ?? '');
}

function toComment(raw: RawComment): Comment {
  return {
    id: raw.id,
    body: raw.body ?? '',
    author: raw.user?.login ?? '',
    trusted: isTrusted(raw),
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
    url: raw.html_url,
  };
}
