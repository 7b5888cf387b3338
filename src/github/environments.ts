import type { Client } from './client.js';
import { orAbsent } from './failure.js';
import type { Environments } from './types.js';

interface Rule {
  readonly type: string;
  readonly wait_timer?: number;
  readonly prevent_self_review?: boolean;
  readonly reviewers?: readonly { readonly reviewer?: { readonly login?: string; readonly slug?: string } }[];
}

export function environments({ octokit, at }: Client): Environments {
  return {
    get: async (name) => {
      const answer = await orAbsent(octokit.rest.repos.getEnvironment({ ...at, environment_name: name }));
      if (answer === undefined) return undefined;
      const rules = (answer.data.protection_rules ?? []) as readonly Rule[];
      const review = rules.find((rule) => rule.type === 'required_reviewers');
      return {
        name: answer.data.name,
        requiredReviewers: (review?.reviewers ?? [])
          .map(({ reviewer }) => reviewer?.login ?? reviewer?.slug)
          .filter((reviewer) => reviewer !== undefined),
        preventSelfReview: review?.prevent_self_review ?? false,
        waitMinutes: rules.find((rule) => rule.type === 'wait_timer')?.wait_timer ?? 0,
      };
    },
  };
}
