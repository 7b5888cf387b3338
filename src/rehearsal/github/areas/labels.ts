import type { LabelData } from '../data.js';
import {
  type Answer,
  type Call,
  created,
  invalid,
  list,
  names,
  notFound,
  ok,
  required,
  text,
} from '../http.js';
import { paged } from '../pages.js';
import { type Route, route } from '../routes.js';
import { apiUrl } from '../shapes.js';
import type { Repo } from '../store.js';
import { labelsOf, showLabel } from './issue-shapes.js';
import { findIssue } from './issues.js';

const base = '/repos/{owner}/{repo}';
const ofIssue = `${base}/issues/{issue_number}/labels`;
const write = ['issues:write', 'pull-requests:write'] as const;
const read = ['issues:read', 'pull-requests:read'] as const;

export const labelRoutes: readonly Route[] = [
  route(`GET ${base}/labels`, 'issues/list-labels-for-repo', read, listAll),
  route(`POST ${base}/labels`, 'issues/create-label', write, create),
  route(`GET ${base}/labels/{name}`, 'issues/get-label', read, get),
  route(`GET ${ofIssue}`, 'issues/list-labels-on-issue', read, listOfIssue),
  route(`POST ${ofIssue}`, 'issues/add-labels', write, add),
  route(`DELETE ${ofIssue}/{name}`, 'issues/remove-label', write, remove),
];

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** GitHub makes labels that do not exist yet; the names as they are written there. */
export function ensureLabels(repo: Repo, wanted: readonly string[]): string[] {
  return wanted.map((name) => {
    const found = repo.data.labels.find((label) => same(label.name, name));
    return (found ?? addLabel(repo, { name, color: 'ededed', description: null })).name;
  });
}

function addLabel(repo: Repo, label: Omit<LabelData, 'id'>): LabelData {
  if (label.name === '' || label.name.length > 50) throw invalid('Label', 'name', 'invalid');
  const made = { id: repo.id(), ...label };
  repo.data.labels.push(made);
  return made;
}

function find({ repo, params }: Call): LabelData {
  const found = repo.data.labels.find((label) => same(label.name, params.name ?? ''));
  if (found === undefined) throw notFound();
  return found;
}

function listAll(call: Call): Answer {
  const { repo, urls } = call;
  return paged(call, repo.data.labels, {
    path: `${apiUrl(repo, urls)}/labels`,
    wrap: (page) => (page as LabelData[]).map((label) => showLabel(repo, urls, label)),
  });
}

function create({ repo, body, urls }: Call): Answer {
  const name = required(body, 'name');
  if (repo.data.labels.some((label) => same(label.name, name)))
    throw invalid('Label', 'name', 'already_exists');
  const color = text(body, 'color') ?? 'ededed';
  return created(
    showLabel(repo, urls, addLabel(repo, { name, color, description: text(body, 'description') ?? null })),
  );
}

function get(call: Call): Answer {
  return ok(showLabel(call.repo, call.urls, find(call)));
}

function listOfIssue(call: Call): Answer {
  return ok(labelsOf(call.repo, call.urls, findIssue(call)));
}

function add(call: Call): Answer {
  const { repo, body, urls } = call;
  const issue = findIssue(call);
  const added = ensureLabels(repo, names(list(body, 'labels') ?? [], 'name'));
  issue.labels = [...new Set([...issue.labels, ...added])];
  issue.updatedAt = repo.now();
  return ok(labelsOf(repo, urls, issue));
}

function remove(call: Call): Answer {
  const { repo, params, urls } = call;
  const issue = findIssue(call);
  const kept = issue.labels.filter((label) => !same(label, params.name ?? ''));
  if (kept.length === issue.labels.length) throw notFound();
  issue.labels = kept;
  issue.updatedAt = repo.now();
  return ok(labelsOf(repo, urls, issue));
}
