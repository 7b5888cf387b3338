import {
  ApiError,
  type Answer,
  type Call,
  type Urls,
  created,
  isRecord,
  list,
  notFound,
  ok,
  required,
  text,
} from '../http.js';
import { type Route, route } from '../routes.js';
import { apiUrl, htmlUrl, nodeId } from '../shapes.js';
import { parseCommit, parseTag, unverified } from '../objects.js';
import type { Repo } from '../store.js';

export const gitObjectRoutes: readonly Route[] = [
  route('POST /repos/{owner}/{repo}/git/blobs', 'git/create-blob', ['contents:write'], createBlob),
  route('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', 'git/get-blob', ['contents:read'], getBlob),
  route('POST /repos/{owner}/{repo}/git/trees', 'git/create-tree', ['contents:write'], createTree),
  route('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', 'git/get-tree', ['contents:read'], getTree),
  route('POST /repos/{owner}/{repo}/git/commits', 'git/create-commit', ['contents:write'], createCommit),
  route('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', 'git/get-commit', ['contents:read'], getCommit),
  route('POST /repos/{owner}/{repo}/git/tags', 'git/create-tag', ['contents:write'], createTag),
  route('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', 'git/get-tag', ['contents:read'], getTag),
];

async function createBlob({ repo, body, urls }: Call): Promise<Answer> {
  const content = required(body, 'content');
  const bytes = text(body, 'encoding') === 'base64' ? Buffer.from(content, 'base64') : Buffer.from(content);
  const sha = await repo.git.text(['hash-object', '-w', '--stdin'], { input: bytes });
  return created({ sha, url: `${apiUrl(repo, urls)}/git/blobs/${sha}` });
}

async function getBlob({ repo, params, urls }: Call): Promise<Answer> {
  const sha = params.file_sha ?? '';
  if ((await repo.git.type(sha)) !== 'blob') throw notFound();
  const bytes = await repo.git.read('blob', sha);
  return ok({
    sha,
    node_id: nodeId('B', sha),
    size: bytes.length,
    url: `${apiUrl(repo, urls)}/git/blobs/${sha}`,
    content: bytes.toString('base64'),
    encoding: 'base64',
  });
}

const modes = ['100644', '100755', '040000', '160000', '120000'];

async function createTree(call: Call): Promise<Answer> {
  const { repo, body } = call;
  const entries = list(body, 'tree');
  if (entries === undefined) throw new ApiError(422, 'Invalid tree info');
  const base = text(body, 'base_tree');
  const baseTree = base === undefined ? undefined : await repo.git.parse(`${base}^{tree}`);
  if (base !== undefined && baseTree === undefined) throw notFound();
  const lines: string[] = [];
  for (const entry of entries) {
    if (!isRecord(entry)) throw new ApiError(422, 'Invalid tree info');
    lines.push(await indexLine(repo, entry));
  }
  const sha = await repo.git.withIndex(async (env) => {
    if (baseTree !== undefined) await repo.git.text(['read-tree', baseTree], { env });
    await repo.git.text(['update-index', '-z', '--index-info'], { env, input: lines.join('') });
    return repo.git.text(['write-tree'], { env });
  });
  return created(await showTree(call, sha, false));
}

async function indexLine(repo: Repo, entry: Record<string, unknown>): Promise<string> {
  const path = required(entry, 'path');
  const mode = text(entry, 'mode') ?? '100644';
  if (!modes.includes(mode)) throw new ApiError(422, `Must supply a valid tree.mode`);
  if (/^\/|\/$|(^|\/)(\.|\.\.|\.git)?(\/|$)|\0/.test(path)) {
    throw new ApiError(422, `tree.path contains a malformed path component`);
  }
  if (entry.sha === null) return `0 ${'0'.repeat(40)}\t${path}\0`;
  const content = text(entry, 'content');
  const sha =
    content === undefined
      ? required(entry, 'sha')
      : await repo.git.text(['hash-object', '-w', '--stdin'], { input: content });
  const type = await repo.git.type(sha);
  if (type === undefined) throw new ApiError(422, `tree.sha ${sha} is not a valid blob`);
  if (type !== 'tree') return `${mode} ${sha}\t${path}\0`;
  // An index holds no trees: theirs are the files below.
  const { stdout } = await repo.git.run(['ls-tree', '-r', '-z', sha]);
  return stdout
    .toString()
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [info = '', name = ''] = line.split('\t');
      const [itemMode, , itemSha] = info.split(' ');
      return `${itemMode} ${itemSha}\t${path}/${name}\0`;
    })
    .join('');
}

async function getTree(call: Call): Promise<Answer> {
  const { repo, params, query } = call;
  const name = params.tree_sha ?? '';
  const commit = await repo.git.commit(name);
  const sha = await repo.git.parse(`${commit ?? name}^{tree}`);
  if (sha === undefined) throw notFound();
  return ok(await showTree(call, sha, query.has('recursive')));
}

async function showTree({ repo, urls }: Call, sha: string, recursive: boolean): Promise<object> {
  const { stdout } = await repo.git.run(['ls-tree', '-z', '-l', ...(recursive ? ['-r', '-t'] : []), sha]);
  const url = `${apiUrl(repo, urls)}/git`;
  const tree = stdout
    .toString()
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [info = '', path] = line.split('\t');
      const [mode, type, object, size] = info.split(/ +/);
      return {
        path,
        mode,
        type,
        sha: object,
        ...(type === 'blob' && { size: Number(size) }),
        url: `${url}/${type}s/${object}`,
      };
    });
  return { sha, url: `${url}/trees/${sha}`, tree, truncated: false };
}

async function createCommit(call: Call): Promise<Answer> {
  const { repo, body } = call;
  const message = required(body, 'message');
  const tree = required(body, 'tree');
  const parents = (list(body, 'parents') ?? []).map(String);
  if ((await repo.git.type(tree)) !== 'tree') throw new ApiError(422, 'Tree SHA does not exist');
  for (const parent of parents) {
    if ((await repo.git.type(parent)) !== 'commit') {
      throw new ApiError(422, 'Parent SHA does not exist or is not a commit object');
    }
  }
  const author = person(call, 'author');
  const committer = body.committer === undefined ? author : person(call, 'committer');
  const sha = await repo.git.text(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], {
    input: message,
    env: {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_AUTHOR_DATE: author.date,
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.email,
      GIT_COMMITTER_DATE: committer.date,
    },
  });
  return created(await showCommit(repo, call.urls, sha));
}

function person({ repo, body, identity }: Call, key: string): { name: string; email: string; date: string } {
  const given = isRecord(body[key]) ? body[key] : {};
  return {
    name: text(given, 'name') ?? identity.login,
    email: text(given, 'email') ?? `${identity.login}@users.noreply.github.com`,
    date: text(given, 'date') ?? repo.now(),
  };
}

async function getCommit({ repo, params, urls }: Call): Promise<Answer> {
  const sha = params.commit_sha ?? '';
  if ((await repo.git.type(sha)) !== 'commit') throw notFound();
  return ok(await showCommit(repo, urls, sha));
}

async function showCommit(repo: Repo, urls: Urls, sha: string): Promise<object> {
  const commit = parseCommit(await repo.git.read('commit', sha));
  const url = `${apiUrl(repo, urls)}/git`;
  return {
    sha,
    node_id: nodeId('C', sha),
    url: `${url}/commits/${sha}`,
    html_url: `${htmlUrl(repo, urls)}/commit/${sha}`,
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: `${url}/trees/${commit.tree}` },
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${url}/commits/${parent}`,
      html_url: `${htmlUrl(repo, urls)}/commit/${parent}`,
    })),
    verification: unverified,
  };
}

async function createTag(call: Call): Promise<Answer> {
  const { repo, body } = call;
  const tag = required(body, 'tag');
  const object = required(body, 'object');
  const type = required(body, 'type');
  const message = required(body, 'message');
  if ((await repo.git.type(object)) !== type) throw new ApiError(422, 'Object does not exist');
  const { name, email, date } = person(call, 'tagger');
  const seconds = Math.floor(Date.parse(date) / 1000);
  const sha = await repo.git.text(['hash-object', '-t', 'tag', '-w', '--stdin'], {
    input: `object ${object}\ntype ${type}\ntag ${tag}\ntagger ${name} <${email}> ${seconds} +0000\n\n${message}\n`,
  });
  return created(await showTag(repo, call.urls, sha));
}

async function getTag({ repo, params, urls }: Call): Promise<Answer> {
  const sha = params.tag_sha ?? '';
  if ((await repo.git.type(sha)) !== 'tag') throw notFound();
  return ok(await showTag(repo, urls, sha));
}

async function showTag(repo: Repo, urls: Urls, sha: string): Promise<object> {
  const tag = parseTag(await repo.git.read('tag', sha));
  const url = `${apiUrl(repo, urls)}/git`;
  return {
    sha,
    node_id: nodeId('T', sha),
    url: `${url}/tags/${sha}`,
    tag: tag.tag,
    message: tag.message,
    tagger: tag.tagger,
    object: { sha: tag.object, type: tag.type, url: `${url}/${tag.type}s/${tag.object}` },
    verification: unverified,
  };
}
