import { alpha, badBound, weighRouting, weighRule } from '../../src/rollout/evidence.js';
import { logEvidenceFromAnyStep } from '../../src/statistics/e-process.js';
import { next } from '../../src/rollout/engine.js';
import { type Arms, type State, initialState } from '../../src/rollout/state.js';
import { minute, planWith } from './simulate.js';

const arms = (champion: number, challenger: number, errors: readonly [number, number] = [0, 0]): Arms => ({
  champion: { requests: champion, events: { error: errors[0] } },
  challenger: { requests: challenger, events: { error: errors[1] } },
});

describe('the routing', () => {
  it('is not broken by a share that is off by less than a quarter of its odds, however sure that is', () => {
    // Odds of 1.24 and of 1 / 1.24 times an even split.
    for (const [champion, challenger] of [
      [1_000_000, 1_240_000],
      [1_240_000, 1_000_000],
    ] as const) {
      const { logE, broken } = weighRouting(arms(champion, challenger), 0.5);
      expect(logE).toBeGreaterThan(1000);
      expect(broken).toBe(false);
    }
  });

  it.each([
    [1_000_000, 1_260_000, 0.5],
    [1_260_000, 1_000_000, 0.5],
    [900_000, 126_000, 0.1],
    [900_000, 79_000, 0.1],
  ])('is broken by a larger difference: %s to %s at a weight of %s', (champion, challenger, weight) => {
    expect(weighRouting(arms(champion, challenger), weight).broken).toBe(true);
  });

  it('is not called broken at odds of 20 to 1, but at odds of 1000 to 1', () => {
    const [twenty, thousand] = [Math.log(20), Math.log(1000)];
    const at = (n: number) => weighRouting(arms(n, 2 * n), 0.5);
    const all = Array.from({ length: 300 }, (_, i) => at(i + 1));
    const between = all.filter(({ logE }) => logE > twenty && logE < thousand);
    expect(between.length).toBeGreaterThan(10);
    expect(between.some(({ broken }) => broken)).toBe(false);
    expect(all.filter(({ logE }) => logE >= thousand).every(({ broken }) => broken)).toBe(true);
  });
});

describe('the evidence on a rule', () => {
  const plan = planWith();
  const [rule] = plan.rules;
  const counts = (at: number, sums: Arms) => ({ kind: 'counts' as const, at, arms: sums });

  it('is held to a bound that the rules share', () => {
    expect(badBound(1)).toBeCloseTo(Math.log(1 / alpha), 12);
    expect(badBound(4) - badBound(1)).toBeCloseTo(Math.log(4), 12);
  });

  it('counts what an earlier step showed against the challenger', () => {
    const done = { kind: 'done', at: 0 } as const;
    const feed = (state: State, ...seen: Parameters<typeof next>[2][]) =>
      seen.reduce((s, o) => next(plan, s, o), state);
    // Worse than the champion, and within what is tolerated: the first step passes.
    const first = arms(180_000, 20_000, [1800, 300]);
    const passed = feed(initialState, done, done, counts(0, arms(0, 0)), counts(minute, first));
    expect(passed).toMatchObject({ phase: 'weigh', step: 1 });
    const [{ evidence }] = passed.steps as [State['steps'][number]];
    expect(evidence[0]!.logEBad).toBeGreaterThan(badBound(1));
    // Too little to tell by itself, and beyond what is tolerated.
    const second = arms(400, 400, [4, 14]);
    const since = arms(180_400, 20_400, [1804, 314]);
    const failed = feed(passed, done, counts(2 * minute, first), counts(3 * minute, since));
    const alone = weighRule(rule!, second, [], { rules: 1, steps: 3 });
    expect(alone.logEBadTotal).toBeLessThan(badBound(1));
    const [together] = failed.steps[1]!.evidence;
    expect(together!.logEBad).toBe(alone.logEBad);
    const both = [evidence[0]!.logEBad, alone.logEBad];
    expect(together!.logEBadTotal).toBeCloseTo(logEvidenceFromAnyStep(both, 3), 12);
    expect(failed.decision).toMatchObject({ verdict: 'fail', fault: 'model' });
  });

  it('says how the rates compare, and does not divide by none', () => {
    const bad = arms(9000, 1000, [0, 60]);
    const state = next(
      plan,
      [{ kind: 'done', at: 0 } as const, { kind: 'done', at: 0 } as const, counts(0, arms(0, 0))].reduce(
        (s, o) => next(plan, s, o),
        initialState,
      ),
      counts(minute, bad),
    );
    expect(state.decision?.reasons).toEqual([
      'error_rate is 6 % on the challenger against 0 % on the champion; at most 2 times is tolerated',
    ]);
  });
});
