import type { Answer, Call } from './http.js';
import type { Need } from './permissions.js';

export interface Route {
  /** GitHub's operation id. */
  readonly operation: string;
  readonly method: string;
  /** As in GitHub's description; `{ref}`, `{path}`, `{tag}` and `{branch}` may hold slashes. */
  readonly path: string;
  /** Any one of them is enough. */
  readonly needs: readonly Need[];
  /** The body is bytes, kept in a file. */
  readonly upload?: true;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

export type Handler = Route['handle'];

/** `route('GET /repos/{owner}/{repo}', 'repos/get', ['metadata:read'], handler)`. */
export function route(
  address: string,
  operation: string,
  needs: readonly Need[],
  handle: Handler,
  options: { upload?: true } = {},
): Route {
  const [method = '', path = ''] = address.split(' ');
  return { operation, method, path, needs, handle, ...options };
}

const greedy = new Set(['ref', 'tag', 'branch']);

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route of a request; of several the first that fits. */
export function router(routes: readonly Route[]): (method: string, path: string) => Match | undefined {
  const compiled = routes.map((entry) => ({
    route: entry,
    pattern: new RegExp(
      `^${entry.path
        .replace(/[.+]/g, '\\$&')
        // The root folder has no path.
        .replace('/{path}', '(?:/(?<path>.*))?')
        .replace(/\{(\w+)\}/g, (_all, name: string) => `(?<${name}>${greedy.has(name) ? '.+' : '[^/]+'})`)}$`,
    ),
  }));
  return (method, path) => {
    for (const { route: entry, pattern } of compiled) {
      if (entry.method !== method) continue;
      const groups = pattern.exec(path)?.groups;
      if (groups === undefined && !pattern.test(path)) continue;
      return { route: entry, params: decode(groups ?? {}) };
    }
    return undefined;
  };
}

function decode(groups: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, value = '']) => {
      try {
        return [name, decodeURIComponent(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}
