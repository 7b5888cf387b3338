import * as v from 'valibot';
import type { Clock } from '../common/clock.js';
import { UserError } from '../common/errors.js';
import type { GitHub } from '../github/types.js';
import { type State, stateSchema } from './state.js';

/** The run that drives a rollout. */
export interface Driver {
  readonly id: number;
  readonly attempt: number;
  readonly url: string;
}

const progressSchema = v.strictObject({
  kind: v.literal('rollout-progress'),
  schemaVersion: v.literal(1),
  /** Who drives now; null when it was let go. */
  driver: v.nullable(v.strictObject({ id: v.number(), attempt: v.number(), url: v.string() })),
  /** When it was last written, and for how long nobody else may take over; milliseconds (since 1970). */
  beat: v.number(),
  leaseMs: v.number(),
  state: stateSchema,
});
type Content = v.InferOutput<typeof progressSchema>;

/** Another run drives the rollout now: this one must touch nothing any more. */
export class Overtaken extends UserError {
  constructor(ref: string) {
    super({
      message: `another run has taken over this rollout (${ref} moved on)`,
      remedy: 'this run stops here and changes nothing more: look at the other one',
    });
    this.name = 'Overtaken';
  }
}

const file = 'rollout.json';
export const progressRef = (deployment: number): string => `refs/mlops/rollouts/${deployment}`;

/** Reads the progress of a rollout without taking it over; undefined when none was written. */
export async function readProgress(
  github: GitHub,
  deployment: number,
): Promise<{ sha: string; content: Content } | undefined> {
  const ref = await github.refs.get(progressRef(deployment));
  if (ref === undefined) return undefined;
  const text = await github.commits.readFile(ref.sha, file);
  const parsed = v.safeParse(progressSchema, safeJson(text ?? ''));
  if (!parsed.success) {
    throw new UserError({
      message: `${progressRef(deployment)} does not hold the progress of a rollout (${parsed.issues[0].message})`,
      remedy: 'somebody changed it: delete this ref, check what serves, and start the rollout again',
    });
  }
  return { sha: ref.sha, content: parsed.output };
}

/**
 * The progress of one rollout, held by one run at a time. It lives in a git ref, since deployments cannot be
 * changed: each write is a commit on the last one, so that GitHub refuses the write of a run that was overtaken.
 */
export class Progress {
  readonly state: State;
  private readonly options: ProgressOptions;
  private sha: string;
  private lastWritten: number;

  private constructor(options: ProgressOptions, sha: string, state: State) {
    this.options = options;
    this.sha = sha;
    this.state = state;
    this.lastWritten = options.clock.now().getTime();
  }

  /**
   * Takes a rollout over, or begins it. Waits while another run that may be alive holds it.
   * @throws UserError when another run goes on driving it
   */
  static async take(options: ProgressOptions, initial: State): Promise<Progress> {
    const { github, deployment, driver, clock, signal } = options;
    let waitedFor: number | undefined;
    for (;;) {
      const found = await readProgress(github, deployment);
      if (found === undefined) {
        const sha = await writeCommit(options, initial, driver, undefined);
        if (await github.refs.create(progressRef(deployment), sha))
          return new Progress(options, sha, initial);
        continue;
      }
      const { content, sha } = found;
      const left = await holdLeft(github, content, driver, clock);
      if (left > 0) {
        if (waitedFor !== undefined && content.beat > waitedFor) {
          throw new UserError({
            message: `this rollout is driven by another run: ${content.driver?.url ?? ''}`,
            remedy: 'wait for it to end, or cancel it: then this run can take over',
          });
        }
        waitedFor = content.beat;
        options.onWait?.(left, content.driver?.url ?? '');
        await clock.sleep(left, signal);
        continue;
      }
      const state = options.resume(content.state, clock.now().getTime() - content.beat);
      const next = await writeCommit(options, state, driver, sha);
      if (await github.refs.fastForward(progressRef(deployment), next))
        return new Progress(options, next, state);
    }
  }

  /** Milliseconds since 1970 of the last write. */
  get writtenAt(): number {
    return this.lastWritten;
  }

  /** @throws Overtaken when another run drives it now */
  async save(state: State): Promise<void> {
    await this.write(state, this.options.driver);
  }

  /** Lets go, so that the next run need not wait. */
  async release(state: State): Promise<void> {
    await this.write(state, null);
  }

  private async write(state: State, driver: Driver | null): Promise<void> {
    const { github, deployment, clock } = this.options;
    const sha = await writeCommit(this.options, state, driver, this.sha);
    if (!(await github.refs.fastForward(progressRef(deployment), sha))) {
      throw new Overtaken(progressRef(deployment));
    }
    this.sha = sha;
    this.lastWritten = clock.now().getTime();
  }
}

export interface ProgressOptions {
  readonly github: GitHub;
  readonly deployment: number;
  readonly driver: Driver;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** What a state becomes after nobody watched for some milliseconds. */
  resume(state: State, gapMs: number): State;
  onWait?(ms: number, url: string): void;
}

/** Milliseconds for which somebody else may still be at work. */
async function holdLeft(github: GitHub, content: Content, driver: Driver, clock: Clock): Promise<number> {
  const holder = content.driver;
  if (holder === null || holder.id === driver.id) return 0;
  const left = content.beat + content.leaseMs - clock.now().getTime();
  if (left <= 0) return 0;
  // The run may be known to be over; whoever cannot see runs waits for the lease.
  const run = await github.runs.get(holder.id).catch(() => undefined);
  if (run !== undefined && (run.status === 'completed' || run.attempt > holder.attempt)) return 0;
  return left;
}

function writeCommit(
  { github, leaseMs, clock, deployment }: ProgressOptions,
  state: State,
  driver: Driver | null,
  parent: string | undefined,
): Promise<string> {
  const content: Content = {
    kind: 'rollout-progress',
    schemaVersion: 1,
    driver: driver && { id: driver.id, attempt: driver.attempt, url: driver.url },
    beat: clock.now().getTime(),
    leaseMs,
    state,
  };
  const files = { [file]: `${JSON.stringify(content)}\n` };
  const message = `Rollout ${deployment}: ${state.phase}, step ${state.step + 1}`;
  return github.commits.create(parent === undefined ? { message, files } : { message, files, parent });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
