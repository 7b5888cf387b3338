import type { Fault, RecordedRequest } from '../../src/rehearsal/types.js';

/** One way in which GitHub can fail. */
interface Kind {
  readonly name: string;
  readonly way: Pick<Fault, 'how' | 'when'>;
  /** Whether a run can get over one of these by itself. */
  readonly recoverable: boolean;
  /** The same for when it is for ever. */
  readonly brief?: Fault['how'];
  /** Where it means something; default: everywhere. */
  fits?(request: RecordedRequest): boolean;
}

const limited = (seconds: number): Fault['how'] => ({
  status: 403,
  headers: { 'retry-after': String(seconds) },
  body: {
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  },
});

/** A read has nothing that could be done before its answer is lost. */
const isWrite = ({ method, operation }: RecordedRequest): boolean =>
  method !== 'GET' && operation !== 'graphql';

const kinds: readonly Kind[] = [
  { name: '500', way: { how: { status: 500 } }, recoverable: true },
  { name: '502, done', way: { how: { status: 502 }, when: 'after' }, recoverable: true, fits: isWrite },
  {
    name: '502, storage broken',
    way: { how: { status: 502 } },
    recoverable: true,
    fits: ({ operation }) => operation === 'repos/upload-release-asset',
  },
  { name: 'lost', way: { how: { drop: true } }, recoverable: true },
  { name: 'lost, done', way: { how: { drop: true }, when: 'after' }, recoverable: true, fits: isWrite },
  { name: 'rate limit', way: { how: limited(1) }, recoverable: true, brief: limited(60) },
  { name: '404', way: { how: { status: 404, body: { message: 'Not Found' } } }, recoverable: false },
  { name: '422', way: { how: { status: 422, body: { message: 'Validation Failed' } } }, recoverable: false },
  { name: '401', way: { how: { status: 401, body: { message: 'Bad credentials' } } }, recoverable: false },
  { name: 'slow', way: { how: { delayMs: 300 } }, recoverable: true, brief: { delayMs: 20 } },
  { name: 'half a text', way: { how: { cut: 'body' } }, recoverable: true },
  { name: 'hung up midway', way: { how: { cut: 'connection' } }, recoverable: true },
];

/** One request of a run, and how it fails. */
export interface Case {
  readonly request: RecordedRequest;
  /** Which of the requests of its operation it is, from 0. */
  readonly index: number;
  readonly kind: Kind;
  /** From that request on every one of the operation fails. */
  readonly forever: boolean;
}

export const nameOf = ({ request, index, kind, forever }: Case): string =>
  `${request.operation} #${index + 1}: ${kind.name}, ${forever ? 'for ever' : 'once'}`;

export const faultOf = ({ request, index, kind, forever }: Case): Fault => ({
  operation: request.operation,
  skip: index,
  count: forever ? Infinity : 1,
  ...kind.way,
  // Many slow answers, and many pauses, tell no more than a few.
  ...(forever && kind.brief && { how: kind.brief }),
});

/** Every case of a run's requests. */
export function casesOf(requests: readonly RecordedRequest[]): Case[] {
  const seen = new Map<string, number>();
  return requests.flatMap((request) => {
    const index = seen.get(request.operation) ?? 0;
    seen.set(request.operation, index + 1);
    return kinds
      .filter(({ fits }) => fits?.(request) ?? true)
      .flatMap((kind) => [false, true].map((forever) => ({ request, index, kind, forever })));
  });
}

/**
 * Few cases that hit each operation and each kind at least once, always the same ones.
 * @param turn where the rotation begins
 */
export function sampleOf(all: readonly Case[], turn: number): Case[] {
  const chosen: Case[] = [];
  const uses = new Map<string, number>();
  const used = (key: string): number => uses.get(key) ?? 0;
  const choose = (among: readonly Case[]): void => {
    // The kind that was used least; of its requests, and of once and for ever, the next in turn.
    const least = Math.min(...among.map(({ kind }) => used(kind.name)));
    const free = among.filter(({ kind }) => used(kind.name) === least);
    const one = free[((chosen.length + turn) * 31) % free.length]!;
    uses.set(one.kind.name, least + 1);
    chosen.push(one);
  };
  const operations = new Set(all.map(({ request }) => request.operation));
  for (const operation of operations) choose(all.filter(({ request }) => request.operation === operation));
  for (const { name } of kinds) {
    const among = all.filter(({ kind }) => kind.name === name);
    if (used(name) === 0 && among.length > 0) choose(among);
  }
  return chosen;
}
