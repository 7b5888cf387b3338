import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpSignals, parseAnswer } from '../../../src/rollout/signals/http.js';
import { observe } from '../../../src/rollout/signals/look.js';
import { planWith } from '../simulate.js';

const arms = {
  champion: { version: 'v1.0.0', requests: 90, error: 1, region: 'eu' },
  challenger: { version: '1.1.0', requests: 10, error: 0 },
};
const good = JSON.stringify({ schemaVersion: 1, arms, weight: 0.1 });

describe('an answer', () => {
  it('gives counters by arm; versions without their v', () => {
    expect(parseAnswer(good)).toEqual({
      kind: 'counts',
      weight: 0.1,
      arms: [
        { name: 'champion', version: '1.0.0', counts: { requests: 90, events: { error: 1 } } },
        { name: 'challenger', version: '1.1.0', counts: { requests: 10, events: { error: 0 } } },
      ],
    });
  });

  it.each([
    ['', 'not-json'],
    ['<html>', 'not-json'],
    ['[]', 'malformed'],
    ['{"schemaVersion":2,"arms":{}}', 'malformed'],
    ['{"schemaVersion":1,"arms":{"champion":{"version":"1","requests":-1}}}', 'malformed'],
    ['{"schemaVersion":1,"arms":{"champion":{"version":"1","requests":1.5}}}', 'malformed'],
    ['{"schemaVersion":1,"arms":{"champion":{"version":"1","requests":5,"error":6}}}', 'malformed'],
    ['{"schemaVersion":1,"arms":{"champion":{"requests":5}}}', 'malformed'],
    ['{"schemaVersion":1,"arms":{},"weight":7}', 'malformed'],
  ])('is trouble, never a rate: %s', (text, kind) => {
    expect(parseAnswer(text)).toMatchObject({ kind: 'trouble', trouble: { kind } });
  });
});

describe('a look', () => {
  const plan = planWith();
  const versions = { champion: '1.0.0', challenger: '1.1.0' };
  const look = (answer: object, weight = 0.1) =>
    observe(parseAnswer(JSON.stringify({ schemaVersion: 1, ...answer })), plan, weight, versions, 5);

  it('finds the arms by their versions', () => {
    expect(look({ arms, weight: 0.1 })).toMatchObject({
      kind: 'counts',
      at: 5,
      arms: { challenger: { requests: 10 } },
    });
    const promoted = { champion: { version: '1.1.0', requests: 3 } };
    expect(look({ arms: promoted }, 1)).toMatchObject({
      kind: 'counts',
      arms: { challenger: { requests: 3 } },
    });
  });
  it.each([
    ['wrong-version', { arms: { ...arms, challenger: { version: '1.0.9', requests: 1, error: 0 } } }],
    ['wrong-version', { arms: { ...arms, champion: null } }],
    ['wrong-weight', { arms, weight: 0.2 }],
    ['malformed', { arms: { ...arms, challenger: { version: '1.1.0', requests: 1 } } }],
  ])('that shows something else is trouble: %s', (kind, answer) => {
    expect(look(answer)).toMatchObject({ kind: 'trouble', trouble: { kind } });
  });
});

describe('the signal source', () => {
  let server: Server;
  let answer: { status: number; body: string; delay?: number };
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  beforeAll(async () => {
    server = createServer((_, response) => {
      setTimeout(() => response.writeHead(answer.status).end(answer.body), answer.delay ?? 0);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const read = (template: string, environment: Record<string, string> = {}) =>
    httpSignals({ url: template, environment, timeoutMs: 200 }).read();

  it('is read at a URL with variables', async () => {
    answer = { status: 200, body: good };
    expect(await read('${BASE}/signals', { BASE: url() })).toMatchObject({ kind: 'counts', weight: 0.1 });
  });
  it.each([
    ['status', { status: 503, body: '' }],
    ['not-json', { status: 200, body: 'ok' }],
    ['malformed', { status: 200, body: 'x'.repeat(1 << 21) }],
    ['timeout', { status: 200, body: good, delay: 1000 }],
  ])('has trouble of its own kind: %s', async (kind, next) => {
    answer = next;
    expect(await read(url())).toMatchObject({ kind: 'trouble', trouble: { kind } });
  });
  it('that is not there is unreachable', async () => {
    expect(await read('http://127.0.0.1:9/')).toMatchObject({
      kind: 'trouble',
      trouble: { kind: 'unreachable' },
    });
  });
  it('hands a cancellation on', async () => {
    answer = { status: 200, body: good, delay: 1000 };
    const reading = httpSignals({ url: url(), environment: {} }).read(
      AbortSignal.abort(new Error('cancelled')),
    );
    await expect(reading).rejects.toThrow('cancelled');
  });
  it.each([
    [
      '${SERVING_URL}/signals',
      { SERVNG_URL: 'http://x' },
      /needs the variable SERVING_URL.*did you mean SERVNG_URL/,
    ],
    ['ftp://x/y', {}, /is not an http or https URL/],
    ['/signals', {}, /is not an http or https URL/],
  ])('must be a URL that can be built: %s', (template, environment, message) => {
    expect(() => httpSignals({ url: template, environment: environment as Record<string, string> })).toThrow(
      message,
    );
  });
});
