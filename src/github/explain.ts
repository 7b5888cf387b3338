import { GitHubFailure } from './failure.js';
import { operationOf } from './operations.js';

/** Octokit's RequestError, as far as we read it. */
export interface FailedRequest extends Error {
  readonly name: 'HttpError';
  readonly status: number;
  readonly response?: {
    readonly headers: Readonly<Record<string, string | number | undefined>>;
    readonly data: unknown;
  };
}

export function isRequestError(error: unknown): error is FailedRequest {
  return error instanceof Error && error.name === 'HttpError' && 'status' in error;
}

/** Milliseconds that a rate limit asks us to wait; undefined when the failure is none. */
export function rateLimit(error: FailedRequest, now: Date): number | undefined {
  const headers = error.response?.headers;
  if (headers === undefined || (error.status !== 403 && error.status !== 429)) return undefined;
  const after = Number(headers['retry-after']);
  if (headers['retry-after'] !== undefined && Number.isFinite(after)) return Math.max(0, after * 1000);
  if (String(headers['x-ratelimit-remaining']) === '0') {
    const reset = Number(headers['x-ratelimit-reset']) * 1000;
    // Without a reset GitHub advises a minute.
    return Number.isFinite(reset) ? Math.max(0, reset - now.getTime()) + 1000 : 60_000;
  }
  const secondary = error.status === 429 || /secondary rate limit|abuse detection/i.test(words(error));
  return secondary ? 60_000 : undefined;
}

/** GitHub's own words, with the fields that it found wrong. */
function words(error: FailedRequest): string {
  const data = error.response?.data;
  if (data === null || typeof data !== 'object') return error.message;
  const { message, errors } = data as { message?: unknown; errors?: unknown };
  const fields = Array.isArray(errors) ? errors.map(fieldWords).filter((text) => text !== '') : [];
  const text = typeof message === 'string' ? message : error.message;
  return fields.length === 0 ? text : `${text}: ${fields.join('; ')}`;
}

function fieldWords(error: unknown): string {
  if (typeof error === 'string') return error;
  if (error === null || typeof error !== 'object') return '';
  const { field, code, message } = error as Record<string, unknown>;
  const what = [message, code].find((part) => typeof part === 'string' && part !== 'custom') ?? message;
  return [field, what].filter((part) => typeof part === 'string').join(' ');
}

/** What is wrong and what to do, for each way in which GitHub says no. */
export function explain(
  error: FailedRequest,
  context: { options: { method: string; url: string }; attempts: number; now: Date },
): GitHubFailure {
  const { options, attempts, now } = context;
  const { doing, permission } = operationOf(options.method, options.url);
  const status = error.response === undefined ? 0 : error.status;
  const detail = words(error);
  const write = options.method !== 'GET' && options.method !== 'HEAD';
  const failureOf = (status: number, message: string, remedy: string, ambiguous = false) =>
    new GitHubFailure({ message, remedy, status, detail, ambiguous, cause: error });

  const limit = rateLimit(error, now);
  if (limit !== undefined) {
    const until = new Date(now.getTime() + limit)
      .toISOString()
      .replace(/\.\d+Z$/, ' UTC')
      .replace('T', ' ');
    // GitHub also answers 403, which would read as a missing permission.
    return failureOf(
      429,
      `cannot ${doing}: GitHub’s rate limit is used up until ${until}`,
      'run it again after that time, or run fewer jobs at once',
    );
  }
  const failure = (message: string, remedy: string, ambiguous = false) =>
    failureOf(status, message, remedy, ambiguous);
  switch (status) {
    case 401:
      return failure(
        `cannot ${doing}: GitHub does not accept the token (${detail})`,
        'check the input `token`: it may be misspelt, expired or revoked',
      );
    case 403:
      if (!/not accessible by|must have admin rights|permission/i.test(detail)) {
        return failure(
          `cannot ${doing}: GitHub refuses it (${detail})`,
          `check the rules of the repository, and that the job has \`${permission}\` under \`permissions:\``,
        );
      }
      return failure(
        `the token may not ${doing} (${detail})`,
        `add \`${permission}\` under \`permissions:\` of the job; once \`permissions:\` is set, every unlisted permission is none` +
          (write ? '; a run for a pull request from a fork can only read' : ''),
      );
    case 404:
      return failure(
        `cannot ${doing}: it is not there, or the token cannot see it`,
        `check the name, and that the job has \`${permission}\` under \`permissions:\``,
      );
    case 409:
    case 422:
      return failure(
        `cannot ${doing}: GitHub does not accept it (${detail})`,
        'fix the fields listed in the error; a ruleset of the repository can also be the cause',
      );
    default:
      if (status !== 0 && status < 500) {
        return failure(
          `cannot ${doing}: GitHub answers ${status} (${detail})`,
          'see the message of GitHub above',
        );
      }
      return failure(
        `cannot ${doing}: GitHub ${status === 0 ? 'cannot be reached' : `answers ${status}`} (${detail})` +
          (attempts > 1 ? `, ${attempts} times` : ''),
        'run it again: what was done already is found and continued; see https://www.githubstatus.com',
        write,
      );
  }
}
