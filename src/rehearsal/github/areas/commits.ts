import {
  ApiError,
  type Answer,
  type Call,
  type Urls,
  isRecord,
  notFound,
  ok,
  required,
  text,
} from '../http.js';
import { parseCommit, unverified } from '../objects.js';
import { paged } from '../pages.js';
import { type Route, route } from '../routes.js';
import { apiUrl, htmlUrl, nodeId, user } from '../shapes.js';
import { syncPulls } from '../sync-pulls.js';
import { commitFiles } from '../commit-files.js';
import type { Repo } from '../store.js';
import { simplePull } from './pull-shapes.js';

export const commitRoutes: readonly Route[] = [
  route(
    'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    'repos/list-pull-requests-associated-with-commit',
    ['pull-requests:read'],
    pullsOf,
  ),
  route('GET /repos/{owner}/{repo}/commits/{ref}', 'repos/get-commit', ['contents:read'], get),
  route('GET /repos/{owner}/{repo}/commits', 'repos/list-commits', ['contents:read'], listAll),
  route('GET /repos/{owner}/{repo}/contents/{path}', 'repos/get-content', ['contents:read'], content),
  route(
    'PUT /repos/{owner}/{repo}/contents/{path}',
    'repos/create-or-update-file-contents',
    ['contents:write'],
    putContent,
  ),
  route('GET /repos/{owner}/{repo}/branches/{branch}', 'repos/get-branch', ['contents:read'], branch),
  route('GET /repos/{owner}/{repo}/tags', 'repos/list-tags', ['metadata:read'], tags),
];

export async function showCommit(repo: Repo, urls: Urls, sha: string): Promise<Record<string, unknown>> {
  const commit = parseCommit(await repo.git.read('commit', sha));
  const url = apiUrl(repo, urls);
  const html = htmlUrl(repo, urls);
  return {
    sha,
    node_id: nodeId('C', sha),
    url: `${url}/commits/${sha}`,
    html_url: `${html}/commit/${sha}`,
    comments_url: `${url}/commits/${sha}/comments`,
    commit: {
      url: `${url}/git/commits/${sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      comment_count: 0,
      verification: unverified,
    },
    author: userOf(commit.author.email, urls),
    committer: userOf(commit.committer.email, urls),
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${url}/commits/${parent}`,
      html_url: `${html}/commit/${parent}`,
    })),
  };
}

/** GitHub finds the user by the address; it knows those that it gave out itself. */
function userOf(email: string, urls: Urls): object | null {
  const login = /^(.+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  return login === undefined ? null : user(login, urls);
}

async function get({ repo, params, urls }: Call): Promise<Answer> {
  const ref = params.ref ?? '';
  const sha = await repo.git.commit(ref);
  // A ref may hold slashes, so what GitHub has below a commit ends up here.
  const below = /\/(status|statuses|check-runs|check-suites|comments|branches-where-head)$/.exec(ref)?.[1];
  if (sha === undefined && below !== undefined) {
    throw new ApiError(501, `the local GitHub does not serve the ${below} of a commit`);
  }
  if (sha === undefined) throw new ApiError(422, `No commit found for SHA: ${ref}`);
  return ok({
    ...(await showCommit(repo, urls, sha)),
    stats: { additions: 0, deletions: 0, total: 0 },
    files: await changedFiles(repo, urls, sha),
  });
}

async function changedFiles(repo: Repo, urls: Urls, sha: string): Promise<object[]> {
  const out = await repo.git.text([
    'diff-tree',
    '--root',
    '-r',
    '--no-commit-id',
    '--numstat',
    '--raw',
    '-m',
    '--first-parent',
    sha,
  ]);
  const lines = out.split('\n').filter((line) => line !== '');
  const counts = new Map(
    lines
      .filter((line) => !line.startsWith(':'))
      .map((line) => line.split('\t'))
      .map(([added, removed, path]) => [path, [Number(added) || 0, Number(removed) || 0] as const]),
  );
  const kinds: Readonly<Record<string, string>> = { A: 'added', D: 'removed', M: 'modified', T: 'changed' };
  return lines
    .filter((line) => line.startsWith(':'))
    .map((line) => {
      const [info = '', path = ''] = line.split('\t');
      const [, , , object = '', kind = 'M'] = info.split(' ');
      const [additions, deletions] = counts.get(path) ?? [0, 0];
      return {
        sha: kind === 'D' ? null : object,
        filename: path,
        status: kinds[kind.slice(0, 1)] ?? 'changed',
        additions,
        deletions,
        changes: additions + deletions,
        blob_url: `${htmlUrl(repo, urls)}/blob/${sha}/${encodeURI(path)}`,
        raw_url: `${htmlUrl(repo, urls)}/raw/${sha}/${encodeURI(path)}`,
        contents_url: `${apiUrl(repo, urls)}/contents/${encodeURI(path)}?ref=${sha}`,
      };
    });
}

async function listAll(call: Call): Promise<Answer> {
  const { repo, query, urls } = call;
  const start = await repo.git.commit(query.get('sha') ?? repo.data.defaultBranch);
  if (start === undefined) throw notFound();
  const path = query.get('path');
  const shas = await repo.git.text([
    'rev-list',
    '--max-count=1000',
    start,
    ...(path === null ? [] : ['--', path]),
  ]);
  const all = shas.split('\n').filter((sha) => sha !== '');
  const page = paged(call, all, { path: `${apiUrl(repo, urls)}/commits` });
  const body = await Promise.all((page.body as string[]).map((sha) => showCommit(repo, urls, sha)));
  return { ...page, body };
}

/** Pull requests whose merge brought the commit, and open ones that hold it. */
async function pullsOf(call: Call): Promise<Answer> {
  const { repo, params, urls } = call;
  const sha = params.commit_sha ?? '';
  const commit = await repo.git.commit(sha);
  if (commit === undefined) throw new ApiError(422, `No commit found for SHA: ${sha}`);
  const found: object[] = [];
  for (const issue of repo.data.issues) {
    const { pull } = issue;
    if (pull === undefined) continue;
    const brought =
      commit === pull.headSha ||
      (pull.mergedAt !== null && commit === pull.mergeSha) ||
      ((await repo.git.isAncestor(commit, pull.headSha)) &&
        !(await repo.git.isAncestor(commit, pull.baseSha)));
    if (brought) found.push(simplePull(repo, urls, issue, pull));
  }
  return paged(call, found, { path: `${apiUrl(repo, urls)}/commits/${sha}/pulls` });
}

async function content({ repo, params, query, urls, accept }: Call): Promise<Answer> {
  const path = (params.path ?? '').replace(/^\/+|\/+$/g, '');
  const ref = query.get('ref') ?? repo.data.defaultBranch;
  const commit = await repo.git.commit(ref);
  if (commit === undefined) throw new ApiError(404, `No commit found for the ref ${ref}`);
  const sha = await repo.git.parse(`${commit}:${path}`);
  const type = sha === undefined ? undefined : await repo.git.type(sha);
  if (sha === undefined || type === undefined) throw notFound();
  if (type === 'tree') {
    const { stdout } = await repo.git.run(['ls-tree', '-z', '-l', sha]);
    const entries = stdout
      .toString()
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => {
        const [info = '', name = ''] = line.split('\t');
        const [, kind = '', object = '', size = '0'] = info.split(/ +/);
        const full = path === '' ? name : `${path}/${name}`;
        return entryShape(repo, urls, { path: full, ref, sha: object, size: Number(size) || 0, kind });
      });
    return ok(entries);
  }
  const bytes = await repo.git.read('blob', sha);
  if (/\braw\b/.test(accept)) {
    return {
      status: 200,
      bytes,
      headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
    };
  }
  // Above 1 MB the content is left out, above 100 MB there is none to be had this way.
  const inline = bytes.length <= 1 << 20;
  return ok({
    ...entryShape(repo, urls, { path, ref, sha, size: bytes.length, kind: 'blob' }),
    encoding: inline ? 'base64' : 'none',
    content: inline ? bytes.toString('base64').replace(/.{60}/g, '$&\n') : '',
  });
}

function entryShape(
  repo: Repo,
  urls: Urls,
  entry: { path: string; ref: string; sha: string; size: number; kind: string },
): object {
  const kind = entry.kind === 'tree' ? 'tree' : 'blob';
  const self = `${apiUrl(repo, urls)}/contents/${encodeURI(entry.path)}?ref=${encodeURIComponent(entry.ref)}`;
  const git = `${apiUrl(repo, urls)}/git/${kind}s/${entry.sha}`;
  const html = `${htmlUrl(repo, urls)}/${kind}/${encodeURIComponent(entry.ref)}/${encodeURI(entry.path)}`;
  return {
    type: kind === 'tree' ? 'dir' : 'file',
    name: entry.path.slice(entry.path.lastIndexOf('/') + 1),
    path: entry.path,
    sha: entry.sha,
    size: entry.size,
    url: self,
    html_url: html,
    git_url: git,
    download_url: kind === 'tree' ? null : html.replace('/blob/', '/raw/'),
    _links: { self, git, html },
  };
}

async function putContent({ repo, params, body, urls, identity }: Call): Promise<Answer> {
  const path = params.path ?? '';
  const branchName = text(body, 'branch') ?? repo.data.defaultBranch;
  const tip = await repo.git.parse(`refs/heads/${branchName}^{commit}`);
  if (tip === undefined) throw new ApiError(404, `Branch ${branchName} not found`);
  const current = await repo.git.parse(`${tip}:${path}`);
  const given = text(body, 'sha');
  if (current !== undefined && given === undefined) {
    throw new ApiError(422, `Invalid request.\n\n"sha" wasn't supplied.`);
  }
  if (given !== undefined && given !== current) throw new ApiError(409, `${path} does not match ${given}`);
  const author = isRecord(body.author) ? text(body.author, 'name') : undefined;
  const bytes = Buffer.from(required(body, 'content'), 'base64');
  const sha = await commitFiles(repo, {
    branch: branchName,
    files: { [path]: bytes },
    message: required(body, 'message'),
    author: author ?? identity.login,
  });
  await syncPulls(repo);
  const blob = (await repo.git.parse(`${sha}:${path}`)) ?? '';
  const { commit, ...rest } = await showCommit(repo, urls, sha);
  return {
    status: current === undefined ? 201 : 200,
    body: {
      content: entryShape(repo, urls, { path, ref: branchName, sha: blob, size: bytes.length, kind: 'blob' }),
      commit: { ...rest, ...(commit as object), sha },
    },
  };
}

async function branch({ repo, params, urls }: Call): Promise<Answer> {
  const name = params.branch ?? '';
  const sha = await repo.git.parse(`refs/heads/${name}^{commit}`);
  if (sha === undefined) throw new ApiError(404, 'Branch not found');
  const url = `${apiUrl(repo, urls)}/branches/${name}`;
  return ok({
    name,
    commit: await showCommit(repo, urls, sha),
    _links: { self: url, html: `${htmlUrl(repo, urls)}/tree/${name}` },
    protected: false,
    protection: { enabled: false },
    protection_url: `${url}/protection`,
  });
}

async function tags(call: Call): Promise<Answer> {
  const { repo, urls } = call;
  const all = await repo.git.refs('refs/tags/');
  const url = apiUrl(repo, urls);
  const page = paged(call, all.reverse(), { path: `${url}/tags` });
  const body = await Promise.all(
    (page.body as { ref: string }[]).map(async ({ ref }) => {
      const name = ref.slice('refs/tags/'.length);
      const sha = (await repo.git.parse(`${ref}^{commit}`)) ?? '';
      return {
        name,
        node_id: nodeId('REF', ref),
        commit: { sha, url: `${url}/commits/${sha}` },
        zipball_url: `${url}/zipball/${ref}`,
        tarball_url: `${url}/tarball/${ref}`,
      };
    }),
  );
  return { ...page, body };
}
