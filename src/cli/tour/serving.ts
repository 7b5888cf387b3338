import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

interface ArmCounts {
  readonly version: string;
  readonly requests: number;
  readonly error: number;
}

/** The example's own serving platform, and customers who ask it for predictions all the time. */
export interface Serving {
  readonly url: string;
  /** What the platform counts for an environment now. */
  signals(environment: string): Promise<{ arms: Readonly<Record<string, ArmCounts>> }>;
  /** Ends both; tells how many requests were answered and how many were not. */
  stop(): Promise<{ answered: number; failed: number }>;
}

/**
 * Starts the platform and the traffic. Both end when this process does, however it ends:
 * their standard input is a pipe from it.
 */
export async function startServing(options: {
  example: string;
  folder: string;
  data: string;
  environments: Readonly<Record<string, number>>;
}): Promise<Serving> {
  const { example, folder, data, environments } = options;
  const start = (file: string, env: Record<string, string>): ChildProcess =>
    spawn(process.execPath, [join(example, 'serving', file)], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  const platform = start('platform.mjs', { SERVING_FOLDER: folder });
  const { url } = JSON.parse(await firstLine(platform)) as { url: string };
  const senders = Object.entries(environments).map(([name, rate]) =>
    start('traffic.mjs', { TRAFFIC_URL: `${url}/${name}`, TRAFFIC_DATA: data, TRAFFIC_RATE: String(rate) }),
  );
  return {
    url,
    signals: async (environment) =>
      (await fetch(`${url}/${environment}/signals`)).json() as ReturnType<Serving['signals']>,
    async stop() {
      const counts = await Promise.all(senders.map(end));
      await end(platform);
      const sum = (key: 'answered' | 'failed'): number =>
        counts.reduce((total, count) => total + count[key], 0);
      return { answered: sum('answered'), failed: sum('failed') };
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the serving platform ended before it was ready');
}

async function end(child: ChildProcess): Promise<{ answered: number; failed: number }> {
  let text = '';
  child.stdout!.on('data', (chunk) => (text += String(chunk)));
  const ended = child.exitCode === null ? once(child, 'exit') : undefined;
  child.stdin!.end();
  await ended;
  const last = text.trim().split('\n').at(-1) ?? '';
  return last.startsWith('{')
    ? (JSON.parse(last) as { answered: number; failed: number })
    : { answered: 0, failed: 0 };
}
