import { Agent, request } from 'node:http';

export interface HttpRequest {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** An answer, or how there came none. */
export interface HttpAnswer {
  readonly status?: number;
  readonly text?: string;
  /** As a clause: "it did not answer within 10 s". */
  readonly failure?: string;
  /** Milliseconds until the whole answer was there, or until it failed. */
  readonly ms: number;
}

/** An answer to one row that is longer is none. */
const longestAnswer = 1 << 20;

/** Sends a request to a port of the loopback interface, never anywhere else; follows no redirect. */
export function send(port: number, wanted: HttpRequest, timeout: number, agent?: Agent): Promise<HttpAnswer> {
  const { path, method, headers, body } = wanted;
  const started = performance.now();
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined = undefined;
    const done = (answer: Omit<HttpAnswer, 'ms'>): void => {
      clearTimeout(timer);
      resolve({ ...answer, ms: performance.now() - started });
    };
    const call = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        // Without one, a connection of its own: Node's default keeps them.
        agent: agent ?? false,
        headers: {
          ...(body !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
          accept: 'application/json',
          ...headers,
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        response.on('data', (part: Buffer) => {
          length += part.length;
          if (length > longestAnswer) {
            done({ failure: 'it answered more than 1 MiB' });
            call.destroy();
          } else parts.push(part);
        });
        response.on('end', () =>
          done({ status: response.statusCode!, text: Buffer.concat(parts).toString() }),
        );
        response.on('error', (error) => done({ failure: `its answer broke off (${error.message})` }));
      },
    );
    timer = setTimeout(() => {
      done({ failure: `it did not answer within ${timeout} ms` });
      call.destroy();
    }, timeout);
    call.on('error', (error) => {
      // A kept connection that the server closed at this moment says nothing of the server: ask on a new one.
      if (
        agent !== undefined &&
        call.reusedSocket &&
        (error as NodeJS.ErrnoException).code === 'ECONNRESET'
      ) {
        clearTimeout(timer);
        const left = Math.max(1, timeout - (performance.now() - started));
        void send(port, wanted, left).then(resolve);
      } else done({ failure: `it could not be reached (${error.message})` });
    });
    call.end(body);
  });
}

export interface LoadOptions {
  readonly port: number;
  readonly requests: readonly HttpRequest[];
  /** Requests under way at the same time. */
  readonly concurrency: number;
  /** Milliseconds of one request, and of all. */
  readonly timeout: number;
  readonly timeLimit: number;
  readonly signal: AbortSignal;
}

/**
 * Sends requests over kept connections, so many at a time.
 * @returns their answers in the order of the requests; fewer where the time was over
 */
export async function sendAll(options: LoadOptions): Promise<HttpAnswer[]> {
  const { port, requests, concurrency, timeout, timeLimit, signal } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const answers: HttpAnswer[] = [];
  const until = performance.now() + timeLimit;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < requests.length; i = next++) {
      const left = until - performance.now();
      if (left <= 0 || signal.aborted) return;
      answers[i] = await send(port, requests[i]!, Math.min(timeout, left), agent);
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, work));
    signal.throwIfAborted();
    // The first that is missing ends what counts: those after it were not sent in order.
    const end = Array.from({ length: answers.length }, (_, i) => answers[i]).indexOf(undefined as never);
    return end === -1 ? answers : answers.slice(0, end);
  } finally {
    agent.destroy();
  }
}
