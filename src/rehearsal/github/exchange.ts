import type { IncomingMessage, ServerResponse } from 'node:http';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { finished, pipeline } from 'node:stream/promises';
import type { Cut, Fault, RecordedRequest } from '../types.js';
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
  if ('cut' in how) return { ...(await work()), cut: how.cut };
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
  if (answer.bytes === undefined && answer.file === undefined && answer.body !== undefined) {
    headers['content-type'] = 'application/json; charset=utf-8';
  }
  if (answer.cut !== undefined && answer.status !== 204) {
    await sendHalf(answer.cut, { ...answer, headers }, response);
  } else if (answer.file !== undefined) {
    headers['content-length'] = String((await stat(answer.file)).size);
    response.writeHead(answer.status, headers);
    await pipeline(createReadStream(answer.file), response);
  } else {
    response.writeHead(answer.status, headers).end(bytesOf(answer));
  }
  return headers;
}

function bytesOf({ bytes, body }: Answer): Uint8Array | undefined {
  return bytes ?? (body === undefined ? undefined : Buffer.from(JSON.stringify(body)));
}

/** The first half of an answer. */
async function sendHalf(cut: Cut, answer: Answer, response: ServerResponse): Promise<void> {
  const { status, headers, file } = answer;
  const all = file === undefined ? bytesOf(answer) : await readFile(file);
  const half = (all ?? Buffer.alloc(0)).subarray(0, Math.floor((all?.length ?? 0) / 2));
  const promised = cut === 'body' ? half.length : (all?.length ?? 0);
  response.writeHead(status, { ...headers, 'content-length': promised });
  if (promised === half.length) response.end(half);
  // Only what was handed to the network is sent before the connection is cut.
  else response.write(half, () => response.socket?.destroySoon());
}

/** Reads the rest of a request, so that its sender gets to read our answer. */
export async function drain(request: IncomingMessage): Promise<void> {
  request.resume();
  await finished(request);
}
