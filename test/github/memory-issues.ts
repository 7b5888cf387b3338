import type { Comment, Issue, Issues, Runs } from '../../src/github/types.js';
import { type Perform, type Store, refusal } from './memory-store.js';

const longestBody = 65_536;

export function memoryIssues(store: Store, perform: Perform, login: string): Issues {
  const list = async function* (filter: Parameters<Issues['list']>[0]): AsyncGenerator<Issue> {
    yield* await perform('issues.list', () => matching(store, filter));
  };
  const comments = async function* (number: number): AsyncGenerator<Comment> {
    yield* await perform('issues.comments', () => {
      find(store, number, 'GET /issues/1/comments');
      return [...store.comments.values()]
        .filter(({ issue }) => issue === number)
        .map(({ comment }) => comment);
    });
  };
  return {
    list,
    comments,
    create: (issue) => perform('issues.create', () => addIssue(store, { ...issue, author: login })),

    update: (number, change) => perform('issues.update', () => changeIssue(store, number, change)),

    createComment: (number, body) =>
      perform('issues.createComment', () =>
        addComment(store, number, { body, author: login, trusted: true }),
      ),

    updateComment: (id, body) =>
      perform('issues.updateComment', () => {
        const found = store.comments.get(id);
        if (found === undefined) throw refusal('PATCH /issues/comments', 404);
        checkBody('PATCH /issues/comments', body);
        found.comment = { ...found.comment, body, updatedAt: store.now() };
        return found.comment;
      }),

    deleteComment: (id) =>
      perform('issues.deleteComment', () => {
        store.comments.delete(id);
      }),
  };
}

function find({ issues }: Store, number: number, request: string): Issue {
  const found = issues.get(number);
  if (found === undefined) throw refusal(request, 404);
  return found;
}

function checkBody(request: string, body: string): void {
  if ([...body].length > longestBody) throw refusal(request, 422, 'Validation Failed');
}

function checkTitle(request: string, title: string): void {
  if (title.trim() === '' || title.length > 256) throw refusal(request, 422, 'Validation Failed');
}

/** Newest first. */
function matching(
  { issues }: Store,
  { labels = [], state = 'open' }: Parameters<Issues['list']>[0],
): Issue[] {
  const wanted = labels
    .join(',')
    .split(',')
    .filter((label) => label !== '');
  return [...issues.values()]
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => wanted.every((label) => issue.labels.some((own) => same(own, label))))
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.number - a.number);
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export function addIssue(
  store: Store,
  wanted: { title: string; body: string; labels: readonly string[]; author: string; trusted?: boolean },
): Issue {
  const { title, body, author, trusted = true } = wanted;
  checkTitle('POST /issues', title);
  checkBody('POST /issues', body);
  const labels = wanted.labels.map((name) => ensureLabel(store, name));
  const number = store.issues.size + 1;
  const now = store.now();
  const issue: Issue = {
    number,
    title,
    body,
    state: 'open',
    labels: store.labels.filter((label) => labels.includes(label)),
    author,
    trusted,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    url: `${store.url}/issues/${number}`,
  };
  store.issues.set(number, issue);
  return issue;
}

/** GitHub makes labels that do not exist yet; the name as it is written there. */
function ensureLabel({ labels }: Store, name: string): string {
  const found = labels.find((label) => same(label, name));
  if (found !== undefined) return found;
  if (name === '' || name.length > 50) throw refusal('POST /issues', 422, 'Validation Failed');
  labels.push(name);
  return name;
}

function changeIssue(store: Store, number: number, change: Parameters<Issues['update']>[1]): Issue {
  const request = 'PATCH /issues';
  const issue = find(store, number, request);
  const { title = issue.title, body = issue.body, state = issue.state } = change;
  checkTitle(request, title);
  checkBody(request, body);
  const now = store.now();
  const closed = state === 'closed' ? now : null;
  const closedAt = state === issue.state ? issue.closedAt : closed;
  const changed = { ...issue, title, body, state, closedAt, updatedAt: now };
  store.issues.set(number, changed);
  return changed;
}

export function addComment(
  store: Store,
  number: number,
  { body, author, trusted }: { body: string; author: string; trusted: boolean },
): Comment {
  const request = 'POST /issues/1/comments';
  const issue = find(store, number, request);
  checkBody(request, body);
  const now = store.now();
  const id = store.id();
  const url = `${issue.url}#issuecomment-${id}`;
  const comment = { id, body, author, trusted, createdAt: now, updatedAt: now, url };
  store.comments.set(id, { issue: number, comment });
  store.issues.set(number, { ...issue, updatedAt: now });
  return comment;
}

export function memoryRuns(store: Store, perform: Perform): Runs {
  return {
    get: (id) => perform('runs.get', () => store.runs.get(id)),
    approvals: (id) =>
      perform('runs.approvals', () => {
        if (!store.runs.has(id)) throw refusal('GET /actions/runs/1/approvals', 404);
        return store.approvals.get(id) ?? [];
      }),
  };
}
