import { readFileSync } from 'node:fs';
import {
  type ExpectedRows,
  confusionMetrics,
  expectedAveragePrecision,
  expectedBrier,
  expectedConfusion,
  expectedLogLoss,
  expectedRocAuc,
} from '../../src/statistics/cbpe.js';
import { aucComponents, rankOrder } from '../../src/statistics/delong.js';
import { applyIsotonic, isotonic } from '../../src/statistics/isotonic.js';

type Numbers = Readonly<Record<string, number>>;
const reference = JSON.parse(readFileSync(new URL('../reference/cbpe.json', import.meta.url), 'utf8')) as {
  readonly binary: readonly Numbers[];
  readonly multiclass: readonly Numbers[];
  readonly isotonic: readonly {
    seed: number;
    n: number;
    digits: number;
    at: readonly number[];
    fitted: readonly number[];
  }[];
};

/** As test/reference/cbpe.py. */
function uniform(n: number, seed: number): Float64Array {
  let state = BigInt(seed);
  return Float64Array.from({ length: n }, () => {
    state = (1103515245n * state + 12345n) % 2147483648n;
    return Number(state) / 2147483648;
  });
}
const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

describe('performance expected from scores', () => {
  it.each(reference.binary)('two classes, $n rows', ({ seed, n, threshold, ...expected }) => {
    const scores = uniform(n!, seed!);
    const likely = scores.map((score) => Math.min(1, score ** 1.4 * 0.9 + 0.03));
    const both = (of: Float64Array): Float64Array =>
      Float64Array.from({ length: 2 * n! }, (_, i) => (i % 2 === 1 ? of[i >> 1]! : 1 - of[i >> 1]!));
    const rows: ExpectedRows = {
      classes: 2,
      claimed: both(scores),
      likely: both(likely),
      predicted: scores.map((score) => (score >= threshold! ? 1 : 0)),
    };
    // NannyML rounds sums of probabilities to five decimals before it integrates.
    expect(Math.abs(expectedRocAuc(scores, likely) - expected.roc_auc!)).toBeLessThan(1e-5);
    expect(Math.abs(expectedAveragePrecision(scores, likely) - expected.pr_auc!)).toBeLessThan(1e-5);
    expect(expectedLogLoss(rows)).toBeCloseTo(expected.log_loss!, 10);
    expect(expectedBrier(rows) / 2).toBeCloseTo(expected.brier!, 10);
    const matrix = expectedConfusion(rows);
    for (const name of ['accuracy', 'precision', 'recall', 'specificity', 'f1', 'mcc', 'balanced_accuracy']) {
      expect(confusionMetrics[name]!(matrix, 2)).toBeCloseTo(expected[name]!, 10);
    }
  });

  it.each(reference.multiclass)('$k classes, $n rows', ({ seed, n, k, ...expected }) => {
    const normalise = (of: Float64Array): Float64Array =>
      of.map((value, i) => {
        const from = i - (i % k!);
        return value / of.subarray(from, from + k!).reduce((sum, one) => sum + one, 0);
      });
    const claimed = normalise(uniform(n! * k!, seed!).map((value) => value + 0.05));
    const rows: ExpectedRows = {
      classes: k!,
      claimed,
      likely: normalise(claimed.map((value) => value ** 1.2)),
      predicted: Array.from({ length: n! }, (_, i) => {
        const own = claimed.subarray(i * k!, (i + 1) * k!);
        return own.indexOf(Math.max(...own));
      }),
    };
    expect(expectedLogLoss(rows)).toBeCloseTo(expected.log_loss!, 10);
    expect(expectedBrier(rows)).toBeCloseTo(expected.brier!, 10);
    const matrix = expectedConfusion(rows);
    for (const name of ['accuracy', 'f1_micro', 'f1_macro', 'f1_weighted', 'balanced_accuracy', 'mcc']) {
      expect(confusionMetrics[name]!(matrix, k!)).toBeCloseTo(expected[name]!, 10);
    }
  });

  it('is what is measured, when every label is certain', () => {
    const scores = uniform(300, 11).map((score) => round(score, 1));
    const labels = Uint8Array.from(uniform(300, 12), (u, i) => (u < scores[i]! ? 1 : 0));
    const { auc } = aucComponents(labels, scores);
    expect(expectedRocAuc(scores, Float64Array.from(labels))).toBeCloseTo(auc, 12);
  });
});

describe('isotonic regression', () => {
  it.each(reference.isotonic)('of $n rows with $digits decimals', ({ seed, n, digits, at, fitted }) => {
    const x = uniform(n, seed).map((value) => round(value, digits));
    const u = uniform(n, seed + 100);
    const y = Uint8Array.from(x, (value, i) => (u[i]! < value ** 2 ? 1 : 0));
    const model = isotonic(x, y, rankOrder(x));
    at.forEach((value, i) => expect(applyIsotonic(model, value)).toBeCloseTo(fitted[i]!, 10));
  });
});
