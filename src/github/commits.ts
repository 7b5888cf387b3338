import type { Client } from './client.js';
import { orAbsent } from './failure.js';
import type { Commits } from './types.js';

export function commits({ octokit, at, again }: Client): Commits {
  const { git, repos } = octokit.rest;
  const readText = async (commitish: string, path: string): Promise<string | undefined> => {
    const answer = await orAbsent(
      repos.getContent({ ...at, path, ref: commitish, mediaType: { format: 'raw' } }),
    );
    if (answer === undefined) return undefined;
    const data = answer.data as unknown;
    if (typeof data === 'string') return data;
    // A server that does not know the raw format answers with the file in base64.
    const { content } = data as { content?: unknown };
    return typeof content === 'string' ? Buffer.from(content, 'base64').toString('utf8') : undefined;
  };
  return {
    // What no ref points to is nowhere: a tree or commit made twice does no harm.
    create: async ({ message, files, parent }) => {
      const entries = Object.entries(files).map(([path, content]) => ({
        path,
        content,
        mode: '100644' as const,
        type: 'blob' as const,
      }));
      const tree = await again(() => git.createTree({ ...at, tree: entries }));
      const parents = parent === undefined ? [] : [parent];
      const made = await again(() => git.createCommit({ ...at, message, tree: tree.data.sha, parents }));
      return made.data.sha;
    },

    readFile: async (commitish, path) => {
      const text = await readText(commitish, path);
      // An answer that was cut off can look whole; what is still no JSON at a second look was written so.
      const isWhole = text === undefined || !path.endsWith('.json') || isJson(text);
      return isWhole ? text : readText(commitish, path);
    },
    get: async (sha) => {
      const answer = await orAbsent(git.getCommit({ ...at, commit_sha: sha }));
      if (answer === undefined) return undefined;
      const { data } = answer;
      return {
        sha: data.sha,
        parents: data.parents.map((parent) => parent.sha),
        message: data.message,
        date: data.committer.date,
      };
    },

    ofTag: async (tag) => {
      const ref = await orAbsent(git.getRef({ ...at, ref: `tags/${tag}` }));
      let object: { type: string; sha: string } | undefined = ref?.data.object;
      // A tag may point to a tag; nobody nests them deeper than this.
      for (let depth = 0; object?.type === 'tag' && depth < 5; depth++) {
        object = (await git.getTag({ ...at, tag_sha: object.sha })).data.object;
      }
      return object?.type === 'commit' ? object.sha : undefined;
    },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
