import type { Clock } from '../common/clock.js';
import { UserError } from '../common/errors.js';
import type { Logger } from '../common/logger.js';
import { openClient } from './client.js';
import { commits } from './commits.js';
import { deployments } from './deployments.js';
import { dispatches } from './dispatches.js';
import { environments } from './environments.js';
import { issues } from './issues.js';
import { pulls } from './pulls.js';
import { refs } from './refs.js';
import { releases } from './releases.js';
import { repository } from './repository.js';
import { type Retry, defaultRetry } from './requests.js';
import { runs } from './runs.js';
import type { GitHub } from './types.js';

/**
 * GitHub for one repository. Reads are repeated after 5xx and lost connections (by default 4 times, pauses from
 * 1 s doubling); a write whose answer was lost is looked for before it is made again; rate limits are waited for
 * up to 2 minutes. Every other failure is a UserError that names the operation and the remedy.
 * @throws UserError when the token is empty
 */
export function connect(options: {
  token: string;
  run: { readonly apiUrl: string; readonly owner: string; readonly repository: string };
  logger: Logger;
  clock: Clock;
  retry?: Retry;
}): GitHub {
  const { token, run, logger, clock, retry = defaultRetry } = options;
  if (token.trim() === '') {
    throw new UserError({
      message: 'the input `token` is empty',
      remedy: 'leave it out to use the job’s own token, or check that the secret exists',
    });
  }
  const { apiUrl, owner, repository: name } = run;
  const client = openClient({ token, apiUrl, owner, repository: name, logger, clock, retry });
  return {
    releases: releases(client),
    refs: refs(client),
    commits: commits(client),
    deployments: deployments(client),
    environments: environments(client),
    runs: runs(client),
    issues: issues(client),
    pulls: pulls(client),
    dispatches: dispatches(client),
    repository: repository(client),
  };
}
