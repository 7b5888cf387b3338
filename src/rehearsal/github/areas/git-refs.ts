import {
  ApiError,
  type Answer,
  type Call,
  type Urls,
  created,
  flag,
  noContent,
  notFound,
  ok,
  required,
} from '../http.js';
import { type Route, route } from '../routes.js';
import { apiUrl, nodeId } from '../shapes.js';
import { syncPulls } from '../sync-pulls.js';
import type { Repo } from '../store.js';

interface GitRef {
  readonly ref: string;
  readonly sha: string;
  readonly type: string;
}

export const gitRefRoutes: readonly Route[] = [
  route('GET /repos/{owner}/{repo}/git/ref/{ref}', 'git/get-ref', ['contents:read'], get),
  route(
    'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
    'git/list-matching-refs',
    ['contents:read'],
    matching,
  ),
  route('POST /repos/{owner}/{repo}/git/refs', 'git/create-ref', ['contents:write'], create),
  route('PATCH /repos/{owner}/{repo}/git/refs/{ref}', 'git/update-ref', ['contents:write'], update),
  route('DELETE /repos/{owner}/{repo}/git/refs/{ref}', 'git/delete-ref', ['contents:write'], remove),
];

function show(repo: Repo, urls: Urls, { ref, sha, type }: GitRef): object {
  const url = `${apiUrl(repo, urls)}/git`;
  return {
    ref,
    node_id: nodeId('REF', ref),
    url: `${url}/${ref}`,
    object: { sha, type, url: `${url}/${type}s/${sha}` },
  };
}

async function get({ repo, params, urls }: Call): Promise<Answer> {
  const found = await repo.git.ref(`refs/${params.ref}`);
  if (found === undefined) throw notFound();
  return ok(show(repo, urls, found));
}

/** Every ref with that prefix at once: GitHub does not page them. */
async function matching({ repo, params, urls }: Call): Promise<Answer> {
  const found = await repo.git.refs(`refs/${params.ref}`);
  return ok(found.map((ref) => show(repo, urls, ref)));
}

async function create({ repo, body, urls }: Call): Promise<Answer> {
  const ref = required(body, 'ref');
  const sha = required(body, 'sha');
  if (!/^refs\/[^/]+\/./.test(ref) || !(await repo.git.validRef(ref))) {
    throw new ApiError(
      422,
      ref.startsWith('refs/') ? `${ref} is not a valid ref name.` : "Reference name must start with 'refs/'.",
    );
  }
  const type = await repo.git.type(sha);
  if (type === undefined) throw new ApiError(422, 'Object does not exist');
  if (ref.startsWith('refs/heads/') && type !== 'commit') {
    throw new ApiError(422, 'Reference cannot be updated: a branch must point to a commit');
  }
  refuseBurnt(repo, ref);
  if (!(await repo.git.updateRef(ref, sha, ''))) throw new ApiError(422, 'Reference already exists');
  await syncPulls(repo);
  return created(show(repo, urls, { ref, sha, type }));
}

async function update({ repo, params, body, urls }: Call): Promise<Answer> {
  const sha = required(body, 'sha');
  const found = await repo.git.ref(`refs/${params.ref}`);
  if (found === undefined) throw new ApiError(422, 'Reference does not exist');
  const type = await repo.git.type(sha);
  if (type === undefined) throw new ApiError(422, 'Object does not exist');
  refuseLocked(repo, found.ref);
  if (flag(body, 'force') !== true && !(await repo.git.isAncestor(found.sha, sha))) {
    throw new ApiError(422, 'Update is not a fast forward');
  }
  // Somebody may have pushed by git itself since we looked.
  if (!(await repo.git.updateRef(found.ref, sha, found.sha))) {
    throw new ApiError(422, 'Update is not a fast forward');
  }
  await syncPulls(repo);
  return ok(show(repo, urls, { ref: found.ref, sha, type }));
}

async function remove({ repo, params }: Call): Promise<Answer> {
  const found = await repo.git.ref(`refs/${params.ref}`);
  if (found === undefined) throw new ApiError(422, 'Reference does not exist');
  refuseLocked(repo, found.ref);
  await repo.git.text(['update-ref', '-d', found.ref, found.sha]);
  return noContent;
}

/** The tag of an immutable release is locked as long as the release is there. */
function refuseLocked(repo: Repo, ref: string): void {
  const held = repo.data.releases.some(({ immutable, tag }) => immutable && `refs/tags/${tag}` === ref);
  if (held)
    throw new ApiError(422, 'Repository rule violations found\n\nCannot update this protected ref.\n\n');
}

/** Its name is never free again. */
function refuseBurnt(repo: Repo, ref: string): void {
  if (repo.data.burntTags.some((tag) => `refs/tags/${tag}` === ref)) {
    throw new ApiError(
      422,
      'Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n',
    );
  }
}
