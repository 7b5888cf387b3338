import {
  type ServedVersion,
  type Serving,
  type Target,
  TargetError,
} from '../../../src/rollout/targets/target.js';
import type { VirtualClock } from './clock.js';

/** One change of what serves, as the platform carried it out. */
export interface Move {
  readonly version: string;
  readonly weight: number;
  readonly fence: number;
  readonly run: number;
}

export interface Caller {
  readonly run: number;
  readonly fence: number;
  readonly signal: AbortSignal;
  /** Of a killed run nothing returns; a command that it started goes on. */
  isKilled(): boolean;
}

/** A serving platform in memory, with commands that take time and may outlive who called them. */
export class Platform {
  champion: string | null = null;
  challenger: { version: string; weight: number } | null = null;
  broken = false;
  /** Whether it refuses fencing tokens below the largest that it has seen. */
  fencing = false;
  onMove: (move: Move) => void = () => undefined;
  private largestFence = 0;
  private readonly clock: VirtualClock;
  private readonly random: () => number;

  constructor(clock: VirtualClock, random: () => number) {
    this.clock = clock;
    this.random = random;
  }

  serving(): Serving {
    return {
      champion: this.champion === null ? null : { version: this.champion },
      challenger: this.challenger && { ...this.challenger },
    };
  }

  target(caller: Caller): Target {
    const command = (effect: () => void): Promise<void> => this.command(caller, effect);
    return {
      start: ({ version }) =>
        command(() => {
          if (this.champion === version || this.challenger?.version === version) return;
          this.challenger = { version, weight: 0 };
        }),
      setWeight: (served, weight) => command(() => this.setWeight(served, weight, caller)),
      stop: ({ version }) =>
        command(() => {
          if (this.challenger?.version === version) this.challenger = null;
          if (this.champion === version) throw new TargetError('mismatch', `${version} is the champion`);
        }),
      status: async () => {
        await this.wait(caller);
        return this.serving();
      },
    };
  }

  private setWeight({ version }: ServedVersion, weight: number, { fence, run }: Caller): void {
    const isChallenger = this.challenger?.version === version;
    if (!isChallenger && this.champion !== version) {
      if (weight === 0) return;
      throw new TargetError('command', `${version} is not up`);
    }
    if (weight >= 1) {
      this.champion = version;
      if (isChallenger) this.challenger = null;
      else if (this.challenger !== null) this.challenger = { ...this.challenger, weight: 0 };
    } else if (isChallenger) this.challenger = { version, weight };
    if (weight > 0) this.onMove({ version, weight, fence, run });
  }

  private async command(caller: Caller, effect: () => void): Promise<void> {
    await this.wait(caller);
    const durationMs = this.random() * 4000;
    const survives = this.random() < 0.5;
    const done = (async () => {
      await this.clock.sleep(durationMs);
      // A command that was told to end may have done its work all the same.
      if (caller.signal.aborted && !survives) throw caller.signal.reason as Error;
      if (this.broken) throw new TargetError('command', 'the platform refuses');
      if (this.fencing && caller.fence < this.largestFence) throw new TargetError('command', 'stale token');
      this.largestFence = Math.max(this.largestFence, caller.fence);
      effect();
    })();
    await done;
    caller.signal.throwIfAborted();
    if (caller.isKilled()) await new Promise(() => undefined);
  }

  private async wait(caller: Caller): Promise<void> {
    await this.clock.sleep(this.random() * 200);
    if (caller.isKilled()) await new Promise(() => undefined);
    caller.signal.throwIfAborted();
  }
}
