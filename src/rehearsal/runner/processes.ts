import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between SIGINT and SIGTERM, and between SIGTERM and SIGKILL. GitHub: 7,500 and 2,500. */
export interface Grace {
  readonly interrupt: number;
  readonly terminate: number;
}
export const githubGrace: Grace = { interrupt: 7500, terminate: 2500 };

export interface ProcessOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Aborting stops the process as GitHub's runner does: SIGINT, SIGTERM, SIGKILL. */
  readonly signal: AbortSignal;
  onLine(line: string): void;
}

/** Every process carries this variable; what still runs with it after a job is an orphan, as on a real runner. */
export const trackingVariable = 'RUNNER_TRACKING_ID';

/** The processes of a rehearsal. */
export class Processes {
  readonly #running = new Set<ChildProcess>();
  readonly #grace: Grace;

  constructor(grace: Grace = githubGrace) {
    this.#grace = grace;
  }

  /**
   * Runs a program in a process group of its own; the exit code, or null when a signal ended it.
   * @throws Error when it cannot be started
   */
  async run(options: ProcessOptions): Promise<number | null> {
    const { file, args, cwd, environment, signal, onLine } = options;
    if (signal.aborted) return null;
    const child = spawn(file, args, {
      cwd,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    this.#running.add(child);
    const stop = new AbortController();
    const onAbort = (): void => void this.#stop(child, stop.signal);
    signal.addEventListener('abort', onAbort, { once: true });
    // Before anything is awaited, so that no line is lost.
    const read = Promise.all([child.stdout, child.stderr].map((stream) => readLines(stream, onLine)));
    try {
      const code = await exited;
      // A server left in the background holds the pipes open: its output is read on, but not waited for.
      await Promise.race([read, delay(500, undefined, { signal: stop.signal }).catch(() => undefined)]);
      return code;
    } finally {
      stop.abort();
      signal.removeEventListener('abort', onAbort);
      this.#running.delete(child);
      for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref?(): void }).unref?.();
    }
  }

  /** Kills everything that runs, with its children, at once. */
  killAll(): void {
    for (const child of this.#running) killGroup(child, 'SIGKILL');
  }

  async #stop(child: ChildProcess, ended: AbortSignal): Promise<void> {
    // Only the entry process hears of it first; at the end its whole group goes.
    child.kill('SIGINT');
    try {
      await delay(this.#grace.interrupt, undefined, { signal: ended });
      child.kill('SIGTERM');
      await delay(this.#grace.terminate, undefined, { signal: ended });
      killGroup(child, 'SIGKILL');
    } catch {
      // it ended in time
    }
  }
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // gone already
  }
}

async function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) onLine(line);
}

/** A tracking id: whose it is (the work folder, the rehearsing process), and which job's. */
export interface Tracking {
  readonly owner: string;
  readonly pid: number;
  readonly job: string;
}

export function trackingId({ owner, pid, job }: Tracking): string {
  return `mlops:${owner}:${pid}:${job}`;
}

function parseTrackingId(text: string): Tracking | undefined {
  const match = /^mlops:([^:]+):(\d+):(.+)$/.exec(text);
  return match === null ? undefined : { owner: match[1]!, pid: Number(match[2]), job: match[3]! };
}

/** Ends what a job left running. A process that cleared the variable stays, as on a real runner. */
export function killOrphansOf(job: Tracking): number {
  const id = trackingId(job);
  return killTracked((tracking) => trackingId(tracking) === id);
}

/** Ends what a rehearsal over the same folder left when it was itself killed. */
export function killOrphansOfTheDead(owner: string): number {
  return killTracked((tracking) => tracking.owner === owner && !isAlive(tracking.pid));
}

/** Linux only: elsewhere no process is found. */
function killTracked(chosen: (tracking: Tracking) => boolean): number {
  if (!existsSync('/proc/self/environ')) return 0;
  let count = 0;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0');
      const own = environment.find((one) => one.startsWith(`${trackingVariable}=`));
      const tracking = parseTrackingId(own?.slice(trackingVariable.length + 1) ?? '');
      if (tracking === undefined || !chosen(tracking)) continue;
      process.kill(Number(entry), 'SIGKILL');
      count++;
    } catch {
      // ended meanwhile, or another user's
    }
  }
  return count;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
