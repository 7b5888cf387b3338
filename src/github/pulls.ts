import type { Client } from './client.js';
import { orAbsent } from './failure.js';
import type { Pull, Pulls, Review } from './types.js';

interface RawPull {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly merged_at: string | null;
  readonly user: { readonly login: string } | null;
  readonly head: {
    readonly sha: string;
    readonly ref: string;
    readonly repo: { readonly full_name: string } | null;
  };
  readonly base: { readonly ref: string };
  readonly merge_commit_sha: string | null;
  readonly html_url: string;
}

export function pulls({ octokit, at }: Client): Pulls {
  const { repos, pulls: rest } = octokit.rest;
  return {
    get: (number) =>
      orAbsent(rest.get({ ...at, pull_number: number }).then(({ data }) => toPull(data as RawPull))),

    ofCommit: async (sha) => {
      const query = { ...at, commit_sha: sha, per_page: 100 };
      const found = await octokit.paginate(repos.listPullRequestsAssociatedWithCommit, query);
      return found.map((raw) => toPull(raw as RawPull));
    },

    openFrom: async (owner, branch) => {
      const query = { ...at, state: 'open' as const, head: `${owner}:${branch}`, per_page: 100 };
      return (await octokit.paginate(rest.list, query)).map((raw) => toPull(raw as RawPull));
    },

    reviews: async (number) => {
      const query = { ...at, pull_number: number, per_page: 100 };
      return (await octokit.paginate(rest.listReviews, query)).map((raw) => ({
        user: raw.user?.login ?? '',
        state: raw.state as Review['state'],
        commitSha: raw.commit_id,
        submittedAt: raw.submitted_at ?? '',
      }));
    },
  };
}

function toPull(raw: RawPull): Pull {
  return {
    number: raw.number,
    title: raw.title,
    state: raw.state === 'closed' ? 'closed' : 'open',
    merged: raw.merged_at !== null,
    author: raw.user?.login ?? '',
    headSha: raw.head.sha,
    headRef: raw.head.ref,
    headRepository: raw.head.repo?.full_name ?? null,
    mergeSha: raw.merge_commit_sha,
    baseRef: raw.base.ref,
    url: raw.html_url,
  };
}
