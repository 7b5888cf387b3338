import fc from 'fast-check';
import { judgeShare, shareClause } from '../../../src/evaluation/behaviour/share.js';
import { clopperPearson } from '../../../src/statistics/intervals.js';
import { binomialCdf } from '../../../src/statistics/special.js';

const hitsOf = (hits: number, rows: number) =>
  Float64Array.from({ length: rows }, (_, i) => (i < hits ? 1 : 0));

describe('a share against its limit', () => {
  it('is decided on the bound', () => {
    expect(judgeShare(hitsOf(2, 1000), {}, 0.01, 0.95)).toMatchObject({ verdict: 'pass', rowsNeeded: null });
    expect(judgeShare(hitsOf(30, 1000), {}, 0.01, 0.95)).toMatchObject({ verdict: 'fail', rowsNeeded: null });
    expect(judgeShare(hitsOf(8, 1000), {}, 0.01, 0.95).verdict).toBe('inconclusive');
    const { share } = judgeShare(hitsOf(8, 1000), {}, 0.01, 0.95);
    const exact = clopperPearson(8, 1000, 0.9);
    expect(share.lower).toBeCloseTo(exact.lower, 12);
    expect(share.upper).toBeCloseTo(exact.upper, 12);
  });

  it('errs no more often than is stated, whatever the share', () => {
    // Exactly: the chance of each number of hits, were the share just at the limit or beyond.
    for (const rows of [60, 300]) {
      for (const max of [0.01, 0.05, 0.3]) {
        const verdicts = Array.from(
          { length: rows + 1 },
          (_, hits) => judgeShare(hitsOf(hits, rows), {}, max, 0.95).verdict,
        );
        const chance = (wanted: string, truth: number) =>
          verdicts.reduce(
            (sum, verdict, k) =>
              verdict === wanted ? sum + binomialCdf(k, rows, truth) - binomialCdf(k - 1, rows, truth) : sum,
            0,
          );
        expect(chance('pass', max * 1.0001)).toBeLessThanOrEqual(0.05);
        expect(chance('fail', max)).toBeLessThanOrEqual(0.05);
      }
    }
  });

  it('names the rows that would settle it: at those, and not much before, it is settled', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 60, max: 400 }),
        fc.constantFrom(0.01, 0.03, 0.1),
        (hits, rows, max) => {
          const { verdict, rowsNeeded } = judgeShare(hitsOf(hits, rows), {}, max, 0.95);
          if (verdict !== 'inconclusive' || rowsNeeded === null) return;
          const at = (n: number) => {
            const { lower, upper } = clopperPearson((hits / rows) * n, n, 0.9);
            return upper <= max || lower > max;
          };
          expect(at(rowsNeeded)).toBe(true);
          expect(at(Math.floor(rowsNeeded * 0.8))).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('counts rows that belong together as less', () => {
    const hits = Float64Array.from({ length: 1000 }, (_, i) => (Math.floor(i / 10) % 100 === 0 ? 1 : 0));
    const clusters = Uint32Array.from({ length: 1000 }, (_, i) => Math.floor(i / 10));
    const plain = judgeShare(hits, {}, 0.02, 0.95);
    const grouped = judgeShare(hits, { clusters }, 0.02, 0.95);
    expect(plain.verdict).toBe('pass');
    expect(grouped.verdict).toBe('inconclusive');
    expect(grouped.rowsNeeded).toBeGreaterThan(1000);
  });

  it('is told in a sentence', () => {
    const of = (hits: number, rows: number) =>
      shareClause(judgeShare(hitsOf(hits, rows), {}, 0.01, 0.95), rows, 0.01, 0.95);
    expect(of(2, 1000)).toBe('in 0.2 % of 1,000 rows, at most 0.63 % with 95 % confidence; 1 % is allowed');
    expect(of(0, 100)).toBe(
      'in 0 % of 100 rows, between 0 % and 3 % (each bound with 95 % confidence); 1 % is allowed, which these rows cannot settle; about 300 would',
    );
  });
});
