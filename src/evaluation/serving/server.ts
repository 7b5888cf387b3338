import { createServer, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from '../../common/command.js';
import type { Logger } from '../../common/logger.js';
import { formatDuration } from '../../common/text.js';
import { send } from './client.js';

export interface ServerOptions {
  /** `evaluate.serving.start`. */
  readonly command: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Ends what the command started elsewhere, such as a container; run after its processes are ended. */
  readonly stopCommand?: string | undefined;
  /** Path that answers 2xx when the server is ready; without it, it is ready when it takes connections. */
  readonly ready?: string | undefined;
  /** Milliseconds. */
  readonly readyWithin: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export interface Server {
  readonly port: number;
  /** Leader of its process group. */
  readonly pid: number;
  /** Milliseconds from the start until it was ready. */
  readonly startMs: number;
  /** Whether it has ended, and with what exit code. */
  ended(): { readonly code: number | null } | undefined;
  /** Gives it a moment to be seen to have ended: its port is closed before that. */
  waitForEnd(ms: number): Promise<void>;
  /** Ends it with all its processes; can be called again. */
  stop(): Promise<void>;
}

/** How a server failed to come up, as a clause. */
export interface NotReady {
  readonly why: string;
}

/** Between SIGTERM and SIGKILL. */
const grace = 3000;
/** The runner kills a cancelled job 10 s after it asked. */
const stopWithin = 4000;
const pollEvery = 50;

/**
 * Starts the model's server on a free port of the loopback interface and waits until it is ready. Whatever
 * happens, no process of its group is left when this, or `stop`, is done.
 */
export async function startServer(options: ServerOptions): Promise<Server | NotReady> {
  const { command, cwd, ready, readyWithin, logger, signal } = options;
  const port = await freePort();
  const stopping = new AbortController();
  let pid = 0;
  let ended: { code: number | null } | undefined;
  const environment = {
    ...options.environment,
    PORT: String(port),
    MLOPS_PORT: String(port),
    MLOPS_HOST: '127.0.0.1',
  };
  const started = performance.now();
  const run = runCommand(command, {
    cwd,
    environment,
    signal: AbortSignal.any([signal, stopping.signal]),
    grace,
    onLine: (line) => logger.info(line),
    onStart: (leader) => (pid = leader),
  });
  const finished = run.then(
    ({ code }) => void (ended = { code }),
    () => void (ended = { code: null }),
  );
  const end = async (): Promise<void> => {
    stopping.abort();
    // What left the group holds the pipes open: it is not waited for.
    await Promise.race([finished, delay(grace + 1000, undefined, { ref: false })]);
    killGroup(pid);
    const { stopCommand } = options;
    if (stopCommand === undefined) return;
    // It runs also when the job is cancelled, and so without its signal.
    const { code, tail } = await runCommand(stopCommand, { cwd, environment, timeLimit: stopWithin, grace });
    if (code !== 0) logger.warning(`evaluate.serving.stop failed: ${tail}`);
  };
  let ending: Promise<void> | undefined;
  const stop = (): Promise<void> => (ending ??= end());
  const server = (): Server => ({
    port,
    pid,
    startMs: performance.now() - started,
    ended: () => ended,
    waitForEnd: (ms) => Promise.race([finished, delay(ms, undefined, { ref: false })]),
    stop,
  });
  try {
    while (performance.now() - started < readyWithin) {
      signal.throwIfAborted();
      if (ended !== undefined) {
        const { code } = ended as { code: number | null };
        const how = code === null ? 'was ended by a signal' : `ended with exit code ${code}`;
        await stop();
        return { why: `its command ${how} before it was ready; it must stay in the foreground` };
      }
      const left = readyWithin - (performance.now() - started);
      if (await isReady(port, ready, Math.max(1, Math.min(1000, left)))) return server();
      await delay(pollEvery);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  await stop();
  const what = ready === undefined ? 'took no connection' : `did not answer ${ready} with success`;
  return { why: `it ${what} at port ${port} within ${formatDuration(readyWithin)}` };
}

async function isReady(port: number, path: string | undefined, timeout: number): Promise<boolean> {
  if (path === undefined) return connects(port, timeout);
  const { status } = await send(port, { path, method: 'GET', headers: {}, body: undefined }, timeout);
  return status !== undefined && status >= 200 && status < 300;
}

function connects(port: number, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout });
    const done = (found: boolean) => (): void => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', done(true)).once('error', done(false)).once('timeout', done(false));
  });
}

/** A port that nobody listens on at this moment. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

function killGroup(pid: number): void {
  if (pid === 0) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // nobody is left
  }
}
