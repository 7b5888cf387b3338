import type { IncomingMessage, ServerResponse } from 'node:http';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { finished, pipeline } from 'node:stream/promises';
import type { Fault, RecordedRequest } from '../types.js';
import type { FaultList } from './faults.js';
import type { Answer } from './http.js';

/** One request and its answer, for those who hold them against GitHub's description. */
export interface Exchange extends RecordedRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly requestBody: unknown;
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** Undefined when the answer was no JSON. */
  readonly responseBody: unknown;
}

/** A request whose connection is cut: nothing is answered. */
export class Dropped extends Error {}

/**
 * Does the work of a request between the faults that were ordered for its operation.
 * @throws Dropped when the connection has to be cut
 */
export async function withFaults(
  faults: FaultList,
  operation: string,
  work: () => Promise<Answer>,
  onBefore: (fault: Fault) => Promise<void>,
): Promise<Answer> {
  const fault = faults.next(operation);
  if (fault === undefined) return work();
  const { how, when = 'before' } = fault;
  if ('delayMs' in how) {
    if (when === 'before') await delay(how.delayMs);
    const answer = await work();
    if (when === 'after') await delay(how.delayMs);
    return answer;
  }
  if (when === 'before') await onBefore(fault);
  else await work();
  if ('drop' in how) throw new Dropped();
  return {
    status: how.status,
    body: how.body ?? { message: `fault ordered for ${operation}` },
    ...(how.headers && { headers: how.headers }),
  };
}

export async function send(answer: Answer, response: ServerResponse): Promise<Record<string, string>> {
  const headers: Record<string, string> = {
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': 'REHEARSAL',
    ...answer.headers,
  };
  if (answer.file !== undefined) {
    headers['content-length'] = String((await stat(answer.file)).size);
    response.writeHead(answer.status, headers);
    await pipeline(createReadStream(answer.file), response);
  } else if (answer.bytes !== undefined) {
    response.writeHead(answer.status, headers).end(answer.bytes);
  } else if (answer.body !== undefined) {
    headers['content-type'] = 'application/json; charset=utf-8';
    response.writeHead(answer.status, headers).end(JSON.stringify(answer.body));
  } else {
    response.writeHead(answer.status, headers).end();
  }
  return headers;
}

/** Reads the rest of a request, so that its sender gets to read our answer. */
export async function drain(request: IncomingMessage): Promise<void> {
  request.resume();
  await finished(request);
}
