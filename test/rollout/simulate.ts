import { type Observation, actionOf, next } from '../../src/rollout/engine.js';
import type { Plan } from '../../src/rollout/plan.js';
import { type Arms, type State, initialState } from '../../src/rollout/state.js';

export interface World {
  readonly seed: number;
  /** Requests between two looks. */
  readonly perLook: number;
  /** Rate of each event by arm; the challenger's may depend on its weight. */
  readonly rates: Readonly<
    Record<string, { readonly champion: number; readonly challenger: number | ((weight: number) => number) }>
  >;
  /** What the routing makes of a weight. */
  readonly route?: (weight: number) => number;
}

export const minute = 60_000;

export function planWith(change: Partial<Plan> = {}): Plan {
  return {
    steps: [0.1, 0.5, 1],
    bakeMs: 60 * minute,
    intervalMs: minute,
    rules: [{ signal: 'error_rate', event: 'error', side: 'max', limit: 2, negligible: 0.001 }],
    compares: true,
    watches: true,
    ...change,
  };
}

/** A rollout in a world whose requests are drawn one by one; the counters go on over the steps, as real ones do. */
export class Simulation {
  state: State;
  now = 0;
  weight = 0;
  readonly weights: number[] = [];
  requests = 0;
  private readonly plan: Plan;
  private readonly world: World;
  private readonly random: () => number;
  private readonly counts = { champion: arm(), challenger: arm() };

  constructor(plan: Plan, world: World, from: State = initialState) {
    this.plan = plan;
    this.world = world;
    this.random = generator(world.seed);
    this.state = from;
  }

  /** One action and what was seen of it; false at the end. `watched` false: the run is gone and sees nothing. */
  step(): boolean {
    const action = actionOf(this.plan, this.state);
    if (action.kind === 'finish') return false;
    this.state = next(this.plan, this.state, this.observe(action));
    return true;
  }

  run(): State {
    while (this.step());
    return this.state;
  }

  /** Traffic that flows while nobody looks. */
  traffic(): void {
    this.now += this.plan.intervalMs;
    const share = this.world.route?.(this.weight) ?? this.weight;
    for (let i = 0; i < this.world.perLook; i++) {
      const name = this.random() < share ? 'challenger' : 'champion';
      this.requests++;
      this.counts[name].requests++;
      for (const [event, rates] of Object.entries(this.world.rates)) {
        const rate = rates[name];
        const p = typeof rate === 'number' ? rate : rate(this.weight);
        const events = this.counts[name].events;
        events[event] = (events[event] ?? 0) + (this.random() < p ? 1 : 0);
      }
    }
  }

  private observe(action: ReturnType<typeof actionOf>): Observation {
    if (action.kind === 'look') {
      this.traffic();
      return { kind: 'counts', at: this.now, arms: structuredClone(this.counts) as Arms };
    }
    if (action.kind === 'set-weight') this.weights.push((this.weight = action.weight));
    if (action.kind === 'stop') this.weights.push((this.weight = 0));
    return { kind: 'done', at: this.now };
  }
}

const arm = () => ({ requests: 0, events: {} as Record<string, number> });

/** mulberry32. */
export function generator(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
