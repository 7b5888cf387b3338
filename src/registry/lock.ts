import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Clock } from '../common/clock.js';
import { UserError, messageOf } from '../common/errors.js';
import { tryParseJson } from '../common/json.js';
import type { Logger } from '../common/logger.js';
import { formatDuration } from '../common/text.js';
import type { GitHub } from '../github/types.js';
import { readHeldRef } from '../ledger/held-ref.js';
import { type Holder as Waiter, isHolderDead } from '../ledger/holder.js';

export type Owner = Waiter;

const holderSchema = v.object({
  runId: v.number(),
  runAttempt: v.number(),
  job: v.string(),
  runner: v.string(),
  nonce: v.string(),
});
const stateSchema = v.object({ holder: v.nullable(holderSchema), beat: v.number() });
type State = v.InferOutput<typeof stateSchema>;
type Holder = v.InferOutput<typeof holderSchema>;

export interface LockTimes {
  /** A holder that has not spoken for so long is dead, milliseconds. */
  readonly lease: number;
  /** How long to wait for a live holder, milliseconds. */
  readonly patience: number;
}
export const defaultLockTimes: LockTimes = { lease: 120_000, patience: 3_600_000 };

export interface Lock {
  /** @throws UserError when another run took the lock over, because it held us for dead */
  ensureHeld(): Promise<void>;
}

interface Context {
  readonly github: GitHub;
  readonly model: string;
  readonly owner: Owner;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly times?: LockTimes;
  readonly signal?: AbortSignal;
}

const file = 'lock.json';

/**
 * Runs `body` while no other run registers a version of the model.
 * The lock is a ref whose commits say who holds it; every change is a compare-and-swap (create, then fast-forward
 * only), so a dead holder's lock can be taken over by exactly one. A live holder renews it.
 */
export async function withLock<T>(context: Context, body: (lock: Lock) => Promise<T>): Promise<T> {
  const { clock, logger, times = defaultLockTimes } = context;
  const holder: Holder = { ...context.owner, nonce: randomUUID() };
  const held = new HeldLock(context, holder, await acquire(context, holder, times));
  const stop = new AbortController();
  const renewing = (async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(times.lease / 4, stop.signal);
      await held.renew();
    }
  })().catch((error: unknown) => {
    if (!stop.signal.aborted)
      logger.debug(`the lock of ${context.model} is no longer renewed: ${messageOf(error)}`);
  });
  try {
    return await body(held);
  } finally {
    stop.abort();
    await renewing;
    await held.release().catch((error: unknown) => {
      // The next run sees that this one has ended.
      logger.debug(`the lock of ${context.model} could not be released: ${messageOf(error)}`);
    });
  }
}

class HeldLock implements Lock {
  private beat = 0;
  /** One change at a time: each is built on the one before. */
  private last: Promise<void> = Promise.resolve();

  private readonly context: Context;
  private readonly holder: Holder;
  private tip: string;

  constructor(context: Context, holder: Holder, tip: string) {
    this.context = context;
    this.holder = holder;
    this.tip = tip;
  }

  ensureHeld(): Promise<void> {
    return this.inTurn(async () => {
      const { github, model, clock } = this.context;
      if ((await readHeldRef(github, lockRef(model), clock))?.sha !== this.tip) throw this.lost();
    });
  }

  renew(): Promise<void> {
    return this.inTurn(() => this.move({ holder: this.holder, beat: ++this.beat }));
  }

  release(): Promise<void> {
    return this.inTurn(() => this.move({ holder: null, beat: 0 }));
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    const next = this.last.then(step);
    this.last = next.catch(() => undefined);
    return next;
  }

  private async move(state: State): Promise<void> {
    const { github, model } = this.context;
    const sha = await write(github, model, state, this.tip);
    if (!(await github.refs.fastForward(lockRef(model), sha))) throw this.lost();
    this.tip = sha;
  }

  private lost(): UserError {
    return new UserError({
      message: `another run has taken over the registration of ${this.context.model}`,
      remedy: 'this run was paused for too long and lost its lock: run it again, and it continues',
    });
  }
}

/** The commit by which we hold the lock. */
async function acquire(context: Context, holder: Holder, times: LockTimes): Promise<string> {
  const { github, model, owner, clock, logger, signal } = context;
  const ref = lockRef(model);
  const started = clock.now().getTime();
  let seen: { sha: string; since: number } | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const tip = await github.refs.get(ref);
    if (tip === undefined) {
      const sha = await write(github, model, { holder, beat: 0 });
      if (await github.refs.create(ref, sha)) return sha;
      continue;
    }
    const state = await read(github, ref, tip.sha);
    const now = clock.now().getTime();
    // Time since we saw it last change, by our own clock: the holder's may be wrong.
    if (seen?.sha !== tip.sha) seen = { sha: tip.sha, since: now };
    const other = state.holder ?? undefined;
    const free =
      other === undefined || now - seen.since >= times.lease || (await isHolderDead(github, other, owner));
    if (free) {
      if (other !== undefined)
        logger.info(`run ${other.runId} left a registration of ${model} unfinished: continuing`);
      const sha = await write(github, model, { holder, beat: 0 }, tip.sha);
      if (await github.refs.fastForward(ref, sha)) return sha;
      continue;
    }
    if (now - started >= times.patience) {
      throw new UserError({
        message: `run ${other.runId} has been registering ${model} for more than ${formatDuration(times.patience)}`,
        remedy: 'wait until it is done, or cancel it, and run this again',
      });
    }
    if (seen.since === now)
      logger.info(`run ${other.runId} is registering a version of ${model}: waiting for it`);
    await clock.sleep(Math.min(5000, times.lease / 4), signal);
  }
}

function lockRef(model: string): string {
  return `refs/mlops/locks/${model}`;
}

function write(github: GitHub, model: string, state: State, parent?: string): Promise<string> {
  const message =
    state.holder === null ? `Release ${model}` : `Register ${model} in run ${state.holder.runId}`;
  return github.commits.create({
    message,
    files: { [file]: `${JSON.stringify(state)}\n` },
    ...(parent !== undefined && { parent }),
  });
}

/** @throws UserError when it does not say who holds it: it could be anybody's */
async function read(github: GitHub, ref: string, sha: string): Promise<State> {
  const text = await github.commits.readFile(sha, file);
  const parsed = v.safeParse(stateSchema, tryParseJson(text ?? ''));
  if (parsed.success) return parsed.output;
  throw new UserError({
    message: `${ref} does not say who registers (${parsed.issues[0].message})`,
    remedy: `make sure that no run registers the model, delete the ref (git push origin :${ref}), and run this again`,
  });
}
