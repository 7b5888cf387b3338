import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  eventShare,
  logEvidence,
  logEvidenceFromAnyStep,
  logMean,
  pValueOf,
} from '../../src/statistics/e-process.js';

interface Case {
  k: number;
  n: number;
  theta: number;
  concentration: number;
  twoSided: number;
  above: number;
  below: number;
}
const reference = JSON.parse(
  readFileSync(new URL('../reference/e-process.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

describe('the count e-process', () => {
  it.each(reference.cases)('agrees with scipy: k=$k n=$n theta=$theta', (c) => {
    expect(logEvidence(c, 'two-sided')).toBeCloseTo(c.twoSided, 9);
    expect(logEvidence(c, 'above')).toBeCloseTo(c.above, 9);
    expect(logEvidence(c, 'below')).toBeCloseTo(c.below, 9);
  });

  it('gives the published values', () => {
    expect(logEvidence({ k: 8, n: 20, theta: 0.1 }, 'two-sided')).toBeCloseTo(3.5654119, 6);
    expect(logEvidence({ k: 8, n: 20, theta: 0.1 }, 'above')).toBeCloseTo(4.5121052, 6);
    expect(logEvidence({ k: 3, n: 60, theta: 0.18181818 }, 'below')).toBeCloseTo(3.7293854, 6);
    const even = logEvidence({ k: 550, n: 1000, theta: 0.5, concentration: 100 }, 'two-sided');
    expect(even).toBeCloseTo(3.354668, 6);
    expect(pValueOf(even)).toBeCloseTo(0.034921, 6);
    expect(logEvidence({ k: 80, n: 100, theta: 0.9, concentration: 100 }, 'two-sided')).toBeCloseTo(
      1.920724,
      6,
    );
  });

  it('knows nothing before the first event', () => {
    for (const side of ['two-sided', 'above', 'below'] as const) {
      expect(logEvidence({ k: 0, n: 0, theta: 0.3 }, side)).toBeCloseTo(0, 12);
    }
  });

  it('stays finite, and mirrors when the arms change places', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.0005, max: 0.9995, noNaN: true }),
        (n, share, theta) => {
          const k = Math.round(n * share);
          const above = logEvidence({ k, n, theta }, 'above');
          const below = logEvidence({ k: n - k, n, theta: 1 - theta }, 'below');
          expect(Number.isFinite(above)).toBe(true);
          expect(Math.abs(above - below)).toBeLessThan(1e-6 * Math.max(1, Math.abs(above)));
        },
      ),
    );
  });

  it('has expectation one under the null, whatever the share', () => {
    // Exact, over all outcomes of 40 events: no simulation.
    const n = 40;
    for (const theta of [0.05, 0.3, 0.7]) {
      for (const side of ['two-sided', 'above', 'below'] as const) {
        let expectation = 0;
        let choose = 1;
        for (let k = 0; k <= n; k++) {
          expectation +=
            choose * theta ** k * (1 - theta) ** (n - k) * Math.exp(logEvidence({ k, n, theta }, side));
          choose = (choose * (n - k)) / (k + 1);
        }
        expect(expectation).toBeCloseTo(1, 9);
      }
    }
  });
});

describe('looking all the time', () => {
  it('raises false alarms at most at the promised rate', () => {
    // 500 rollouts of three weights, looked at after every 20 requests, alpha = 5 %.
    const random = generator(20111);
    const alpha = 0.05;
    const runs = 500;
    let alarms = 0;
    for (let run = 0; run < runs; run++) {
      const perStep: number[] = [];
      let alarmed = false;
      for (const weight of [0.1, 0.25, 0.5]) {
        const count = { challenger: 0, requests: 0, k: 0, n: 0 };
        perStep.push(0);
        for (let look = 0; look < 100 && !alarmed; look++) {
          for (let request = 0; request < 20; request++) {
            const challenger = random() < weight;
            count.requests++;
            if (challenger) count.challenger++;
            if (random() < 0.05) {
              count.n++;
              if (challenger) count.k++;
            }
          }
          // The realised share of the traffic, as a rollout sees it.
          const exposure = count.challenger / count.requests;
          if (exposure <= 0 || exposure >= 1) continue;
          perStep[perStep.length - 1] = logEvidence(
            { k: count.k, n: count.n, theta: eventShare(exposure, 1) },
            'above',
          );
          alarmed = logEvidenceFromAnyStep(perStep, 3) >= Math.log(1 / alpha);
        }
      }
      if (alarmed) alarms++;
    }
    // 5 % plus three standard errors.
    expect(alarms / runs).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / runs));
    // A test that can never alarm would pass the line above.
    expect(alarms).toBeGreaterThan(0);
  });
});

describe('combining evidence', () => {
  it('takes the mean of e-values without leaving logarithms', () => {
    expect(logMean([Math.log(2), Math.log(4)])).toBeCloseTo(Math.log(3), 12);
    expect(logMean([-Infinity, 1000])).toBeCloseTo(1000 - Math.log(2), 9);
    expect(logMean([-Infinity, -Infinity])).toBe(-Infinity);
  });

  it('lets no quiet step speak for a later one', () => {
    const quietFirst = logEvidenceFromAnyStep([-6, 7], 3);
    expect(quietFirst).toBeGreaterThan(7 - Math.log(3));
    expect(-6 + 7).toBeLessThan(quietFirst);
    expect(logEvidenceFromAnyStep([5, 4], 2)).toBeGreaterThan(9 - Math.log(2));
  });

  it('gives the share of events that a ratio of rates means', () => {
    expect(eventShare(0.1, 1)).toBeCloseTo(0.1, 12);
    expect(eventShare(0.1, 2)).toBeCloseTo(0.18181818, 8);
  });
});

/** mulberry32: small, seeded, good enough to draw arms. */
function generator(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
