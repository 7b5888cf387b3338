import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generator } from './simulate.js';

export const platformScript = fileURLToPath(new URL('platform.sh', import.meta.url));

/** What a rollout needs to know of a platform. */
export interface Platform {
  readonly folder: string;
  readonly url: string;
  readonly commands: ReturnType<typeof commandsOf>;
  readonly environment: Readonly<Record<string, string>>;
}

export function commandsOf() {
  const line = (name: string) => `bash '${platformScript}' ${name}`;
  return {
    start: line('start'),
    'set-weight': line('set-weight'),
    stop: line('stop'),
    status: line('status'),
  };
}

/** Rates of events by version; `error` and `slow` are counted. */
export type Rates = Readonly<Record<string, { readonly error: number; readonly slow?: number }>>;

/**
 * A platform that serves versions by real commands (platform.sh), and a signal source over HTTP whose every
 * answer is preceded by `perLook` requests, shared out as the platform's weight says.
 */
export class Stage implements Platform {
  readonly folder: string;
  perLook = 4000;
  rates: Rates;
  /** Answers instead of counting, to be blind on purpose. */
  answer: ((n: number) => { status?: number; body: string } | undefined) | undefined;
  looks = 0;
  private readonly counters = new Map<string, { requests: number; error: number; slow: number }>();
  private readonly random: () => number;
  private readonly server: Server;

  private constructor(folder: string, rates: Rates, seed: number) {
    this.folder = folder;
    this.rates = rates;
    this.random = generator(seed);
    this.server = createServer((_, response) => {
      const { status = 200, body } = this.answer?.(++this.looks) ?? { body: this.signals() };
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  }

  static async open(folder: string, rates: Rates, seed = 1): Promise<Stage> {
    mkdirSync(folder, { recursive: true });
    const stage = new Stage(folder, rates, seed);
    await new Promise<void>((resolve) => stage.server.listen(0, '127.0.0.1', resolve));
    return stage;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/signals`;
  }

  /** The environment of the commands. */
  get environment(): Record<string, string> {
    return { PATH: process.env.PATH ?? '', PLATFORM: this.folder, SIGNALS: this.url };
  }

  get commands() {
    return commandsOf();
  }

  read(name: 'champion' | 'challenger' | 'weight' | 'log'): string | undefined {
    const file = join(this.folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }
  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Commands that moved something, in order: `set-weight 1.1.0 0.5`. */
  get log(): string[] {
    return (this.read('log') ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('status'));
  }

  private signals(): string {
    const [champion, challenger] = [this.read('champion'), this.read('challenger')];
    const weight = Number(this.read('weight') ?? 0);
    for (let i = 0; i < this.perLook; i++) {
      const version = challenger !== undefined && this.random() < weight ? challenger : champion;
      if (version !== undefined) this.count(version);
    }
    const arm = (version: string | undefined) =>
      version === undefined
        ? null
        : { version, ...(this.counters.get(version) ?? { requests: 0, error: 0, slow: 0 }) };
    const answer = { schemaVersion: 1, arms: { champion: arm(champion), challenger: arm(challenger) } };
    return JSON.stringify(challenger === undefined ? answer : { ...answer, weight });
  }

  private count(version: string): void {
    const rates = this.rates[version] ?? { error: 0 };
    const counter = this.counters.get(version) ?? { requests: 0, error: 0, slow: 0 };
    counter.requests++;
    if (this.random() < rates.error) counter.error++;
    if (this.random() < (rates.slow ?? 0)) counter.slow++;
    this.counters.set(version, counter);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
