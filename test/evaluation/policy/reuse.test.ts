import { judgeRule } from '../../../src/evaluation/judge.js';
import { type Correction, correctedLevel, reuseOf } from '../../../src/evaluation/policy/reuse.js';
import { readRules } from '../../../src/evaluation/rules.js';
import type { BinaryRows } from '../../../src/evaluation/rows.js';
import { type Random, seededRandom } from '../../../src/statistics/random.js';

const digest = 'sha256:00';
const at = (use: number, correction: Correction, recorded = true) =>
  reuseOf({ digest, use, recorded }, correction, 0.95);

describe('a hold-out that is used again', () => {
  it('has stricter bounds each time, and says what they are', () => {
    expect(at(1, 'spend').record.confidence).toBeCloseTo(1 - 0.05 * 0.6079271, 8);
    expect(at(3, 'spend').record.confidence).toBeCloseTo(1 - (0.05 * 0.6079271) / 9, 8);
    expect(at(3, 'spend').note).toBe(
      'The hold-out rows decide for the 3rd time for this model; each bound has 99.6623 % confidence, so that all uses together have 95 %',
    );
    expect(at(3, 'adaptive').record.confidence).toBeGreaterThan(at(3, 'spend').record.confidence);
    expect(at(3, 'count').corrected(0.95)).toBe(0.95);
    expect(at(3, 'count').note).toBe(
      'The hold-out rows decide for the 3rd time for this model; that is counted, and not corrected for',
    );
  });

  it('is exhausted where it is worth less than a quarter of fresh rows', () => {
    expect([7, 8].map((use) => at(use, 'spend').record.wornOut)).toEqual([false, true]);
    expect([7, 8].map((use) => at(use, 'count').record.wornOut)).toEqual([false, true]);
    expect([2, 3].map((use) => at(use, 'adaptive').record.wornOut)).toEqual([false, true]);
    expect(at(12, 'spend').warnings).toEqual([
      expect.stringMatching(
        /^The hold-out set is exhausted: at the 12th decision .* than \d\d % as many unused rows/,
      ),
    ]);
    expect(at(1, 'spend', false).warnings).toEqual([expect.stringContaining('could not be recorded')]);
  });

  it('decides nothing once no bound is left', () => {
    expect(at(8, 'adaptive').exhausted).toBeUndefined();
    expect(at(60, 'adaptive').exhausted).toContain('take fresh hold-out rows');
    expect(at(60, 'adaptive').corrected(0.95)).toBeLessThan(1);
  });
});

describe('models that know nothing, judged again and again on the same rows', () => {
  const rows = 300;
  const [rule] = readRules([{ metric: 'accuracy', min: 0.5 }], 'binary-classification', () => ({}));
  const known = new Map<string, ReturnType<typeof at>>();
  const judge = (labels: Uint8Array, predicted: Uint8Array, use: number, correction: Correction): boolean => {
    const model: BinaryRows = {
      task: 'binary-classification',
      labels,
      predicted,
      scores: Float64Array.from(predicted),
    };
    const key = `${correction} ${use}`;
    const reuse = known.get(key) ?? at(use, correction);
    known.set(key, reuse);
    return judgeRule(rule!, model, { none: '' }, { confidence: 0.95, seed: 1, reuse }).verdict === 'pass';
  };
  const guess = (random: Random): Uint8Array =>
    Uint8Array.from({ length: rows }, () => (random.uniform() < 0.5 ? 1 : 0));
  const share = (labels: Uint8Array, predicted: Uint8Array): number =>
    labels.reduce((sum, y, i) => sum + (y === predicted[i] ? 1 : 0), 0) / rows;

  /** Share of teams that get one of `uses` models through. */
  function passing(
    trials: number,
    uses: number,
    correction: Correction,
    next: (labels: Uint8Array, shown: readonly [Uint8Array, number][], random: Random) => Uint8Array,
  ): number {
    const random = seededRandom(11);
    let passed = 0;
    for (let t = 0; t < trials; t++) {
      const labels = guess(random);
      const shown: [Uint8Array, number][] = [];
      for (let use = 1; use <= uses; use++) {
        const model = next(labels, shown, random);
        if (judge(labels, model, use, correction)) {
          passed++;
          break;
        }
        shown.push([model, share(labels, model)]);
      }
    }
    return passed / trials;
  }

  const fresh = (_: Uint8Array, __: readonly unknown[], random: Random) => guess(random);
  /** Every model that a report called better than chance votes for the next (Blum & Hardt 2015). */
  const boosted = (_: Uint8Array, shown: readonly [Uint8Array, number][], random: Random): Uint8Array => {
    if (shown.length < 39) return guess(random);
    const votes = new Float64Array(rows);
    for (const [model, accuracy] of shown) {
      for (let i = 0; i < rows; i++) votes[i]! += (accuracy - 0.5) * (2 * model[i]! - 1);
    }
    return Uint8Array.from(votes, (vote) => (vote > 0 ? 1 : 0));
  };

  /** A few answers of the best model so far are changed. */
  const climbing = (_: Uint8Array, shown: readonly [Uint8Array, number][], random: Random): Uint8Array => {
    if (shown.length === 0) return guess(random);
    const [best] = shown.reduce((a, b) => (b[1] > a[1] ? b : a));
    return best.map((answer) => (random.uniform() < 0.05 ? 1 - answer : answer));
  };

  it('pass at most as often as stated, whichever the correction', () => {
    // 5 % of 300; four standard errors are 5 %.
    expect(passing(300, 15, 'count', fresh)).toBeGreaterThan(0.3);
    expect(passing(300, 15, 'spend', fresh)).toBeLessThan(0.1);
    expect(passing(300, 15, 'adaptive', fresh)).toBeLessThan(0.1);
  });

  it('pass even where they are made of what reports showed, unless that is corrected for', () => {
    expect(passing(60, 40, 'spend', boosted)).toBeGreaterThan(0.5);
    expect(passing(60, 40, 'adaptive', boosted)).toBeLessThan(0.163);
    expect(passing(60, 60, 'spend', climbing)).toBeGreaterThan(0.2);
    expect(passing(60, 60, 'adaptive', climbing)).toBeLessThan(0.163);
  });
});

describe('the level of a use', () => {
  it('falls with each use', () => {
    for (const correction of ['spend', 'adaptive'] as const) {
      const levels = [1, 2, 3, 5, 10].map((use) => correctedLevel(0.05, use, correction));
      expect(levels.every((level, i) => i === 0 || level < levels[i - 1]!)).toBe(true);
      expect(levels[0]).toBeCloseTo(0.0303963, 6);
    }
  });
});
