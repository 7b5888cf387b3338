import fc from 'fast-check';
import { type Observation, actionOf, next, shiftTime } from '../../src/rollout/engine.js';
import { goodBound } from '../../src/rollout/evidence.js';
import { type State, initialState } from '../../src/rollout/state.js';
import { Simulation, minute, planWith } from './simulate.js';

const plan = planWith();
const errors = (champion: number, challenger: number) => ({ error: { champion, challenger } });

describe('a rollout', () => {
  it('promotes a challenger that is as good, step by step', () => {
    const simulation = new Simulation(plan, { seed: 1, perLook: 1000, rates: errors(0.01, 0.01) });
    const { decision, steps } = simulation.run();
    expect(decision).toMatchObject({ verdict: 'pass', fault: 'none' });
    expect(simulation.weights).toEqual([0.1, 0.5, 1]);
    for (const step of steps.slice(0, -1)) {
      for (const evidence of step.evidence) expect(evidence.logEGood).toBeGreaterThanOrEqual(goodBound);
    }
  });

  it('rolls a failing challenger back at the first step, and says by how much it failed', () => {
    const simulation = new Simulation(plan, { seed: 2, perLook: 500, rates: errors(0.01, 0.05) });
    const { decision } = simulation.run();
    expect(decision).toMatchObject({ verdict: 'fail', fault: 'model' });
    expect(decision!.reasons[0]).toMatch(
      /^error_rate is .* % on the challenger against .* % on the champion/,
    );
    expect(simulation.weights).toEqual([0.1, 0]);
  });

  it('catches what fails only under more traffic, however well the first step went', () => {
    const rates = { error: { champion: 0.01, challenger: (w: number) => (w >= 0.5 ? 0.06 : 0.01) } };
    const simulation = new Simulation(plan, { seed: 3, perLook: 1000, rates });
    expect(simulation.run().decision).toMatchObject({ verdict: 'fail', fault: 'model' });
    expect(simulation.weights).toEqual([0.1, 0.5, 0]);
  });

  it('promotes when neither arm ever fails: the rate is shown to be negligible', () => {
    const simulation = new Simulation(plan, { seed: 4, perLook: 1000, rates: errors(0, 0) });
    expect(simulation.run().decision).toMatchObject({ verdict: 'pass' });
    const [first] = simulation.state.steps;
    // 3 / 0.001 requests show a rate below 0.1 % with 95 %; the mean of two e-values costs another ln 2.
    expect(first!.sums.challenger.requests).toBeGreaterThan(3000);
    expect(first!.sums.challenger.requests).toBeLessThan(5000);
  });

  it('rolls back when only the challenger fails', () => {
    const simulation = new Simulation(plan, { seed: 5, perLook: 500, rates: errors(0, 0.02) });
    expect(simulation.run().decision).toMatchObject({ verdict: 'fail', fault: 'model' });
  });

  it('holds nothing against a rate below what is negligible', () => {
    const negligible = planWith({ rules: [{ ...plan.rules[0]!, negligible: 0.01 }] });
    const simulation = new Simulation(negligible, { seed: 6, perLook: 1000, rates: errors(0, 0.001) });
    expect(simulation.run().decision).toMatchObject({ verdict: 'pass' });
  });

  it('guards a rate that must not fall', () => {
    const rule = {
      signal: 'positive_rate',
      event: 'positive',
      side: 'min',
      limit: 0.5,
      negligible: 0.001,
    } as const;
    const fallen = new Simulation(planWith({ rules: [rule] }), {
      seed: 7,
      perLook: 300,
      rates: { positive: { champion: 0.2, challenger: 0.02 } },
    });
    expect(fallen.run().decision).toMatchObject({ verdict: 'fail', fault: 'model' });
    const same = new Simulation(planWith({ rules: [rule] }), {
      seed: 8,
      perLook: 300,
      rates: { positive: { champion: 0.2, challenger: 0.2 } },
    });
    expect(same.run().decision).toMatchObject({ verdict: 'pass' });
  });

  it('calls it inconclusive when the bake ends first', () => {
    const short = planWith({ bakeMs: 3 * minute });
    const simulation = new Simulation(short, { seed: 9, perLook: 100, rates: errors(0.01, 0.01) });
    const { decision } = simulation.run();
    expect(decision).toMatchObject({ verdict: 'inconclusive', fault: 'none' });
    expect(decision!.reasons[0]).toMatch(/^not enough evidence on error_rate at 10 % after 3 min/);
    expect(simulation.weights).toEqual([0.1, 0]);
  });

  it('blames the routing when the requests do not follow the weight', () => {
    const simulation = new Simulation(plan, {
      seed: 10,
      perLook: 500,
      rates: errors(0.01, 0.01),
      route: () => 0.4,
    });
    expect(simulation.run().decision).toMatchObject({ verdict: 'inconclusive', fault: 'routing' });
    const none = new Simulation(plan, { seed: 11, perLook: 500, rates: errors(0.01, 0.01), route: () => 0 });
    expect(none.run().decision).toMatchObject({ verdict: 'inconclusive', fault: 'routing' });
  });

  it('errs rarely: of 60 equal challengers none is called worse, of 60 bad ones none passes', () => {
    for (let seed = 100; seed < 160; seed++) {
      const equal = new Simulation(plan, { seed, perLook: 1000, rates: errors(0.02, 0.02) });
      expect(equal.run().decision!.verdict).not.toBe('fail');
      const bad = new Simulation(plan, { seed, perLook: 1000, rates: errors(0.02, 0.06) });
      expect(bad.run().decision!.verdict).not.toBe('pass');
    }
  });
});

const at = (n: number, errors = 0) => ({ requests: n, events: { error: errors } });
const counts = (time: number, champion: number, challenger: number, failed = 0): Observation => ({
  kind: 'counts',
  at: time,
  arms: { champion: at(champion), challenger: at(challenger, failed) },
});
const trouble = (time: number, kind: 'timeout' | 'wrong-version' | 'wrong-weight'): Observation => ({
  kind: 'trouble',
  at: time,
  trouble: { kind, message: kind },
});
const feed = (state: State, ...seen: Observation[]): State => seen.reduce((s, o) => next(plan, s, o), state);
const watching = feed(initialState, { kind: 'done', at: 0 }, { kind: 'done', at: 0 });

describe('telemetry', () => {
  it('is given four looks to recover, not five', () => {
    const four = feed(watching, ...[1, 2, 3, 4].map((n) => trouble(n * minute, 'timeout')));
    expect(four.phase).toBe('watch');
    expect(feed(four, counts(5 * minute, 0, 0)).troubles).toEqual([]);
    const five = feed(four, trouble(5 * minute, 'timeout'));
    expect(five.phase).toBe('roll-back');
    expect(five.decision).toMatchObject({ verdict: 'inconclusive', fault: 'telemetry' });
  });

  it.each(['wrong-version', 'wrong-weight'] as const)('calls %s a fault of the routing', (kind) => {
    const state = feed(watching, ...[1, 2, 3, 4, 5].map((n) => trouble(n * minute, kind)));
    expect(state.decision).toMatchObject({ verdict: 'inconclusive', fault: 'routing' });
  });

  it('goes on counting after counters began anew, and stops trusting them when they do so again and again', () => {
    let state = feed(watching, counts(1, 0, 0), counts(2, 90, 10), counts(3, 5, 1), counts(4, 95, 11));
    expect(state.steps[0]!.sums.champion.requests).toBe(180);
    expect(state.steps[0]!.sums.challenger.requests).toBe(20);
    for (let n = 5; n < 8; n++) state = feed(state, counts(n, 10 - n, 0));
    expect(state.decision).toMatchObject({ verdict: 'inconclusive', fault: 'telemetry' });
  });

  it('is dead when no request is counted for half of the bake', () => {
    let state = feed(watching, counts(1, 1000, 100));
    for (let n = 1; n <= 31; n++) state = feed(state, counts(n * minute, 1000, 100));
    expect(state.decision).toMatchObject({ verdict: 'inconclusive', fault: 'telemetry' });
  });
});

describe('without a champion', () => {
  const first = planWith({ steps: [1], rules: [], compares: false });
  const begin = next(first, next(first, initialState, { kind: 'done', at: 0 }), { kind: 'done', at: 0 });
  const see = (state: State, time: number, requests: number, failed = 0) =>
    next(first, state, counts(time, 0, requests, failed));

  it('needs to be seen serving', () => {
    const waiting = see(see(begin, 1, 0), 2, 3);
    expect(waiting.phase).toBe('watch');
    expect(see(waiting, 3, 30).decision).toMatchObject({ verdict: 'pass' });
  });
  it('is rolled back when no request succeeds', () => {
    expect(see(see(begin, 1, 0), 2, 30, 30).decision).toMatchObject({ verdict: 'fail', fault: 'model' });
  });
  it('is not called live when nothing shows that it serves', () => {
    const blind = see(see(begin, 1, 0), 61 * minute, 0);
    expect(blind.decision).toMatchObject({ verdict: 'inconclusive', fault: 'telemetry' });
  });
  it('takes the target’s word where there are no signals', () => {
    const blind = { ...first, watches: false };
    const state = next(blind, next(blind, initialState, { kind: 'done', at: 0 }), { kind: 'done', at: 0 });
    expect(state).toMatchObject({ phase: 'done', decision: { verdict: 'pass' } });
  });
});

describe('commands that fail', () => {
  it('blames the model when it does not start, the routing when the weight does not take', () => {
    const failed = (fault: 'model' | 'routing' | 'target'): Observation => ({
      kind: 'failed',
      at: 0,
      reason: 'ended with 3',
      fault,
    });
    expect(feed(initialState, failed('model')).decision).toMatchObject({ verdict: 'fail', fault: 'model' });
    expect(feed(initialState, failed('target')).decision).toMatchObject({
      verdict: 'inconclusive',
      fault: 'target',
    });
    const weigh = feed(initialState, { kind: 'done', at: 0 }, failed('routing'));
    expect(weigh.decision).toMatchObject({ verdict: 'inconclusive', fault: 'routing' });
    expect(actionOf(plan, weigh)).toEqual({ kind: 'stop', reached: 0 });
  });
});

describe('whatever is observed', () => {
  const observation = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('counts' as const),
        c: fc.nat(2000),
        d: fc.nat(800),
        e: fc.nat(40),
        f: fc.nat(40),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('trouble' as const), c: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('failed' as const) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('done' as const) }) },
  );
  type Seen = typeof observation extends fc.Arbitrary<infer T> ? T : never;
  function toObservations(list: Seen[]): Observation[] {
    const sums = { c: 0, d: 0, e: 0, f: 0 };
    return list.map((o, i): Observation => {
      const time = i * minute;
      if (o.kind === 'trouble')
        return trouble(time, (['timeout', 'wrong-version', 'wrong-weight'] as const)[o.c]!);
      if (o.kind === 'failed') return { kind: 'failed', at: time, reason: 'failed', fault: 'routing' };
      if (o.kind === 'done') return { kind: 'done', at: time };
      sums.c += o.c;
      sums.d += o.d;
      sums.e += Math.min(o.e, o.c);
      sums.f += Math.min(o.f, o.d);
      return {
        kind: 'counts',
        at: time,
        arms: { champion: at(sums.c, sums.e), challenger: at(sums.d, sums.f) },
      };
    });
  }
  const sequences = fc.array(observation, { maxLength: 120 }).map(toObservations);

  it('the weight never grows after a rollback, and only the rollback lowers it', () => {
    fc.assert(
      fc.property(sequences, (seen) => {
        let state = initialState;
        let rolledBack = false;
        let highest = 0;
        for (const o of seen) {
          const action = actionOf(plan, state);
          if (action.kind === 'set-weight') {
            expect(rolledBack).toBe(false);
            expect(action.weight).toBeGreaterThanOrEqual(highest);
            highest = action.weight;
          }
          state = next(plan, state, o);
          rolledBack ||= state.phase === 'roll-back';
          if (state.phase === 'done' && rolledBack) expect(state.decision!.verdict).not.toBe('pass');
        }
      }),
    );
  });

  it('no step with a champion is passed without evidence on every guardrail', () => {
    fc.assert(
      fc.property(sequences, (seen) => {
        for (const step of feed(initialState, ...seen).steps) {
          if (step.verdict !== 'pass' || step.weight >= 1) continue;
          expect(step.evidence).toHaveLength(plan.rules.length);
          for (const evidence of step.evidence) expect(evidence.logEGood).toBeGreaterThanOrEqual(goodBound);
        }
      }),
    );
  });

  it('a run that goes on from a kept state ends as one that was never interrupted', () => {
    fc.assert(
      fc.property(sequences, fc.nat(120), (seen, cut) => {
        const whole = feed(initialState, ...seen);
        const kept = JSON.parse(JSON.stringify(feed(initialState, ...seen.slice(0, cut)))) as State;
        expect(feed(kept, ...seen.slice(cut))).toEqual(whole);
      }),
    );
  });

  it('skipped looks lose no request', () => {
    const all = new Simulation(plan, { seed: 77, perLook: 200, rates: errors(0.02, 0.02) });
    for (let n = 0; n < 12; n++) all.step();
    const gap = new Simulation(plan, { seed: 77, perLook: 200, rates: errors(0.02, 0.02) });
    for (let n = 0; n < 6; n++) gap.step();
    for (let n = 0; n < 5; n++) gap.traffic();
    gap.step();
    expect(gap.state.steps[0]!.sums).toEqual(all.state.steps[0]!.sums);
    expect(gap.state.steps[0]!.evidence).toEqual(all.state.steps[0]!.evidence);
  });

  it('time that nobody watched is not held against the bake', () => {
    const state = feed(watching, counts(1, 0, 0));
    const later = shiftTime(state, 600 * minute);
    expect(next(plan, later, counts(601 * minute, 90, 10)).phase).toBe('watch');
    expect(next(plan, state, counts(601 * minute, 90, 10)).phase).toBe('roll-back');
  });
});
