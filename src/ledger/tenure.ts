import * as v from 'valibot';
import type { Clock } from '../common/clock.js';
import { UserError, messageOf } from '../common/errors.js';
import type { Logger } from '../common/logger.js';
import { tryParseJson } from '../common/json.js';
import { formatDuration } from '../common/text.js';
import type { GitHub } from '../github/types.js';
import { readHeldRef } from './held-ref.js';
import { isHolderDead } from './holder.js';

/*
 * Who is in charge of a model in an environment: one run at a time. A git ref holds the answer; every write is a
 * commit on top of the last one that the run saw, so GitHub refuses the write of a run that was pre-empted. The
 * number of the tenure is a fencing token (Kleppmann 2016): commands get it, and a platform can refuse older ones.
 */

const driverSchema = v.object({
  runId: v.number(),
  runAttempt: v.number(),
  job: v.string(),
  runner: v.string(),
  url: v.string(),
  cause: v.picklist(['rollout', 'rollback']),
  /** Told to people who wait: `roll out 1.2.0`. */
  task: v.string(),
});
export type Driver = v.InferOutput<typeof driverSchema>;

const contentSchema = v.object({
  kind: v.literal('environment-driver'),
  schemaVersion: v.literal(1),
  /** Grows with every tenure. */
  fence: v.number(),
  /** Null when the last run has let go. */
  driver: v.nullable(driverSchema),
  /** A driver that has not written for so long is dead, milliseconds. */
  leaseMs: v.number(),
  /** Counts the writes of a tenure, so that each commit differs. */
  beat: v.number(),
  /** The rollout's own progress; undefined before the first. */
  progress: v.optional(v.unknown()),
});
type Content = v.InferOutput<typeof contentSchema>;

/** Another run is in charge now: this one must touch nothing any more. */
export class Overtaken extends UserError {
  constructor(model: string, environment: string) {
    super({
      message: `another run has taken over ${model} in ${environment}`,
      remedy: 'this run stops here and changes nothing more: look at the other run',
    });
    this.name = 'Overtaken';
  }
}

/** The ref that says who is in charge was deleted: this run can no longer see whether another one begins. */
class DriverLost extends UserError {
  constructor(ref: string) {
    super({
      message: `${ref}, which says that this run is in charge, is gone: somebody deleted it`,
      remedy: 'check what serves, then run this again: it continues the rollout',
    });
    this.name = 'DriverLost';
  }
}

export interface TenureOptions {
  readonly github: GitHub;
  readonly model: string;
  readonly environment: string;
  readonly driver: Driver;
  /** Without a sign of life for so long, another run may take over. Milliseconds. */
  readonly leaseMs: number;
  /** How long to wait for a live run, milliseconds. */
  readonly waitMs: number;
  /** How often a waiting run looks, and a run looks for pre-emption while a command runs; default 2,000 ms. */
  readonly lookMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
}

const file = 'driver.json';
/** How long a rollback waits for another rollback before it pre-empts that one, too. */
const rollbackCourtesyMs = 10_000;
const defaultLookMs = 2000;

/** Percent-encodes all that a part of a ref must not hold. */
const refPart = (text: string): string =>
  encodeURIComponent(text).replace(/[.!~*'()]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export const driverRef = (model: string, environment: string): string =>
  `refs/mlops/drivers/${model}/${refPart(environment)}`;

/** The progress that the last run saved, without taking over; undefined when there is none. */
export async function readProgress(github: GitHub, model: string, environment: string): Promise<unknown> {
  return (await readContent(github, driverRef(model, environment), false))?.content.progress;
}

/** The time for which a run is in charge. */
export class Tenure {
  /** Grows with every tenure of this model and environment. */
  readonly fence: number;
  /** Whether the run before had not let go: a command that it started may still be under way. */
  readonly tookOver: boolean;
  private readonly options: TenureOptions;
  private readonly overtaken = new AbortController();
  private readonly stop = new AbortController();
  private sha: string;
  private saved: unknown;
  private beat = 0;
  private lastWritten: number;
  /** One write at a time: each is built on the one before. */
  private last: Promise<void> = Promise.resolve();
  private renewing: Promise<void> = Promise.resolve();

  private constructor(options: TenureOptions, sha: string, fence: number, before: Content | undefined) {
    this.options = options;
    this.sha = sha;
    this.saved = before?.progress;
    this.fence = fence;
    this.tookOver = (before?.driver ?? null) !== null;
    this.lastWritten = options.clock.now().getTime();
  }

  /**
   * Takes charge. A rollout waits for a live run; a rollback pre-empts it at once.
   * @throws UserError when a live run does not end within `waitMs`
   */
  static async take(options: TenureOptions): Promise<Tenure> {
    const { github, model, environment, driver, clock, logger, signal } = options;
    const ref = driverRef(model, environment);
    const started = clock.now().getTime();
    let seen: { sha: string; since: number } | undefined;
    let told = '';
    for (;;) {
      signal?.throwIfAborted();
      const found = await readContent(github, ref, driver.cause === 'rollback');
      const now = clock.now().getTime();
      // Time since it last changed by our own clock: the other run's clock may be wrong.
      if (found !== undefined && seen?.sha !== found.sha) seen = { sha: found.sha, since: now };
      const idleMs = seen === undefined ? 0 : now - seen.since;
      const other = found?.content.driver ?? undefined;
      const waitMs = other ? await waitFor(options, found!.content, idleMs, now - started) : 0;
      if (waitMs > 0) {
        if (told !== other!.url)
          logger.notice(`another run is about to ${other!.task} in ${environment} (${other!.url}): waiting`);
        told = other!.url;
        await clock.sleep(waitMs, signal);
        continue;
      }
      const fence = nextFence(found?.content, clock.now());
      const taken = { fence, driver, progress: found?.content.progress, beat: 0 };
      const sha = await writeContent(options, taken, found?.sha);
      const won = found ? await github.refs.fastForward(ref, sha) : await github.refs.create(ref, sha);
      if (!won) continue;
      if (other) logger.warning(`took over from the run that was to ${other.task} (${other.url})`);
      const tenure = new Tenure(options, sha, fence, found?.content);
      tenure.keepRenewing();
      return tenure;
    }
  }

  /** The progress that was saved last, by this run or the one before. */
  get progress(): unknown {
    return this.saved;
  }

  /** Aborted once another run is in charge, or the ref is gone. */
  get signal(): AbortSignal {
    return this.overtaken.signal;
  }

  /** Milliseconds since 1970 of the last write. */
  get writtenAt(): number {
    return this.lastWritten;
  }

  /** @throws Overtaken when another run is in charge */
  save(progress: unknown): Promise<void> {
    return this.inTurn(async () => {
      await this.write(progress, this.options.driver);
      this.saved = progress;
    });
  }

  /**
   * A rollback goes on where the ref is gone: nobody else claims to be in charge, and the way back waits for nothing.
   * @throws Overtaken when another run is in charge; DriverLost when a rollout's ref is gone
   */
  ensureHeld(): Promise<void> {
    return this.inTurn(async () => {
      const { github, model, environment, driver, clock } = this.options;
      const ref = driverRef(model, environment);
      const tip = await readHeldRef(github, ref, clock);
      if (tip?.sha === this.sha) return;
      if (tip !== undefined) this.lose();
      if (driver.cause === 'rollout') this.lose(new DriverLost(ref));
    });
  }

  /** Does something while looking out for pre-emption, which aborts `signal`. */
  async watchWhile<T>(body: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    const { clock, lookMs = defaultLookMs } = this.options;
    const watching = (async () => {
      while (!done.signal.aborted) {
        await clock.sleep(lookMs, done.signal);
        // GitHub away is no pre-emption.
        await this.ensureHeld().catch(() => undefined);
      }
    })().catch(() => undefined);
    try {
      return await body();
    } finally {
      done.abort();
      await watching;
    }
  }

  /** Lets go, so that the next run need not wait. Nothing is thrown: the next run sees that this one has ended. */
  async release(): Promise<void> {
    this.stop.abort();
    await this.renewing;
    if (this.signal.aborted) return;
    await this.inTurn(() => this.write(this.saved, null)).catch((error: unknown) => {
      this.options.logger.debug(`the driver's ref could not be released: ${messageOf(error)}`);
    });
  }

  private keepRenewing(): void {
    const { clock, leaseMs, logger } = this.options;
    this.renewing = (async () => {
      while (!this.stop.signal.aborted && !this.signal.aborted) {
        await clock.sleep(leaseMs / 3, AbortSignal.any([this.stop.signal, this.signal]));
        await this.inTurn(async () => {
          if (clock.now().getTime() - this.lastWritten < leaseMs / 4) return;
          await this.write(this.saved, this.options.driver);
        }).catch((error: unknown) => logger.debug(`not renewed: ${messageOf(error)}`));
      }
    })().catch(() => undefined);
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    const next = this.last.then(() => {
      this.signal.throwIfAborted();
      return step();
    });
    this.last = next.catch(() => undefined);
    return next;
  }

  private async write(progress: unknown, driver: Driver | null): Promise<void> {
    const { github, model, environment, clock } = this.options;
    const change = { fence: this.fence, progress, driver, beat: ++this.beat };
    const sha = await writeContent(this.options, change, this.sha);
    if (!(await github.refs.fastForward(driverRef(model, environment), sha))) this.lose();
    this.sha = sha;
    this.lastWritten = clock.now().getTime();
  }

  private lose(error: UserError = new Overtaken(this.options.model, this.options.environment)): never {
    this.overtaken.abort(error);
    throw error;
  }
}

/** Milliseconds to wait before looking again; 0 when the run may take over. */
async function waitFor(
  options: TenureOptions,
  content: Content,
  idleMs: number,
  waitedMs: number,
): Promise<number> {
  const { github, driver, waitMs, environment, lookMs = defaultLookMs } = options;
  const other = content.driver!;
  if (idleMs >= content.leaseMs || (await isHolderDead(github, other, driver))) return 0;
  if (driver.cause === 'rollback') {
    return other.cause === 'rollout' || waitedMs >= rollbackCourtesyMs ? 0 : lookMs / 4;
  }
  if (waitedMs >= waitMs) {
    throw new UserError({
      message: `another run is still about to ${other.task} in ${environment} after ${formatDuration(waitedMs)}: ${other.url}`,
      remedy: 'wait until it ends, or cancel it, then run this again; rollback-model does not wait',
    });
  }
  return Math.max(1, Math.min(lookMs, waitMs - waitedMs, content.leaseMs - idleMs));
}

/** Seconds since 1970 at least, so that it grows on when somebody deleted the ref. */
const nextFence = (before: Content | undefined, now: Date): number =>
  Math.max((before?.fence ?? 0) + 1, Math.floor(now.getTime() / 1000));

function writeContent(
  { github, leaseMs, environment }: TenureOptions,
  state: Pick<Content, 'fence' | 'progress' | 'driver' | 'beat'>,
  parent: string | undefined,
): Promise<string> {
  const content: Content = { kind: 'environment-driver', schemaVersion: 1, leaseMs, ...state };
  const message = `${environment}: ${state.driver === null ? 'idle' : state.driver.task} (${content.fence}.${content.beat})`;
  const files = { [file]: `${JSON.stringify(content)}\n` };
  return github.commits.create(parent === undefined ? { message, files } : { message, files, parent });
}

/** @param lenient a ref that cannot be read is nobody's: it must not stand in the way of a rollback */
async function readContent(
  github: GitHub,
  ref: string,
  lenient: boolean,
): Promise<{ sha: string; content: Content } | undefined> {
  const tip = await github.refs.get(ref);
  if (tip === undefined) return undefined;
  const parsed = v.safeParse(
    contentSchema,
    tryParseJson((await github.commits.readFile(tip.sha, file)) ?? ''),
  );
  if (parsed.success) return { sha: tip.sha, content: parsed.output };
  if (lenient) return { sha: tip.sha, content: nobody };
  throw new UserError({
    message: `${ref} does not say who is in charge (${parsed.issues[0].message})`,
    remedy: `somebody changed it: check what serves, delete the ref (git push origin :${ref}), and run this again`,
  });
}

const nobody: Content = {
  kind: 'environment-driver',
  schemaVersion: 1,
  fence: 0,
  driver: null,
  leaseMs: 0,
  beat: 0,
};
