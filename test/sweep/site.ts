import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import type { Dependencies } from '../../src/actions/dependencies.js';
import { type Clock, systemClock } from '../../src/common/clock.js';
import { RecordingLogger } from '../../src/common/logger.js';
import { connect } from '../../src/github/connect.js';
import type { GitHub } from '../../src/github/types.js';
import { LocalGitHub } from '../../src/rehearsal/github/server.js';
import type { Enclosure } from '../../src/registry/release-plan.js';
import { locateDuckdb } from '../../src/runtime/duckdb.js';
import type { Local } from '../github/local.js';
import { registerSample } from '../registry/models.js';
import { type Rates, Stage } from '../rollout/stage.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const duckdb = (): Promise<string> =>
  locateDuckdb({ roots: [root], env: {}, logger: new RecordingLogger() });

export const rates: Rates = { '1.0.0': { error: 0.01 }, '1.1.0': { error: 0.01 }, '1.2.0': { error: 0.3 } };

/** Pauses of the client between two tries. */
const hurried: Clock = { now: systemClock.now, sleep: async (ms) => void (await delay(Math.min(ms, 1))) };

/** Renewals and looks for another run, which end with what they go along with, keep their length. */
const quick: Clock = {
  now: systemClock.now,
  sleep: async (ms, signal) => {
    const keeps = ms === 2000 || ms > 5000;
    await delay(keeps ? ms : Math.min(ms, 5), undefined, signal && { signal });
  },
};

/** All that an action works with: a GitHub, a checkout, a platform, and the run that it is a step of. */
export class Site {
  readonly folder: string;
  readonly hub: LocalGitHub;
  readonly repo: Awaited<ReturnType<LocalGitHub['repository']>>;
  readonly stage: Stage;
  readonly logger = new RecordingLogger();
  head = '';
  runId = 0;
  private attempt = 1;

  private constructor(
    folder: string,
    parts: { hub: LocalGitHub; repo: Site['repo']; stage: Stage; head: string; runId: number },
  ) {
    this.folder = folder;
    ({ hub: this.hub, repo: this.repo, stage: this.stage, head: this.head, runId: this.runId } = parts);
  }

  static async open(folder: string, from: { head: string; runId: number }): Promise<Site> {
    const hub = await LocalGitHub.start({ folder: join(folder, 'hub') });
    const repo = await hub.repository({ owner: 'acme', name: 'models' });
    const stage = await Stage.open(join(folder, 'platform'), rates);
    return new Site(folder, { hub, repo, stage, ...from });
  }

  /** What a closed site holds, once more. */
  copyTo(folder: string): Promise<Site> {
    cpSync(this.folder, folder, { recursive: true });
    const { head, runId } = this;
    return Site.open(folder, { head, runId });
  }

  write(path: string, text: string): void {
    const file = join(this.folder, 'checkout', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  github(): GitHub {
    return connect({
      token: this.repo.token({ permissions: 'write-all' }),
      run: { apiUrl: this.hub.apiUrl, owner: 'acme', repository: 'models' },
      logger: this.logger,
      clock: hurried,
      retry: { attempts: 4, baseMs: 1 },
    });
  }

  /** A version of the model `late` whose files follow from a seed. */
  async register(seed: string, enclosures: readonly Enclosure[] = []) {
    const local = { folder: this.folder, head: this.head, logger: this.logger } as unknown as Local;
    const contents = { 'model.bin': seed };
    return registerSample(local, this.github(), { contents, enclosures, commit: this.head });
  }

  /** The run whose step is swept; what happens before it happened before its second. */
  async startRun(): Promise<void> {
    await delay(1000 - (Date.now() % 1000) + 10);
    ({ id: this.runId } = await this.repo.runs.start(this.aboutRun()));
  }

  async startAgain(): Promise<void> {
    await this.repo.runs.update(this.runId, { status: 'completed', conclusion: 'failure' });
    ({ attempt: this.attempt } = await this.repo.runs.start({ id: this.runId, ...this.aboutRun() }));
  }

  dependencies(runId = this.runId): Dependencies {
    const folder = join(this.folder, 'checkout');
    const outputFolder = join(folder, 'mlops-out');
    mkdirSync(outputFolder, { recursive: true });
    return {
      run: {
        ...{ owner: 'acme', repository: 'models', sha: this.head, ref: 'refs/heads/main' },
        ...{ eventName: 'push', event: {}, workflow: 'delivery', job: 'deliver', actor: 'ann' },
        ...{ runId, runAttempt: this.attempt, serverUrl: 'http://github.localhost' },
        ...{ apiUrl: this.hub.apiUrl, os: 'Linux', runnerName: 'r1' },
        ...{ workspace: folder, temp: join(this.folder, `temp-${this.attempt}`) },
      },
      github: () => Promise.resolve(this.github()),
      duckdb,
      logger: this.logger,
      clock: quick,
      signal: new AbortController().signal,
      environment: this.stage.environment,
      outputFolder,
      mask: () => undefined,
    } as unknown as Dependencies;
  }

  async close(): Promise<void> {
    await this.stage.close();
    await this.hub.stop();
  }

  /** Few files, since every case copies them. */
  async closeAndPack(): Promise<void> {
    await this.close();
    execFileSync('git', ['-C', this.repo.gitFolder, 'gc', '--quiet']);
  }

  private aboutRun() {
    const { head: headSha } = this;
    return {
      workflow: 'delivery.yml',
      name: 'delivery',
      event: 'push',
      headSha,
      headBranch: 'main',
      actor: 'ann',
    };
  }
}
