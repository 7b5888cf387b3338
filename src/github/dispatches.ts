import type { Client } from './client.js';
import type { Dispatches } from './types.js';

export function dispatches({ octokit, at }: Client): Dispatches {
  return {
    // Nothing tells a run that we started from one that somebody else did: a lost answer is not sent again.
    workflow: async (file, ref, inputs) => {
      const answer = await octokit.request(
        'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
        {
          ...at,
          workflow_id: file,
          ref,
          inputs,
          return_run_details: true,
        },
      );
      const data = answer.data as unknown;
      if (data === null || typeof data !== 'object') return undefined;
      const { workflow_run_id: id } = data as { workflow_run_id?: unknown };
      return typeof id === 'number' ? id : undefined;
    },

    repository: async (eventType, payload) => {
      await octokit.rest.repos.createDispatchEvent({
        ...at,
        event_type: eventType,
        client_payload: payload as Record<string, never>,
      });
    },
  };
}
