import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  aucSample,
  cautiousAuc,
  cautiousAucDifference,
  differenceErrors,
} from '../../src/statistics/auc-interval.js';
import { resampleInterval } from '../../src/statistics/bootstrap.js';
import { cautiousInterval, cautiousMean, effectiveFreedom, errorsOf } from '../../src/statistics/cautious.js';
import { aucComponents } from '../../src/statistics/delong.js';
import { clusterDesign, clusterErrors, clusterShares } from '../../src/statistics/few-clusters.js';
import { type Estimate, meanInterval } from '../../src/statistics/intervals.js';
import { expectClose } from './reference.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
const known: any = JSON.parse(readFileSync(new URL('../reference/cautious.json', import.meta.url), 'utf8'));
const { confidence } = known;

function expectInterval({ value, lower, upper }: Estimate, expected: readonly number[], tolerance = 1e-9) {
  expectClose(value, expected[0]!, tolerance);
  expectClose(lower, expected[1]!, tolerance);
  expectClose(upper, expected[2]!, tolerance);
}
const numbers = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 40 });

describe('means where few rows decide', () => {
  it('by the definitions', () => {
    for (const { values, interval } of known.means) {
      expectInterval(cautiousMean(Float64Array.from(values), confidence), interval);
    }
  });

  it('are never surer than Student, and follow the skew', () => {
    fc.assert(
      fc.property(numbers, (all) => {
        const values = Float64Array.from(all);
        const [student, cautious] = [meanInterval(values, 0.9), cautiousMean(values, 0.9)];
        const room = 1e-9 * (1 + Math.abs(student.upper - student.lower));
        expect(cautious.lower).toBeLessThanOrEqual(student.lower + room);
        expect(cautious.upper).toBeGreaterThanOrEqual(student.upper - room);
        const turned = cautiousMean(
          values.map((x) => -x),
          0.9,
        );
        expect(Math.abs(turned.lower + cautious.upper)).toBeLessThanOrEqual(1e-6 * (1 + room * 1e9));
      }),
    );
    const skewed = cautiousMean(
      Float64Array.from({ length: 30 }, (_, i) => (i < 27 ? 0 : 1)),
      0.9,
    );
    expect(skewed.upper - skewed.value).toBeGreaterThan(1.3 * (skewed.value - skewed.lower) * 0.9);
  });

  it('nest as confidence grows', () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0.5, max: 0.98, noNaN: true }), (all, less) => {
        const values = Float64Array.from(all);
        const [narrow, wide] = [cautiousMean(values, less), cautiousMean(values, less + 0.01)];
        expect(wide.lower).toBeLessThanOrEqual(narrow.lower);
        expect(wide.upper).toBeGreaterThanOrEqual(narrow.upper);
      }),
    );
  });

  it('say nothing of one row, and all of rows that agree', () => {
    expect(cautiousMean(Float64Array.of(3), 0.9)).toMatchObject({ lower: -Infinity, upper: Infinity });
    expect(cautiousMean(Float64Array.of(2, 2, 2), 0.9)).toMatchObject({ lower: 2, upper: 2 });
    const huge = cautiousMean(Float64Array.of(1e90, 3e90, -2e90), 0.9);
    expect(huge.upper).toBeGreaterThan(huge.value);
  });

  it('count as many degrees of freedom as rows that matter', () => {
    const rare = Float64Array.from({ length: 1000 }, (_, i) => (i < 5 ? 10 : 0.001 * (i % 7)));
    const freedom = effectiveFreedom([errorsOf(rare, 1)]);
    expect(freedom).toBeGreaterThan(5);
    expect(freedom).toBeLessThan(15);
    const even = Float64Array.from({ length: 1000 }, (_, i) => i);
    expect(effectiveFreedom([errorsOf(even, 1)])).toBeCloseTo(999, 9);
  });
});

describe('areas under the ROC curve where few rows are out of order', () => {
  it('by the definitions', () => {
    for (const { labels, scores, one, difference } of known.aucs) {
      const [a, b] = scores.map((s: number[]) =>
        aucComponents(Uint8Array.from(labels), Float64Array.from(s)),
      );
      expectInterval(cautiousAuc(aucSample(a), confidence), one, 1e-7);
      const found = cautiousAucDifference(aucSample(a), aucSample(b), differenceErrors(a, b), confidence);
      expectInterval(found, difference, 1e-7);
    }
  });

  it('bound the difference between a model and itself by what its positives could show', () => {
    const [{ labels, scores }] = known.aucs;
    const a = aucComponents(Uint8Array.from(labels), Float64Array.from(scores[0]));
    const found = cautiousAucDifference(aucSample(a), aucSample(a), differenceErrors(a, a), 0.9);
    const pairs = Math.min(a.positives.length, a.negatives.length);
    expect(found.value).toBe(0);
    expectClose(found.upper, 1 - 0.05 ** (1 / pairs));
    expectClose(found.lower, 0.05 ** (1 / pairs) - 1);
  });
});

describe('few and unequal groups', () => {
  it('count what they hold: as plain rows where each has one, less where one has most', () => {
    const values = Float64Array.of(1, 4, 2, 8, 5);
    const mean = 4;
    const shares = clusterShares(5, {});
    const influences = values.map((x) => (x - mean) / 5);
    const plain = cautiousInterval(mean, [errorsOf(values, 1 / 5)], 0.9);
    const grouped = cautiousInterval(mean, [clusterErrors(influences, undefined, shares)], 0.9);
    expectInterval(grouped, [plain.value, plain.lower, plain.upper]);
    expect(clusterDesign(Float64Array.of(0.9, 0.05, 0.05)).freedom).toBeLessThan(0.3);
    expectClose(clusterDesign(new Float64Array(20).fill(0.05)).freedom, 19, 1e-12);
  });

  it('that hold all the weight say nothing', () => {
    const errors = clusterErrors(Float64Array.of(0, 0), Uint32Array.of(0, 0), Float64Array.of(1));
    expect(cautiousInterval(1, [errors], 0.9)).toMatchObject({ lower: -Infinity, upper: Infinity });
  });
});

describe('resampling', () => {
  it('is no surer than the jackknife at its effective degrees of freedom', () => {
    const { labels, predicted, interval } = known.jackknife;
    const n = labels.length;
    const f1 = (weights: Uint32Array, model: readonly number[]): number => {
      let [hits, all] = [0, 0];
      for (let i = 0; i < n; i++) {
        hits += weights[i]! * labels[i] * model[i]!;
        all += weights[i]! * (labels[i] + model[i]!);
      }
      return (2 * hits) / all;
    };
    const resampled = {
      counts: new Uint32Array(n).fill(1),
      statistic: (weights: Uint32Array) => f1(weights, predicted[0]) - f1(weights, predicted[1]),
    };
    const found = resampleInterval(resampled, { confidence, seed: 1, replicates: 400 });
    expectClose(found.value, interval[0]);
    expect(found.lower).toBeLessThanOrEqual(interval[1] + 1e-12);
    expect(found.upper).toBeGreaterThanOrEqual(interval[2] - 1e-12);
    const lean = resampleInterval(resampled, { confidence, seed: 1, replicates: 10 });
    expect(lean.upper - lean.lower).toBeLessThanOrEqual(found.upper - found.lower + 0.2);
  });
});
