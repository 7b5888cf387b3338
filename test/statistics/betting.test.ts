import { readFileSync } from 'node:fs';
import { bet, betStart, betsStart, logEvidenceOf, startBet } from '../../src/statistics/betting.js';
import { seededRandom } from '../../src/statistics/random.js';
import { outcomes } from './outcomes.js';

const { betting } = JSON.parse(
  readFileSync(new URL('../reference/concept.json', import.meta.url), 'utf8'),
) as { betting: { stream: 'errors' | 'steady'; n: number; m: number; logWealth: number }[] };

/** ln of the evidence after each batch of Bernoulli values, each batch a new start. */
function evidence(seed: number, rates: readonly number[], batch: number, m: number): number[] {
  const random = seededRandom(seed);
  const bets = betsStart();
  return rates.map((rate) => {
    startBet(bets);
    let most = -Infinity;
    for (let i = 0; i < batch; i++) {
      const x = random.uniform() < rate ? 1 : 0;
      for (const { bet: one } of bets.running) bet(one, x, m);
      if (i % 25 === 24) most = Math.max(most, logEvidenceOf(bets));
    }
    return most;
  });
}

describe('bets on a bounded mean', () => {
  it.each(betting)('$stream, $n values, m $m', ({ stream, n, m, logWealth }) => {
    const state = betStart();
    for (const x of outcomes(stream).slice(0, n)) bet(state, x, m);
    expect(state.logWealth).toBeCloseTo(logWealth, 9);
  });

  it('alarm falsely in no more than α of the streams, however often one looks', () => {
    const [runs, alpha] = [300, 0.05];
    const rates = Array.from({ length: 12 }, () => 0.12);
    const alarms = Array.from({ length: runs }, (_, seed) => evidence(seed + 1, rates, 100, 0.12)).filter(
      (logs) => logs.some((log) => log >= Math.log(1 / alpha)),
    );
    // 95 % point of a binomial(300, 0.05).
    expect(alarms.length).toBeLessThanOrEqual(21);
  });

  it('find a late change soon, since they begin anew', () => {
    const rates = [...Array.from({ length: 40 }, () => 0.08), 0.25, 0.25];
    const logs = evidence(7, rates, 200, 0.12);
    expect(Math.max(...logs.slice(0, 40))).toBeLessThan(1);
    expect(logs[41]).toBeGreaterThan(Math.log(1 / 0.05));
  });

  it('keep few starts of many, and lose no capital in doing so', () => {
    const bets = betsStart();
    for (let i = 0; i < 500; i++) startBet(bets);
    expect(bets.running.length).toBeLessThan(120);
    expect(bets.running[0]!.index).toBe(1);
    expect(logEvidenceOf(bets)).toBeCloseTo(0, 12);
  });
});
