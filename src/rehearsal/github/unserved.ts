/**
 * GitHub's name of an operation that we do not serve, from octokit's own list.
 * @returns undefined when GitHub has no such operation either
 */
export async function unserved(method: string, path: string): Promise<string | undefined> {
  const { Octokit } = await import('@octokit/rest');
  const { rest } = new Octokit();
  for (const [area, methods] of Object.entries(rest)) {
    for (const [name, call] of Object.entries(methods as Record<string, unknown>)) {
      const endpoint = (call as { endpoint?: { DEFAULTS: { method: string; url: string } } }).endpoint;
      if (endpoint === undefined || endpoint.DEFAULTS.method !== method) continue;
      const pattern = endpoint.DEFAULTS.url.replace(/[.+]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+');
      if (new RegExp(`^${pattern}$`).test(path)) return `${kebab(area)}/${kebab(name)}`;
    }
  }
  return undefined;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
