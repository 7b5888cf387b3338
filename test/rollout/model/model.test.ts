import * as fc from 'fast-check';
import { Checker, expectedPrevious } from './checker.js';
import { type ModelRun, type Order, World, versions } from './world.js';

/*
 * Random sequences of what people, runners, platforms and GitHub do, in virtual time. Whatever happens: at most one
 * version is live, all requests go only to a version that was promoted or is the stable one, record and platform agree
 * after a run that ends well, a withdrawn version never serves, and a rollback reaches a serving version.
 */

type Step =
  | {
      readonly do: 'deploy';
      readonly version: string;
      readonly restore: boolean;
      readonly first: boolean;
      readonly reconcile: Order['reconcile'];
    }
  | { readonly do: 'rollback'; readonly clicks: number }
  | { readonly do: 'rollback to'; readonly version: string; readonly restore: boolean }
  | { readonly do: 'cancel' | 're-run'; readonly pick: number }
  | { readonly do: 'kill'; readonly pick: number; readonly seen: boolean }
  | { readonly do: 'fail'; readonly pick: number; readonly calls: number; readonly after: boolean }
  | { readonly do: 'wait'; readonly ms: number }
  | {
      readonly do:
        'finish' | 'restart the platform' | 'deactivate the live deployment' | 'delete the live deployment';
    }
  | { readonly do: 'serve by hand'; readonly version: string }
  | { readonly do: 'break the platform' | 'slow GitHub'; readonly on: boolean };

const version = fc.constantFrom(...versions);
const pick = fc.nat(7);
const rarely = fc.nat(9).map((n) => n === 0);
const wait = fc.oneof(
  fc.integer({ min: 1, max: 3000 }),
  fc.integer({ min: 3000, max: 60_000 }),
  fc.constant(900_000),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('deploy' as const),
      version,
      restore: rarely,
      first: rarely,
      reconcile: fc.oneof(
        { weight: 8, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom('adopt-target' as const, 'adopt-record' as const) },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('rollback' as const), clicks: fc.constantFrom(1, 1, 1, 2) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('rollback to' as const), version, restore: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 're-run' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('kill' as const), pick, seen: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      pick,
      calls: fc.constantFrom(1, 1, 2, 30),
      after: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: wait }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('finish' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'restart the platform' as const,
        'deactivate the live deployment' as const,
        'delete the live deployment' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('serve by hand' as const), version }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('break the platform' as const, 'slow GitHub' as const),
      on: fc.boolean(),
    }),
  },
);

class Sequence {
  readonly world: World;
  readonly checker: Checker;
  readonly said: string[] = [];
  private checked = new Set<ModelRun>();

  constructor(world: World) {
    this.world = world;
    this.checker = new Checker(world);
  }

  async take(step: Step): Promise<void> {
    const { world, checker } = this;
    await checker.readRecord();
    const order: Order = {
      kind: 'rollout',
      version: '',
      restore: false,
      firstDeployment: false,
      reconcile: undefined,
    };
    switch (step.do) {
      case 'deploy':
        world.start({
          ...order,
          version: step.version,
          restore: step.restore,
          firstDeployment: step.first,
          reconcile: step.reconcile,
        });
        break;
      case 'rollback':
        await this.rollBack(step.clicks);
        break;
      case 'rollback to':
        world.start({ ...order, kind: 'rollback', version: step.version, restore: step.restore });
        break;
      case 'cancel':
        this.pick(world.active, step.pick)?.controller.abort(new Error('cancelled'));
        break;
      case 're-run': {
        const ended = this.pick(
          world.runs.filter((run) => this.isLast(run) && (run.done || run.killed)),
          step.pick,
        );
        if (ended !== undefined) world.start(ended.order, ended);
        break;
      }
      case 'kill': {
        const run = this.pick(world.active, step.pick);
        if (run !== undefined) world.kill(run, step.seen);
        break;
      }
      case 'fail': {
        const run = this.pick(world.active, step.pick);
        if (run !== undefined) Object.assign(run, { faults: step.calls, faultsAfter: step.after });
        break;
      }
      case 'wait':
        await world.clock.pass(step.ms);
        break;
      case 'finish':
        await this.finish();
        break;
      default:
        await this.meddle(step);
        await checker.readRecord();
    }
    await world.clock.pass(1);
    await this.check();
  }

  /** A rollback with nobody else at work, and nothing in its way, leads where it must, and soon. */
  private async rollBack(clicks: number): Promise<void> {
    const { world, checker } = this;
    const order: Order = {
      kind: 'rollback',
      version: 'previous',
      restore: false,
      firstDeployment: false,
      reconcile: undefined,
    };
    const alone = world.active.length === 0 && !world.runs.some((run) => run.killed && !this.isSeen(run));
    // GitHub's times are whole seconds: people do not click within the second of what they saw.
    if (alone) await world.clock.pass(1100);
    const ledger = await checker.readRecord();
    const expected = expectedPrevious(ledger, checker.withdrawn);
    const runs = Array.from({ length: clicks }, () => world.start(order));
    if (!alone || world.platform.broken || world.latencyMs > 1000) return;
    await this.finish();
    if (world.runs.at(-1) !== runs.at(-1)) return;
    const [first] = runs;
    const outcome = runs.map((run) => run.error?.message ?? run.end!.payload.version).join(' and ');
    if (expected === undefined) {
      if (runs.every((run) => run.error === undefined))
        this.checker.violations.push(`a rollback went to ${outcome} where there is nothing good`);
    } else if (
      // Of two that take too long one takes over from the other.
      runs.some((run) => run.error?.name !== 'Overtaken' && run.end?.payload.version !== expected) ||
      world.platform.champion !== expected
    ) {
      this.checker.violations.push(
        `a rollback had to lead to ${expected} and led to ${outcome}; ${String(world.platform.champion)} serves`,
      );
    } else if (clicks === 1 && first!.doneAt - first!.startedAt > 45_000) {
      this.checker.violations.push(`a rollback took ${first!.doneAt - first!.startedAt} ms`);
    }
  }

  private async meddle(step: Step): Promise<void> {
    const { world, checker } = this;
    const { platform } = world;
    if (step.do === 'break the platform') platform.broken = step.on;
    else if (step.do === 'slow GitHub') world.latencyMs = step.on ? 3000 : 100;
    else {
      checker.meddled = true;
      if (step.do === 'restart the platform') Object.assign(platform, { champion: null, challenger: null });
      else if (step.do === 'serve by hand') Object.assign(platform, { champion: step.version });
      else {
        const { live } = await world.ledger();
        if (live === undefined) return;
        // What a deleted rollback withdrew is forgotten with it.
        if (step.do === 'delete the live deployment') world.github.world.deleteDeployment(live.deployment.id);
        else
          await world.github.deployments.createStatus(live.deployment.id, {
            state: 'inactive',
            description: 'by hand',
          });
      }
    }
  }

  async finish(): Promise<void> {
    const { world } = this;
    await world.clock.pass(24 * 3_600_000, () => world.active.length === 0);
    await world.clock.pass(10_000);
  }

  private async check(): Promise<void> {
    const { world, checker } = this;
    for (const run of world.runs) {
      if (!run.done || this.checked.has(run)) continue;
      this.checked.add(run);
      const { error } = run;
      this.said.push(error?.message ?? run.end!.how);
      // A failure is told to people: it is an error for them, or a verdict, and never a defect.
      if (
        error !== undefined &&
        !['UserError', 'GitHubFailure', 'Overtaken', 'TargetError'].includes(error.name) &&
        error.message !== 'cancelled'
      )
        checker.violations.push(`run ${run.id} broke: ${error.stack ?? error.message}`);
      const well =
        run.end?.how === 'already-live' ||
        (run.end?.how === 'finished' && run.end.state.decision?.verdict === 'pass');
      if (
        well &&
        world.active.length === 0 &&
        this.isLast(run) &&
        world.runs.every(({ doneAt }) => doneAt <= run.doneAt) &&
        !checker.meddled
      )
        await checker.checkEnd(run);
      if (well && world.active.length === 0) checker.meddled = false;
    }
    const [violation] = checker.violations;
    if (violation !== undefined) throw new Error(violation);
  }

  private isLast(run: ModelRun): boolean {
    return this.world.runs.findLast(({ id }) => id === run.id) === run;
  }

  private isSeen(run: ModelRun): boolean {
    return run.done || this.world.active.every(({ id }) => id !== run.id);
  }

  private pick<T>(from: readonly T[], n: number): T | undefined {
    return from[n % Math.max(1, from.length)];
  }
}

/** In the end, with everything repaired, a rollback reaches a serving version where an approved one is left. */
async function endWell(sequence: Sequence): Promise<void> {
  const { world } = sequence;
  await sequence.finish();
  world.platform.broken = false;
  world.latencyMs = 100;
  // The longest lease of a run that vanished.
  await world.clock.pass(200_000);
  await sequence.take({ do: 'rollback', clicks: 1 });
}

/* The same sequences each time, so that a change is what makes it fail; others with MLOPS_MODEL_RUNS. */
const wanted = process.env.MLOPS_MODEL_RUNS;
const runsOfAll = Number(wanted ?? 4000);

describe('whatever happens', () => {
  it.each([false, true])(
    'keeps its promises (the platform checks fencing tokens: %s)',
    async (fencing) => {
      const kinds = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }),
          async (seed, steps) => {
            const sequence = new Sequence(await World.make(seed));
            sequence.world.platform.fencing = fencing;
            for (const one of steps) await sequence.take(one);
            await endWell(sequence);
            for (const { end, error } of sequence.world.runs) {
              const kind = error?.name ?? end?.how ?? 'killed';
              kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
            }
          },
        ),
        { numRuns: runsOfAll / 2, ...(wanted === undefined && { seed: 20_261_130 }) },
      );
      // The sequences must reach what they are about.
      for (const kind of [
        'finished',
        'already-live',
        'cancelled',
        'killed',
        'Overtaken',
        'UserError',
        'GitHubFailure',
      ])
        expect(kinds.get(kind) ?? 0).toBeGreaterThan(0);
    },
    1_200_000,
  );
});
