import type { Client } from './client.js';
import type { GitHub } from './types.js';

export function repository({ octokit, at }: Client): GitHub['repository'] {
  return async () => {
    const { data } = await octokit.rest.repos.get(at);
    return {
      owner: data.owner.login,
      name: data.name,
      defaultBranch: data.default_branch,
      private: data.private,
      url: data.html_url,
    };
  };
}
