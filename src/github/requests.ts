import type { Clock } from '../common/clock.js';
import type { Logger } from '../common/logger.js';
import { formatDuration } from '../common/text.js';
import { explain, isRequestError, rateLimit, type FailedRequest } from './explain.js';

export interface Retry {
  /** How often a request is tried at most. */
  readonly attempts: number;
  /** The first pause, milliseconds; each later one is twice as long. */
  readonly baseMs: number;
}
export const defaultRetry: Retry = { attempts: 4, baseMs: 1000 };

/** The longest pause that a rate limit may cost, milliseconds; beyond it the user is told until when. */
const longestRateLimitPause = 120_000;
/** For requests that neither send nor bring a stream, milliseconds. */
const answerTimeout = 60_000;

export interface Options {
  readonly method: string;
  readonly url: string;
  request?: Readonly<Record<string, unknown>>;
  [key: string]: unknown;
}
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/**
 * How every request is made: reads are repeated after 5xx and lost connections, writes are not (`writes.ts`
 * looks before it repeats them); a short rate limit is waited for; every failure becomes a GitHubFailure.
 */
export function requestHook(context: { clock: Clock; logger: Logger; retry: Retry }) {
  const { clock, logger, retry } = context;
  return async function made<O extends Options, A extends Answer>(
    request: (options: O) => Promise<A> | A,
    options: O,
  ): Promise<A> {
    const repeatable = options.method === 'GET' || options.method === 'HEAD';
    let waited = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        prepare(options);
        return whole(await request(options), options);
      } catch (error) {
        if (!isRequestError(error)) throw error;
        const limit = rateLimit(error, clock.now());
        const lost = error.response === undefined || error.status >= 500;
        let pause: number | undefined;
        // A limited request was not carried out: writes too may be sent again.
        if (limit !== undefined && waited + limit <= longestRateLimitPause) pause = limit;
        else if (limit === undefined && lost && repeatable && attempt < retry.attempts) {
          pause = retry.baseMs * 2 ** (attempt - 1);
        }
        if (pause === undefined) throw explain(error, { options, attempts: attempt, now: clock.now() });
        if (limit !== undefined) {
          waited += Math.max(limit, 1000);
          logger.info(`GitHub’s rate limit is reached: waiting ${formatDuration(pause)}`);
        } else {
          logger.debug(`${options.method} ${options.url}: ${error.message}; again in ${pause} ms`);
        }
        await clock.sleep(pause);
      }
    }
  };
}

/**
 * A fresh body for every try, since a stream is spent by the first, and a time limit where nothing streams.
 * Changes the options in place: octokit's inner hooks see only the object that the outer one was given.
 */
function prepare(options: Options): void {
  const body = options.request?.body;
  if (typeof body === 'function') options.data = (body as () => unknown)();
  else if (options.request?.parseSuccessResponseBody !== false) {
    options.request = { ...options.request, signal: AbortSignal.timeout(answerTimeout) };
  }
}

/** Octokit takes a JSON answer that was cut off for an empty text: that is a lost connection. */
function whole<A extends Answer>(answer: A, options: Options): A {
  const json = String(answer.headers['content-type'] ?? '').startsWith('application/json');
  if (!json || typeof answer.data !== 'string') return answer;
  const error: FailedRequest = Object.assign(new Error('the answer was cut off'), {
    name: 'HttpError' as const,
    status: 500,
    request: options,
  });
  throw error;
}
