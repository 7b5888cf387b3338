import { RecordingLogger } from '../../src/common/logger.js';
import { GitHubFailure } from '../../src/github/failure.js';
import type { GitHub } from '../../src/github/types.js';
import { type Ledger, readLedger } from '../../src/ledger/ledger.js';
import type { RolloutSettings } from '../../src/rollout/plan.js';
import type { Rollback, Rollout, RolloutEnd, RolloutTools } from '../../src/rollout/request.js';
import { rollBack } from '../../src/rollout/rollback.js';
import { rollOut } from '../../src/rollout/rollout.js';
import type { Reading } from '../../src/rollout/signals/http.js';
import {
  type ServedVersion,
  type Serving,
  type Target,
  TargetError,
} from '../../src/rollout/targets/target.js';
import { type MemoryGitHub, memoryGitHub } from '../github/memory.js';
import type { OnCall } from '../github/memory.js';
import { digestOf } from '../ledger/entries.js';
import { VirtualClock } from './model/clock.js';

export const versions = ['1.0.0', '1.1.0', '1.2.0', '1.3.0'] as const;

/** A run of deploy-canary or rollback-model. */
export interface QuickRun {
  readonly id: number;
  readonly end: Promise<RolloutEnd>;
  readonly controller: AbortController;
  readonly logger: RecordingLogger;
  /** Nothing of it returns any more; GitHub calls it completed. */
  kill(): void;
}

export interface Ask {
  readonly change?: Partial<Rollout> & Partial<Rollback>;
  readonly settings?: Partial<RolloutSettings>;
  readonly tools?: Partial<RolloutTools>;
  /** Another attempt of this run. */
  readonly again?: QuickRun;
  readonly onCall?: OnCall;
}

/**
 * One model, GitHub and platform in memory, and time that passes when it is told to. Commands do at once what they are
 * told, unless a test makes them refuse or wait.
 */
export class QuickStage {
  readonly clock = new VirtualClock();
  readonly github: MemoryGitHub = memoryGitHub({ now: () => this.clock.now() });
  /** Commands that moved something, as `set-weight 1.1.0 0.5`. */
  readonly log: string[] = [];
  /** The fencing tokens and the stable versions that the targets were made with. */
  readonly uses: {
    readonly fence: number;
    readonly stable: string | undefined;
    readonly readBack: string;
  }[] = [];
  champion: string | null = null;
  challenger: { version: string; weight: number } | null = null;
  /** What the status command says; undefined: it shows what serves. */
  status: (() => Serving | undefined) | undefined;
  /** Around every command: it may wait, or throw what the command fails with. */
  onCommand: (command: string, phase: 'before' | 'after') => void | Promise<void> = () => undefined;
  /** Requests between two looks, and the share of errors by version. */
  perLook = 4000;
  rates: Readonly<Record<string, number>> = {};
  looks = 0;
  private readonly counters = new Map<string, { requests: number; error: number }>();
  private attempts = new Map<number, number>();

  static async open(): Promise<QuickStage> {
    const stage = new QuickStage();
    for (const version of versions)
      await stage.github.refs.create(`refs/tags/m@v${version}`, stage.github.head);
    return stage;
  }

  ledger(environment = 'production'): Promise<Ledger> {
    return readLedger(this.github, 'm', environment);
  }

  /** `1.1.0 success < in_progress`, newest first. */
  async record(): Promise<string[]> {
    const { entries } = await this.ledger();
    return entries.map(({ version, statuses }) =>
      [version, statuses.map(({ state }) => state).join(' < ')].join(' ').trim(),
    );
  }

  get serving(): Serving {
    return {
      champion: this.champion === null ? null : { version: this.champion },
      challenger: this.challenger && { ...this.challenger },
    };
  }

  deploy(version: string, ask: Ask = {}): QuickRun {
    const manifestDigest = digestOf(version);
    return this.start(ask, (request, tools) =>
      rollOut(
        {
          ...request,
          version,
          tag: `m@v${version}`,
          manifestDigest,
          approval: { policy: 'none', manifestDigest, approvers: [] },
          firstDeployment: false,
          reconcile: undefined,
          waitMs: 600_000,
          ...ask.change,
        },
        tools,
      ),
    );
  }

  back(requested = 'previous', ask: Ask = {}): QuickRun {
    return this.start(ask, (request, tools) =>
      rollBack(
        {
          ...request,
          requested,
          requestedAt: undefined,
          approve: ({ manifestDigest }) => Promise.resolve({ policy: 'none', manifestDigest, approvers: [] }),
          ...ask.change,
        },
        tools,
      ),
    );
  }

  /** What a run ends with, with as much time as it needs. */
  async finish({ end }: QuickRun, ms = 24 * 3_600_000): Promise<RolloutEnd> {
    let done = false;
    const mark = () => {
      done = true;
    };
    end.then(mark, mark);
    await this.clock.pass(ms, () => done);
    if (!done) throw new Error('the run still goes on');
    return end;
  }

  /** Deploys a version, from its beginning to its end. */
  deployed(version: string, ask: Ask = {}): Promise<RolloutEnd> {
    return this.finish(this.deploy(version, ask));
  }

  /** Rolls back, from its beginning to its end. */
  rolledBack(requested = 'previous', ask: Ask = {}): Promise<RolloutEnd> {
    return this.finish(this.back(requested, ask));
  }

  /** A rollout that stays at half of the requests: too few arrive to decide anything. */
  async held(version: string, ask: Ask = {}): Promise<QuickRun> {
    this.perLook = 2;
    const run = this.deploy(version, ask);
    run.end.catch(() => undefined);
    await this.clock.pass(60_000, () => this.challenger?.weight === 0.5);
    return run;
  }

  /** A rollout that was cancelled while the version had half of the requests. */
  async cancelled(version: string, ask: Ask = {}): Promise<RolloutEnd> {
    const run = await this.held(version, ask);
    run.controller.abort(new Error('cancelled'));
    const end = await this.finish(run);
    this.perLook = 4000;
    return end;
  }

  private start(
    ask: Ask,
    work: (
      request: Pick<Rollout, 'model' | 'environment' | 'settings' | 'run' | 'restore'>,
      tools: RolloutTools,
    ) => Promise<RolloutEnd>,
  ): QuickRun {
    const id = ask.again?.id ?? this.github.world.startRun();
    const attempt = (this.attempts.get(id) ?? 0) + 1;
    this.attempts.set(id, attempt);
    this.github.world.setRun(id, { status: 'in_progress', attempt });
    const controller = new AbortController();
    const logger = new RecordingLogger();
    const life = { killed: false };
    const settings = settingsOf(ask.settings);
    const tools: RolloutTools = {
      ...this.toolsOf(life, ask.onCall),
      logger,
      signal: controller.signal,
      ...ask.tools,
    };
    const url = `https://github.example/runs/${id}`;
    const run = { id, attempt, job: 'deploy', runner: `r${id}`, url, actor: 'ann' };
    const end = work({ model: 'm', environment: 'production', settings, restore: false, run }, tools);
    const complete = () => {
      if (!life.killed) this.github.world.setRun(id, { status: 'completed' });
    };
    end.then(complete, complete);
    const kill = () => {
      life.killed = true;
      this.github.world.setRun(id, { status: 'completed' });
    };
    return { id, end, controller, logger, kill };
  }

  private toolsOf(life: { killed: boolean }, onCall: OnCall | undefined): Omit<RolloutTools, 'logger'> {
    const dead = () => new Promise<never>(() => undefined);
    const github: GitHub = this.github.as({
      onCall: async (operation, phase) => {
        if (life.killed) await dead();
        await onCall?.(operation, phase);
        if (life.killed) await dead();
      },
    });
    const sleep = async (ms: number, signal?: AbortSignal) => {
      await this.clock.sleep(ms, signal);
      if (life.killed) await dead();
    };
    return {
      github,
      clock: { now: () => this.clock.now(), sleep },
      target: ({ fence, stable, readBack, signal }) => {
        this.uses.push({ fence, stable, readBack });
        const command = async (line: string, effect: () => void) => {
          if (life.killed) await dead();
          signal.throwIfAborted();
          await Promise.race([this.onCommand(line, 'before'), aborted(signal)]);
          if (life.killed) await dead();
          signal.throwIfAborted();
          this.log.push(line);
          effect();
          await this.onCommand(line, 'after');
          if (life.killed) await dead();
        };
        const ask = async () => {
          if (life.killed) await dead();
          await this.onCommand('status', 'before');
          if (life.killed) await dead();
        };
        return this.target(command, ask);
      },
      verify: (version) => Promise.resolve({ version, manifestDigest: digestOf(version) }),
      signals: {
        read: async () => {
          if (life.killed) await dead();
          return await this.look();
        },
      },
    };
  }

  private target(
    command: (line: string, effect: () => void) => Promise<void>,
    ask: () => Promise<void>,
  ): Target {
    return {
      start: ({ version }) =>
        command(`start ${version}`, () => {
          if (this.champion !== version && this.challenger?.version !== version)
            this.challenger = { version, weight: 0 };
        }),
      setWeight: (served, weight) =>
        command(`set-weight ${served.version} ${weight}`, () => this.setWeight(served, weight)),
      stop: ({ version }) =>
        command(`stop ${version}`, () => {
          if (this.challenger?.version === version) this.challenger = null;
          if (this.champion === version) throw new TargetError('mismatch', `${version} is the champion`);
        }),
      status: async () => {
        await ask();
        return this.status === undefined ? this.serving : this.status();
      },
    };
  }

  private setWeight({ version }: ServedVersion, weight: number): void {
    const isChallenger = this.challenger?.version === version;
    if (!isChallenger && this.champion !== version) {
      if (weight > 0) throw new TargetError('command', `${version} is not up`);
    } else if (weight >= 1) {
      this.champion = version;
      if (isChallenger) this.challenger = null;
    } else if (isChallenger) this.challenger = { version, weight };
  }

  /** What a signal source that is away answers. */
  blind(): Promise<Reading> {
    return Promise.resolve({ kind: 'trouble', trouble: { kind: 'unreachable', message: 'away' } });
  }

  /** Some requests arrive, and are counted. */
  look(): Promise<Reading> {
    this.looks++;
    const weight = this.challenger?.weight ?? 0;
    const count = (version: string, requests: number) => {
      const counter = this.counters.get(version) ?? { requests: 0, error: 0 };
      counter.requests += requests;
      counter.error += Math.round(requests * (this.rates[version] ?? 0.01));
      this.counters.set(version, counter);
      return { version, counts: { requests: counter.requests, events: { error: counter.error } } };
    };
    const arms = [];
    if (this.champion !== null)
      arms.push({ name: 'champion', ...count(this.champion, this.perLook * (1 - weight)) });
    if (this.challenger !== null)
      arms.push({ name: 'challenger', ...count(this.challenger.version, this.perLook * weight) });
    return Promise.resolve({ kind: 'counts', arms, weight: this.challenger === null ? undefined : weight });
  }
}

export const settingsOf = (change: Partial<RolloutSettings> = {}): RolloutSettings => ({
  target: { kind: 'command', start: '-', 'set-weight': '-', stop: '-' },
  signals: { kind: 'http', url: '-' },
  steps: [0.5, 1],
  bakeMs: 600_000,
  intervalMs: 5000,
  rules: [{ signal: 'error_rate', event: 'error', side: 'max', limit: 2, negligible: 0.001 }],
  approval: 'none',
  approvals: 1,
  production: true,
  ...change,
});

/** What GitHub refuses, as the client says it. */
export const refused = (status: number): Error =>
  new GitHubFailure({
    message: `GitHub refuses (${status})`,
    remedy: 'nothing',
    status,
    detail: 'refused',
    ambiguous: false,
    cause: undefined,
  });

export const broken = (): Error => new TargetError('command', 'the platform refuses');

/** Rejects when the signal says so. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
