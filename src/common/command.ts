import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { findSecrets, sanitizeLogLine } from './secrets.js';

export interface CommandOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Aborting hands SIGTERM to the command's whole process group. */
  readonly signal?: AbortSignal;
  /** Milliseconds until SIGTERM. */
  readonly timeLimit?: number;
  /** Milliseconds between SIGTERM and SIGKILL; default 5,000. */
  readonly grace?: number;
  /** Each line as it may be shown: without the environment's secrets and without a meaning for the runner. */
  onLine?(line: string, stream: 'stdout' | 'stderr'): void;
  onStart?(pid: number): void;
}

export interface CommandResult {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly endedBy: 'itself' | 'time-limit' | 'cancellation';
  /** What it printed, raw, as it is parsed: never show it, secrets and commands for the runner may be in it. */
  readonly stdout: string;
  /** The last lines of stderr and stdout together, for messages; as onLine gets them. */
  readonly tail: string;
  readonly durationMs: number;
}

const keptOutput = 1 << 20;
const keptTail = 30;

/**
 * Runs a command line that the repository's own files name, by bash as a `run:` step would.
 * Values go in by the environment only: nothing is ever put into the line.
 * @throws Error when bash cannot be started
 */
export async function runCommand(line: string, options: CommandOptions): Promise<CommandResult> {
  const { cwd, environment, signal, timeLimit, grace = 5000, onLine, onStart } = options;
  const secrets = findSecrets(environment);
  const started = Date.now();
  // A process group of its own, so that the children of the command end with it.
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', line], {
    cwd,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let endedBy: CommandResult['endedBy'] = 'itself';
  let stdout = '';
  const tail: string[] = [];
  const timers: NodeJS.Timeout[] = [];

  const kill = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // the group is gone already
    }
  };
  const end = (why: CommandResult['endedBy']) => (): void => {
    if (endedBy !== 'itself') return;
    endedBy = why;
    kill('SIGTERM');
    timers.push(setTimeout(() => kill('SIGKILL'), grace));
  };
  const onAbort = end('cancellation');

  const read = async (stream: Readable, name: 'stdout' | 'stderr'): Promise<void> => {
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      if (name === 'stdout' && stdout.length < keptOutput) stdout += `${text}\n`;
      const shown = sanitizeLogLine(text, secrets);
      tail.push(shown);
      if (tail.length > keptTail) tail.shift();
      onLine?.(shown, name);
    }
  };

  try {
    const exited = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (child.pid !== undefined) onStart?.(child.pid);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    if (timeLimit !== undefined) timers.push(setTimeout(end('time-limit'), timeLimit));
    const [code] = await Promise.all([exited, read(child.stdout, 'stdout'), read(child.stderr, 'stderr')]);
    return { code, endedBy, stdout, tail: tail.join('\n'), durationMs: Date.now() - started };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
