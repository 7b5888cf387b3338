import { type Server, createServer } from 'node:net';
import { send, sendAll } from '../../../src/evaluation/serving/client.js';

/** What is to be closed after a test. */
const open: (() => void)[] = [];

/** A server that answers by hand, so that it can break every rule; it counts the requests of a connection. */
async function listen(answer: (here: number, write: (text: string) => void, end: () => void) => void) {
  let asked = 0;
  const server: Server = createServer((socket) => {
    open.push(() => void socket.destroy());
    let here = 0;
    socket.on('error', () => undefined);
    socket.on('data', () =>
      answer(
        (asked++, ++here),
        (text) => socket.write(text),
        () => socket.destroy(),
      ),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push(() => void server.close());
  const { port } = server.address() as { port: number };
  return { port, asked: () => asked };
}

const get = { path: '/', method: 'GET', headers: {}, body: undefined };
const reply = (body: string, head = '') =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${head}\r\n${body}`;
const signal = new AbortController().signal;

describe('asking a server', () => {
  afterEach(() => open.splice(0).forEach((close) => close()));

  it('bounds what it may answer, and how long', async () => {
    const large = await listen((_, write) => write(reply('x'.repeat(2 << 20))));
    expect(await send(large.port, get, 5000)).toMatchObject({ failure: 'it answered more than 1 MiB' });
    const silent = await listen(() => undefined);
    expect(await send(silent.port, get, 50)).toMatchObject({ failure: 'it did not answer within 50 ms' });
    const broken = await listen((_, write, end) => {
      write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
      setTimeout(end, 20);
    });
    expect((await send(broken.port, get, 5000)).failure).toMatch(/broke off|could not be reached/);
    const garbage = await listen((_, write) => write('hello\r\n\r\n'));
    expect((await send(garbage.port, get, 5000)).failure).toMatch(/could not be reached \(Parse Error/);
  });

  it('asks anew where a kept connection was closed at that moment', async () => {
    // Every second request of a connection meets a closed door.
    const server = await listen((here, write, end) => (here === 2 ? end() : write(reply('1'))));
    const answers = await sendAll({
      port: server.port,
      requests: Array.from({ length: 6 }, () => get),
      concurrency: 1,
      timeout: 2000,
      timeLimit: 5000,
      signal,
    });
    expect(answers.map(({ text, failure }) => failure ?? text)).toEqual(['1', '1', '1', '1', '1', '1']);
  });

  it('keeps to the time of all requests', async () => {
    const slow = await listen((_, write) => void setTimeout(() => write(reply('1')), 30));
    const answers = await sendAll({
      port: slow.port,
      requests: Array.from({ length: 1000 }, () => get),
      concurrency: 2,
      timeout: 1000,
      timeLimit: 200,
      signal,
    });
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.length).toBeLessThan(20);
    expect(slow.asked()).toBeLessThan(25);
  });
});
