import type { Ledger } from '../../../src/ledger/ledger.js';
import type { Move } from './platform.js';
import { type ModelRun, type World, badVersions, digestOf } from './world.js';

/**
 * What must hold of every sequence. It keeps its own small account of what went live and what was withdrawn, from what
 * GitHub was told, and never asks the code under test what that means.
 */
export class Checker {
  /** Versions that were recorded as live, oldest first. */
  readonly liveLog: string[] = [];
  /** Withdrawn versions, and when that was recorded. */
  readonly withdrawn = new Map<string, number>();
  /** When runs recorded, by id and attempt. */
  private readonly recordedAt = new Map<string, number>();
  readonly violations: string[] = [];
  private readonly world: World;
  /** Somebody changed record or platform by hand since the last run that ended well. */
  meddled = false;

  constructor(world: World) {
    this.world = world;
    world.platform.onMove = (move) => this.onMove(move);
    world.onRecord = (payload, run) => {
      const now = world.clock.now().getTime();
      this.recordedAt.set(`${run.id}.${run.attempt}`, now);
      for (const { version } of payload.withdraws ?? []) this.withdrawn.set(version, now);
      if (payload.restoredBy !== undefined) this.withdrawn.delete(payload.version);
    };
    world.onSuccess = (id) => {
      const version = world.versionOf(id);
      if (version !== undefined) this.liveLog.push(version);
    };
  }

  /** A deployment was recorded: it withdraws or restores from now on. */
  async readRecord(): Promise<Ledger> {
    const ledger = await this.world.ledger();
    this.withdrawn.clear();
    for (const { payload, version } of ledger.entries.toReversed()) {
      const { id, attempt } = payload.run;
      for (const { version: out } of payload.withdraws ?? [])
        this.withdrawn.set(out, this.recordedAt.get(`${id}.${attempt}`) ?? 0);
      if (payload.restoredBy !== undefined) this.withdrawn.delete(version);
    }
    this.liveLog.length = 0;
    const succeeded = ledger.entries.filter(({ statuses }) => statuses.some((s) => s.state === 'success'));
    this.liveLog.push(...succeeded.map(({ version }) => version).toReversed());
    return ledger;
  }

  private onMove({ version, weight, fence, run }: Move): void {
    const mover = this.world.runs.find((other) => other.id === run && other.fence === fence);
    const order = mover?.order;
    const since = this.withdrawn.get(version);
    // A run that was in charge before has read the record before; the one that withdrew it sets things right.
    if (since !== undefined && (mover?.fencedAt ?? 0) > since && order?.restore !== true) {
      this.violations.push(`run ${run} gave ${weight} to ${version}, which is withdrawn`);
    }
    // Beside a bad version another one is no worse.
    const wasBad = this.liveLog.some((live) => badVersions.includes(live));
    if (weight < 1 || !badVersions.includes(version) || wasBad) return;
    const isFirst = this.liveLog.length === 0 || order?.firstDeployment === true;
    if (!isFirst)
      this.violations.push(`run ${run} gave all requests to ${version}, which was never promoted`);
  }

  /** After a run that ended well, with nobody else at work. */
  async checkEnd(run: ModelRun): Promise<void> {
    const ledger = await this.readRecord();
    const { platform } = this.world;
    const problem = (text: string) =>
      this.violations.push(`after run ${run.id} (${run.order.kind} ${run.order.version}): ${text}`);
    const { live, outdated } = ledger;
    if (outdated.length > 0) problem(`${outdated.length + 1} live versions on record`);
    if (live?.version !== platform.champion)
      problem(
        `the record shows ${live?.version ?? 'none'}, the platform serves ${platform.champion ?? 'none'}`,
      );
    if (platform.challenger !== null && platform.challenger.weight > 0)
      problem(`${platform.challenger.version} still gets ${platform.challenger.weight}`);
    if (live !== undefined && ledger.withdrawn.has(digestOf(live.version)))
      problem(`${live.version} is withdrawn`);
    if (ledger.unfinished.length > 0)
      problem(`unfinished: ${ledger.unfinished.map(({ version }) => version).join(', ')}`);
  }
}

/** Where `previous` must lead, from the account of what went live; undefined when there is nothing. */
export function expectedPrevious(ledger: Ledger, withdrawn: ReadonlyMap<string, number>): string | undefined {
  const [newest] = ledger.unfinished;
  const live = ledger.live?.version;
  const earlier = ledger.entries
    .filter(({ statuses }) => statuses.some(({ state }) => state === 'success'))
    .map(({ version }) => version)
    .filter((version) => !withdrawn.has(version));
  if (newest?.payload.cause === 'rollback' && !withdrawn.has(newest.version)) return newest.version;
  if (newest !== undefined && newest.version !== live && newest.payload.cause !== 'rollback') {
    if (live !== undefined && !withdrawn.has(live)) return live;
    return earlier.find((version) => version !== newest.version);
  }
  return earlier.find((version) => version !== live);
}
