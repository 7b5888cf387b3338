import { RecordingLogger } from '../../../src/common/logger.js';
import type { Clock } from '../../../src/common/clock.js';
import type { DeploymentPayload } from '../../../src/formats/deployment.js';
import { GitHubFailure } from '../../../src/github/failure.js';
import type { GitHub } from '../../../src/github/types.js';
import { type Ledger, readLedger } from '../../../src/ledger/ledger.js';
import type { RolloutSettings } from '../../../src/rollout/plan.js';
import type { RolloutEnd, RolloutTools } from '../../../src/rollout/request.js';
import { rollBack } from '../../../src/rollout/rollback.js';
import { rollOut } from '../../../src/rollout/rollout.js';
import type { Reading } from '../../../src/rollout/signals/http.js';
import { type MemoryGitHub, memoryGitHub } from '../../github/memory.js';
import { generator } from '../simulate.js';
import { VirtualClock } from './clock.js';
import { Platform } from './platform.js';

export const versions = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0'] as const;
export type Version = (typeof versions)[number];
/** Versions that no evidence lets pass. */
export const badVersions: readonly string[] = ['1.2.0', '1.4.0'];
export const digestOf = (version: string): string => `sha256:${version.replace(/\D/g, '').padEnd(64, '0')}`;

const model = 'm';
const environment = 'production';
const settings: RolloutSettings = {
  target: { kind: 'command', start: '-', 'set-weight': '-', stop: '-' },
  signals: { kind: 'http', url: '-' },
  steps: [0.5, 1],
  bakeMs: 600_000,
  intervalMs: 5000,
  rules: [{ signal: 'error_rate', event: 'error', side: 'max', limit: 2, negligible: 0.001 }],
  approval: 'none',
  approvals: 1,
  production: true,
};

export interface Order {
  readonly kind: 'rollout' | 'rollback';
  /** `previous` for a rollback. */
  readonly version: string;
  readonly restore: boolean;
  readonly firstDeployment: boolean;
  readonly reconcile: 'adopt-target' | 'adopt-record' | undefined;
}

export interface ModelRun {
  readonly id: number;
  readonly attempt: number;
  readonly order: Order;
  readonly startedAt: number;
  readonly controller: AbortController;
  killed: boolean;
  /** Calls to GitHub that still fail, and whether their work is done first. */
  faults: number;
  faultsAfter: boolean;
  end: RolloutEnd | undefined;
  error: Error | undefined;
  done: boolean;
  doneAt: number;
  fence: number;
  /** When it took charge. */
  fencedAt: number;
}

/** One GitHub, one platform, one model, and runs that come and go; all of it in virtual time. */
export class World {
  readonly clock = new VirtualClock();
  readonly github: MemoryGitHub;
  readonly platform: Platform;
  readonly runs: ModelRun[] = [];
  /** A deployment was recorded. */
  onRecord: (payload: DeploymentPayload, run: ModelRun) => void = () => undefined;
  /** A deployment is about to be recorded as live. */
  onSuccess: (deployment: number) => void = () => undefined;
  /** GitHub's latency, milliseconds. */
  latencyMs = 100;
  private readonly random: () => number;
  private readonly recorded = new Map<number, string>();
  private readonly counters = new Map<string, { requests: number; error: number }>();

  private constructor(seed: number) {
    this.random = generator(seed);
    this.github = memoryGitHub({ now: () => this.clock.now() });
    this.platform = new Platform(this.clock, this.random);
  }

  static async make(seed: number): Promise<World> {
    const world = new World(seed);
    for (const version of versions)
      await world.github.refs.create(`refs/tags/${model}@v${version}`, world.github.head);
    return world;
  }

  get active(): ModelRun[] {
    return this.runs.filter((run) => !run.done && !run.killed);
  }

  versionOf(deployment: number): string | undefined {
    return this.recorded.get(deployment);
  }

  ledger(): Promise<Ledger> {
    return readLedger(this.github, model, environment);
  }

  start(order: Order, again?: ModelRun): ModelRun {
    const id = again?.id ?? this.github.world.startRun({ createdAt: this.stamp() });
    const attempt = again === undefined ? 1 : again.attempt + 1;
    this.github.world.setRun(id, { status: 'in_progress', attempt });
    const run: ModelRun = {
      id,
      attempt,
      order,
      startedAt: this.clock.now().getTime(),
      controller: new AbortController(),
      killed: false,
      faults: 0,
      faultsAfter: false,
      end: undefined,
      error: undefined,
      done: false,
      doneAt: 0,
      fence: 0,
      fencedAt: 0,
    };
    this.runs.push(run);
    void this.carryOut(run).then(
      (end) => this.finish(run, end, undefined),
      (error: unknown) => this.finish(run, undefined, error as Error),
    );
    return run;
  }

  kill(run: ModelRun, seen: boolean): void {
    run.killed = true;
    // Where the runner vanishes, GitHub takes the run for alive.
    if (seen) this.github.world.setRun(run.id, { status: 'completed' });
  }

  private finish(run: ModelRun, end: RolloutEnd | undefined, error: Error | undefined): void {
    if (run.killed) return;
    Object.assign(run, { end, error, done: true, doneAt: this.clock.now().getTime() });
    this.github.world.setRun(run.id, { status: 'completed' });
  }

  /** To the second, as GitHub writes it. */
  private stamp(): string {
    return this.clock
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
  }

  private async carryOut(run: ModelRun): Promise<RolloutEnd> {
    const { order } = run;
    const tools = this.toolsOf(run);
    const request = {
      model,
      environment,
      settings,
      restore: order.restore,
      run: {
        id: run.id,
        attempt: run.attempt,
        job: 'deploy',
        runner: `r${run.id}`,
        url: `run ${run.id}`,
        actor: 'ann',
      },
    };
    const approvalOf = (manifestDigest: string) => ({
      policy: 'none' as const,
      manifestDigest,
      approvers: [],
    });
    if (order.kind === 'rollback') {
      const created = await tools.github.runs.get(run.id).catch(() => undefined);
      return rollBack(
        {
          ...request,
          requested: order.version,
          requestedAt: created && new Date(created.createdAt),
          approve: (served) => Promise.resolve(approvalOf(served.manifestDigest)),
        },
        tools,
      );
    }
    const { version, firstDeployment, reconcile } = order;
    const manifestDigest = digestOf(version);
    return rollOut(
      {
        ...request,
        version,
        tag: `${model}@v${version}`,
        manifestDigest,
        approval: approvalOf(manifestDigest),
        firstDeployment,
        reconcile,
        waitMs: 60_000,
      },
      tools,
    );
  }

  private toolsOf(run: ModelRun): RolloutTools {
    const hang = () => new Promise<never>(() => undefined);
    const clock: Clock = {
      now: () => this.clock.now(),
      sleep: async (ms, signal) => {
        await this.clock.sleep(ms, signal);
        if (run.killed) await hang();
      },
    };
    const github = this.github.as({
      onCall: async (operation, phase) => {
        if (phase === 'before') await this.clock.sleep(this.random() * this.latencyMs);
        if (run.killed) await hang();
        if (run.faults > 0 && (phase === 'after') === run.faultsAfter) {
          run.faults--;
          throw failure(operation);
        }
      },
    });
    const { deployments } = github;
    const watched: GitHub = {
      ...github,
      deployments: {
        ...deployments,
        create: async (deployment) => {
          const made = await deployments.create(deployment);
          this.recorded.set(made.id, made.payload.version as string);
          this.onRecord(made.payload as unknown as DeploymentPayload, run);
          return made;
        },
        createStatus: (id, status) => {
          if (status.state === 'success') this.onSuccess(id);
          return deployments.createStatus(id, status);
        },
      },
    };
    return {
      github: watched,
      clock,
      logger: new RecordingLogger(),
      signal: run.controller.signal,
      verify: (version) => Promise.resolve({ version, manifestDigest: digestOf(version) }),
      signals: { read: () => this.read(clock) },
      target: ({ fence, signal }) => {
        if (run.fence !== fence) Object.assign(run, { fence, fencedAt: this.clock.now().getTime() });
        return this.platform.target({ run: run.id, fence, signal, isKilled: () => run.killed });
      },
    };
  }

  /** Requests arrive all the time; their errors are what the version's rate says. */
  private async read(clock: Clock): Promise<Reading> {
    await clock.sleep(this.random() * 100);
    const { champion, challenger } = this.platform;
    const weight = challenger?.weight ?? 0;
    const count = (version: string, requests: number): void => {
      const counter = this.counters.get(version) ?? { requests: 0, error: 0 };
      counter.requests += Math.round(requests);
      counter.error += Math.round(requests * (badVersions.includes(version) ? 0.3 : 0.01));
      this.counters.set(version, counter);
    };
    if (champion !== null) count(champion, 4000 * (1 - weight));
    if (challenger !== null) count(challenger.version, 4000 * weight);
    const arm = (name: string, version: string) => {
      const { requests = 0, error = 0 } = this.counters.get(version) ?? {};
      return { name, version, counts: { requests, events: { error } } };
    };
    return {
      kind: 'counts',
      arms: [
        ...(champion === null ? [] : [arm('champion', champion)]),
        ...(challenger === null ? [] : [arm('challenger', challenger.version)]),
      ],
      weight: challenger === null ? undefined : weight,
    };
  }
}

function failure(operation: string): Error {
  return new GitHubFailure({
    message: `GitHub failed (${operation})`,
    remedy: 'run it again',
    status: 500,
    detail: 'Server Error',
    ambiguous: true,
    cause: undefined,
  });
}
