import { branchRef } from '../commit-files.js';
import type { IssueData, PullData, ReviewData } from '../data.js';
import {
  ApiError,
  type Answer,
  type Call,
  created,
  flag,
  invalid,
  notFound,
  numberOf,
  ok,
  required,
  text,
} from '../http.js';
import { paged } from '../pages.js';
import { type Route, route } from '../routes.js';
import { apiUrl } from '../shapes.js';
import type { Repo } from '../store.js';
import { syncPulls } from '../sync-pulls.js';
import { showCommit } from './commits.js';
import { checkedText } from './issues.js';
import { fullPull, showReview, simplePull } from './pull-shapes.js';

const base = '/repos/{owner}/{repo}/pulls';
const one = `${base}/{pull_number}`;

export const pullRoutes: readonly Route[] = [
  route(`GET ${base}`, 'pulls/list', ['pull-requests:read'], listAll),
  route(`POST ${base}`, 'pulls/create', ['pull-requests:write'], create),
  route(`GET ${one}`, 'pulls/get', ['pull-requests:read'], get),
  route(`GET ${one}/reviews`, 'pulls/list-reviews', ['pull-requests:read'], reviews),
  route(`GET ${one}/commits`, 'pulls/list-commits', ['pull-requests:read'], commits),
];

type PullIssue = IssueData & { pull: PullData };
const isPull = (issue: IssueData): issue is PullIssue => issue.pull !== undefined;

function find({ repo, params }: Call): PullIssue {
  const number = numberOf(params.pull_number);
  const found = repo.data.issues.find((issue) => issue.number === number);
  if (found === undefined || !isPull(found)) throw notFound();
  return found;
}

function listAll(call: Call): Answer {
  const { repo, query, urls } = call;
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const wanted = query.get('base');
  const found = repo.data.issues
    .filter(isPull)
    .filter(
      ({ state: own, pull }) =>
        (state === 'all' || own === state) &&
        (head === null || head === `${pull.fork ?? repo.data.owner}:${pull.head}`) &&
        (wanted === null || wanted === pull.base),
    )
    .reverse();
  return paged(call, found, {
    path: `${apiUrl(repo, urls)}/pulls`,
    wrap: (page) => (page as PullIssue[]).map((issue) => simplePull(repo, urls, issue, issue.pull)),
  });
}

async function create(call: Call): Promise<Answer> {
  const { repo, body, identity, urls } = call;
  const issue = await openPull(repo, {
    title: required(body, 'title'),
    body: checkedText('PullRequest', text(body, 'body')) ?? null,
    head: required(body, 'head').replace(`${repo.data.owner}:`, ''),
    base: required(body, 'base'),
    author: identity.login,
    draft: flag(body, 'draft') ?? false,
  });
  return created(await fullPull(repo, urls, issue, issue.pull));
}

/** Opens a pull request between two branches of the repository, or from a branch of somebody's fork. */
export async function openPull(
  repo: Repo,
  options: {
    title: string;
    body: string | null;
    head: string;
    fork?: string;
    base: string;
    author: string;
    draft: boolean;
  },
): Promise<PullIssue> {
  const { head, fork, base: into, title, body, author, draft } = options;
  const headSha = await repo.git.parse(`${branchRef(head, fork)}^{commit}`);
  if (headSha === undefined) throw invalid('PullRequest', 'head', 'invalid');
  const baseSha = await repo.git.parse(`refs/heads/${into}^{commit}`);
  if (baseSha === undefined) throw invalid('PullRequest', 'base', 'invalid');
  const open = repo.data.issues.some(
    ({ state, pull }) => state === 'open' && pull?.head === head && pull.fork === fork && pull.base === into,
  );
  if (open) {
    throw new ApiError(422, 'Validation Failed', [
      {
        resource: 'PullRequest',
        code: 'custom',
        message: `A pull request already exists for ${fork ?? repo.data.owner}:${head}.`,
      },
    ]);
  }
  const now = repo.now();
  const issue: PullIssue = {
    id: repo.id(),
    number: repo.number(),
    title,
    body,
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    locked: false,
    author,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    pull: {
      id: repo.id(),
      head,
      ...(fork !== undefined && { fork }),
      base: into,
      headSha,
      baseSha,
      mergeSha: null,
      mergedAt: null,
      mergedBy: null,
      draft,
      reviews: [],
    },
  };
  repo.data.issues.push(issue);
  await repo.git.updateRef(`refs/pull/${issue.number}/head`, headSha);
  await syncPulls(repo);
  return issue;
}

async function get(call: Call): Promise<Answer> {
  const issue = find(call);
  return ok(await fullPull(call.repo, call.urls, issue, issue.pull));
}

/** Oldest first. */
function reviews(call: Call): Answer {
  const { repo, urls } = call;
  const { number, pull } = find(call);
  return paged(call, pull.reviews, {
    path: `${apiUrl(repo, urls)}/pulls/${number}/reviews`,
    wrap: (page) => (page as ReviewData[]).map((review) => showReview(repo, urls, number, review)),
  });
}

async function commits(call: Call): Promise<Answer> {
  const { repo, urls } = call;
  const { number, pull } = find(call);
  const list = await repo.git.text(['rev-list', '--reverse', `${pull.baseSha}..${pull.headSha}`]);
  const shas = list.split('\n').filter((sha) => sha !== '');
  const page = paged(call, shas, { path: `${apiUrl(repo, urls)}/pulls/${number}/commits`, limit: 250 });
  const body = await Promise.all((page.body as string[]).map((sha) => showCommit(repo, urls, sha)));
  return { ...page, body };
}
