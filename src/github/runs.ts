import type { Client } from './client.js';
import { orAbsent } from './failure.js';
import type { Approval, Runs } from './types.js';

export function runs({ octokit, at }: Client): Runs {
  const { actions } = octokit.rest;
  return {
    get: async (id) => {
      const answer = await orAbsent(actions.getWorkflowRun({ ...at, run_id: id }));
      if (answer === undefined) return undefined;
      const { data } = answer;
      return {
        id: data.id,
        attempt: data.run_attempt ?? 1,
        name: data.name ?? '',
        status: data.status ?? '',
        conclusion: data.conclusion,
        headSha: data.head_sha,
        event: data.event,
        actor: data.actor?.login ?? '',
        createdAt: data.created_at,
        url: data.html_url,
      };
    },

    approvals: async (id) => {
      const { data } = await actions.getReviewsForRun({ ...at, run_id: id });
      return data.map(({ state, environments, user, comment }) => ({
        state: state as Approval['state'],
        environments: environments.map((environment) => environment.name ?? ''),
        user: user?.login ?? '',
        comment,
      }));
    },
  };
}
