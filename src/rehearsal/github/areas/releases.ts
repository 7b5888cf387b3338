import { rm } from 'node:fs/promises';
import type { ReleaseData } from '../data.js';
import {
  ApiError,
  type Answer,
  type Call,
  created,
  flag,
  invalid,
  noContent,
  notFound,
  numberOf,
  ok,
  required,
  text,
} from '../http.js';
import { paged } from '../pages.js';
import { forbidden, may } from '../permissions.js';
import { type Route, route } from '../routes.js';
import { apiUrl } from '../shapes.js';
import type { Repo } from '../store.js';
import { parseCommit } from '../objects.js';
import { showRelease } from './release-shapes.js';

const base = '/repos/{owner}/{repo}/releases';

export const releaseRoutes: readonly Route[] = [
  route(`GET ${base}`, 'repos/list-releases', ['contents:read'], listAll),
  route(`GET ${base}/latest`, 'repos/get-latest-release', ['contents:read'], latest),
  route(`GET ${base}/tags/{tag}`, 'repos/get-release-by-tag', ['contents:read'], byTag),
  route(`GET ${base}/{release_id}`, 'repos/get-release', ['contents:read'], get),
  route(`POST ${base}`, 'repos/create-release', ['contents:write'], create),
  route(`PATCH ${base}/{release_id}`, 'repos/update-release', ['contents:write'], update),
  route(`DELETE ${base}/{release_id}`, 'repos/delete-release', ['contents:write'], remove),
];

/** A release that this token may see: drafts only with push access. */
export function findRelease({ repo, params, identity }: Call): ReleaseData {
  const id = numberOf(params.release_id);
  const release = repo.data.releases.find((one) => one.id === id);
  if (release === undefined || (release.draft && !may(identity, 'contents:write'))) throw notFound();
  return release;
}

function listAll(call: Call): Answer {
  const { repo, urls, identity } = call;
  const drafts = may(identity, 'contents:write');
  const seen = repo.data.releases.filter(({ draft }) => drafts || !draft).toReversed();
  return paged(call, seen, {
    path: `${apiUrl(repo, urls)}/releases`,
    limit: 10_000,
    wrap: (page) => (page as ReleaseData[]).map((release) => showRelease(repo, urls, release)),
  });
}

function latest({ repo, urls }: Call): Answer {
  const [newest] = repo.data.releases
    .filter((one) => one.latest && !one.draft && !one.prerelease)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  if (newest === undefined) throw notFound();
  return ok(showRelease(repo, urls, newest));
}

function byTag({ repo, params, urls }: Call): Answer {
  const found = repo.data.releases.find((one) => !one.draft && one.tag === params.tag);
  if (found === undefined) throw notFound();
  return ok(showRelease(repo, urls, found));
}

function get(call: Call): Answer {
  return ok(showRelease(call.repo, call.urls, findRelease(call)));
}

async function create(call: Call): Promise<Answer> {
  const { repo, body, identity, urls } = call;
  const now = repo.now();
  const release: ReleaseData = {
    id: 0,
    tag: required(body, 'tag_name'),
    target: text(body, 'target_commitish') ?? repo.data.defaultBranch,
    name: text(body, 'name') ?? null,
    body: checkedBody(text(body, 'body') ?? null),
    draft: flag(body, 'draft') ?? false,
    prerelease: flag(body, 'prerelease') ?? false,
    immutable: false,
    latest: wantsLatest(text(body, 'make_latest')) ?? true,
    createdAt: now,
    updatedAt: now,
    publishedAt: null,
    author: identity.login,
    assets: [],
  };
  await checkTarget(call, release);
  if (!release.draft) await publish(repo, release);
  const kept = { ...release, id: repo.id() };
  repo.data.releases.push(kept);
  return created(showRelease(repo, urls, kept));
}

async function update(call: Call): Promise<Answer> {
  const { repo, body, urls } = call;
  const release = findRelease(call);
  const next: ReleaseData = {
    ...release,
    tag: text(body, 'tag_name') ?? release.tag,
    target: text(body, 'target_commitish') ?? release.target,
    name: 'name' in body ? (text(body, 'name') ?? null) : release.name,
    body: 'body' in body ? checkedBody(text(body, 'body') ?? null) : release.body,
    draft: flag(body, 'draft') ?? release.draft,
    prerelease: flag(body, 'prerelease') ?? release.prerelease,
    latest: wantsLatest(text(body, 'make_latest')) ?? release.latest,
    updatedAt: repo.now(),
  };
  if (release.immutable && (next.tag !== release.tag || next.target !== release.target || next.draft)) {
    throw invalid('Release', 'tag_name', 'custom', 'immutable releases cannot be changed');
  }
  await checkTarget(call, next);
  if (!next.draft && (release.draft || next.tag !== release.tag)) await publish(repo, next);
  Object.assign(release, next);
  return ok(showRelease(repo, urls, release));
}

async function remove(call: Call): Promise<Answer> {
  const { repo } = call;
  const release = findRelease(call);
  if (release.immutable) repo.data.burntTags.push(release.tag);
  repo.data.releases.splice(repo.data.releases.indexOf(release), 1);
  await Promise.all(release.assets.map(({ id }) => rm(repo.asset(id), { force: true })));
  return noContent;
}

function checkedBody(body: string | null): string | null {
  if (body !== null && [...body].length > 125_000) {
    throw invalid('Release', 'body', 'custom', 'body is too long (maximum is 125000 characters)');
  }
  return body;
}

function wantsLatest(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (!['true', 'false', 'legacy'].includes(value)) throw invalid('Release', 'make_latest', 'invalid');
  return value !== 'false';
}

/** The tag must be possible and the target must exist, and may not bring workflows that the default branch lacks. */
async function checkTarget({ repo, identity }: Call, release: ReleaseData): Promise<void> {
  const { git, data } = repo;
  if (!(await git.validRef(`refs/tags/${release.tag}`))) {
    throw invalid('Release', 'tag_name', 'custom', 'tag_name is not a valid tag');
  }
  if ((await git.ref(`refs/tags/${release.tag}`)) !== undefined) return;
  const target = await git.commit(release.target);
  if (target === undefined) throw invalid('Release', 'target_commitish', 'invalid');
  const workflows = async (commit: string): Promise<string | undefined> =>
    git.parse(`${commit}:.github/workflows`);
  const differs = (await workflows(target)) !== (await workflows(`refs/heads/${data.defaultBranch}`));
  if (differs && !may(identity, 'workflows:write')) throw forbidden(['workflows:write']);
}

/** Makes the tag where it is missing; two published releases cannot share one. */
async function publish(repo: Repo, release: ReleaseData): Promise<void> {
  const { git, data } = repo;
  const taken = data.releases.some((one) => one.id !== release.id && !one.draft && one.tag === release.tag);
  if (taken) throw invalid('Release', 'tag_name', 'already_exists');
  if (data.burntTags.includes(release.tag)) {
    throw invalid('Release', 'tag_name', 'custom', 'tag_name was used by an immutable release');
  }
  const ref = `refs/tags/${release.tag}`;
  const target = await git.commit(release.target);
  if ((await git.ref(ref)) === undefined && target !== undefined) await git.updateRef(ref, target, '');
  const sha = await git.parse(`${ref}^{commit}`);
  if (sha === undefined) throw new ApiError(422, 'Validation Failed');
  // GitHub dates a release by its commit.
  release.createdAt = parseCommit(await git.read('commit', sha)).committer.date;
  release.publishedAt = repo.now();
  release.immutable = data.immutableReleases;
}
