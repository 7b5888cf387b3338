import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Far above the example's own objective: whatever else this machine does must not look like a slow model. */
const slowMs = 1000;

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
  /** More customers come, until the answer is called. */
  rushHour(environment: string, rate: number): () => Promise<void>;
  /** Ends everything; tells how many requests were answered. */
  stop(): Promise<{ answered: number }>;
}

/**
 * Starts the platform and the traffic. Both end when this process does, however it ends:
 * their standard input is a pipe from it.
 * @param environments requests a second that each gets all the time
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
  const platform = start('platform.mjs', { SERVING_FOLDER: folder, SERVING_SLOW_MS: String(slowMs) });
  const { url } = JSON.parse(await firstLine(platform)) as { url: string };
  const customers = new Set<ChildProcess>();
  const come = (environment: string, rate: number): ChildProcess => {
    const child = start('traffic.mjs', {
      TRAFFIC_URL: `${url}/${environment}`,
      TRAFFIC_DATA: data,
      TRAFFIC_RATE: String(rate),
    });
    customers.add(child);
    return child;
  };
  let answered = 0;
  const go = async (child: ChildProcess): Promise<void> => {
    if (customers.delete(child)) answered += (await end(child)).answered;
  };
  for (const [environment, rate] of Object.entries(environments)) come(environment, rate);
  return {
    url,
    signals: async (environment) =>
      (await fetch(`${url}/${environment}/signals`)).json() as ReturnType<Serving['signals']>,
    rushHour(environment, rate) {
      const child = come(environment, rate);
      return () => go(child);
    },
    async stop() {
      await Promise.all([...customers].map(go));
      if (platform.exitCode === null) await end(platform);
      return { answered };
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the serving platform ended before it was ready');
}

async function end(child: ChildProcess): Promise<{ answered: number }> {
  let text = '';
  child.stdout!.on('data', (chunk) => (text += String(chunk)));
  const ended = child.exitCode === null && child.signalCode === null ? once(child, 'close') : undefined;
  child.stdin!.end();
  await ended;
  const last = text.trim().split('\n').at(-1) ?? '';
  return last.startsWith('{') ? (JSON.parse(last) as { answered: number }) : { answered: 0 };
}
