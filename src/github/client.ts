import { getOctokit } from '@actions/github';
import type { Clock } from '../common/clock.js';
import type { Logger } from '../common/logger.js';
import { type Pace, createOnce, repeat } from './ensure.js';
import { type Retry, requestHook } from './requests.js';

export type Octokit = ReturnType<typeof getOctokit>;

/** What every area of the client works with. */
export interface Client {
  readonly octokit: Octokit;
  /** Owner and name of the repository, as octokit's methods take them. */
  readonly at: { readonly owner: string; readonly repo: string };
  readonly logger: Logger;
  /** As `createOnce` and `repeat` of ensure.ts, at this client's pace. */
  once<T>(what: { find: () => Promise<T | undefined>; create: () => Promise<T> }): Promise<T>;
  again<T>(write: () => Promise<T>): Promise<T>;
}

export function openClient(options: {
  token: string;
  apiUrl: string;
  owner: string;
  repository: string;
  logger: Logger;
  clock: Clock;
  retry: Retry;
}): Client {
  const { token, apiUrl, owner, repository, logger, clock, retry } = options;
  const debug = (message: string): void => logger.debug(message);
  const octokit = getOctokit(token, {
    baseUrl: apiUrl,
    // Octokit's own messages (retired endpoints, failed requests) are for us, not for the user.
    log: { debug, info: debug, warn: debug, error: debug },
  });
  octokit.hook.wrap('request', requestHook({ clock, logger, retry }) as never);
  const pace: Pace = { clock, retry };
  return {
    octokit,
    at: { owner, repo: repository },
    logger,
    once: (what) => createOnce(what, pace),
    again: (write) => repeat(write, pace),
  };
}
