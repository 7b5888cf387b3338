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
  /** `reads`: this is a GraphQL query, which only reads; the address of what it reads in REST. */
  request?: Readonly<Record<string, unknown>> & { readonly reads?: string };
  [key: string]: unknown;
}
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/**
 * How every request is made: reads are repeated after 5xx and lost connections, writes are not (`ensure.ts`
 * looks before it repeats them); a short rate limit is waited for; every failure becomes a GitHubFailure, and so do
 * the errors that a GraphQL answer tells of.
 */
export function requestHook(context: { clock: Clock; logger: Logger; retry: Retry }) {
  const { clock, logger, retry } = context;
  return async function made<O extends Options, A extends Answer>(
    request: (options: O) => Promise<A> | A,
    options: O,
  ): Promise<A> {
    const reads = options.request?.reads;
    const repeatable = reads !== undefined || options.method === 'GET' || options.method === 'HEAD';
    let waited = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        prepare(options);
        const answer = whole(await request(options));
        if (reads !== undefined) refuseErrors(answer);
        return answer;
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
        if (pause === undefined) {
          const asked = reads === undefined ? options : { method: 'GET', url: reads };
          throw explain(error, { options: asked, attempts: attempt, now: clock.now() });
        }
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

/**
 * Octokit takes an answer that was cut off for a shorter or an empty text: that is a lost connection. JSON that stays
 * a text does not parse; other texts must be as long as announced, where they were not packed on their way.
 */
function whole<A extends Answer>(answer: A): A {
  const { data, headers, status } = answer;
  if (typeof data !== 'string' || status === 204 || status === 205) return answer;
  const isJson = String(headers['content-type'] ?? '').startsWith('application/json');
  const length = headers['content-encoding'] === undefined ? headers['content-length'] : undefined;
  const isShort = length !== undefined && Buffer.byteLength(data) < Number(length) - 3; // a byte order mark is not in the text
  if (!isJson && !isShort) return answer;
  throw failed(500, 'the answer was cut off');
}

/** GraphQL answers 200 to nearly everything: what was wrong is told by the first error's type. */
function refuseErrors({ headers, data }: Answer): void {
  const { errors } = (data ?? {}) as { errors?: unknown };
  if (errors === undefined) return;
  const list = (Array.isArray(errors) ? errors : [errors]) as readonly unknown[];
  const told = list.map((one) => (one ?? {}) as { type?: unknown; message?: unknown });
  const words = told.map(({ message }) => (typeof message === 'string' ? message : 'an error')).join('; ');
  throw failed(statusOf(told[0]?.type, words), words, { headers, data: { message: words } });
}

/** The status that REST would answer; 200 where there is none, so that nobody takes it for one of those. */
function statusOf(type: unknown, words: string): number {
  if (type === 'RATE_LIMITED' || /rate limit/i.test(words)) return 429;
  if (type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES') return 403;
  // What GitHub says of a query that took too long.
  return /something went wrong/i.test(words) ? 502 : 200;
}

function failed(status: number, message: string, response?: FailedRequest['response']): FailedRequest {
  const about = { name: 'HttpError' as const, status, ...(response !== undefined && { response }) };
  return Object.assign(new Error(message), about);
}
